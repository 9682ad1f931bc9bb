/* SPDX-License-Identifier: MIT */
/* Environments that get another Python: pyvenv.cfg of all makers, and what fits. */
#include <config.h>

#include "store_ground.h"

#include "venv/rebind.h"

static const struct rebind_plan plan = {
	.version = (char *)"3.11.13",
	.home = (char *)"/new place/3.11/bin",
	.python = (char *)"/new place/3.11/bin/python3.11",
	.executable = (char *)"/new place/3.11.13/bin/python3.11",
};

static void
lines_that_name_the_python_change_and_no_others(void **state)
{
	static const struct {
		const char *was;
		const char *is;
	} rows[] = {
		{ "home = /old/bin\nversion = 3.11.4\n",
		  "home = /new place/3.11/bin\nversion = 3.11.13\n" },
		/* python -m venv */
		{ "home = /old/bin\ninclude-system-site-packages = false\nversion = 3.11.4\n"
		  "prompt = 'a = b'\nexecutable = /old/bin/python3.11\n"
		  "command = /old/bin/python3 -m venv /x\n",
		  "home = /new place/3.11/bin\ninclude-system-site-packages = false\n"
		  "version = 3.11.13\nprompt = 'a = b'\n"
		  "executable = /new place/3.11.13/bin/python3.11\n"
		  "command = /old/bin/python3 -m venv /x\n" },
		/* virtualenv */
		{ "home = /old/bin\nimplementation = CPython\nversion_info = 3.11.4.final.0\n"
		  "virtualenv = 20.17.1\nbase-prefix = /old\nbase-exec-prefix = /old\n"
		  "base-executable = /old/bin/python3.11\n",
		  "home = /new place/3.11/bin\nimplementation = CPython\n"
		  "version_info = 3.11.13.final.0\nvirtualenv = 20.17.1\n"
		  "base-prefix = /new place/3.11\nbase-exec-prefix = /new place/3.11\n"
		  "base-executable = /new place/3.11/bin/python3.11\n" },
		/* uv; keys have no case */
		{ "Home=/old/bin\nuv = 0.4.1\nversion_info = 3.11.4\n",
		  "Home = /new place/3.11/bin\nuv = 0.4.1\nversion_info = 3.11.13\n" },
		/* No newline at the end, blank lines, a line without a value. */
		{ "home = /old/bin\n\n# home\nversion\nhomes = x",
		  "home = /new place/3.11/bin\n\n# home\nversion\nhomes = x\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);

		rebind_cfg(str_from(rows[i].was), &plan, &text);
		assert_string_equal(buf_text(&text), rows[i].is);
	}
}

/* An environment in "env" on BASE, with packages in lib/LIBRARY. */
static void
make_env(struct ground *g, const char *library, const char *base, const char *version)
{
	cleanup_free char *file = mem_printf("env/lib/%s/site-packages/x.py", library);
	cleanup_free char *cfg = mem_printf("home = %s/bin\nversion = %s\n", base, version);

	ground_file(g, file, "", 0644);
	ground_file(g, "env/pyvenv.cfg", cfg, 0644);
	ground_file(g, "env/bin/activate", "", 0644);
}

static void
what_its_packages_are_for(void **state)
{
	static const struct {
		const char *library;
		const char *base;
		const char *version;
		const char *wanted;
	} rows[] = {
		{ "python3.10", "/r/versions/3.10.4", "3.10.4", "3.10" },
		{ "python3.13t", "/r/versions/3.13.5t", "3.13.5", "3.13t" },
		{ "python3.12", "/r/versions/3.12.1-debug", "3.12.1", "3.12-debug" },
		{ "pypy3.10", "/r/versions/pypy3.10-7.3.17", "3.10.14", "pypy3.10" },
		{ "python3.11", "/r/versions/graalpy-24.1.1", "3.11.7", "graalpy3.11" },
		{ "python3.11", "/usr", "3.11.2", "3.11" },
	};
	struct ground *g = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_dirfd struct dir tree = DIR_INIT;
		cleanup_env_look struct env_look look = { 0 };
		cleanup_free char *path = path_join(g->path, "env", NULL);
		cleanup_free char *wanted = NULL;
		struct err err = { 0 };

		make_env(g, rows[i].library, rows[i].base, rows[i].version);
		assert_ok(fs_open_dir(path, &tree, &err), &err);
		assert_true(env_look(&tree, &look));
		wanted = rebind_wanted(&tree, &look);
		assert_string_equal(wanted, rows[i].wanted);
		dir_reset(&tree);
		remove_folder(path);
	}
}

static void
only_what_fits_is_chosen(void **state)
{
	static const struct {
		const char *library;
		const char *base;
		const char *version;
		const char *chosen; /* NULL: none */
	} rows[] = {
		{ "python3.11", "/gone/3.11.4", "3.11.4", "3.11.9" },
		{ "python3.11", "/gone/3.11.13", "3.11.13", "3.11.13" },
		{ "python3.11", "/gone/3.11.20", "3.11.20", "3.11.13" },
		{ "python3.11", "/gone/usr", "3.11.10", "3.11.13" },
		{ "python3.12", "/gone/3.12.1", "3.12.1", NULL },
		{ "python3.11t", "/gone/3.11.4t", "3.11.4", NULL },
		{ "python3.11", "/gone/3.11.4-debug", "3.11.4", NULL },
		{ "pypy3.11", "/gone/pypy3.11-7.3.17", "3.11.4", NULL },
		{ "python3.1", "/gone/3.1.4", "3.1.4", NULL },
	};
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;

	ground_python(g, "root/versions/3.11.9", "3.11", "3.11.9");
	ground_python(g, "root/versions/3.11.13", "3.11", "3.11.13");
	ground_python(g, "root/versions/3.13.5", "3.13", "3.13.5");
	ground_open(g, &store);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_dirfd struct dir tree = DIR_INIT;
		cleanup_env_look struct env_look look = { 0 };
		cleanup_rebind_plan struct rebind_plan chosen = { 0 };
		cleanup_free char *path = path_join(g->path, "env", NULL);
		struct err err = { 0 };
		int result;

		make_env(g, rows[i].library, rows[i].base, rows[i].version);
		assert_ok(fs_open_dir(path, &tree, &err), &err);
		assert_true(env_look(&tree, &look));
		result = rebind_choose(&store, &tree, &look, &chosen, &err);
		if (rows[i].chosen) {
			assert_ok(result, &err);
			assert_string_equal(chosen.version, rows[i].chosen);
			assert_null(chosen.follows);
		} else {
			assert_fails(result, ERR_NOT_INSTALLED, &err);
		}
		dir_reset(&tree);
		remove_folder(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_name_the_python_change_and_no_others),
		cmocka_unit_test_setup_teardown(what_its_packages_are_for, ground_setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(only_what_fits_is_chosen, ground_setup,
						ground_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
