/* SPDX-License-Identifier: MIT */
/* From a definition of pyenv's: its packages one after the other, then what every tree gets. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "supply/install_package.h"
#include "supply/prefix.h"

/* In the stage: what packages are unpacked in, and DESTDIR. */
#define STAGE_BUILD "build"
#define STAGE_DEST "dest"

/* All packages on their way. */
struct making {
	struct install_work *w;
	struct package_work *packages; /* one for each of the definition's */
	size_t count;
	struct build_log log;
	struct dir build;
	struct dir dest;
	char *staged; /* DEST and the prefix */
	char *tree;   /* the same, relative to the stage; or what an installer made */
};

static void
making_reset(struct making *m)
{
	for (size_t i = 0; i < m->count; i++)
		package_reset(&m->packages[i]);
	free(m->packages);
	dir_reset(&m->build);
	dir_reset(&m->dest);
	free(m->staged);
	free(m->tree);
}

static int
open_folders(struct making *m, struct err *err)
{
	const struct stage *stage = &m->w->stage;

	if (fs_make_dir_at(&stage->work, STAGE_BUILD, 0755, &m->build, err) < 0 ||
	    fs_make_dir_at(&stage->work, STAGE_DEST, 0755, &m->dest, err) < 0)
		return -1;
	m->staged = path_join(m->dest.path, stage->final_path, NULL);
	m->tree = path_join(STAGE_DEST, stage->final_path, NULL);
	return 0;
}

static int
check_needs(struct making *m, const struct package_work *p, struct err *err)
{
	const struct install_options *o = m->w->options;
	const struct build_needs needs = { .layout = o->layout,
					   .version = &m->w->version,
					   .subject = m->w->name,
					   .events = o->events,
					   .without = o->build.without,
					   .install = o->install_deps,
					   .assume_yes = o->assume_yes };

	return build_check_needs(&needs, &p->settings, err);
}

/* Everything that can fail before something is downloaded. */
static int
prepare(struct making *m, struct err *err)
{
	struct definition *definition = m->w->options->definition;

	m->packages = mem_zalloc(definition->count * sizeof(*m->packages));
	m->count = definition->count;
	for (size_t i = 0; i < m->count; i++) {
		struct package_work *p = &m->packages[i];

		*p = (struct package_work)PACKAGE_WORK_INIT;
		p->w = m->w;
		p->definition = definition;
		p->package = &definition->packages[i];
		p->log = &m->log;
		p->build = &m->build;
		p->dest = m->dest.path;
		p->staged = m->staged;
		p->has_earlier = i > 0;
		if (package_prepare(p, err) < 0)
			return -1;
		/* What a definition brings along need not be on the system. */
		if (m->count == 1 && package_is_cpython(p->package) &&
		    package_is_built(p->package) && check_needs(m, p, err) < 0)
			return -1;
	}
	return 0;
}

/* The package that the version is made of; NULL: none is a Python. */
static struct package_work *
python_of(const struct making *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->packages[i].package->is_python)
			return &m->packages[i];
	return NULL;
}

static int
make_packages(struct making *m, struct err *err)
{
	for (size_t i = 0; i < m->count; i++) {
		struct package_work *p = &m->packages[i];

		if (package_make(p, err) < 0)
			return err_has_detail(err, "log") ? -1 : build_log_show(&m->log, err);
		if (!p->tree)
			continue;
		free(m->tree);
		m->tree = steal_ptr(&p->tree);
	}
	return 0;
}

/* PATH (relative) is a file of Python's that has changed: what is compiled of it is not
 * true any more, and made again when it is needed. */
static int
drop_compiled(const struct dir *tree, const char *path, struct err *err)
{
	struct str stem = path_base(path);
	struct str above = path_dir(path);
	cleanup_free char *below = mem_printf("%.*s/__pycache__", STR_ARG(above));
	cleanup_free char *folder = path_join(tree->path, below, NULL);
	cleanup_strvec struct strvec names = { 0 };
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *start = NULL;

	if (!str_ends(stem, STR_LIT(".py")) || !fs_is_dir_at(tree, below))
		return 0;
	start = mem_strndup(stem.p, stem.n - strlen("py"));
	if (fs_open_dir(folder, &dir, err) < 0 || fs_list_starting(&dir, start, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_remove_tree(&dir, names.items[i], err) < 0)
			return -1;
	return 0;
}

/* The stage's path, where packages may have written it. */
static int
replace_prefix(struct making *m, struct err *err)
{
	cleanup_prefix_report struct prefix_report report = { 0 };
	bool mentions = false;

	for (size_t i = 0; i < m->count; i++)
		mentions = mentions || m->packages[i].mentions_stage;
	if (!mentions)
		return 0;
	if (prefix_replace(&m->w->stage.tree, m->staged, m->w->stage.final_path, &report, err) < 0)
		return -1;
	for (size_t i = 0; i < report.files.count; i++)
		if (drop_compiled(&m->w->stage.tree, report.files.items[i], err) < 0)
			return -1;
	return 0;
}

/* verify_py313: what was made is that. */
static int
verify(const struct making *m, const struct package_work *p, struct err *err)
{
	struct version is;

	(void)m;
	if (!version_parse(str_from(p->w->facts.version), &is))
		return 0;
	for (size_t i = 0; i < p->package->work_count; i++) {
		const char *digits = p->package->works[i].word + strlen("verify_py");
		cleanup_free char *made = mem_printf("%u%u", is.language[0], is.language[1]);

		if (p->package->works[i].step == STEP_VERIFY && str_is_digit(digits[0]) &&
		    str_is_digit(digits[1]) && strcmp(made, digits) != 0)
			return err_set(err, ERR_CHECK, "%s fails: what came is Python %s",
				       p->package->works[i].word, p->w->facts.version);
	}
	return 0;
}

static void
tell_receipt(struct making *m, struct package_work *p)
{
	struct install_work *w = m->w;

	w->receipt.provenance = &w->archive.provenance;
	w->receipt.artifact = &p->package->artifact;
	w->receipt.settings = p->is_built ? &p->settings : NULL;
	w->receipt.build = p->is_built ? &p->report : NULL;
	w->receipt.options = &w->options->build;
	w->receipt.patch = p->patch;
}

static int
complete(struct making *m, struct package_work *p, struct install_result *result, struct err *err)
{
	struct install_work *w = m->w;

	tell_receipt(m, p);
	result->is_built = p->is_built;
	if (p->is_built && package_is_cpython(p->package))
		result->how = install_describe_build(w, &p->report);
	if (p->is_built && package_is_cpython(p->package) &&
	    build_slim_tree(&w->stage.tree, &w->options->build, &p->settings, &m->log, err) < 0)
		return -1;
	if (build_finish_tree(&w->stage.tree, &w->version, err) < 0 ||
	    facts_derive(&w->stage.tree, &w->facts, err) < 0 || verify(m, p, err) < 0)
		return -1;
	return install_complete(w, result, err);
}

/* Without a Python: what vouches for the first package does for the tree. */
static void
take_provenance(struct making *m)
{
	struct package_work *p = &m->packages[0];

	m->w->archive.provenance = p->own_file.provenance;
	p->own_file.provenance = (struct provenance){ 0 };
	m->w->receipt.artifact = &p->package->artifact;
}

static int
make(struct making *m, struct install_result *result, struct err *err)
{
	struct package_work *python;

	if (open_folders(m, err) < 0 || prepare(m, err) < 0 || make_packages(m, err) < 0)
		return -1;
	if (store_stage_tree(&m->w->stage, m->tree, err) < 0)
		return err_wrap(err, "the definition installed nothing");
	if (replace_prefix(m, err) < 0)
		return -1;
	python = python_of(m);
	if (python)
		return complete(m, python, result, err);
	take_provenance(m);
	if (!fs_is_dir_at(&m->w->stage.tree, "bin"))
		return 0;
	return build_finish_tree(&m->w->stage.tree, &m->w->version, err);
}

/* Move the packages' folders to SOURCES/NAME. */
static int
keep_sources(struct making *m, char **ret_path, struct err *err)
{
	cleanup_dirfd struct dir sources = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(&m->build, &names, err) < 0 || install_open_sources(m->w, &sources, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_rename_new(&m->build, names.items[i], &sources, names.items[i], err) < 0)
			return -1;
	*ret_path = mem_strdup(sources.path);
	return 0;
}

/* What stays; a failed build (ERR is set) tells it at once. */
static void
keep(struct making *m, struct install_result *result, struct err *err)
{
	const struct install_options *options = m->w->options;
	/* An interrupt is no failure that somebody would look into. */
	bool failed = err->code == ERR_FAILED;
	cleanup_err struct err after = { 0 };

	if (failed)
		(void)build_log_show(&m->log, err);
	result->kept_log = build_log_close(&m->log, options->keep || failed);
	if (!options->keep || m->build.fd < 0)
		return;
	if (keep_sources(m, &result->kept_source, &after) < 0)
		event_warning(options->events, m->w->name, "cannot keep the build folder: %s",
			      after.message);
	else if (err->code != ERR_NONE)
		(void)err_detail(err, "kept", "%s", result->kept_source);
}

int
install_from_definition(struct install_work *w, struct install_result *result, struct err *err)
{
	cleanup_with(
		making_reset) struct making m = { .w = w, .build = DIR_INIT, .dest = DIR_INIT };
	int status;

	if (build_log_open(&w->store.root, w->name, &m.log, err) < 0)
		return install_fail(w, err);
	status = install_turn_take(w->options->turns, TURN_BUILD, w->options->events, w->name, err);
	if (status == 0) {
		status = make(&m, result, err);
		install_turn_give(w->options->turns, TURN_BUILD);
	}
	w->receipt.build = NULL;
	keep(&m, result, err);
	return status < 0 ? install_fail(w, err) : 0;
}
