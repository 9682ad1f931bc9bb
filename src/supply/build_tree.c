/* SPDX-License-Identifier: MIT */
/* What `make install` leaves undone in a tree. */
#include <config.h>

#include "supply/build.h"

#include <dirent.h>
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

static int
add_links(const struct dir *tree, const struct version *version, struct err *err)
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

/* FD is taken. */
static int
close_folders(int fd, unsigned depth, struct err *err)
{
	cleanup_fd int own = fd;
	cleanup_dir DIR *dir = fdopendir(own);
	struct dirent *entry;
	struct stat st;

	if (!dir || fstat(steal_fd(&own), &st) < 0)
		return err_sys(err, "cannot read a folder of the new version");
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) &&
	    fchmod(fd, st.st_mode & 07777 & (mode_t) ~(S_IWGRP | S_IWOTH)) < 0)
		return err_sys(err, "cannot change the mode of a folder of the new version");
	while (depth < TREE_DEPTH_MAX && (entry = readdir(dir))) {
		int next;

		if (str_eq_text(str_from(entry->d_name), ".") ||
		    str_eq_text(str_from(entry->d_name), "..") ||
		    (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN))
			continue;
		next = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && (errno == ENOTDIR || errno == ELOOP))
			continue;
		if (next < 0)
			return err_sys(err, "cannot open a folder of the new version");
		if (close_folders(next, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

int
build_finish_tree(const struct dir *tree, const struct version *version, struct err *err)
{
	int fd;

	if (add_links(tree, version, err) < 0)
		return -1;
	fd = openat(tree->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "cannot open %s", tree->path);
	return close_folders(fd, 0, err);
}
