/* SPDX-License-Identifier: MIT */
/* An environment at another place: moved there, or a second one like it. */
#include <config.h>

#include "venv/duplicate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

#include "base/path.h"
#include "core/registered.h"
#include "os/fd.h"
#include "os/sig.h"
#include "venv/cfg.h"
#include "venv/create.h"
#include "venv/create_internal.h"

/* Folders inside folders: each needs two descriptors. */
#define DEPTH_MAX 100

/* Share the blocks of FROM, or copy its bytes. */
static int
copy_bytes(int from, int to)
{
#ifdef FICLONE
	if (ioctl(to, FICLONE, from) == 0)
		return 0;
#endif
	return fd_copy(from, to);
}

static int
copy_file(const struct dir *from, const struct dir *to, const char *name, const struct stat *st)
{
	const struct timespec times[2] = { st->st_atim, st->st_mtim };
	cleanup_fd int in = openat(from->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	cleanup_fd int out = -1;

	if (in < 0)
		return -1;
	out = openat(to->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* Compiled files name the time of their source. */
	if (out < 0 || copy_bytes(in, out) < 0 || fchmod(out, st->st_mode & 0777) < 0 ||
	    futimens(out, times) < 0)
		return -1;
	return close(steal_fd(&out));
}

static int copy_tree(const struct dir *from, const struct dir *to, unsigned depth, struct err *err);

static int
copy_folder(const struct dir *from, const struct dir *to, const char *name, const struct stat *st,
	    unsigned depth, struct err *err)
{
	const struct timespec times[2] = { st->st_atim, st->st_mtim };
	cleanup_dirfd struct dir inner_from = DIR_INIT;
	cleanup_dirfd struct dir inner_to = DIR_INIT;

	if (depth == 0)
		return err_set(err, ERR_FAILED, "%s has too many folders in folders", from->path);
	if (fs_open_dir_at(from, name, &inner_from, err) < 0 ||
	    fs_make_dir_at(to, name, 0700, &inner_to, err) < 0 ||
	    copy_tree(&inner_from, &inner_to, depth - 1, err) < 0)
		return -1;
	if (fchmod(inner_to.fd, st->st_mode & 0777) < 0 || futimens(inner_to.fd, times) < 0)
		return err_sys(err, "cannot make %s", inner_to.path);
	return 0;
}

static int
copy_one(const struct dir *from, const struct dir *to, const char *name, unsigned depth,
	 struct err *err)
{
	int result = 0;
	struct stat st;

	if (fstatat(from->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot look at %s/%s", from->path, name);
	if (S_ISDIR(st.st_mode))
		return copy_folder(from, to, name, &st, depth, err);
	if (S_ISLNK(st.st_mode)) {
		cleanup_free char *target = fs_read_link(from, name);

		result = target ? symlinkat(target, to->fd, name) : -1;
	} else if (S_ISREG(st.st_mode)) {
		/* pip's files are a seed's, and shared already. */
		bool is_shared = st.st_nlink > 1 && !(st.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) &&
				 linkat(from->fd, name, to->fd, name, 0) == 0;

		result = is_shared ? 0 : copy_file(from, to, name, &st);
	}
	return result < 0 ? err_sys(err, "cannot copy %s/%s", from->path, name) : 0;
}

static int
copy_tree(const struct dir *from, const struct dir *to, unsigned depth, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (sig_check(err) < 0 || fs_list(from, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (copy_one(from, to, names.items[i], depth, err) < 0)
			return -1;
	return 0;
}

/* An id is of one environment. */
static int
drop_id(const struct dir *tree, struct err *err)
{
	cleanup_buf struct buf old = BUF_INIT(BUF_TEXT_MAX);
	cleanup_buf struct buf new = BUF_INIT(BUF_TEXT_MAX);
	struct str rest;
	struct str line;

	if (!fs_exists_at(tree, CFG_NAME))
		return 0;
	if (fs_read_file(tree, CFG_NAME, &old, err) < 0)
		return -1;
	rest = buf_str(&old);
	while (str_line(&rest, &line)) {
		struct str key = str_trim((struct str){ line.p, str_find(line, '=') });

		if (str_eq_text(key, REGISTERED_ID_KEY))
			continue;
		buf_add_str(&new, line);
		buf_add_char(&new, '\n');
	}
	return buf_check(&new, CFG_NAME, err) < 0
		       ? -1
		       : fs_update_file(tree, CFG_NAME, buf_str(&new), 0644, 0777, err);
}

struct copying {
	const char *from;
	const char *to;
	bool keeps_id;
	struct readdress_report *report;
};

static int
fill(const void *ctx, const struct dir *tree, struct err *err)
{
	const struct copying *c = ctx;
	cleanup_dirfd struct dir from = DIR_INIT;

	if (fs_open_dir(c->from, &from, err) < 0 || copy_tree(&from, tree, DEPTH_MAX, err) < 0 ||
	    readdress(tree, c->from, c->to, c->report, err) < 0)
		return -1;
	return c->keeps_id ? 0 : drop_id(tree, err);
}

static int
check_places(const char *from, const char *to, struct err *err)
{
	if (path_is_below(to, from) || path_is_below(from, to))
		return err_set(err, ERR_USAGE, "%s and %s are in each other", from, to);
	return venv_check_place(to, false, err);
}

static int
copy(const struct copying *c, struct err *err)
{
	const struct filler filler = { fill, c };
	cleanup_free char *left = NULL;
	bool replaced;

	return create_in_place(c->to, false, &filler, &replaced, &left, err);
}

int
duplicate(const char *from, const char *to, struct readdress_report *ret_report, struct err *err)
{
	const struct copying c = { from, to, false, ret_report };

	if (check_places(from, to, err) < 0)
		return -1;
	return copy(&c, err);
}

/* The folder that PATH is in, made if it is missing. */
static int
open_parent(const char *path, struct dir *ret_dir, struct err *err)
{
	cleanup_free char *parent = mem_strndup(path_dir(path).p, path_dir(path).n);

	return fs_make_dirs(parent, 0777, ret_dir, err);
}

static int
copy_and_remove(const char *from, const char *to, const struct dir *parent,
		struct readdress_report *ret_report, char **ret_left, struct err *err)
{
	const struct copying c = { from, to, true, ret_report };
	cleanup_err struct err left = { 0 };

	if (copy(&c, err) < 0)
		return -1;
	if (fs_remove_tree(parent, path_base(from).p, &left) < 0)
		*ret_left = mem_strdup(from);
	return 0;
}

int
duplicate_move(const char *from, const char *to, struct readdress_report *ret_report,
	       char **ret_left, struct err *err)
{
	cleanup_dirfd struct dir old_parent = DIR_INIT;
	cleanup_dirfd struct dir new_parent = DIR_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_readdress_report struct readdress_report ignored = { 0 };
	cleanup_err struct err back = { 0 };
	struct stat old;
	struct stat new;

	*ret_left = NULL;
	if (check_places(from, to, err) < 0 || fs_open_dir(from, &tree, err) < 0 ||
	    open_parent(from, &old_parent, err) < 0)
		return -1;
	if (!fs_is_writable(&old_parent))
		return err_set(err, ERR_FAILED, "cannot move %s: %s is not writable", from,
			       old_parent.path);
	if (open_parent(to, &new_parent, err) < 0)
		return -1;
	if (fstat(tree.fd, &old) < 0 || fstat(new_parent.fd, &new) < 0)
		return err_sys(err, "cannot look at %s", from);
	if (old.st_dev != new.st_dev)
		return copy_and_remove(from, to, &old_parent, ret_report, ret_left, err);
	if (!fs_is_writable(&new_parent))
		return err_set(err, ERR_FAILED, "cannot move %s: %s is not writable", from,
			       new_parent.path);
	if (readdress(&tree, from, to, ret_report, err) == 0 &&
	    /* An empty folder may be there, which only a plain rename replaces. */
	    renameat(old_parent.fd, path_base(from).p, new_parent.fd, path_base(to).p) == 0)
		return 0;
	if (err->code == ERR_NONE)
		err_sys(err, "cannot move %s to %s", from, to);
	/* As it was. */
	(void)!readdress(&tree, to, from, &ignored, &back);
	return -1;
}
