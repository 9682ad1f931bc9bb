/* SPDX-License-Identifier: MIT */
/* A root with 3.13.5, whose shims are made right. */
#ifndef PYVERN_TESTS_SHIMS_GROUND_H
#define PYVERN_TESTS_SHIMS_GROUND_H

#include "store_ground.h"

#include "core/shims.h"

static inline int
shims_setup(void **state)
{
	struct ground *g;

	ground_setup(state);
	g = *state;
	ground_file(g, "prefix/libexec/pyvern-shim", "the shim program\n", 0755);
	ground_python(g, "root/versions/3.13.5", "3.13", "3.13.5");
	return 0;
}

static inline struct shims_result
rehash(struct ground *g)
{
	cleanup_store struct store store = STORE_INIT;
	struct shims_result result = { 0 };
	struct err err = { 0 };

	ground_open(g, &store);
	assert_ok(shims_rehash(&store, &g->events, &result, &err), &err);
	return result;
}

static inline ino_t
inode(const struct ground *g, const char *relative)
{
	struct stat st;

	assert_int_equal(fstatat(g->dir.fd, relative, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_ino;
}

static inline void
assert_shim(const struct ground *g, const char *name)
{
	cleanup_free char *path = path_join("root/shims", name, NULL);

	assert_int_equal(inode(g, path), inode(g, "root/shims/.pyvern-shim"));
}

static inline bool
has_text(const struct ground *g, const char *path, const char *part)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };

	assert_ok(fs_read_file(&g->dir, path, &text, &err), &err);
	return strstr(buf_text(&text), part) != NULL;
}

#define assert_result(result, a, r, k)              \
	do {                                        \
		struct shims_result got = (result); \
		assert_int_equal(got.added, a);     \
		assert_int_equal(got.removed, r);   \
		assert_int_equal(got.kept, k);      \
	} while (0)

#endif
