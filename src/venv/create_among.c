/* SPDX-License-Identifier: MIT */
/* Making an environment in a folder that has something in it already. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/activate.h"
#include "venv/cfg.h"
#include "venv/create_internal.h"
#include "venv/look.h"

/* Folders in folders: pip has seven. */
#define DEPTH_MAX 64

enum step {
	STEP_CHECK, /* is anything in the way? */
	STEP_MOVE,
};

static int
in_the_way(const struct dir *into, const char *name, const char *what, struct err *err)
{
	err_set(err, ERR_PROTECTED, "%s/%s is in the way: it is %s", into->path, name, what);
	return err_detail(err, "to fix", "move it away, or another name");
}

static int merge(const struct dir *from, const struct dir *into, enum step step, unsigned depth,
		 struct err *err);

static int
merge_folder(const struct dir *from, const struct dir *into, const char *name, enum step step,
	     unsigned depth, struct err *err)
{
	cleanup_dirfd struct dir below = DIR_INIT;
	cleanup_dirfd struct dir there = DIR_INIT;

	if (depth > DEPTH_MAX)
		return err_set(err, ERR_CHECK, "%s/%s is too deep", from->path, name);
	if (fs_open_dir_at(from, name, &below, err) < 0 ||
	    fs_open_dir_at(into, name, &there, err) < 0)
		return -1;
	return merge(&below, &there, step, depth + 1, err);
}

static int
merge_entry(const struct dir *from, const struct dir *into, const char *name, enum step step,
	    unsigned depth, struct err *err)
{
	struct stat ours;
	struct stat theirs;
	bool is_there = fstatat(into->fd, name, &theirs, AT_SYMLINK_NOFOLLOW) == 0;

	if (!is_there && errno != ENOENT)
		return err_sys(err, "cannot look at %s/%s", into->path, name);
	if (fstatat(from->fd, name, &ours, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot look at %s/%s", from->path, name);
	if (is_there && S_ISDIR(ours.st_mode)) {
		if (!S_ISDIR(theirs.st_mode))
			return in_the_way(into, name, "no folder", err);
		return merge_folder(from, into, name, step, depth, err);
	}
	if (is_there && S_ISDIR(theirs.st_mode)) {
		/* It is a folder of its own in environments that virtualenv once made. */
		return strcmp(name, "lib64") == 0 ? 0 : in_the_way(into, name, "a folder", err);
	}
	if (step == STEP_CHECK || renameat(from->fd, name, into->fd, name) == 0)
		return 0;
	return err_sys(err, "cannot put %s/%s in its place", into->path, name);
}

static int
merge(const struct dir *from, const struct dir *into, enum step step, unsigned depth,
      struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(from, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if ((depth > 0 || strcmp(names.items[i], CFG_NAME) != 0) &&
		    merge_entry(from, into, names.items[i], step, depth, err) < 0)
			return -1;
	return depth > 0 ? 0 : merge_entry(from, into, CFG_NAME, step, depth, err);
}

static int
make_and_merge(const struct dir *folder, const char *name, const struct filler *filler,
	       struct err *err)
{
	cleanup_dirfd struct dir draft = DIR_INIT;

	if (fs_make_dir_at(folder, name, 0777, &draft, err) < 0 ||
	    filler->fill(filler->ctx, &draft, err) < 0 ||
	    merge(&draft, folder, STEP_CHECK, 0, err) < 0)
		return -1;
	return merge(&draft, folder, STEP_MOVE, 0, err);
}

int
create_among(const char *path, const struct filler *filler, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	/* In the folder itself, which may be a file system of its own. */
	cleanup_free char *name = fs_unique_name(ENV_DRAFT_PREFIX);
	cleanup_err struct err left = { 0 };
	int result;

	if (venv_check_path(path, err) < 0 || fs_make_dirs(path, 0777, &folder, err) < 0)
		return -1;
	result = make_and_merge(&folder, name, filler, err);
	/* What was not moved, and the empty folders. */
	(void)!fs_remove_tree(&folder, name, &left);
	return result;
}
