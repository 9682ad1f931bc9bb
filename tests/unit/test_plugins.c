/* SPDX-License-Identifier: MIT */
/* Plugins: found by one rule, run with pyenv's environment. */
#include <config.h>

#include "store_ground.h"

#include "core/plugins.h"

static int
setup(void **state)
{
	static const char *const programs[] = {
		"prefix/libexec/pyvern-install",
		"root/plugins/alpha/bin/pyenv-hello",
		"root/plugins/alpha/bin/pyenv-install",
		"root/plugins/beta/bin/pyenv-hello",
		"root/plugins/beta/bin/pyvern-both",
		"root/plugins/beta/bin/pyenv-both",
		"root/plugins/beta/bin/pyenv-sh-shell",
		"root/shims/pyenv-shimmed",
		"path/pyenv-outside",
		"path/pyenv-hello",
	};
	struct ground *g;
	cleanup_free char *path = NULL;

	ground_setup(state);
	g = *state;
	for (size_t i = 0; i < COUNT_OF(programs); i++)
		ground_file(g, programs[i], "#!/bin/sh\nexit 7\n", 0755);
	ground_file(g, "path/pyenv-plain", "", 0644);
	ground_file(g, "root/plugins/beta/etc/pyenv.d/x", "", 0644);
	path = mem_printf("%s/root/shims:.:%s/path:/usr/bin:/bin", g->path, g->path);
	setenv("PATH", path, 1);
	unsetenv("PYENV_HOOK_PATH");
	unsetenv("PYVERN_HOOK_PATH");
	return 0;
}

static void
the_first_in_order_is_found(void **state)
{
	struct ground *g = *state;
	static const struct {
		const char *name;
		const char *found; /* NULL: nothing */
	} cases[] = {
		{ "install", "prefix/libexec/pyvern-install" },	  /* ours before a plugin's */
		{ "hello", "root/plugins/beta/bin/pyenv-hello" }, /* the last plugin first */
		{ "both", "root/plugins/beta/bin/pyvern-both" },
		{ "outside", "path/pyenv-outside" },
		{ "sh-shell", "root/plugins/beta/bin/pyenv-sh-shell" },
		{ "shell", NULL },
		{ "shimmed", NULL },
		{ "plain", NULL },
		{ "none", NULL },
		{ "", NULL },
		{ "-x", NULL },
		{ "../bin/pyenv-hello", NULL },
		{ "x/../../x", NULL },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cleanup_free char *found = plugin_find(&g->layout, cases[i].name);

		if (cases[i].found) {
			cleanup_free char *expected = path_join(g->path, cases[i].found, NULL);

			assert_string_equal(found ? found : "(nothing)", expected);
		} else if (found) {
			fail_msg("%s: %s", cases[i].name, found);
		}
	}
}

static void
all_are_listed_once(void **state)
{
	struct ground *g = *state;
	cleanup_strvec struct strvec names = { 0 };

	plugin_list(&g->layout, &names);
	for (const char *const *want =
		     (const char *const[]){ "both", "hello", "install", "outside", NULL };
	     *want; want++)
		assert_true(strvec_has(&names, *want));
	assert_false(strvec_has(&names, "sh-shell"));
	for (size_t i = 1; i < names.count; i++)
		assert_true(strcmp(names.items[i - 1], names.items[i]) < 0);
}

static void
they_get_what_pyenv_gives(void **state)
{
	struct ground *g = *state;
	cleanup_env struct env env = { 0 };
	cleanup_free char *path = mem_printf("%s/prefix/libexec:%s/root/plugins/beta/bin:"
					     "%s/root/plugins/alpha/bin:%s/root/shims:.:%s/path:"
					     "/usr/bin:/bin",
					     g->path, g->path, g->path, g->path, g->path);
	cleanup_free char *prefix = path_join(g->path, "prefix", NULL);

	setenv("PYVERN_ROOT", "/elsewhere", 1);
	plugin_env(&g->layout, &env);
	assert_string_equal(env_get(&env, "PYENV_ROOT"), g->layout.root);
	assert_null(env_get(&env, "PYVERN_ROOT"));
	assert_string_equal(env_get(&env, "PYENV_DIR"), g->path);
	assert_string_equal(env_get(&env, "_PYENV_INSTALL_PREFIX"), prefix);
	assert_string_equal(env_get(&env, "PATH"), path);
	assert_non_null(strstr(env_get(&env, "PYENV_HOOK_PATH"), "/root/plugins/beta/etc/pyenv.d"));
	/* A plugin that calls us again does not make PATH longer and longer. */
	setenv("PATH", path, 1);
	{
		cleanup_env struct env again = { 0 };

		plugin_env(&g->layout, &again);
		assert_string_equal(env_get(&again, "PATH"), path);
	}
}

static void
their_status_is_ours(void **state)
{
	struct ground *g = *state;
	char *args[] = { NULL };
	struct err err = { 0 };
	int status = 0;

	assert_ok(plugin_run(&g->layout, "hello", args, &status, &err), &err);
	assert_int_equal(status, 7);
	assert_fails(plugin_run(&g->layout, "none", args, &status, &err), ERR_FAILED, &err);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, ground_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_in_order_is_found),
		T(all_are_listed_once),
		T(they_get_what_pyenv_gives),
		T(their_status_is_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
