/* SPDX-License-Identifier: MIT */
/* Staging folders: made, swept, committed. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "core/store_internal.h"

/* In a staging folder: the file whose lock tells that its owner lives. */
#define OWNER_FILE ".owner"
/* Guards making and judging staging folders, never held for long. */
#define STAGING_LOCK "staging"
/* Bytes of a version's name in the name of its lock file, which must stay below
 * PATH_NAME_MAX. Longer names that begin alike share a lock: harmless. */
#define LOCK_NAME_BYTES 200

static int
open_locks(const struct store *store, struct dir *ret_dir, struct err *err)
{
	return fs_make_dir_at(&store->root, LAYOUT_LOCKS, LAYOUT_FOLDER_MODE, ret_dir, err);
}

struct waiting {
	const struct events *events;
	const char *name;
};

static void
on_wait(void *ctx)
{
	const struct waiting *waiting = ctx;

	event_note(waiting->events, waiting->name, "another pyvern works on %s: waiting",
		   waiting->name);
}

/* Owned by the caller (free). */
static char *
lock_file_of(const char *name)
{
	struct str base = { name, str_find(str_from(name), '/') };

	if (base.n > LOCK_NAME_BYTES)
		base.n = LOCK_NAME_BYTES;
	return mem_printf("version-%.*s", STR_ARG(base));
}

int
store_lock_version(const struct store *store, const char *name, const struct events *events,
		   struct lock *ret_lock, struct err *err)
{
	cleanup_free char *file = lock_file_of(name);
	cleanup_dirfd struct dir locks = DIR_INIT;
	struct waiting waiting = { events, name };

	if (open_locks(store, &locks, err) < 0)
		return -1;
	return fs_lock(&locks, file, on_wait, &waiting, ret_lock, err);
}

static bool
try_lock_version(const struct store *store, const char *name, struct lock *ret_lock)
{
	cleanup_free char *file = lock_file_of(name);
	cleanup_dirfd struct dir locks = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	bool taken = false;

	return open_locks(store, &locks, &ignored) == 0 &&
	       fs_try_lock(&locks, file, &taken, ret_lock, &ignored) == 0 && taken;
}

/* The folder for stages: on the file system of versions/, because a version
 * appears by a rename. versions/.staging/ID/TREE is one level deeper than pyenv
 * looks. */
static int
open_staging(const struct store *store, struct dir *ret_dir, struct err *err)
{
	struct stat beside;
	struct stat versions;

	if (fs_make_dir_at(&store->root, LAYOUT_STAGING, S_IRWXU, ret_dir, err) < 0)
		return -1;
	if (fstat(ret_dir->fd, &beside) < 0 || fstat(store->versions.fd, &versions) < 0)
		return err_sys(err, "cannot look at %s", store->versions.path);
	if (beside.st_dev == versions.st_dev)
		return 0;
	dir_reset(ret_dir);
	return fs_make_dir_at(&store->versions, LAYOUT_STAGING, S_IRWXU, ret_dir, err);
}

static int
lock_staging(const struct store *store, struct lock *ret_lock, struct err *err)
{
	cleanup_dirfd struct dir locks = DIR_INIT;

	if (open_locks(store, &locks, err) < 0)
		return -1;
	return fs_lock(&locks, STAGING_LOCK, NULL, NULL, ret_lock, err);
}

int
stage_make(struct stage *stage, struct err *err)
{
	cleanup_free char *name = fs_unique_name("");
	cleanup_lock struct lock lock = LOCK_INIT;

	if (open_staging(stage->store, &stage->staging, err) < 0)
		return -1;
	/* A sweep must not see the folder before it is locked. */
	if (lock_staging(stage->store, &lock, err) < 0 ||
	    fs_make_dir_at(&stage->staging, name, S_IRWXU, &stage->work, err) < 0)
		return -1;
	stage->work_name = steal_ptr(&name);
	/* store_left() may be looking whether somebody has it: it will have gone on in a moment. */
	return fs_lock(&stage->work, OWNER_FILE, NULL, NULL, &stage->owner, err);
}

/* Remove a stage, best effort: what is left now is swept another time. */
static void
discard(const struct dir *staging, const char *name)
{
	cleanup_err struct err ignored = { 0 };

	if (fs_remove_tree(staging, name, &ignored) < 0)
		return;
}

/* Take over the folder NAME when its owner is gone. */
static bool
take_over(const struct dir *staging, const char *name, struct dir *ret_work, struct lock *ret_owner)
{
	cleanup_err struct err ignored = { 0 };
	bool taken = false;

	if (fs_open_dir_at(staging, name, ret_work, &ignored) < 0)
		return false;
	return fs_try_lock(ret_work, OWNER_FILE, &taken, ret_owner, &ignored) == 0 && taken;
}

/* Finish a replacement that its owner could not finish. False when it must wait:
 * another works on that version, or it failed, and nothing may be removed. */
static bool
finish_replacement(const struct store *store, const struct dir *work, const char *held)
{
	cleanup_free char *version = replace_version(work);
	cleanup_free char *lock_file = version ? lock_file_of(version) : NULL;
	cleanup_free char *held_file = lock_file_of(held);
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_err struct err ignored = { 0 };

	if (!version)
		return true;
	if (strcmp(lock_file, held_file) != 0 && !try_lock_version(store, version, &lock))
		return false;
	return replace_finish(store, work, &ignored) == 0;
}

static void
sweep_one(const struct store *store, const struct dir *staging, const char *name, const char *held)
{
	cleanup_dirfd struct dir work = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_lock struct lock owner = LOCK_INIT;
	cleanup_err struct err ignored = { 0 };

	if (lock_staging(store, &lock, &ignored) < 0 || !take_over(staging, name, &work, &owner))
		return;
	lock_release(&lock);
	if (finish_replacement(store, &work, held))
		discard(staging, name);
}

static void
sweep_temporaries_in(const struct store *store, const char *folder)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err none = { 0 };

	if (fs_is_dir_at(&store->root, folder) &&
	    fs_open_dir_at(&store->root, folder, &dir, &none) == 0)
		fs_sweep_temporaries(&dir);
}

/* What tells of a download that is not there any more. */
static void
sweep_cache(const struct store *store)
{
	cleanup_dirfd struct dir cache = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	sweep_temporaries_in(store, LAYOUT_CACHE);
	if (!fs_is_dir_at(&store->root, LAYOUT_CACHE) ||
	    fs_open_dir_at(&store->root, LAYOUT_CACHE, &cache, &none) < 0 ||
	    fs_list(&cache, &names, &none) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		struct str name = str_from(names.items[i]);
		cleanup_free char *part = NULL;

		if (!str_ends(name, STR_LIT(LAYOUT_PART_FROM_ENDING)))
			continue;
		part = mem_printf("%.*s" LAYOUT_PART_ENDING,
				  (int)(name.n - strlen(LAYOUT_PART_FROM_ENDING)), name.p);
		if (!fs_exists_at(&cache, part) && fs_is_left_over(&cache, names.items[i]))
			(void)unlinkat(cache.fd, names.items[i], 0);
	}
}

void
stage_sweep(const struct store *store, const char *held)
{
	cleanup_dirfd struct dir staging = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	fs_sweep_temporaries(&store->root);
	fs_sweep_temporaries(&store->versions);
	sweep_temporaries_in(store, STORE_GENERATIONS);
	sweep_cache(store);
	/* Best effort: what is left now is swept the next time. */
	if (open_staging(store, &staging, &ignored) < 0 || fs_list(&staging, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		sweep_one(store, &staging, names.items[i], held);
}

void
store_sweep(const struct store *store)
{
	if (store->root.fd >= 0 && store->versions.fd >= 0)
		stage_sweep(store, "");
}

/* Of what is in DIR/.staging and belongs to nobody that lives. */
static uint64_t
left_in(const struct dir *dir)
{
	cleanup_dirfd struct dir staging = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	uint64_t bytes = 0;

	if (dir->fd < 0 || !fs_is_dir_at(dir, LAYOUT_STAGING) ||
	    fs_open_dir_at(dir, LAYOUT_STAGING, &staging, &ignored) < 0 ||
	    fs_list(&staging, &names, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_dirfd struct dir work = DIR_INIT;
		cleanup_lock struct lock owner = LOCK_INIT;

		if (take_over(&staging, names.items[i], &work, &owner))
			bytes += fs_tree_size(&staging, names.items[i]);
	}
	return bytes;
}

uint64_t
store_left(const struct store *store)
{
	return left_in(&store->root) + left_in(&store->versions);
}

static int
begin(const struct store *store, const char *name, const struct events *events,
      struct stage *ret_stage, struct err *err)
{
	cleanup_stage struct stage stage = STAGE_INIT;

	stage.store = store;
	stage.events = events;
	stage.name = mem_strdup(name);
	stage.final_path = store_path(store, name);
	if (store_lock_version(store, name, events, &stage.lock, err) < 0)
		return -1;
	stage_sweep(store, name);
	if (stage_make(&stage, err) < 0)
		return err_wrap(err, "cannot stage %s", name);
	*ret_stage = stage;
	stage = (struct stage)STAGE_INIT;
	return 0;
}

int
store_begin(const struct store *store, const char *name, const struct events *events,
	    struct stage *ret_stage, struct err *err)
{
	if (store_check_name(name, err) < 0)
		return -1;
	if (strchr(name, '/'))
		return err_set(err, ERR_USAGE, "%s is the name of an environment", name);
	return begin(store, name, events, ret_stage, err);
}

int
store_begin_scratch(const struct store *store, struct stage *ret_stage, struct err *err)
{
	cleanup_stage struct stage stage = STAGE_INIT;

	stage.store = store;
	if (stage_make(&stage, err) < 0)
		return -1;
	*ret_stage = stage;
	stage = (struct stage)STAGE_INIT;
	return 0;
}

int
store_begin_env(const struct store *store, const char *name, const struct events *events,
		struct stage *ret_stage, struct err *err)
{
	if (store_check_name(name, err) < 0)
		return -1;
	return begin(store, name, events, ret_stage, err);
}

int
store_begin_outside(const struct store *store, const char *name, const struct events *events,
		    struct stage *ret_stage, struct err *err)
{
	return begin(store, name, events, ret_stage, err);
}

int
store_stage_tree(struct stage *stage, const char *relative, struct err *err)
{
	struct dir tree = DIR_INIT;

	if (fs_open_below(&stage->work, relative, &tree, err) < 0)
		return -1;
	dir_reset(&stage->tree);
	free(stage->tree_path);
	stage->tree = tree;
	stage->tree_path = mem_strdup(relative);
	return 0;
}

static int
check_complete(const struct stage *stage, const struct provenance *provenance, struct err *err)
{
	static const char *const needed[] = { LAYOUT_META "/" LAYOUT_FACTS,
					      LAYOUT_META "/" LAYOUT_RECEIPT,
					      LAYOUT_META "/" LAYOUT_MANIFEST };

	if (provenance->kind == PROVENANCE_NONE)
		return err_set(err, ERR_CHECK, "nothing vouches for where %s came from",
			       stage->name);
	if (stage->tree.fd < 0)
		return err_set(err, ERR_CHECK, "%s has no staged tree", stage->name);
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (!fs_exists_at(&stage->tree, needed[i]))
			return err_set(err, ERR_CHECK, "%s has no %s", stage->tree.path, needed[i]);
	return 0;
}

static int
exists_already(const struct stage *stage, struct err *err)
{
	err_set(err, ERR_PROTECTED, "%s exists already", stage->name);
	return err_detail(err, "is", "%s", stage->final_path);
}

/* Put the new tree in the place of the old one. */
static int
replace(const struct stage *stage, struct err *err)
{
	cleanup_err struct err after = { 0 };

	if (replace_prepare(stage, err) < 0 ||
	    replace_record(&stage->work, stage->name, stage->tree_path, err) < 0 ||
	    fs_exchange(&stage->work, stage->tree_path, &stage->store->versions, stage->name, err) <
		    0)
		return err_wrap(err, "cannot replace %s", stage->name);
	if (replace_finish(stage->store, &stage->work, &after) < 0)
		event_warning(stage->events, stage->name, "%s", after.message);
	return 0;
}

static int
put_in_place(const struct stage *stage, unsigned flags, struct err *err)
{
	const struct store *store = stage->store;

	/* An alias of ours gives way to a version that is called so (2.7). */
	if (fs_exists_at(&store->versions, stage->name)) {
		if (!(flags & COMMIT_REPLACE) && !store_alias_target(store, stage->name, NULL))
			return exists_already(stage, err);
		return replace(stage, err);
	}
	if (fs_rename_new(&stage->work, stage->tree_path, &store->versions, stage->name, err) == 0)
		return 0;
	/* Made by something that does not know our locks, like pyenv. */
	if (err->sys == EEXIST) {
		err_reset(err);
		return exists_already(stage, err);
	}
	return -1;
}

/* Has somebody chosen (pyenv reads the names `global` and `default`, too)? */
static bool
has_global(const struct dir *root)
{
	return fs_exists_at(root, LAYOUT_GLOBAL) || fs_exists_at(root, "global") ||
	       fs_exists_at(root, "default");
}

int
store_choose_first(const struct store *store, const char *name, const struct strvec *together,
		   bool *ret_first, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_free char *line = mem_printf("%s\n", name);

	*ret_first = false;
	if (!store->policy->first_is_global || has_global(&store->root))
		return 0;
	if (store_list(store, 0, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++)
		if (strcmp(entries.items[i].name, name) != 0 &&
		    !strvec_has(together, entries.items[i].name))
			return 0;
	if (fs_write_file(&store->root, LAYOUT_GLOBAL, str_from(line), 0644, err) < 0)
		return -1;
	*ret_first = true;
	return 0;
}

int
store_commit(struct stage *stage, const struct provenance *provenance, unsigned flags,
	     bool *ret_first, struct err *err)
{
	const struct strvec alone = { 0 };
	cleanup_err struct err after = { 0 };

	*ret_first = false;
	if (check_complete(stage, provenance, err) < 0)
		return -1;
	if (!(flags & COMMIT_NO_SYNC) && fs_sync_filesystem(&stage->tree, err) < 0)
		return err_wrap(err, "cannot commit %s", stage->name);
	/* Before the rename: from then on anybody may make the aliases right. */
	if (generation_mark_trying(stage->store, stage->name, flags & COMMIT_TRYING, err) < 0 ||
	    put_in_place(stage, flags, err) < 0)
		return -1;
	if (!(flags & COMMIT_NO_SYNC) && fs_sync_dir(&stage->store->versions, err) < 0)
		return -1;
	/* The version is there; what fails from now on is only worth a warning. */
	if (store_refresh_aliases(stage->store, &after) < 0)
		event_warning(stage->events, stage->name, "aliases are not up to date: %s",
			      after.message);
	err_reset(&after);
	if (!(flags & COMMIT_NO_DEFAULT) &&
	    store_choose_first(stage->store, stage->name, &alone, ret_first, &after) < 0)
		event_warning(stage->events, stage->name, "it is not the global version: %s",
			      after.message);
	return 0;
}

void
stage_reset(struct stage *stage)
{
	cleanup_err struct err ignored = { 0 };

	/* What cannot be removed now is swept later, when the lock is gone; a
	 * replaced tree with environments that could not be moved stays. */
	if (stage->work_name && replace_finish(stage->store, &stage->work, &ignored) == 0)
		discard(&stage->staging, stage->work_name);
	dir_reset(&stage->tree);
	dir_reset(&stage->work);
	dir_reset(&stage->staging);
	lock_release(&stage->owner);
	lock_release(&stage->lock);
	free(stage->name);
	free(stage->final_path);
	free(stage->work_name);
	free(stage->tree_path);
	*stage = (struct stage)STAGE_INIT;
}
