/* SPDX-License-Identifier: MIT */
/* A private root with fake Pythons, for tests of the store and what stands on it. */
#ifndef PYVERN_TESTS_STORE_GROUND_H
#define PYVERN_TESTS_STORE_GROUND_H

#include "folder.h"

#include <fcntl.h>

#include "core/store.h"

struct ground {
	char *path; /* all is below it */
	struct dir dir;
	struct layout layout; /* root: PATH/root */
	struct strvec warnings;
	struct events events; /* collects warnings */
};

static inline void
ground_emit(void *ctx, const struct event *event)
{
	struct ground *g = ctx;

	if (event->kind == EVENT_WARNING)
		strvec_printf(&g->warnings, "%s", event->text);
}

static inline int
ground_setup(void **state)
{
	struct ground *g = mem_zalloc(sizeof(*g));
	struct err err = { 0 };

	umask(022);
	g->path = unit_make_folder();
	assert_ok(fs_open_dir(g->path, &g->dir, &err), &err);
	g->layout.root = path_join(g->path, "root", NULL);
	g->layout.bin = path_join(g->path, "bin", NULL);
	g->layout.libexec = path_join(g->path, "prefix/libexec", NULL);
	g->layout.cwd = mem_strdup(g->path);
	g->events = (struct events){ ground_emit, g };
	*state = g;
	return 0;
}

static inline int
ground_teardown(void **state)
{
	struct ground *g = *state;

	remove_folder(g->path);
	dir_reset(&g->dir);
	layout_reset(&g->layout);
	strvec_reset(&g->warnings);
	free(g->path);
	free(g);
	return 0;
}

/* Write the file RELATIVE below the ground, with its folders. */
static inline void
ground_file(struct ground *g, const char *relative, const char *text, mode_t mode)
{
	cleanup_free char *path = path_join(g->path, relative, NULL);
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct err err = { 0 };

	assert_ok(fs_make_dirs(folder, 0755, &dir, &err), &err);
	assert_ok(fs_write_file(&dir, path_base(path).p, str_from(text), mode, &err), &err);
}

static inline void
ground_link(struct ground *g, const char *relative, const char *target)
{
	assert_int_equal(symlinkat(target, g->dir.fd, relative), 0);
}

static inline bool
ground_has(const struct ground *g, const char *relative)
{
	return fs_exists_at(&g->dir, relative);
}

/* The target of a link, or "(none)". Owned by the caller (free). */
static inline char *
ground_target(const struct ground *g, const char *relative)
{
	char *target = fs_read_link(&g->dir, relative);

	return target ? target : mem_strdup("(none)");
}

/* A CPython of the language "3.13" and VERSION "3.13.5" in the folder PREFIX. */
static inline void
ground_python(struct ground *g, const char *prefix, const char *language, const char *version)
{
	cleanup_free char *os_py = mem_printf("%s/lib/python%s/os.py", prefix, language);
	cleanup_free char *header =
		mem_printf("%s/include/python%s/patchlevel.h", prefix, language);
	cleanup_free char *program = mem_printf("%s/bin/python%s", prefix, language);
	cleanup_free char *python = mem_printf("%s/bin/python", prefix);
	cleanup_free char *target = mem_printf("python%s", language);
	cleanup_free char *text = mem_printf("#define PY_VERSION_HEX 0\n"
					     "#define PY_VERSION   \t\"%s\"\n",
					     version);

	ground_file(g, os_py, "", 0644);
	ground_file(g, header, text, 0644);
	ground_file(g, program, "#!/bin/sh\n", 0755);
	ground_link(g, python, target);
}

static inline void
ground_open(struct ground *g, struct store *ret_store)
{
	struct err err = { 0 };

	assert_ok(store_open_writable(&g->layout, "test", ret_store, &err), &err);
}

static const struct provenance ground_vouched = { .kind = PROVENANCE_PINNED_DIGEST };

/* A stage of NAME with a complete tree in work/TREE. */
static inline void
ground_fill(struct ground *g, struct stage *stage, const char *tree)
{
	static const char *const needed[] = { "facts", "receipt.json", "manifest.mtree" };
	cleanup_free char *prefix =
		mem_printf("%s/%s", stage->work.path + strlen(g->path) + 1, tree);
	struct err err = { 0 };

	ground_python(g, prefix, "3.13", stage->name);
	for (size_t i = 0; i < COUNT_OF(needed); i++) {
		cleanup_free char *path = path_join(prefix, ".pyvern", needed[i], NULL);

		ground_file(g, path, "", 0644);
	}
	assert_ok(store_stage_tree(stage, tree, &err), &err);
}

static inline int
ground_install(struct ground *g, const char *name, unsigned flags, bool *ret_first, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_stage struct stage stage = STAGE_INIT;

	ground_open(g, &store);
	if (store_begin(&store, name, &g->events, &stage, err) < 0)
		return -1;
	ground_fill(g, &stage, "dest/opt/tree");
	return store_commit(&stage, &ground_vouched, flags, ret_first, err);
}

static inline void
ground_must_install(struct ground *g, const char *name)
{
	struct err err = { 0 };
	bool first;

	assert_ok(ground_install(g, name, COMMIT_NO_SYNC, &first, &err), &err);
}

#define assert_target(g, link, expected)                                \
	do {                                                            \
		cleanup_free char *target = ground_target((g), (link)); \
		assert_string_equal(target, (expected));                \
	} while (0)

#endif
