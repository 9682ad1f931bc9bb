/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share whose parsers read files: a folder of their own. */
#ifndef PYVERN_FUZZ_GROUND_H
#define PYVERN_FUZZ_GROUND_H

/*
 * The folder is made below TMPDIR at the first input and removed when the program ends.
 * One on a disk makes a target ten times slower than one in memory.
 */

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "os/fs.h"

static struct dir ground_dir = DIR_INIT;

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static inline void
ground_remove(void)
{
	cleanup_dirfd struct dir above = DIR_INIT;
	cleanup_free char *path = mem_printf("%s/..", ground_dir.path);
	cleanup_err struct err err = { 0 };

	if (fs_open_dir(path, &above, &err) < 0 ||
	    fs_remove_tree(&above, path_base(ground_dir.path).p, &err) < 0)
		fprintf(stderr, "%s\n", err.message);
	dir_reset(&ground_dir);
}

/* The folder, open. */
static inline const struct dir *
ground(void)
{
	const char *tmp = getenv("TMPDIR");
	cleanup_free char *path = mem_printf("%s/pyvern-fuzz-XXXXXX", tmp ? tmp : "/tmp");
	struct err err = { 0 };

	if (ground_dir.fd >= 0)
		return &ground_dir;
	must(mkdtemp(path) && fs_open_dir(path, &ground_dir, &err) == 0);
	must(atexit(ground_remove) == 0);
	return &ground_dir;
}

/* Write TEXT to the file NAME of DIR. */
static inline void
ground_write(const struct dir *dir, const char *name, struct str text)
{
	struct err err = { 0 };

	must(fs_replace_file(dir, name, text.n ? text : STR_LIT(""), 0644, &err) == 0);
}

/* The folder NAME of PARENT in RET, made and empty. */
static inline void
ground_empty(const struct dir *parent, const char *name, struct dir *ret)
{
	struct err err = { 0 };

	must(fs_remove_tree(parent, name, &err) == 0);
	must(fs_make_dir_at(parent, name, 0755, ret, &err) == 0);
}

/* The folder NAME of PARENT in RET, made where it is missing. */
static inline void
ground_folder(const struct dir *parent, const char *name, struct dir *ret)
{
	struct err err = { 0 };

	must(fs_make_dir_at(parent, name, 0755, ret, &err) == 0);
}

/* Is PATH relative, and none of its parts one that leads elsewhere? */
static inline bool
is_inside(struct str path)
{
	struct str part;

	if (path.n == 0)
		return false;
	while (str_split(&path, '/', &part))
		if (!path_component_ok(part))
			return false;
	return true;
}

#endif
