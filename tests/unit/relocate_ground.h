/* SPDX-License-Identifier: MIT */
/* A tree of files to be moved to another place. */
#ifndef PYVERN_TESTS_RELOCATE_GROUND_H
#define PYVERN_TESTS_RELOCATE_GROUND_H

#include "folder.h"

#include "supply/relocate.h"

static inline void
put(const struct folder *f, const char *path, const char *text, mode_t mode)
{
	char *full = path_join(f->path, path, NULL);
	char *folder = mem_strndup(path_dir(full).p, path_dir(full).n);
	struct dir dir = DIR_INIT;
	struct err err = { 0 };

	assert_ok(fs_make_dirs(folder, 0755, &dir, &err), &err);
	assert_ok(fs_replace_file(&dir, path_base(full).p, str_from(text), mode, &err), &err);
	dir_reset(&dir);
	free(folder);
	free(full);
}

/* What the file at PATH holds. Owned by the caller. */
static inline char *
get(const struct folder *f, const char *path)
{
	struct buf text = BUF_INIT(1024 * 1024);
	struct err err = { 0 };

	assert_ok(fs_read_file(&f->dir, path, &text, &err), &err);
	return buf_take(&text);
}

/* A folder with the programs NAMES, for PATH. Owned by the caller. */
static inline char *
make_programs(const struct folder *f, const char *const *names)
{
	for (; *names; names++) {
		char *path = path_join("programs", *names, NULL);

		put(f, path, "", 0755);
		free(path);
	}
	return path_join(f->path, "programs", NULL);
}

#endif
