/* SPDX-License-Identifier: MIT */
/* What the tests of selection stand on: a root with Pythons, a project, a PATH. */
#ifndef PYVERN_TESTS_SELECTION_GROUND_H
#define PYVERN_TESTS_SELECTION_GROUND_H

#include "unit.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/path.h"
#include "core/selection.h"

/* A root, a project and a PATH folder below one temporary folder; the working
 * folder is that folder. */
struct fixture {
	char *dir;
	char *root;
	char *project; /* …/home/project/src */
	char *path;
	int root_fd;
};

static void
make_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* A fake Python with the COMMANDS (blank-separated) in its bin. */
static void
make_version(const char *name, const char *commands)
{
	cleanup_free char *folder = path_join("root/versions", name, NULL);
	cleanup_free char *bin = path_join(folder, "bin", NULL);
	struct str rest = str_from(commands);
	struct str command;

	assert_int_equal(mkdir(folder, 0755), 0);
	assert_int_equal(mkdir(bin, 0755), 0);
	while (str_word(&rest, &command)) {
		cleanup_free char *path = mem_printf("%s/%.*s", bin, STR_ARG(command));

		make_file(path, "#!/bin/sh\n", 0755);
	}
}

static int
setup(void **state)
{
	static const char *const folders[] = { "root", "root/versions", "root/shims",
					       "home", "home/project",	"home/project/src",
					       "usr",  "usr/bin" };
	struct fixture *f = mem_zalloc(sizeof(*f));

	f->dir = unit_make_folder();
	assert_int_equal(chdir(f->dir), 0);
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		assert_int_equal(mkdir(folders[i], 0755), 0);
	make_version("3.9.2", "python python3 python3.9 pip3.9");
	make_version("3.9.23", "python python3 python3.9");
	make_version("3.12.1", "python python3.12 black");
	make_version("3.12.11", "python python3.12");
	make_version("3.13.5", "python python3 python3.13 python3.13-config");
	make_version("3.13.6rc1", "python");
	make_version("3.14.0t", "python python3.14t");
	make_version("pypy3.11-7.3.20", "python pypy pypy3.11");
	make_version("work", "python tool");
	assert_int_equal(symlink("3.13.5", "root/versions/3.13"), 0);
	assert_int_equal(symlink("3.12.1", "root/versions/3.12"), 0);
	assert_int_equal(symlink("/nowhere", "root/versions/3.8.1"), 0);
	make_file("root/versions/3.7.1", "no folder", 0755);
	make_file("usr/bin/python", "", 0755);
	make_file("usr/bin/python3.11", "", 0755);
	make_file("usr/bin/data", "", 0644);
	make_file("root/shims/.pyvern-shim", "", 0755);
	assert_int_equal(link("root/shims/.pyvern-shim", "root/shims/python"), 0);
	assert_int_equal(link("root/shims/.pyvern-shim", "root/shims/loop"), 0);
	f->root = path_join(f->dir, "root", NULL);
	f->project = path_join(f->dir, "home/project/src", NULL);
	f->path = mem_printf("%s/shims:%s/usr/bin:%s/shims/:%s//shims", f->root, f->dir, f->root,
			     f->root);
	f->root_fd = open("root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	unsetenv("PYVERN_VERSION");
	unsetenv("PYENV_VERSION");
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	struct str dir = path_dir(f->dir);
	cleanup_free char *parent = mem_strndup(dir.p, dir.n);
	cleanup_dirfd struct dir base = DIR_INIT;
	cleanup_err struct err err = { 0 };

	unsetenv("PYVERN_VERSION");
	unsetenv("PYENV_VERSION");
	assert_int_equal(chdir("/"), 0);
	assert_ok(fs_open_dir(parent, &base, &err), &err);
	assert_ok(fs_remove_tree(&base, path_base(f->dir).p, &err), &err);
	close(f->root_fd);
	free(f->dir);
	free(f->root);
	free(f->project);
	free(f->path);
	free(f);
	return 0;
}

static struct selection_input
input(const struct fixture *f, const char *face)
{
	return (struct selection_input){
		.root_fd = f->root_fd,
		.root = f->root,
		.policy = policy_named(str_from(face)),
		.dir = f->project,
		.path = f->path,
		.home = f->dir,
	};
}

#define PIN "home/project/.python-version"

/* "SOURCE PLACE: WORDS", places below the fixture without it. */
static inline char *
origin(const struct fixture *f, const struct selection_input *in)
{
	static const char *const sources[] = { "variable", "venv",   "file",
					       "project",  "global", "default" };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	struct selection s;
	const char *place;

	selection_make(in, &s);
	place = s.place;
	if (str_starts(str_from(place), str_from(f->dir)))
		place += strlen(f->dir) + 1;
	buf_printf(&b, "%s %s:", sources[s.source], place);
	for (size_t i = 0; i < s.count; i++)
		buf_printf(&b, " %.*s", STR_ARG(s.items[i].word.text));
	if (s.unusable)
		buf_printf(&b, " (%s)", s.unusable);
	return buf_take(&b);
}

/* The finding as one word or two: "3.12.1", "system /usr/bin/python", … */
static inline char *
find(const struct selection_input *in, const char *command)
{
	struct selection s;
	struct finding found;

	selection_make(in, &s);
	selection_find(&s, command, &found);
	switch (found.kind) {
	case FOUND_IN_VERSION:
		assert_true(access(found.path, X_OK) == 0);
		return mem_strdup(found.name);
	case FOUND_IN_VENV:
		return mem_strdup("venv");
	case FOUND_IN_SYSTEM:
		return mem_strdup("system");
	case MISSING_IN_VENV:
		return mem_strdup("not in venv");
	case MISSING_UNUSABLE:
		return mem_strdup("unusable");
	case MISSING_VERSION:
		return mem_printf("missing %.*s", STR_ARG(s.items[found.item].word.text));
	case MISSING_SUFFIX:
		return mem_printf("suffix %.*s", STR_ARG(found.wanted));
	case MISSING_COMMAND:
		break;
	}
	return mem_strdup("no command");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
