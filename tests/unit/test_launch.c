/* SPDX-License-Identifier: MIT */
/* What a program is started with, and after which of them a rehash is due. */
#include <config.h>

#include "unit.h"

#include "core/launch.h"

/* pyenv.md 3, exec: pip-rehash. */
static void
commands_that_bring_commands_are_known(void **state)
{
	static const struct {
		bool changes;
		const char *words[8];
	} rows[] = {
		{ true, { "pip", "install", "x" } },
		{ true, { "pip3", "-q", "install", "x" } },
		{ true, { "pip3.13", "uninstall", "x" } },
		{ true, { "pip3.13t", "install", "x" } },
		{ false, { "pip", "list" } },
		{ false, { "pip" } },
		{ false, { "pipx", "install", "x" } },
		{ false, { "pipenv", "install" } },
		{ true, { "python", "-m", "pip", "install", "x" } },
		{ true, { "python3.13", "-I", "-m", "pip", "-v", "uninstall", "x" } },
		{ true, { "python", "-Im", "pip", "install", "x" } },
		{ true, { "python", "-mpip", "install", "x" } },
		{ false, { "python", "-m", "pip" } },
		{ false, { "python", "-m", "pip", "list" } },
		{ false, { "python", "-m", "pipx", "install", "x" } },
		{ false, { "python", "-m" } },
		{ false, { "python", "install" } },
		{ false, { "python", "--m", "pip", "install" } },
		{ true, { "conda", "install", "x" } },
		{ true, { "conda", "remove", "x" } },
		{ false, { "conda", "list", "install" } },
		{ false, { "conda" } },
		{ true, { "mamba", "install", "x" } },
		{ true, { "python", "-m", "conda", "remove", "x" } },
		{ false, { "python", "-m", "conda", "list" } },
		{ true, { "easy_install", "x" } },
		{ true, { "easy_install-3.9", "x" } },
		{ false, { "uv", "pip", "install", "x" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *args[8] = { NULL };

		for (size_t n = 1; rows[i].words[n]; n++)
			args[n - 1] = (char *)(uintptr_t)rows[i].words[n];
		if (launch_changes_commands(rows[i].words[0], args) != rows[i].changes)
			fail_msg("%s %s %s", rows[i].words[0], args[0] ? args[0] : "",
				 args[1] ? args[1] : "");
	}
}

/* pyenv.md 3: _PYENV_SHIM_PATHS_<COMMAND>, upper case, all else an underscore. */
static void
the_variable_of_a_linked_shim_has_the_commands_name(void **state)
{
	char name[SELECTION_SHIM_PATHS_MAX];

	(void)state;
	assert_true(selection_shim_paths_name("python3.9-config", name));
	assert_string_equal(name, "_PYENV_SHIM_PATHS_PYTHON3_9_CONFIG");
	assert_true(selection_shim_paths_name("A_b z\xc3\xa9", name));
	assert_string_equal(name, "_PYENV_SHIM_PATHS_A_B_Z__");
	assert_false(selection_shim_paths_name("", name));
}

static const char *
value(const struct launch *launch, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < launch->count; i++)
		if (strncmp(launch->env[i], name, n) == 0 && launch->env[i][n] == '=')
			return launch->env[i] + n + 1;
	return NULL;
}

static void
where_a_shim_is_linked_from_is_handed_on(void **state)
{
	static const struct {
		const char *env[4];
		const char *linked; /* by our own shim */
		const char *expected;
	} rows[] = {
		{ { NULL }, "", NULL },
		{ { NULL }, "/links", "/links" },
		{ { "_PYENV_SHIM_PATH=/theirs" }, "", "/theirs" },
		{ { "_PYENV_SHIM_PATHS_X_Y=/a:/b", "_PYENV_SHIM_PATH=/c" }, "", "/c:/a:/b" },
		{ { "_PYENV_SHIM_PATHS_X_Y=/a" }, "", "/a" },
		{ { "_PYENV_SHIM_PATHS_X_Y=/a" }, "/links", "/links:/a" },
	};
	struct launch *launch = mem_zalloc(sizeof(*launch));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *env[5] = { NULL };
		const char *now;

		for (size_t n = 0; rows[i].env[n]; n++)
			env[n] = (char *)(uintptr_t)rows[i].env[n];
		assert_true(launch_begin(launch, env, NULL));
		assert_true(launch_leave_out(launch, "x-y", str_from(rows[i].linked)));
		now = value(launch, "_PYENV_SHIM_PATHS_X_Y");
		if (rows[i].expected)
			assert_string_equal(now ? now : "(unset)", rows[i].expected);
		else
			assert_null(now);
		assert_null(value(launch, "_PYENV_SHIM_PATH"));
	}
	free(launch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_that_bring_commands_are_known),
		cmocka_unit_test(the_variable_of_a_linked_shim_has_the_commands_name),
		cmocka_unit_test(where_a_shim_is_linked_from_is_handed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
