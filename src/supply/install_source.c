/* SPDX-License-Identifier: MIT */
/* From a source archive: unpack, configure, compile. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/install_internal.h"
#include "supply/patches.h"
#include "supply/unpack.h"

/* Bytes on disk that a build needs for each byte of the archive, unpacked,
 * compiled and installed: measured with 3.13.5 (716 MB for 22.9 MB). */
#define BUILD_BYTES_PER_BYTE 32
/* pyenv's folder for sources that are kept. */
#define SOURCES_DIR "sources"
#define STAGE_SOURCE "src"
#define STAGE_DEST "dest"
/* Links by which ccache is found instead of the compilers. */
#define STAGE_MASKS "masks"

/* One build. */
struct building {
	struct install_work *w;
	struct dir source;
	struct build_log log;
	struct build_report report;
	bool has_run;
};

static void
building_reset(struct building *b)
{
	dir_reset(&b->source);
	build_report_reset(&b->report);
}

static int
unpack(struct building *b, struct err *err)
{
	struct install_work *w = b->w;
	struct unpack_result result;
	int64_t start = platform_now_ms();
	struct unpack_spec spec = { .layout = w->options->layout,
				    .into = &b->source,
				    .strip = 1,
				    .limits = &archive_limits_default,
				    .subject = w->name,
				    .events = w->options->events,
				    .size = w->archive.provenance.size };

	if (fs_make_dir_at(&w->stage.work, STAGE_SOURCE, 0755, &b->source, err) < 0 ||
	    unpack_archive(&spec, &w->archive, &result, err) < 0)
		return -1;
	install_note_unpacked(w, &result, start);
	return 0;
}

int
install_open_sources(const struct install_work *w, struct dir *ret, struct err *err)
{
	cleanup_free char *path = path_join(w->options->layout->root, SOURCES_DIR, NULL);
	cleanup_dirfd struct dir sources = DIR_INIT;
	const char *wanted = w->options->sources ? w->options->sources : path;

	if (fs_make_dirs(wanted, LAYOUT_FOLDER_MODE, &sources, err) < 0 ||
	    fs_refuse_world_writable(&sources, err) < 0 ||
	    fs_remove_tree(&sources, w->name, err) < 0)
		return -1;
	return fs_make_dir_at(&sources, w->name, LAYOUT_FOLDER_MODE, ret, err);
}

/* Move the build folder to SOURCES/NAME/Python-X.Y.Z, where pyenv's --keep has it. */
static int
keep_source(const struct install_work *w, char **ret_path, struct err *err)
{
	cleanup_free char *package = install_package_name(w->choice.version);
	cleanup_dirfd struct dir sources = DIR_INIT;

	if (install_open_sources(w, &sources, err) < 0 ||
	    fs_rename_new(&w->stage.work, STAGE_SOURCE, &sources, package, err) < 0) {
		if (err->sys == EXDEV)
			(void)err_detail(err, "to fix",
					 "PYENV_BUILD_ROOT on the disk of the root, or without it");
		return err_wrap(err, "cannot keep the build folder");
	}
	*ret_path = path_join(sources.path, package, NULL);
	return 0;
}

int
install_mask_compilers(const struct install_work *w, const struct build_settings *settings,
		       char **ret_path, struct err *err)
{
	cleanup_dirfd struct dir masks = DIR_INIT;

	*ret_path = NULL;
	if (!settings->ccache)
		return 0;
	if (fs_make_dir_at(&w->stage.work, STAGE_MASKS, 0755, &masks, err) < 0 ||
	    build_mask_compilers(settings, &masks, err) < 0)
		return -1;
	*ret_path = mem_strdup(masks.path);
	return 0;
}

static int
build(struct building *b, struct err *err)
{
	struct install_work *w = b->w;
	cleanup_free char *masks = NULL;
	cleanup_free char *dest = path_join(w->stage.work.path, STAGE_DEST, NULL);
	cleanup_free char *tree = path_join(STAGE_DEST, w->stage.final_path, NULL);
	struct build_spec spec = { .settings = &w->settings,
				   .version = &w->version,
				   .subject = w->name,
				   .source = &b->source,
				   .dest = dest,
				   .prefix = w->stage.final_path,
				   .patch = w->patch,
				   .layout = w->options->layout,
				   .digest = w->archive.provenance.sha256,
				   .log = &b->log,
				   .events = w->options->events };

	if (install_mask_compilers(w, &w->settings, &masks, err) < 0)
		return -1;
	spec.masks = masks;
	if (build_run(&spec, &b->report, err) < 0)
		return -1;
	b->has_run = true;
	if (store_stage_tree(&w->stage, tree, err) < 0)
		return err_wrap(err, "make install left nothing behind");
	if (build_slim_tree(&w->stage.tree, &w->options->build, &w->settings, &b->log, err) < 0 ||
	    build_finish_tree(&w->stage.tree, &w->version, err) < 0)
		return -1;
	return facts_derive(&w->stage.tree, &w->facts, err);
}

/* What stays of the build; a failed one (ERR is set) tells it at once. */
static void
keep(struct building *b, struct install_result *result, struct err *err)
{
	const struct install_options *options = b->w->options;
	/* An interrupt is no failure that somebody would look into. */
	bool failed = err->code == ERR_FAILED;
	cleanup_err struct err after = { 0 };

	if (failed)
		(void)build_log_show(&b->log, err);
	result->kept_log = build_log_close(&b->log, options->keep || failed);
	if (!options->keep || b->source.fd < 0)
		return;
	if (keep_source(b->w, &result->kept_source, &after) < 0)
		event_warning(options->events, b->w->name, "%s", after.message);
	else if (err->code != ERR_NONE)
		(void)err_detail(err, "kept", "%s", result->kept_source);
}

static int
check_needs(struct install_work *w, struct err *err)
{
	const struct install_options *o = w->options;
	const struct build_needs needs = { .layout = o->layout,
					   .version = &w->version,
					   .subject = w->name,
					   .events = o->events,
					   .without = o->build.without,
					   .install = o->install_deps,
					   .assume_yes = o->assume_yes };
	int result;

	/* One package manager at a time: the second finds what the first has brought. */
	if (o->install_deps && install_turn_take(o->turns, TURN_BUILD, o->events, w->name, err) < 0)
		return -1;
	result = build_check_needs(&needs, &w->settings, err);
	if (o->install_deps)
		install_turn_give(o->turns, TURN_BUILD);
	return result;
}

/* The same words for another compiler may come to something else. */
static void
warn_of_compiler(const struct install_work *w)
{
	const struct build_like *like = w->options->build.like;
	const char *now = w->settings.compiler_version;

	if (like && like->compiler && now && strcmp(like->compiler, now) != 0)
		event_warning(w->options->events, w->name,
			      "the compiler is another one than then: %s, not %s", now,
			      like->compiler);
}

/* The user's patch, or what this source needs today. */
static int
find_patch(struct install_work *w, struct err *err)
{
	const struct artifact *source = &w->candidate->artifacts.items[0];

	if (!w->options->patch && strcmp(source->implementation, "cpython") == 0 &&
	    patches_find(w->options->layout, source->version, &w->own_patch, &w->own_names, err) <
		    0)
		return -1;
	w->patch = w->options->patch ? w->options->patch : w->own_patch;
	return 0;
}

static int
preflight(struct install_work *w, struct err *err)
{
	const struct artifact *best = &w->candidate->artifacts.items[0];

	if (build_preflight(&w->settings, w->stage.final_path, err) < 0 || check_needs(w, err) < 0)
		return -1;
	warn_of_compiler(w);
	if (find_patch(w, err) < 0 || (w->patch && build_find_patch(&w->settings, err) < 0))
		return -1;
	if (w->options->build.strip && build_find_strip(&w->settings, err) < 0)
		return -1;
	return install_check_space(w, best->size * BUILD_BYTES_PER_BYTE, err);
}

static int
make(struct building *b, struct install_result *result, struct err *err)
{
	struct install_work *w = b->w;
	uint64_t size = w->archive.provenance.size;
	int status = -1;

	if (build_log_open(&w->store.root, w->name, &b->log, err) < 0)
		return -1;
	if (install_check_space(w, size * BUILD_BYTES_PER_BYTE, err) == 0 && unpack(b, err) == 0 &&
	    build(b, err) == 0 && install_complete(w, result, err) == 0)
		status = 0;
	w->receipt.build = NULL;
	keep(b, result, err);
	return status;
}

char *
install_describe_build(const struct install_work *w, const struct build_report *report)
{
	struct strvec parts = { 0 };
	char *text;

	build_options_list(&w->options->build, &parts);
	if (w->own_names)
		strvec_printf(&parts, "with our %s", w->own_names);
	if (report->no_tests && !w->options->build.no_tests)
		strvec_add(&parts, "without Python's own tests (--tests keeps them)");
	if (report->no_debug_info)
		strvec_add(&parts, "no debug information (--debug-info keeps it)");
	if (report->knew_answers)
		strvec_add(&parts, "kept answers of configure");
	if (report->had_ccache)
		strvec_add(&parts, "ccache");
	text = strvec_join(&parts, ", ");
	strvec_reset(&parts);
	return text;
}

int
install_from_source(struct install_work *w, struct install_result *result, struct err *err)
{
	cleanup_with(building_reset) struct building b = { .w = w, .source = DIR_INIT };
	int status;

	if (preflight(w, err) < 0)
		return install_fail(w, err);
	if (install_fetch(w, NULL, err) < 0)
		return -1;
	result->is_built = true;
	w->receipt.settings = &w->settings;
	w->receipt.build = &b.report;
	w->receipt.options = &w->options->build;
	w->receipt.patch = w->patch;
	w->receipt.patches = w->own_names;
	if (install_turn_take(w->options->turns, TURN_BUILD, w->options->events, w->name, err) < 0)
		return -1;
	status = make(&b, result, err);
	if (b.has_run)
		result->how = install_describe_build(w, &b.report);
	install_turn_give(w->options->turns, TURN_BUILD);
	return status < 0 ? install_fail(w, err) : 0;
}
