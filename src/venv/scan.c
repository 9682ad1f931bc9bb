/* SPDX-License-Identifier: MIT */
/* Finding environments, and pins, that nobody told us of. */
#include <config.h>

#include "venv/scan.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/pinfile.h"
#include "os/fs.h"
#include "os/sig.h"
#include "venv/look.h"

/* Large folders in which nobody keeps environments. */
static const char *const passed_over[] = { ".git",	   ".hg",	  ".svn",
					   "node_modules", "__pycache__", NULL };

struct walk {
	const char *skip;
	dev_t device;
	struct scan_found *found;
};

void
scan_found_reset(struct scan_found *found)
{
	strvec_reset(&found->envs);
	strvec_reset(&found->drafts);
	strvec_reset(&found->pinned);
	strvec_reset(&found->elsewhere);
}

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
is_env(const struct dir *tree, bool *ret_unread)
{
	cleanup_env_look struct env_look look = { 0 };

	if (!fs_exists_at(tree, "bin/python"))
		return false;
	if (env_look(tree, &look))
		return true;
	*ret_unread = look.is_unread;
	return false;
}

static bool
has_pin(const struct strvec *names)
{
	return strvec_has(names, PINFILE_NAME) || strvec_has(names, PINFILE_UV) ||
	       strvec_has(names, PINFILE_TOOLS) || strvec_has(names, PINFILE_PROJECT);
}

static void
note_elsewhere(struct walk *walk, const struct dir *parent, const char *name)
{
	cleanup_free char *path = path_join(parent->path, name, NULL);

	if (walk->found->elsewhere.count < SCAN_ELSEWHERE_MAX &&
	    (!walk->skip || strcmp(path, walk->skip) != 0))
		strvec_add(&walk->found->elsewhere, path);
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
	    is_passed_over(name))
		return 0;
	if (st.st_dev != walk->device) {
		note_elsewhere(walk, parent, name);
		return 0;
	}
	/* As good as an environment to look at, and none: nobody needs its version. */
	if (fs_is_unique_name(name, ENV_DRAFT_PREFIX)) {
		if (!strvec_has(&walk->found->drafts, parent->path))
			strvec_add(&walk->found->drafts, parent->path);
		return 0;
	}
	if (fs_open_dir_at(parent, name, &dir, &unread) < 0) {
		walk->found->unread++;
		return 0;
	}
	if (walk->skip && strcmp(dir.path, walk->skip) == 0)
		return 0;
	return walk_into(walk, &dir, depth, err);
}

static int
walk_into(struct walk *walk, const struct dir *dir, unsigned depth, struct err *err)
{
	struct scan_found *found = walk->found;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err unread = { 0 };
	bool is_unread = false;
	bool env = is_env(dir, &is_unread);

	if (sig_check(err) < 0)
		return -1;
	if (env)
		strvec_add(&found->envs, dir->path);
	found->unread += is_unread;
	if (fs_list(dir, &names, &unread) < 0) {
		found->unread += !env;
		return 0;
	}
	found->folders++;
	if (has_pin(&names))
		strvec_add(&found->pinned, dir->path);
	if (env || depth == 0)
		return 0;
	for (size_t i = 0; i < names.count; i++)
		if (look_at(walk, dir, names.items[i], depth - 1, err) < 0)
			return -1;
	return 0;
}

int
scan(const char *path, const char *skip, struct scan_found *ret, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct walk walk = { .skip = skip, .found = ret };
	struct stat st;

	if (fs_open_dir(path, &dir, err) < 0)
		return -1;
	if (fstat(dir.fd, &st) < 0)
		return err_sys(err, "cannot look at %s", path);
	walk.device = st.st_dev;
	if (walk_into(&walk, &dir, SCAN_DEPTH_MAX, err) < 0)
		return -1;
	strvec_sort(&ret->envs);
	return 0;
}
