/* SPDX-License-Identifier: MIT */
/* Definitions: what bash hands over, and what their calls mean. */
#include <config.h>

#include "store_ground.h"

#include "supply/definition.h"

/* An answer of RECORDS, each with its NUL. */
#define ANSWER(records) STR_LIT(records)

static void
test_read_whole(void **state)
{
	cleanup_definition_calls struct definition_calls calls = { 0 };
	const struct str answer = ANSWER("?sw_vers\0"
					 "call[]=3\0package\0A-1\0https://x/y\0"
					 "own[]=1\0build_package_z\0"
					 "configure[]=1\0two words\0make[]=0\0install[]=0\0"
					 "vars[]=2\0A=1\0B=\n2\0"
					 "call[]=1\0git\0"
					 ".\0");

	(void)state;
	assert_true(definition_read((struct str){ answer.p, answer.n }, &calls));
	assert_int_equal(calls.status, -1);
	assert_int_equal(calls.count, 2);
	assert_string_equal(calls.unknown, "sw_vers");
	assert_int_equal(calls.items[0].words.count, 3);
	assert_string_equal(calls.items[0].words.items[2], "https://x/y");
	assert_string_equal(calls.items[0].own.items[0], "build_package_z");
	assert_string_equal(calls.items[0].configure.items[0], "two words");
	assert_string_equal(calls.items[0].vars.items[1], "B=\n2");
	assert_int_equal(calls.items[1].words.count, 1);
}

static void
test_read_end(void **state)
{
	cleanup_definition_calls struct definition_calls calls = { 0 };

	(void)state;
	assert_true(definition_read(ANSWER("?fix\0!127\0"), &calls));
	assert_int_equal(calls.status, 127);
	assert_string_equal(calls.unknown, "fix");
}

/* Cut off, or not ours. */
static void
test_read_refused(void **state)
{
	static const struct str rows[] = {
		{ "", 0 },
		STR_LIT("."),
		STR_LIT("\0"),
		STR_LIT("!256\0"),
		STR_LIT("!\0"),
		STR_LIT("!1x\0"),
		STR_LIT("call[]=1\0package\0"),
		STR_LIT("call[]=2\0package\0.\0"),
		STR_LIT("call[]=18446744073709551616\0.\0"),
		STR_LIT("call[]=99999999\0.\0"),
		STR_LIT("call[]=-1\0.\0"),
		STR_LIT("call=1\0x\0.\0"),
		STR_LIT("vars[]=1\0A=1\0.\0"),
		STR_LIT("call[]=1\0x\0what[]=0\0.\0"),
		STR_LIT("call[]=1\0x\0own[]=1\0a\0own[]=1\0b\0.\0"),
		STR_LIT(".\0.\0"),
		STR_LIT("!1\0!2\0"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_definition_calls struct definition_calls calls = { 0 };

		if (definition_read(rows[i], &calls))
			fail_msg("row %zu is taken", i);
	}
}

static void
test_read_too_many(void **state)
{
	cleanup_definition_calls struct definition_calls calls = { 0 };
	cleanup_buf struct buf answer = BUF_INIT(BUF_TEXT_MAX);

	(void)state;
	for (size_t i = 0; i <= DEFINITION_PACKAGES_MAX; i++)
		buf_add(&answer, "call[]=1\0x", sizeof("call[]=1\0x"));
	buf_add(&answer, ".", sizeof("."));
	assert_false(definition_read(buf_str(&answer), &calls));
}

/* Open a definition with this CODE. */
static int
open_code(struct ground *g, const char *name, const char *code, struct definition *ret,
	  struct err *err)
{
	cleanup_free char *file = mem_printf("defs/%s", name);
	cleanup_free char *path = path_join(g->path, file, NULL);

	ground_file(g, file, code, 0644);
	return definition_open(&g->layout, path, "/opt/py", ret, err);
}

/* What a definition makes, as a version is called. */
static void
test_version(void **state)
{
	static const struct {
		const char *name, *code, *version;
	} rows[] = {
		{ "x", "install_package Python-3.13.5 https://a/b", "3.13.5" },
		{ "x", "install_package Python-3.14-dev https://a/b", "3.14-dev" },
		{ "x", "PYTHON_BUILD_FREE_THREADING=1; install_package Python-3.13.5 https://a/b",
		  "3.13.5t" },
		{ "pypy3.10-7.3.16", "install_package pypy3.10-v7.3.16-linux64 https://a/b pypy",
		  "pypy3.10-7.3.16" },
		{ "x", "install_package pypy3.10-v7.3.16-linux64 https://a/b pypy verify_py310",
		  "3.10" },
		{ "miniconda3-1", "install_script Mini-1 https://a/b miniconda verify_py312",
		  "miniconda3-1" },
		{ "x", "install_package tool-1 https://a/b copy", NULL },
		{ "x",
		  "install_package ssl-1 https://a/b\ninstall_package Python-2.7.18 https://a/b",
		  "2.7.18" },
	};
	struct ground *g = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_definition struct definition definition = DEFINITION_INIT;
		cleanup_err struct err err = { 0 };

		assert_ok(open_code(g, rows[i].name, rows[i].code, &definition, &err), &err);
		if (rows[i].version)
			assert_string_equal(definition.version, rows[i].version);
		else
			assert_null(definition.version);
	}
}

/* What it sets is the call's, as it was then. */
static void
test_variables(void **state)
{
	struct ground *g = *state;
	cleanup_definition struct definition definition = DEFINITION_INIT;
	cleanup_err struct err err = { 0 };
	const char *code = "export SEEN=\"$PREFIX_PATH $VERSION_NAME\"\n"
			   "hidden=1 A_CFLAGS='-x \"y\"'\n"
			   "package_option a configure one 'two words'\n"
			   "package_option a make_install last\n"
			   "install_package a-1 https://a/b#"
			   "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef "
			   "'standard copy' enable_shared --if has_tar_xz_support\n"
			   "A_CFLAGS=later IFS=:\n"
			   "install_package b-1 https://a/c --if false\n"
			   "install_git c-1 https://a/c branch\n";
	const struct definition_package *p;

	assert_ok(open_code(g, "x", code, &definition, &err), &err);
	assert_int_equal(definition.count, 2);
	p = &definition.packages[0];
	assert_string_equal(env_get(&p->vars, "SEEN"), "/opt/py x");
	assert_string_equal(env_get(&p->vars, "A_CFLAGS"), "-x \"y\"");
	assert_null(env_get(&p->vars, "hidden"));
	assert_string_equal(p->variable, "A");
	assert_string_equal(p->url, "https://a/b");
	assert_string_equal(p->sha256,
			    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	assert_int_equal(p->configure.count, 2);
	assert_string_equal(p->configure.items[1], "two words");
	assert_string_equal(p->install.items[0], "last");
	assert_int_equal(p->work_count, 3);
	assert_int_equal(p->works[0].step, STEP_STANDARD);
	assert_int_equal(p->works[2].step, STEP_ENABLE_SHARED);
	p = &definition.packages[1];
	assert_int_equal(p->kind, DEFINITION_GIT);
	assert_string_equal(p->ref, "branch");
	assert_string_equal(env_get(&p->vars, "A_CFLAGS"), "later");
	assert_int_equal(p->works[0].step, STEP_STANDARD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_whole),
		cmocka_unit_test(test_read_end),
		cmocka_unit_test(test_read_refused),
		cmocka_unit_test(test_read_too_many),
		cmocka_unit_test_setup_teardown(test_version, ground_setup, ground_teardown),
		cmocka_unit_test_setup_teardown(test_variables, ground_setup, ground_teardown),
	};

	return cmocka_run_group_tests_name("definition", tests, NULL, NULL);
}
