/* SPDX-License-Identifier: MIT */
/* Lists of packages to begin with, wheels that fit, Pythons that environments are made on. */
#include <config.h>

#include "unit.h"

#include "supply/seed_wheels.h"
#include "venv/create.h"
#include "venv/seed_list.h"

static void
lists_are_read(void **state)
{
	static const struct {
		const char *text;
		const char *items; /* joined by '|'; NULL: refused */
	} rows[] = {
		{ "pip", "pip" },
		{ "pip,setuptools,wheel", "pip|setuptools|wheel" },
		{ " pip , setuptools==80.9.0", "pip|setuptools==80.9.0" },
		{ "a==1!2.0+local", "a==1!2.0+local" },
		{ "./x-1-py3-none-any.whl", "/w/x-1-py3-none-any.whl" },
		{ "../y.whl,/z/q.whl", "/y.whl|/z/q.whl" },
		{ "zope.interface", "zope.interface" },
		{ "", NULL },
		{ ",", NULL },
		{ "pip,", NULL },
		{ "pip,,x", NULL },
		{ "pip=1", NULL },
		{ "pip==", NULL },
		{ "pip===1", NULL },
		{ "pip==1==2", NULL },
		{ "-r", NULL },
		{ "pip>=1", NULL },
		{ "a b", NULL },
		{ "a;b", NULL },
		{ "a[b]", NULL },
		{ "a@http://x", NULL },
		{ "a,A", NULL },
		{ "a-b,a_b", NULL },
		{ "a-b==1,./a_b-2-py3-none-any.whl", NULL },
		{ "1,2,3,4,5,6,7,8", "1|2|3|4|5|6|7|8" },
		{ "1,2,3,4,5,6,7,8,9", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_seed_list struct seed_list list = { 0 };
		cleanup_err struct err err = { 0 };
		cleanup_free char *joined = NULL;
		int result = seed_list_parse(rows[i].text, "/w", &list, &err);

		if (!rows[i].items) {
			assert_int_equal(result, -1);
			assert_int_equal(err.code, ERR_USAGE);
			continue;
		}
		if (result < 0)
			fail_msg("%s: %s", rows[i].text, err.message);
		joined = strvec_join(&list.items, "|");
		assert_string_equal(joined, rows[i].items);
		assert_int_equal(strlen(list.key), SEED_KEY_SIZE - 1);
	}
}

static void
keys_are_of_what_is_listed(void **state)
{
	cleanup_seed_list struct seed_list one = { 0 };
	cleanup_seed_list struct seed_list same = { 0 };
	cleanup_seed_list struct seed_list other = { 0 };
	cleanup_err struct err err = { 0 };

	(void)state;
	assert_int_equal(seed_list_parse("pip,./x.whl", "/w", &one, &err), 0);
	assert_int_equal(seed_list_parse(" pip,/w/x.whl", "/v", &same, &err), 0);
	assert_int_equal(seed_list_parse("pip,./x.whl", "/v", &other, &err), 0);
	assert_string_equal(one.key, same.key);
	assert_string_not_equal(one.key, other.key);
}

static void
items_name_projects(void **state)
{
	static const struct {
		const char *item;
		const char *project;
		const char *version;
	} rows[] = {
		{ "pip", "pip", NULL },
		{ "Zope.Interface==5.0", "zope-interface", "5.0" },
		{ "a__b-.c", "a-b-c", NULL },
		{ "/x/My_Tool-1.0-py3-none-any.whl", "my-tool", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *project = seed_item_project(rows[i].item);
		const char *version = seed_item_version(rows[i].item);

		assert_string_equal(project, rows[i].project);
		if (rows[i].version)
			assert_string_equal(version, rows[i].version);
		else
			assert_null(version);
	}
}

static void
wheels_fit_pythons(void **state)
{
	static const struct {
		const char *name;
		const char *implementation;
		const char *version;
		bool fits;
	} rows[] = {
		{ "pip-25.1-py3-none-any.whl", "cpython", "3.13.5", true },
		{ "pip-25.1-py3-none-any.whl", "pypy", "3.9.16", true },
		{ "pip-25.1-py3-none-any.whl", "cpython", "2.7.18", false },
		{ "pip-19.2.3-py2.py3-none-any.whl", "cpython", "2.7.18", true },
		{ "x-1-1build-py3-none-any.whl", "cpython", "3.13.5", true },
		{ "x-1-py39-none-any.whl", "cpython", "3.13.5", true },
		{ "x-1-py314-none-any.whl", "cpython", "3.13.5", false },
		{ "x-1-cp313-none-any.whl", "cpython", "3.13.5", true },
		{ "x-1-cp313-none-any.whl", "pypy", "3.13.5", false },
		{ "x-1-cp3-none-any.whl", "cpython", "3.13.5", false },
		{ "x-1-cp313-cp313-linux_x86_64.whl", "cpython", "3.13.5", false },
		{ "x-1-py3-none-linux_x86_64.whl", "cpython", "3.13.5", false },
		{ "x-1-py3-abi3-any.whl", "cpython", "3.13.5", false },
		{ "x-1-py30x-none-any.whl", "cpython", "3.13.5", false },
		{ "x-py3-none-any.whl", "cpython", "3.13.5", false },
		{ "x-1-2-3-py3-none-any.whl", "cpython", "3.13.5", false },
		{ "x-1-py3-none-any.zip", "cpython", "3.13.5", false },
		{ ".whl", "cpython", "3.13.5", false },
		{ "x-1-py3-none-any.whl", "cpython", "3", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct facts facts = { .implementation = (char *)rows[i].implementation,
					     .version = (char *)rows[i].version };

		if (seed_wheel_fits(rows[i].name, &facts) != rows[i].fits)
			fail_msg("%s, %s %s", rows[i].name, rows[i].implementation,
				 rows[i].version);
	}
}

static void
pythons_that_environments_are_made_on(void **state)
{
	static const struct {
		const char *implementation;
		const char *version;
		const char *stdlib;
		bool known;
	} rows[] = {
		{ "cpython", "3.13.5", "lib/python3.13", true },
		{ "cpython", "3.15.0a1", "lib/python3.15", true },
		{ "cpython", "3.3.7", "lib/python3.3", true },
		{ "cpython", "3.2.6", "lib/python3.2", false },
		{ "cpython", "2.7.18", "lib/python2.7", true },
		{ "cpython", "2.6.9", "lib/python2.6", false },
		{ "cpython", "unknown", "lib/python3", false },
		{ "pypy", "3.9.16", "lib/pypy3.9", true },
		{ "pypy", "3.7.13", "lib-python/3", false },
		{ "pypy", "2.7.18", "lib-python/2.7", false },
		{ "pypy", "2.7.18", "lib/pypy2.7", false },
		{ "graalpy", "3.11.7", "lib/python3.11", true },
		{ "graalpy", "3.10.8", "lib/python3.10", false },
		{ "jython", "2.7.3", "Lib", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct facts facts = { .implementation = (char *)rows[i].implementation,
					     .version = (char *)rows[i].version,
					     .stdlib = (char *)rows[i].stdlib };

		if (venv_is_known(&facts) != rows[i].known)
			fail_msg("%s %s", rows[i].implementation, rows[i].version);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(keys_are_of_what_is_listed),
		cmocka_unit_test(items_name_projects),
		cmocka_unit_test(wheels_fit_pythons),
		cmocka_unit_test(pythons_that_environments_are_made_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
