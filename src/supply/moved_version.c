/* SPDX-License-Identifier: MIT */
/* One version of a root that was moved. */
#include <config.h>

#include "supply/moved_internal.h"

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "os/proc.h"
#include "supply/manifest.h"
#include "supply/probe.h"
#include "supply/receipt.h"

/* Roots that one version tells of: each needs a walk. */
#define PLACES_MAX 8

/* FROM and TO of a walk, and where in TO the tree is. */
struct place {
	char *from;
	char *to;
	char *at; /* NULL: TO itself */
};

struct moving {
	const struct moved_spec *spec;
	const char *name;
	struct stage stage; /* for its lock */
	struct dir tree;
	struct dir meta; /* not open: it has none */
	struct facts facts;
	char *path;
	struct place places[PLACES_MAX];
	size_t place_count;
	struct relocate_report plan; /* of all walks; stale ones also from the journal */
	struct strvec known;	     /* files whose lines in the manifest are renewed */
	struct relocate_report done;
};

static void
moving_reset(struct moving *m)
{
	for (size_t i = 0; i < m->place_count; i++) {
		free(m->places[i].from);
		free(m->places[i].to);
		free(m->places[i].at);
	}
	relocate_report_reset(&m->plan);
	relocate_report_reset(&m->done);
	strvec_reset(&m->known);
	facts_reset(&m->facts);
	dir_reset(&m->meta);
	dir_reset(&m->tree);
	stage_reset(&m->stage);
	free(m->path);
}

/* Takes FROM, TO and AT. */
static void
add_place(struct moving *m, char *from, char *to, char *at)
{
	if (m->place_count < PLACES_MAX) {
		m->places[m->place_count++] = (struct place){ from, to, at };
		return;
	}
	free(from);
	free(to);
	free(at);
}

/* The root was ROOT. Of what is in it, only that is named which is ours. Stages: where a
 * version was built (abs_builddir). The walk that changes what tells of ROOT is last. */
static void
add_root_places(struct moving *m, const char *root)
{
	const char *here = m->spec->store->layout->root;

	add_place(m, path_join(root, LAYOUT_STAGING, NULL), path_join(here, LAYOUT_STAGING, NULL),
		  path_join("..", LAYOUT_VERSIONS, m->name, NULL));
	add_place(m, path_join(root, LAYOUT_VERSIONS, NULL), path_join(here, LAYOUT_VERSIONS, NULL),
		  mem_strdup(m->name));
}

/* Where the version was, as its files say. The first root, or else place, is what the
 * result tells. */
static void
find_places(struct moving *m, struct moved_result *result)
{
	const struct store *store = m->spec->store;
	cleanup_free char *at = path_join(LAYOUT_VERSIONS, m->name, NULL);
	cleanup_free char *recorded = relocate_recorded(&m->tree, m->path);
	cleanup_strvec struct strvec roots = { 0 };

	if (recorded) {
		char *root = moved_root_in(recorded, at);

		if (root && moved_root_ok(store, root))
			moved_add_root(&roots, root);
		else
			free(root);
	}
	relocate_recorded_roots(&m->tree, at, store->layout->root, &roots);
	for (size_t i = 0; i < roots.count; i++)
		if (moved_root_ok(store, roots.items[i]))
			add_root_places(m, roots.items[i]);
	if (m->place_count) {
		result->from = mem_strdup(roots.items[0]);
		result->to = mem_strdup(store->layout->root);
	} else if (recorded && moved_root_ok(store, recorded) &&
		   !fs_same_folder(recorded, m->path)) {
		add_place(m, mem_strdup(recorded), mem_strdup(m->path), NULL);
		result->from = mem_strdup(recorded);
		result->to = mem_strdup(m->path);
	}
}

static int
walk(struct moving *m, bool dry_run, struct relocate_report *ret, struct err *err)
{
	for (size_t i = 0; i < m->place_count; i++) {
		const struct place *place = &m->places[i];
		cleanup_relocate_report struct relocate_report report = { 0 };
		struct relocate_spec spec = { .tree = &m->tree,
					      .from = place->from,
					      .to = place->to,
					      .at = place->at,
					      .dry_run = dry_run };

		if (relocate_tree(&spec, &report, err) < 0)
			return -1;
		moved_add_report(ret, &report);
	}
	return 0;
}

/* A program that looks for its library in the old place would not start, or with
 * another's library: better the version as it was, which is known not to work. */
static int
check_plan(const struct moving *m, struct err *err)
{
	for (size_t i = 0; i < m->plan.left.count; i++) {
		const char *path = m->plan.left.items[i];
		cleanup_free char *word = NULL;

		if (strcmp(path, m->facts.executable) != 0 &&
		    !str_starts(str_from(path), STR_LIT("lib/libpython")))
			continue;
		word = shell_word(m->name);
		err_set(err, ERR_FAILED, "%s cannot be moved: %s: %s", m->name, path,
			m->plan.reasons.items[i]);
		return err_detail(err, "to fix", "pyvern install --force %s", word);
	}
	return 0;
}

/* Compiled files of the JOURNAL that were not made again. */
static void
add_stale(struct moving *m, const struct relocate_report *journal)
{
	for (size_t i = 0; i < journal->stale_count; i++) {
		const struct relocate_stale *stale = &journal->stale[i];

		if (fs_exists_at(&m->tree, stale->source) &&
		    !fs_exists_at(&m->tree, stale->compiled))
			moved_add_report(&m->plan, &(struct relocate_report){
							   .stale = &journal->stale[i],
							   .stale_count = 1,
						   });
	}
}

/* Write down what will be changed, and was as the manifest says; also what an earlier
 * run wrote down and did not come to. */
static int
begin_journal(struct moving *m, struct err *err)
{
	cleanup_relocate_report struct relocate_report journal = { 0 };
	cleanup_strvec struct strvec paths = { 0 };

	if (m->meta.fd < 0)
		return 0;
	if (moved_journal_read(&m->meta, &journal, err) < 0)
		return -1;
	strvec_add_all(&paths, m->plan.changed.items);
	for (size_t i = 0; i < m->plan.stale_count; i++)
		strvec_add(&paths, m->plan.stale[i].compiled);
	strvec_add(&paths, LAYOUT_META "/" LAYOUT_RECEIPT);
	if (manifest_find_true(&m->tree, &m->meta, &paths, &journal.changed, err) < 0)
		return -1;
	strvec_sort(&journal.changed);
	strvec_unique(&journal.changed);
	strvec_add_all(&m->known, journal.changed.items);
	add_stale(m, &journal);
	/* All that is stale, and nothing else of the plan. */
	moved_add_report(&journal, &(struct relocate_report){
					   .stale = m->plan.stale,
					   .stale_count = m->plan.stale_count,
				   });
	return moved_journal_write(&m->meta, &journal, err);
}

/* A version that does not start here is no worse for lacking a few compiled files. */
static int
recompile(struct moving *m, struct err *err)
{
	cleanup_env struct env ours = { 0 };
	cleanup_env struct env env = { 0 };
	cleanup_err struct err failed = { 0 };

	if (m->plan.stale_count == 0)
		return 0;
	env_copy(&ours);
	probe_env(&m->tree, &ours, &env);
	free(m->plan.place);
	m->plan.place = mem_strdup(m->path);
	if (relocate_recompile(&m->tree, m->facts.executable, &env, &m->plan, &failed) == 0)
		return 0;
	if (failed.code == ERR_INTERRUPTED)
		return err_set(err, ERR_INTERRUPTED, "%s", failed.message);
	event_warning(m->spec->events, m->name, "%s", failed.message);
	return 0;
}

/* What a run that was killed had written into .pyvern, and not renamed. */
static int
sweep(const struct moving *m, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (m->meta.fd < 0)
		return 0;
	if (fs_list_starting(&m->meta, FS_TEMPORARY, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_is_unique_name(names.items[i], FS_TEMPORARY) &&
		    fs_remove_tree(&m->meta, names.items[i], err) < 0)
			return -1;
	return 0;
}

static int
finish(struct moving *m, const struct moved_result *result, struct err *err)
{
	if (recompile(m, err) < 0)
		return -1;
	if (m->meta.fd < 0)
		return 0;
	if (result->from &&
	    receipt_add_move(&m->meta, result->from, result->to, result->files, err) < 0)
		return -1;
	/* The manifest speaks of what is on the disk, and the journal goes for good. */
	if (fs_sync_filesystem(&m->tree, err) < 0 ||
	    manifest_renew(&m->tree, &m->meta, &m->known, err) < 0)
		return -1;
	return moved_journal_remove(&m->meta, err);
}

static int
open_version(struct moving *m, struct err *err)
{
	const struct moved_spec *spec = m->spec;
	cleanup_err struct err no_python = { 0 };

	if (!spec->dry_run && store_begin(spec->store, m->name, spec->events, &m->stage, err) < 0)
		return -1;
	if (fs_open_dir_at(&spec->store->versions, m->name, &m->tree, err) < 0)
		return -1;
	if (fs_is_dir_at(&m->tree, LAYOUT_META) &&
	    fs_open_dir_at(&m->tree, LAYOUT_META, &m->meta, err) < 0)
		return -1;
	if (facts_read(spec->store, m->name, &m->facts, &no_python) < 0)
		m->facts.executable = mem_strdup("bin/python");
	m->path = store_path(spec->store, m->name);
	return 0;
}

/* In conda's trees programs and packages name their place inside, where a longer one has
 * no room. */
static void
tell_of_conda(const struct moving *m, struct moved_result *result)
{
	cleanup_free char *word = shell_word(m->name);

	if (!result->from || !fs_is_dir_at(&m->tree, "conda-meta"))
		return;
	strvec_add(&result->left, "conda-meta");
	strvec_take(&result->reasons,
		    mem_printf("what conda installed may name the old place inside: pyvern install "
			       "--force %s makes it anew",
			       word));
}

int
moved_version(const struct moved_spec *spec, const char *name, struct moved_result *ret_result,
	      struct err *err)
{
	cleanup_with(moving_reset) struct moving m = {
		.spec = spec, .name = name, .stage = STAGE_INIT, .tree = DIR_INIT, .meta = DIR_INIT
	};

	if (open_version(&m, err) < 0)
		return err_wrap(err, "%s", name);
	find_places(&m, ret_result);
	ret_result->resumed = moved_journal_exists(&m.meta);
	if (m.place_count == 0 && !ret_result->resumed)
		return 0;
	if (walk(&m, true, &m.plan, err) < 0 || check_plan(&m, err) < 0)
		return -1;
	strvec_sort(&m.plan.changed);
	strvec_unique(&m.plan.changed);
	ret_result->files = m.plan.changed.count;
	strvec_add_all(&ret_result->left, m.plan.left.items);
	strvec_add_all(&ret_result->reasons, m.plan.reasons.items);
	if (ret_result->files == 0)
		free(steal_ptr(&ret_result->from));
	tell_of_conda(&m, ret_result);
	if (spec->dry_run || (ret_result->files == 0 && !ret_result->resumed))
		return 0;
	event_phase(spec->events, name, "relocate", NULL);
	if (sweep(&m, err) < 0 || begin_journal(&m, err) < 0 || walk(&m, false, &m.done, err) < 0 ||
	    finish(&m, ret_result, err) < 0)
		return err_wrap(err, "%s", name);
	return 0;
}
