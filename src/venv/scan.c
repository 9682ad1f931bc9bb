/* SPDX-License-Identifier: MIT */
/* Finding environments that nobody told us of. */
#include <config.h>

#include "venv/scan.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "os/fs.h"
#include "os/sig.h"
#include "venv/look.h"

/* Large folders in which nobody keeps environments. */
static const char *const passed_over[] = { ".git",	   ".hg",	  ".svn",
					   "node_modules", "__pycache__", NULL };

struct walk {
	const char *skip;
	dev_t device;
	struct strvec *paths;
	struct strvec *drafts;
	size_t unread;
};

static bool
is_passed_over(const char *name)
{
	for (const char *const *n = passed_over; *n; n++)
		if (strcmp(name, *n) == 0)
			return true;
	return false;
}

/* An environment has a bin/python, be it one that leads nowhere now. */
static bool
is_env(const struct dir *tree)
{
	cleanup_env_look struct env_look look = { 0 };

	return fs_exists_at(tree, "bin/python") && env_look(tree, &look);
}

static int walk_into(struct walk *walk, const struct dir *dir, unsigned depth, struct err *err);

static int
look_at(struct walk *walk, const struct dir *parent, const char *name, unsigned depth,
	struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err unread = { 0 };
	struct stat st;

	if (fstatat(parent->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) ||
	    st.st_dev != walk->device || is_passed_over(name))
		return 0;
	/* As good as an environment to look at, and none: nobody needs its version. */
	if (fs_is_unique_name(name, ENV_DRAFT_PREFIX)) {
		if (!strvec_has(walk->drafts, parent->path))
			strvec_add(walk->drafts, parent->path);
		return 0;
	}
	if (fs_open_dir_at(parent, name, &dir, &unread) < 0) {
		walk->unread++;
		return 0;
	}
	if (walk->skip && strcmp(dir.path, walk->skip) == 0)
		return 0;
	return walk_into(walk, &dir, depth, err);
}

static int
walk_into(struct walk *walk, const struct dir *dir, unsigned depth, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err unread = { 0 };

	if (sig_check(err) < 0)
		return -1;
	if (is_env(dir)) {
		strvec_add(walk->paths, dir->path);
		return 0;
	}
	if (depth == 0)
		return 0;
	if (fs_list(dir, &names, &unread) < 0) {
		walk->unread++;
		return 0;
	}
	for (size_t i = 0; i < names.count; i++)
		if (look_at(walk, dir, names.items[i], depth - 1, err) < 0)
			return -1;
	return 0;
}

int
scan(const char *path, const char *skip, struct strvec *ret_paths, struct strvec *ret_drafts,
     size_t *ret_unread, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct walk walk = { .skip = skip, .paths = ret_paths, .drafts = ret_drafts };
	struct stat st;

	if (fs_open_dir(path, &dir, err) < 0)
		return -1;
	if (fstat(dir.fd, &st) < 0)
		return err_sys(err, "cannot look at %s", path);
	walk.device = st.st_dev;
	if (walk_into(&walk, &dir, SCAN_DEPTH_MAX, err) < 0)
		return -1;
	strvec_sort(ret_paths);
	*ret_unread = walk.unread;
	return 0;
}
