/* SPDX-License-Identifier: MIT */
/* A Python for a folder that is not in versions/: staged at it, then put there. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "core/store_internal.h"

/* What the names of such stages begin with. */
#define PLACE_STAGE ".python-build-"
/* Age in seconds at which one without a living owner is left over: between its making
 * and its lock is a moment. */
#define LEFT_OVER_S 60
/* Folders inside folders of an installed tree: it has about 10. */
#define PLACE_DEPTH_MAX 64

static int
no_folder(const char *path, struct err *err)
{
	return err_set(err, ERR_FAILED, "%s is no folder", path);
}

/* Is PATH a folder of its own on the file system of PARENT, with nothing in it, so that
 * a rename can put another in its place? */
static bool
can_be_replaced(const char *path, const struct dir *parent)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct stat st;
	struct stat above;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && fstat(parent->fd, &above) == 0 &&
	       st.st_dev == above.st_dev && fs_is_writable(parent) &&
	       fs_open_dir(path, &dir, &ignored) == 0 && fs_list(&dir, &names, &ignored) == 0 &&
	       names.count == 0;
}

/* The folder that the stage is made in: PATH's parent, or PATH itself where that is to
 * stay the folder that it is. */
static int
open_around(const char *path, struct dir *ret_dir, struct err *err)
{
	struct str above = path_dir(path);
	cleanup_free char *parent = mem_strndup(above.p, above.n);
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return no_folder(path, err);
	if (lstat(path, &st) < 0)
		return fs_make_dirs(parent, LAYOUT_FOLDER_MODE, ret_dir, err);
	if (fs_open_dir(parent, ret_dir, err) < 0)
		return -1;
	if (can_be_replaced(path, ret_dir))
		return 0;
	dir_reset(ret_dir);
	return fs_open_dir(path, ret_dir, err);
}

/* Remove what processes left that are gone, best effort. */
static void
sweep(const struct dir *staging)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_list_starting(staging, PLACE_STAGE, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_dirfd struct dir work = DIR_INIT;
		cleanup_err struct err kept = { 0 };
		struct stat st;

		if (fs_is_unique_name(names.items[i], PLACE_STAGE) &&
		    fs_open_dir_at(staging, names.items[i], &work, &kept) == 0 &&
		    fstat(work.fd, &st) == 0 && st.st_uid == geteuid() &&
		    time(NULL) - st.st_mtime >= LEFT_OVER_S && fs_try_lock_dir(&work) &&
		    fs_remove_tree(staging, names.items[i], &kept) < 0)
			return;
	}
}

static int
begin_at(struct stage *stage, struct err *err)
{
	if (!path_component_ok(str_from(stage->name)))
		return err_set(err, ERR_USAGE, "%s can be no folder of a Python",
			       stage->final_path);
	if (open_around(stage->final_path, &stage->staging, err) < 0)
		return -1;
	sweep(&stage->staging);
	stage->work_name = fs_unique_name(PLACE_STAGE);
	if (fs_make_dir_at(&stage->staging, stage->work_name, S_IRWXU, &stage->work, err) < 0)
		return -1;
	/* Where it cannot be locked, nobody sweeps either. */
	(void)fs_try_lock_dir(&stage->work);
	return 0;
}

int
store_begin_at(const struct store *store, const char *path, const struct events *events,
	       struct stage *ret_stage, struct err *err)
{
	*ret_stage = (struct stage)STAGE_INIT;
	ret_stage->store = store;
	ret_stage->events = events;
	ret_stage->name = mem_strdup(path_base(path).p);
	ret_stage->final_path = mem_strdup(path);
	if (begin_at(ret_stage, err) == 0)
		return 0;
	stage_reset(ret_stage);
	return -1;
}

/* Moving one tree over another. */
struct laying {
	bool rehearsal; /* only look whether it can be done */
};

static int lay_content(const struct laying *laying, const struct dir *from, const struct dir *to,
		       unsigned depth, struct err *err);

static int
not_alike(const struct dir *to, const char *name, const char *kind, struct err *err)
{
	(void)err_set(err, ERR_PROTECTED, "%s/%s is in the way of a %s", to->path, name, kind);
	return err_detail(err, "to fix", "another folder, or without it");
}

/* The folder NAME of FROM over that of TO, which may be a link to a folder, as
 * /usr/local/man is. */
static int
lay_folder(const struct laying *laying, const struct dir *from, const struct dir *to,
	   const char *name, unsigned depth, struct err *err)
{
	cleanup_dirfd struct dir below = DIR_INIT;
	cleanup_dirfd struct dir place = DIR_INIT;
	struct stat st;

	if (fstatat(to->fd, name, &st, 0) == 0 && !S_ISDIR(st.st_mode))
		return not_alike(to, name, "folder", err);
	if (!fs_is_dir_at(to, name)) {
		if (!laying->rehearsal && renameat(from->fd, name, to->fd, name) < 0)
			return err_sys(err, "cannot put %s/%s there", to->path, name);
		return 0;
	}
	place.path = path_join(to->path, name, NULL);
	place.fd = openat(to->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place.fd < 0)
		return err_sys(err, "cannot open the folder %s", place.path);
	if (fs_open_dir_at(from, name, &below, err) < 0)
		return -1;
	return lay_content(laying, &below, &place, depth + 1, err);
}

static int
lay_one(const struct laying *laying, const struct dir *from, const struct dir *to, const char *name,
	unsigned depth, struct err *err)
{
	struct stat st;
	struct stat there;

	if (fstatat(from->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot look at %s/%s", from->path, name);
	if (S_ISDIR(st.st_mode))
		return lay_folder(laying, from, to, name, depth, err);
	if (fstatat(to->fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(there.st_mode))
		return not_alike(to, name, "file", err);
	if (!laying->rehearsal && renameat(from->fd, name, to->fd, name) < 0)
		return err_sys(err, "cannot put %s/%s there", to->path, name);
	return 0;
}

static int
lay_content(const struct laying *laying, const struct dir *from, const struct dir *to,
	    unsigned depth, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (depth > PLACE_DEPTH_MAX)
		return err_set(err, ERR_FAILED, "%s is too deep", from->path);
	if (laying->rehearsal && !fs_is_writable(to))
		return err_set(err, ERR_PROTECTED, "%s is not writable", to->path);
	if (fs_list(from, &names, err) < 0)
		return -1;
	/* Backwards, so that bin comes when all that its programs need is there. */
	for (size_t i = names.count; i-- > 0;)
		if (lay_one(laying, from, to, names.items[i], depth, err) < 0)
			return -1;
	return 0;
}

/* What is in the folder already stays, unless it has the same name. What we say of a
 * whole folder is not true of it, or not any more: it is not ours alone. */
static int
lay_over(const struct stage *stage, struct err *err)
{
	const struct laying rehearsal = { .rehearsal = true };
	const struct laying laying = { .rehearsal = false };

	if (fs_remove_tree(&stage->tree, LAYOUT_META, err) < 0 ||
	    lay_content(&rehearsal, &stage->tree, &stage->staging, 0, err) < 0 ||
	    fs_remove_tree(&stage->staging, LAYOUT_META, err) < 0)
		return -1;
	return lay_content(&laying, &stage->tree, &stage->staging, 0, err);
}

int
store_commit_at(struct stage *stage, const struct provenance *provenance, unsigned flags,
		struct err *err)
{
	bool is_around = strcmp(stage->staging.path, stage->final_path) != 0;

	if (provenance->kind == PROVENANCE_NONE)
		return err_set(err, ERR_CHECK, "nothing vouches for what %s is made of",
			       stage->final_path);
	if (!(flags & COMMIT_NO_SYNC) && fs_sync_filesystem(&stage->tree, err) < 0)
		return -1;
	if (!is_around)
		return lay_over(stage, err);
	/* rename(2) takes the place of an empty folder. */
	if (renameat(stage->work.fd, stage->tree_path, stage->staging.fd, stage->name) == 0)
		return flags & COMMIT_NO_SYNC ? 0 : fs_sync_dir(&stage->staging, err);
	if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
		return err_sys(err, "cannot put it to %s", stage->final_path);
	(void)err_set(err, ERR_PROTECTED, "%s was made by somebody else meanwhile",
		      stage->final_path);
	return err_detail(err, "to fix", "look at what is there, and once more");
}
