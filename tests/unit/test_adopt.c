/* SPDX-License-Identifier: MIT */
/* Looking at Pythons that are somewhere else; the command has tests/cli/adopt.bats. */
#include <config.h>

#include "store_ground.h"

#include <errno.h>

#include "core/adopt_internal.h"

static const char *
no_variable(const char *name)
{
	(void)name;
	return NULL;
}

static char *
in_ground(const struct ground *g, const char *relative)
{
	return path_join(g->path, relative, NULL);
}

static const struct adoptee *
found_named(const struct adoptees *found, const char *name)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].name && strcmp(found->items[i].name, name) == 0)
			return &found->items[i];
	return NULL;
}

/* An interpreter that never answers is ended, and so is what it started. */
static void
test_hang(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_adoptee struct adoptee a = { 0 };
	cleanup_free char *program = in_ground(g, "odd/bin/python3");
	struct err err = { 0 };
	struct adopt_how how = { .store = &store, .timeout_s = 1 };

	ground_file(g, "odd/bin/python3", "#!/bin/sh\nsleep 600\n", 0755);
	assert_ok(store_open(&g->layout, &store, &err), &err);
	assert_int_equal(adopt_look(&how, program, &a, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	err_reset(&err);
}

/* What a Python says of itself may have slashes that nobody needs, and ways around. */
static void
test_answer(void **state)
{
	struct ground *g = *state;
	cleanup_adoptee struct adoptee a = { 0 };
	cleanup_free char *prefix = in_ground(g, "it");
	cleanup_free char *text = NULL;
	struct err err = { 0 };

	ground_file(g, "it/bin/python3", "#!/bin/sh\n", 0755);
	text = mem_printf("pyvern-python 1\nimplementation=cpython\nversion=3.13.5\nrelease=\n"
			  "prefix=%s/\nexecutable=%s/bin/python3\nabi=cpython-313-x86_64\n"
			  "threaded=\ndebug=\nstdlib=%s//lib/./python3.13\n"
			  "platlib=%s/../elsewhere\nend\n",
			  prefix, prefix, prefix, prefix);
	assert_ok(adopt_read_answer("it", str_from(text), &a, &err), &err);
	assert_string_equal(a.prefix, prefix);
	assert_string_equal(a.facts.stdlib, "lib/python3.13");
	assert_string_equal(a.facts.platlib, "lib/python3.13/site-packages");
	adoptee_reset(&a);
	/* A text that ends before it is whole, and one whose library is elsewhere. */
	text[strlen(text) - strlen("end\n")] = '\0';
	assert_fails(adopt_read_answer("it", str_from(text), &a, &err), ERR_FAILED, &err);
	free(text);
	text = mem_printf("pyvern-python 1\nimplementation=cpython\nversion=3.13.5\nrelease=\n"
			  "prefix=%s\nexecutable=%s/bin/python3\nabi=\nthreaded=\ndebug=\n"
			  "stdlib=%s/../lib\nplatlib=\nend\n",
			  prefix, prefix, prefix);
	assert_fails(adopt_read_answer("it", str_from(text), &a, &err), ERR_FAILED, &err);
}

struct name_case {
	const char *prefix;
	const char *file; /* that tells more, or "" */
	const char *text;
	const char *expected;
};

/* pyenv's spelling of names (pyenv.md 12). */
static void
test_names(void **state)
{
	static const struct name_case cases[] = {
		{ "p1", "", "", "3.13.5" },
		{ "miniforge3", "conda-meta/conda-25.3.0-py313_0.json", "", "miniforge3-25.3.0" },
		{ "miniconda3", "conda-meta/conda-24.7.1-py313_0.json", "",
		  "miniconda3-3.13-24.7.1" },
		{ "miniforge3-25.3.0-3", "conda-meta/conda-25.3.0-py313_0.json", "",
		  "miniforge3-25.3.0-3" },
		{ "science", "conda-meta/python-3.13.5-h1_0.json", "", "science" },
	};
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };
	struct adopt_how how = { .store = &store };

	assert_ok(store_open(&g->layout, &store, &err), &err);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cleanup_adoptee struct adoptee a = { 0 };
		cleanup_free char *path = in_ground(g, cases[i].prefix);

		ground_python(g, cases[i].prefix, "3.13", "3.13.5");
		if (cases[i].file[0]) {
			cleanup_free char *file = path_join(cases[i].prefix, cases[i].file, NULL);

			ground_file(g, file, cases[i].text, 0644);
		}
		assert_ok(adopt_look(&how, path, &a, &err), &err);
		assert_string_equal(a.name, cases[i].expected);
		assert_false(a.was_run);
	}
}

static void
test_pypy(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_adoptee struct adoptee a = { 0 };
	cleanup_free char *path = in_ground(g, "pypy");
	struct err err = { 0 };
	struct adopt_how how = { .store = &store };

	ground_file(g, "pypy/lib/pypy3.11/os.py", "", 0644);
	ground_file(g, "pypy/include/pypy3.11/patchlevel.h",
		    "#define PY_VERSION \"3.11.13\"\n#define PYPY_VERSION \"7.3.20\"\n", 0644);
	ground_file(g, "pypy/bin/pypy3.11", "#!/bin/sh\n", 0755);
	assert_ok(store_open(&g->layout, &store, &err), &err);
	assert_ok(adopt_look(&how, path, &a, &err), &err);
	assert_string_equal(a.name, "pypy3.11-7.3.20");
}

/* conda-meta knows the version where a slim tree has no headers. */
static void
test_no_headers(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_adoptee struct adoptee a = { 0 };
	cleanup_free char *path = in_ground(g, "slim");
	struct err err = { 0 };
	struct adopt_how how = { .store = &store };

	ground_file(g, "slim/lib/python3.12/os.py", "", 0644);
	ground_file(g, "slim/bin/python3.12", "#!/bin/sh\n", 0755);
	ground_file(g, "slim/conda-meta/python-3.12.5-h2_0_cpython.json", "", 0644);
	assert_ok(store_open(&g->layout, &store, &err), &err);
	assert_ok(adopt_look(&how, path, &a, &err), &err);
	assert_string_equal(a.facts.version, "3.12.5");
	assert_false(a.was_run);
}

/* The places that are not the user's, below a folder that stands for the system. */
static void
test_system_places(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_adoptees struct adoptees found = { 0 };
	const struct adoptee *a;
	struct err err = { 0 };
	struct adopt_how how = { .store = &store };
	struct adopt_places places = { NULL, g->path, no_variable };

	ground_python(g, "opt/python/3.8.1", "3.8", "3.8.1");
	ground_python(g, "opt/own", "3.9", "3.9.2");
	ground_python(g, "opt/conda", "3.10", "3.10.3");
	ground_python(g, "home/linuxbrew/.linuxbrew/Cellar/python@3.11/3.11.4", "3.11", "3.11.4");
	ground_file(g, "home/linuxbrew/.linuxbrew/opt/keep", "", 0644);
	ground_link(g, "home/linuxbrew/.linuxbrew/opt/python@3.11", "../Cellar/python@3.11/3.11.4");
	ground_python(g, "usr", "3.12", "3.12.5");
	assert_int_equal(unlinkat(g->dir.fd, "usr/bin/python", 0), 0);
	ground_python(g, "usr", "3.13", "3.13.6");
	assert_ok(store_open(&g->layout, &store, &err), &err);
	adopt_find(&how, &places, &found);
	assert_string_equal(found_named(&found, "3.8.1")->source, "opt");
	assert_string_equal(found_named(&found, "3.9.2")->source, "opt");
	assert_string_equal(found_named(&found, "3.10.3")->source, "conda");
	a = found_named(&found, "3.11.4");
	assert_string_equal(a->source, "brew");
	assert_non_null(strstr(a->prefix, "opt/python@3.11"));
	/* Two in one folder: neither may be a link to it. */
	assert_true(found_named(&found, "3.12.5")->shared);
	assert_true(found_named(&found, "3.13.6")->shared);
	assert_int_equal(found.count, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hang, ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(test_answer, ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(test_names, ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(test_pypy, ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(test_no_headers, ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(test_system_places, ground_setup, ground_teardown),
	};

	return cmocka_run_group_tests_name("adopt", tests, NULL, NULL);
}
