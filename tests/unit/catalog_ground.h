/* SPDX-License-Identifier: MIT */
/* A root and a shipped folder of the test's own, for tests of the catalogue. */
#ifndef PYVERN_TESTS_CATALOG_GROUND_H
#define PYVERN_TESTS_CATALOG_GROUND_H

#include "folder.h"

#include <errno.h>

#include "base/path.h"
#include "supply/catalog.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEADER CATALOG_HEADER "\n"

/* A line as the shipped file has it: VERSION, address of an archive of TYPE. */
#define LINE(version, type)                                                                  \
	"cpython\t" version "\t\tsource\t\t\t\t\t\thttps://example.org/Python-" version type \
	"\t" DIGEST "\t100\n"

/* A private root and a shipped folder, each with a catalogue if there is TEXT. */
struct place {
	char *path;
	struct dir dir;
	struct layout layout;
};

static inline void
write_catalog(struct place *place, const char *base, const char *name, const char *text)
{
	cleanup_free char *folder = path_join(place->path, base, LAYOUT_CATALOG, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct err err = { 0 };

	if (mkdir(folder, 0755) < 0)
		assert_int_equal(errno, EEXIST);
	assert_ok(fs_open_dir(folder, &dir, &err), &err);
	assert_ok(fs_write_file(&dir, name, str_from(text), 0644, &err), &err);
}

static inline int
catalog_setup(void **state)
{
	struct place *place = mem_zalloc(sizeof(*place));
	struct err err = { 0 };

	place->path = unit_make_folder();
	assert_ok(fs_open_dir(place->path, &place->dir, &err), &err);
	place->layout.root = path_join(place->path, "root", NULL);
	place->layout.share = path_join(place->path, "share", NULL);
	assert_int_equal(mkdir(place->layout.root, 0755), 0);
	assert_int_equal(mkdir(place->layout.share, 0755), 0);
	*state = place;
	return 0;
}

static inline int
catalog_teardown(void **state)
{
	struct place *place = *state;

	remove_folder(place->path);
	dir_reset(&place->dir);
	layout_reset(&place->layout);
	free(place->path);
	free(place);
	return 0;
}

static inline struct request
requested(const char *text)
{
	struct request r;
	const char *why = "";

	if (!request_parse(str_from(text), &r, &why))
		fail_msg("%s: %s", text, why);
	return r;
}

#endif
