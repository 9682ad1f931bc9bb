/* SPDX-License-Identifier: MIT */
/* A private folder for each test. */
#ifndef PYVERN_TESTS_FOLDER_H
#define PYVERN_TESTS_FOLDER_H

#include "unit.h"

#include "base/path.h"
#include "os/fs.h"

struct folder {
	char *path;
	struct dir dir;
};

static inline int
folder_setup(void **state)
{
	struct folder *f = mem_zalloc(sizeof(*f));
	struct err err = { 0 };

	f->path = unit_make_folder();
	assert_ok(fs_open_dir(f->path, &f->dir, &err), &err);
	*state = f;
	return 0;
}

/* Remove the folder at PATH with all that is in it. */
static inline void
remove_folder(const char *path)
{
	cleanup_dirfd struct dir parent = DIR_INIT;
	cleanup_free char *up = mem_strndup(path_dir(path).p, path_dir(path).n);
	struct err err = { 0 };

	assert_ok(fs_open_dir(up, &parent, &err), &err);
	assert_ok(fs_remove_tree(&parent, path_base(path).p, &err), &err);
}

static inline int
folder_teardown(void **state)
{
	struct folder *f = *state;

	remove_folder(f->path);
	dir_reset(&f->dir);
	free(f->path);
	free(f);
	return 0;
}

#endif
