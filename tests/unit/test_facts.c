/* SPDX-License-Identifier: MIT */
/* Facts of Pythons: by looking, and by file. */
#include <config.h>

#include "store_ground.h"

/* One file of a tree; a target makes it a link, "x" an executable. */
struct piece {
	const char *path;
	const char *text;
};

#define PIECES_MAX 12

struct look_case {
	const char *name;
	struct piece pieces[PIECES_MAX];
	struct facts expected;
};

#define HEADER(version) "#define PY_VERSION \"" version "\"\n"

static const struct look_case cases[] = {
	{ "CPython 3.13",
	  { { "lib/python3.13/os.py", "" },
	    { "include/python3.13/patchlevel.h", HEADER("3.13.5") },
	    { "bin/python3.13", "x" },
	    { "bin/python3", "x" },
	    { "bin/python", "x" },
	    { "lib/python3.13/ensurepip/_bundled/pip-25.1-py3-none-any.whl", "" } },
	  { "cpython", "3.13.5", "cpython-313", "lib/python3.13", "lib/python3.13/site-packages",
	    "bin/python3.13", "python python3 python3.13",
	    "lib/python3.13/ensurepip/_bundled/pip-25.1-py3-none-any.whl", NULL, NULL } },
	{ "free-threaded",
	  { { "lib/python3.13t/os.py", "" },
	    { "include/python3.13t/patchlevel.h", HEADER("3.13.5") },
	    { "bin/python3.13t", "x" },
	    { "bin/python3.13", "x" } },
	  { "cpython", "3.13.5", "cpython-313t", "lib/python3.13t", "lib/python3.13t/site-packages",
	    "bin/python3.13", "python3.13 python3.13t", "", NULL, NULL } },
	{ "debug, free-threaded",
	  { { "lib/python3.14t/os.py", "" },
	    { "include/python3.14td/patchlevel.h", HEADER("3.14.0rc2+") },
	    { "bin/python3.14td", "x" },
	    { "bin/python3.14", "x" } },
	  { "cpython", "3.14.0rc2+", "cpython-314td", "lib/python3.14t",
	    "lib/python3.14t/site-packages", "bin/python3.14", "python3.14 python3.14td", "", NULL,
	    NULL } },
	{ "3.6 with its m, two pips of which ensurepip names one",
	  { { "lib/python3.6/os.py", "" },
	    { "include/python3.6m/patchlevel.h", HEADER("3.6.15") },
	    { "bin/python3.6", "x" },
	    { "bin/python3.6m", "x" },
	    { "lib/python3.6/ensurepip/__init__.py",
	      "import os\n_SETUPTOOLS_VERSION = \"40.6.2\"\n_PIP_VERSION = \"18.1\"\n" },
	    { "lib/python3.6/ensurepip/_bundled/pip-18.1-py2.py3-none-any.whl", "" },
	    { "lib/python3.6/ensurepip/_bundled/pip-23.0-py3-none-any.whl", "" },
	    { "lib/python3.6/ensurepip/_bundled/setuptools-40.6.2-py2.py3-none-any.whl", "" } },
	  { "cpython", "3.6.15", "cpython-36m", "lib/python3.6", "lib/python3.6/site-packages",
	    "bin/python3.6", "python3.6 python3.6m",
	    "lib/python3.6/ensurepip/_bundled/pip-18.1-py2.py3-none-any.whl "
	    "lib/python3.6/ensurepip/_bundled/setuptools-40.6.2-py2.py3-none-any.whl",
	    NULL, NULL } },
	{ "2.7",
	  { { "lib/python2.7/os.py", "" },
	    { "include/python2.7/patchlevel.h", HEADER("2.7.18") },
	    { "bin/python2.7", "x" },
	    { "bin/python2", "x" } },
	  { "cpython", "2.7.18", "cpython-27", "lib/python2.7", "lib/python2.7/site-packages",
	    "bin/python2.7", "python2 python2.7", "", NULL, NULL } },
	{ "no headers: the version is only known in part",
	  { { "lib/python3.12/os.py", "" }, { "bin/python3.12", "x" } },
	  { "cpython", "3.12", "cpython-312", "lib/python3.12", "lib/python3.12/site-packages",
	    "bin/python3.12", "python3.12", "", NULL, NULL } },
	{ "two standard libraries: the newer one, as a number",
	  { { "lib/python3.9/os.py", "" },
	    { "lib/python3.10/os.py", "" },
	    { "lib/python3.11/README", "" },
	    { "bin/python3.10", "x" } },
	  { "cpython", "3.10", "cpython-310", "lib/python3.10", "lib/python3.10/site-packages",
	    "bin/python3.10", "python3.10", "", NULL, NULL } },
	{ "PyPy",
	  { { "lib/pypy3.11/os.py", "" },
	    { "lib/pypy3.11/_sqlite3_cffi.pypy311-pp73-x86_64-linux-gnu.so", "" },
	    { "include/pypy3.11/patchlevel.h",
	      HEADER("3.11.13") "#define PYPY_VERSION \"7.3.20\"\n" },
	    { "bin/pypy3.11", "x" },
	    { "bin/pypy", "x" },
	    { "bin/python3", "x" } },
	  { "pypy", "3.11.13", "pypy311-pp73", "lib/pypy3.11", "lib/pypy3.11/site-packages",
	    "bin/pypy3.11", "python3 pypy pypy3.11", "", NULL, NULL } },
	{ "PyPy of old",
	  { { "lib-python/2.7/os.py", "" },
	    { "lib_pypy/_cffi_ssl/x", "" },
	    { "include/patchlevel.h", HEADER("2.7.18") },
	    { "bin/pypy", "x" } },
	  { "pypy", "2.7.18", "pypy27", "lib-python/2.7", "site-packages", "bin/pypy", "pypy", "",
	    NULL, NULL } },
	{ "PyPy of old, 3",
	  { { "lib-python/3/os.py", "" },
	    { "lib_pypy/x", "" },
	    { "include/patchlevel.h", HEADER("3.6.12") },
	    { "bin/pypy3", "x" } },
	  { "pypy", "3.6.12", "pypy36", "lib-python/3", "site-packages", "bin/pypy3", "pypy3", "",
	    NULL, NULL } },
	/* A header's text became a fact as it was, and its file could then not be
	 * read; a wheel's name with blanks became several paths. */
	{ "a header and a wheel that say something else",
	  { { "lib/python3.13/os.py", "" },
	    { "include/python3.13/patchlevel.h", HEADER("3.13.5 .. /etc") },
	    { "bin/python3.13", "x" },
	    { "lib/python3.13/ensurepip/_bundled/pip-25.1 .. x.whl", "" } },
	  { "cpython", "3.13", "cpython-313", "lib/python3.13", "lib/python3.13/site-packages",
	    "bin/python3.13", "python3.13", "", NULL, NULL } },
	{ "GraalPy",
	  { { "lib/python3.11/os.py", "" }, { "bin/graalpy", "x" }, { "bin/python3", "x" } },
	  { "graalpy", "3.11", "graalpy311", "lib/python3.11", "lib/python3.11/site-packages",
	    "bin/graalpy", "python3 graalpy", "", NULL, NULL } },
};

static void
assert_facts(const char *name, const struct facts *got, const struct facts *expected)
{
	const char *const pairs[][2] = {
		{ got->implementation, expected->implementation },
		{ got->version, expected->version },
		{ got->abi, expected->abi },
		{ got->stdlib, expected->stdlib },
		{ got->platlib, expected->platlib },
		{ got->executable, expected->executable },
		{ got->executables, expected->executables },
		{ got->wheels, expected->wheels },
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (strcmp(pairs[i][0], pairs[i][1]) != 0)
			fail_msg("%s: \"%s\" should be \"%s\"", name, pairs[i][0], pairs[i][1]);
}

static void
pythons_are_known_by_their_files(void **state)
{
	struct ground *g = *state;
	struct err err = { 0 };

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cleanup_facts struct facts facts = { 0 };
		cleanup_dirfd struct dir tree = DIR_INIT;
		cleanup_free char *prefix = mem_printf("tree-%zu", i);
		cleanup_free char *path = path_join(g->path, prefix, NULL);

		for (const struct piece *p = cases[i].pieces; p->path; p++) {
			cleanup_free char *file = path_join(prefix, p->path, NULL);

			ground_file(g, file, p->text, p->text[0] == 'x' ? 0755 : 0644);
		}
		assert_ok(fs_open_dir(path, &tree, &err), &err);
		assert_ok(facts_derive(&tree, &facts, &err), &err);
		assert_facts(cases[i].name, &facts, &cases[i].expected);
		assert_null(facts.base);
	}
}

static void
an_environment_has_the_facts_of_its_base(void **state)
{
	struct ground *g = *state;
	cleanup_free char *cfg = mem_printf("home = %s/base/bin\nversion = 3.13.5\n", g->path);
	cleanup_free char *base = path_join(g->path, "base", NULL);
	cleanup_free char *path = path_join(g->path, "env", NULL);
	cleanup_facts struct facts facts = { 0 };
	cleanup_dirfd struct dir tree = DIR_INIT;
	struct err err = { 0 };

	ground_python(g, "base", "3.13", "3.13.5");
	ground_file(g, "env/pyvenv.cfg", cfg, 0644);
	assert_ok(fs_open_dir(path, &tree, &err), &err);
	assert_ok(facts_derive(&tree, &facts, &err), &err);
	assert_string_equal(facts.version, "3.13.5");
	assert_string_equal(facts.base, base);
	/* A relative or missing home is refused. */
	ground_file(g, "env/pyvenv.cfg", "home = ../base/bin\n", 0644);
	assert_fails(facts_derive(&tree, &facts, &err), ERR_FAILED, &err);
	ground_file(g, "env/pyvenv.cfg", "home = /nowhere/at/all/bin\n", 0644);
	assert_fails(facts_derive(&tree, &facts, &err), ERR_FAILED, &err);
}

static void
what_is_no_python_is_refused(void **state)
{
	struct ground *g = *state;
	cleanup_facts struct facts facts = { 0 };
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_open(g, &store);
	ground_file(g, "root/versions/data/README", "", 0644);
	ground_file(g, "root/versions/half/lib/python3.13/os.py", "", 0644);
	assert_fails(facts_read(&store, "data", &facts, &err), ERR_FAILED, &err);
	assert_fails(facts_read(&store, "half", &facts, &err), ERR_FAILED, &err);
	assert_fails(facts_read(&store, "3.1", &facts, &err), ERR_NOT_INSTALLED, &err);
	assert_fails(facts_read(&store, "../versions/data", &facts, &err), ERR_NOT_INSTALLED, &err);
}

static void
the_file_wins_when_it_is_whole(void **state)
{
	struct ground *g = *state;
	const struct facts *expected = &cases[0].expected;
	cleanup_store struct store store = STORE_INIT;
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_free char *path = path_join(g->path, "root/versions/3.13.5/.pyvern", NULL);
	struct err err = { 0 };

	ground_open(g, &store);
	assert_ok(fs_make_dirs(path, 0755, &meta, &err), &err);
	assert_ok(facts_write(&meta, expected, &err), &err);
	{
		cleanup_facts struct facts facts = { 0 };

		assert_ok(facts_read(&store, "3.13.5", &facts, &err), &err);
		assert_facts("written and read", &facts, expected);
	}
	/* One that would lead out of the version, or lacks a line, is not used. */
	ground_python(g, "root/versions/3.13.5", "3.13", "3.13.6");
	ground_file(g, "root/versions/3.13.5/.pyvern/facts",
		    "implementation=cpython\nversion=3.13.5\nabi=x\nstdlib=../../etc\n"
		    "platlib=a\nexecutable=bin/python\nexecutables=python\nwheels=\nnew=1\n",
		    0644);
	{
		cleanup_facts struct facts facts = { 0 };

		assert_ok(facts_read(&store, "3.13.5", &facts, &err), &err);
		assert_string_equal(facts.version, "3.13.6");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pythons_are_known_by_their_files, ground_setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(an_environment_has_the_facts_of_its_base,
						ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_python_is_refused, ground_setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(the_file_wins_when_it_is_whole, ground_setup,
						ground_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
