/* SPDX-License-Identifier: MIT */
/* What `make install` leaves undone in a tree. */
#include <config.h>

#include "supply/build.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Folders inside folders that are walked: an installed tree has about 10. */
#define TREE_DEPTH_MAX 64

/* The link NAME -> TARGET in BIN, unless NAME exists. */
static int
link_missing(const struct dir *bin, const char *name, const char *target, struct err *err)
{
	if (symlinkat(target, bin->fd, name) == 0 || errno == EEXIST)
		return 0;
	return err_sys(err, "cannot make the link %s/%s", bin->path, name);
}

/* For "python3.13", "2to3-3.13" or "python3.13-config" and SUFFIX "3.13": the
 * unsuffixed names. */
static int
link_names(const struct dir *bin, const char *file, const char *suffix, unsigned major,
	   struct err *err)
{
	static const struct str config = STR_LIT("-config");
	struct str stem = str_from(file);
	const char *tail = "";
	cleanup_free char *plain = NULL;
	cleanup_free char *with_major = NULL;

	if (str_ends(stem, config)) {
		stem.n -= config.n;
		tail = "-config";
	}
	if (!str_ends(stem, str_from(suffix)))
		return 0;
	stem.n -= str_from(suffix).n;
	if (str_ends(stem, STR_LIT("-")))
		stem.n--;
	if (stem.n == 0)
		return 0;
	plain = mem_printf("%.*s%s", STR_ARG(stem), tail);
	with_major = mem_printf("%.*s%u%s", STR_ARG(stem), major, tail);
	if (link_missing(bin, plain, file, err) < 0)
		return -1;
	return link_missing(bin, with_major, file, err);
}

int
build_link_names(const struct dir *tree, const struct version *version, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *suffix = mem_printf("%u.%u", version->language[0], version->language[1]);

	if (fs_open_dir_at(tree, "bin", &bin, err) < 0 || fs_list(&bin, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		if (link_names(&bin, names.items[i], suffix, version->language[0], err) < 0)
			return -1;
	}
	return 0;
}

/* Take the right to write NAME from all but its owner. */
static int
close_one(const struct dir *dir, const char *name, const struct stat *st, struct err *err)
{
	mode_t mode = st->st_mode & 07777 & (mode_t) ~(S_IWGRP | S_IWOTH);

	if (mode == (st->st_mode & 07777) || fchmodat(dir->fd, name, mode, 0) == 0)
		return 0;
	return err_sys(err, "cannot change the mode of %s/%s", dir->path, name);
}

static int
close_content(const struct dir *dir, unsigned depth, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_dirfd struct dir below = DIR_INIT;
		const char *name = names.items[i];
		struct stat st;

		if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys(err, "cannot look at %s/%s", dir->path, name);
		if (S_ISLNK(st.st_mode))
			continue;
		if (close_one(dir, name, &st, err) < 0)
			return -1;
		if (!S_ISDIR(st.st_mode) || depth == TREE_DEPTH_MAX)
			continue;
		if (fs_open_dir_at(dir, name, &below, err) < 0 ||
		    close_content(&below, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

int
build_finish_tree(const struct dir *tree, const struct version *version, struct err *err)
{
	struct stat st;

	if (build_link_names(tree, version, err) < 0)
		return -1;
	if (fstat(tree->fd, &st) < 0)
		return err_sys(err, "cannot look at %s", tree->path);
	if (close_one(tree, ".", &st, err) < 0)
		return -1;
	return close_content(tree, 0, err);
}
