/* SPDX-License-Identifier: MIT */
/* Hooks: found, run in bash, and what they hand back. */
#include <config.h>

#include "store_ground.h"

#include <signal.h>

#include "core/hooks.h"

static int
setup(void **state)
{
	struct ground *g;
	cleanup_err struct err err = { 0 };
	cleanup_dirfd struct dir libexec = DIR_INIT;
	cleanup_free char *path = NULL;

	ground_setup(state);
	g = *state;
	path = path_join(g->path, "prefix/libexec", NULL);
	assert_ok(fs_make_dirs(path, 0755, &libexec, &err), &err);
	unsetenv("PYENV_HOOK_PATH");
	unsetenv("PYVERN_HOOK_PATH");
	unsetenv("PYENV_DEBUG");
	return 0;
}

static void
hook(struct ground *g, const char *point, const char *name, const char *code)
{
	cleanup_free char *path = mem_printf("root/pyenv.d/%s/%s", point, name);

	ground_file(g, path, code, 0644);
}

/* Source POINT's hooks with VARS. */
static void
source(struct ground *g, const char *point, struct hook_vars *vars, struct hooks *hooks)
{
	cleanup_strvec struct strvec files = { 0 };
	cleanup_err struct err err = { 0 };

	hooks_find(&g->layout, point, &files);
	assert_true(files.count > 0);
	assert_ok(hooks_begin(&(struct hooks_spec){ .layout = &g->layout,
						    .point = point,
						    .files = &files,
						    .collect = true },
			      vars, hooks, &err),
		  &err);
}

static void
an_answer_is_read_strictly(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool ok;
		int status;
		const char *value; /* of A, "(unset)" */
	} cases[] = {
#define CASE(bytes, ...) { bytes, sizeof(bytes) - 1, __VA_ARGS__ }
		CASE("A=x\0.\0", true, -1, "x"),
		CASE("A=\0.\0", true, -1, ""),
		CASE("A\0.\0", true, -1, "(unset)"),
		CASE("A=a=b\nc\0!3\0", true, 3, "a=b\nc"),
		CASE("B=y\0A=x\0.\0", true, -1, "x"),
		CASE("B[]=2\0A=no\0.\0A=x\0.\0", true, -1, "x"),
		CASE("A=1\0A=2\0.\0", true, -1, "2"),
		CASE("A=x\0", false, -1, "x"),
		CASE("A=x\0.", false, -1, "x"),
		CASE("", false, -1, "(unset)"),
		CASE("A=x\0!\0", false, -1, "x"),
		CASE("A=x\0!256\0", false, -1, "x"),
		CASE("A=x\0!-1\0", false, -1, "x"),
		CASE("B[]=3\0one\0.\0", false, -1, "(unset)"),
		CASE("B[]=99999999999999999999\0.\0", false, -1, "(unset)"),
		CASE("B[]=x\0.\0", false, -1, "(unset)"),
		CASE("NOT_WANTED=1\0.\0", true, -1, "(unset)"),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cleanup_hook_vars struct hook_vars vars = { 0 };
		cleanup_strvec struct strvec none = { 0 };
		int status = -1;
		const char *value;

		hook_vars_want(&vars, "A");
		hook_vars_set_list(&vars, "B", &none);
		hook_vars_want(&vars, "B");
		assert_int_equal(hooks_read_answer((struct str){ cases[i].bytes, cases[i].n },
						   &vars, &status),
				 cases[i].ok);
		assert_int_equal(status, cases[i].status);
		value = hook_vars_get(&vars, "A");
		assert_string_equal(value ? value : "(unset)", cases[i].value);
		assert_null(hook_vars_get(&vars, "NOT_WANTED"));
	}
}

static void
an_array_is_read(void **state)
{
	static const char bytes[] = "L[]=3\0one\0\0th\nree\0.";
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_strvec struct strvec none = { 0 };
	const struct strvec *list;
	int status;

	(void)state;
	hook_vars_set_list(&vars, "L", &none);
	hook_vars_want(&vars, "L");
	assert_true(hooks_read_answer((struct str){ bytes, sizeof(bytes) }, &vars, &status));
	list = hook_vars_list(&vars, "L");
	assert_non_null(list);
	assert_int_equal(list->count, 3);
	assert_string_equal(list->items[0], "one");
	assert_string_equal(list->items[1], "");
	assert_string_equal(list->items[2], "th\nree");
}

/* What people and rows of names know as pyenv's is judged by content. */
static void
a_changed_copy_of_pyenvs_is_foreign(void **state)
{
	struct ground *g = *state;
	cleanup_strvec struct strvec files = { 0 };

	hook(g, "exec", "pip-rehash.bash", "# changed\n");
	hook(g, "exec", "other.bash", "");
	hook(g, "exec", "not-bash.sh", "");
	hooks_find(&g->layout, "exec", &files);
	assert_int_equal(files.count, 2);
	assert_true(str_ends(str_from(files.items[0]), STR_LIT("/exec/other.bash")));
	assert_true(str_ends(str_from(files.items[1]), STR_LIT("/exec/pip-rehash.bash")));
	assert_false(hooks_is_native("pip-rehash.bash"));
	assert_false(hooks_is_native("/"));
	assert_true(hooks_meet_shims(&g->layout));
}

static void
variables_go_in_and_out(void **state)
{
	struct ground *g = *state;
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	cleanup_strvec struct strvec list = { 0 };

	hook(g, "which", "a b.bash",
	     "IFS=:\nTEXT=\"<$TEXT>\"\n[ -z \"${GONE+set}\" ] && NEW=made\n"
	     "LIST=(\"${LIST[1]}\" \"${LIST[0]}\")\nunset OLD\necho "
	     "printed\nNAME=${BASH_SOURCE[0]##*/}\n");
	setenv("GONE", "inherited", 1);
	strvec_add(&list, "first");
	strvec_add(&list, "se'c\nond $(touch x)");
	hook_vars_set(&vars, "TEXT", "a\n\"b\" $(exit 3) `c` \\ '");
	hook_vars_set(&vars, "GONE", NULL);
	hook_vars_set(&vars, "OLD", "x");
	hook_vars_set_list(&vars, "LIST", &list);
	hook_vars_want(&vars, "TEXT");
	hook_vars_want(&vars, "NEW");
	hook_vars_want(&vars, "OLD");
	hook_vars_want(&vars, "LIST");
	hook_vars_want(&vars, "NAME");
	source(g, "which", &vars, &hooks);
	assert_false(hooks.has_ended);
	assert_string_equal(hook_vars_get(&vars, "TEXT"), "<a\n\"b\" $(exit 3) `c` \\ '>");
	assert_string_equal(hook_vars_get(&vars, "NEW"), "made");
	assert_null(hook_vars_get(&vars, "OLD"));
	assert_string_equal(hook_vars_get(&vars, "NAME"), "a b.bash");
	assert_string_equal(hook_vars_list(&vars, "LIST")->items[0], list.items[1]);
	assert_string_equal(hook_vars_list(&vars, "LIST")->items[1], list.items[0]);
}

/* How a hook can end the command that it is part of. */
static void
a_hook_may_end_the_shell(void **state)
{
	static const struct {
		const char *code;
		int status;
		const char *value; /* that VALUE had by then, or "in" */
	} cases[] = {
		{ "VALUE=out; exit 7", 7, "out" },
		{ "VALUE=out; exit", 0, "out" },
		{ "VALUE=out\nfalse\nVALUE=never", 1, "out" },
		{ "exec sh -c 'exit 9'", 9, "in" },
		{ "trap 'exit 5' EXIT; exit 2", 5, "in" },
		{ "kill -9 $$", 137, "in" },
		{ "VALUE=out; set -u; : $NOT_SET_AT_ALL", 1, "out" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ground *g = *state;
		cleanup_hook_vars struct hook_vars vars = { 0 };
		cleanup_hooks struct hooks hooks = HOOKS_INIT;

		hook(g, "which", "end.bash", cases[i].code);
		hook_vars_set(&vars, "VALUE", "in");
		hook_vars_want(&vars, "VALUE");
		source(g, "which", &vars, &hooks);
		if (!hooks.has_ended || hooks.status != cases[i].status)
			fail_msg("%s: ended %d, status %d", cases[i].code, hooks.has_ended,
				 hooks.status);
		assert_string_equal(hook_vars_get(&vars, "VALUE"), cases[i].value);
	}
}

/* What a syntax error gives differs between versions of bash; it is not 0. */
static void
a_syntax_error_ends_it(void **state)
{
	struct ground *g = *state;
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;

	hook(g, "which", "broken.bash", "if then fi (\n");
	source(g, "which", &vars, &hooks);
	assert_true(hooks.has_ended);
	assert_int_not_equal(hooks.status, 0);
}

/* It would have kept the pipe of `$(…)` open for as long as it ran. */
static void
a_child_in_the_background_is_not_waited_for(void **state)
{
	struct ground *g = *state;
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	cleanup_err struct err err = { 0 };

	hook(g, "which", "back.bash", "sleep 600 & VALUE=$!\necho hello\n");
	hook_vars_want(&vars, "VALUE");
	source(g, "which", &vars, &hooks);
	assert_ok(hooks_end(&hooks, &err), &err);
	assert_string_equal(buf_text(&hooks.printed), "hello\n");
	assert_int_equal(kill(atoi(hook_vars_get(&vars, "VALUE")), SIGKILL), 0);
}

/* pyenv.md 5: strings evaluated later, seeing DEFINITION, STATUS. */
static void
code_is_run_before_and_after(void **state)
{
	struct ground *g = *state;
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	cleanup_err struct err err = { 0 };

	hook(g, "install", "x.bash",
	     "say() { SAID=\"$SAID$1 $DEFINITION $STATUS\n\"; }\n"
	     "before_install 'say before; MINE=kept'\nafter_install 'say \"after $MINE\"'\n"
	     "after_install 'case $STATUS in 3) exit 4;; esac'\n");
	hook_vars_set(&vars, "DEFINITION", "3.13.5");
	hook_vars_want(&vars, "SAID");
	source(g, "install", &vars, &hooks);
	assert_null(hook_vars_get(&vars, "SAID"));
	assert_ok(hooks_call(&hooks, "before", &vars, &err), &err);
	assert_string_equal(hook_vars_get(&vars, "SAID"), "before 3.13.5 \n");
	hook_vars_set(&vars, "STATUS", "0");
	assert_ok(hooks_call(&hooks, "after", &vars, &err), &err);
	assert_string_equal(hook_vars_get(&vars, "SAID"), "before 3.13.5 \nafter kept 3.13.5 0\n");
	assert_false(hooks.has_ended);
	hook_vars_set(&vars, "STATUS", "3");
	assert_ok(hooks_call(&hooks, "after", &vars, &err), &err);
	assert_true(hooks.has_ended);
	assert_int_equal(hooks.status, 4);
}

/* 1000 names, one of them hostile: what a rehash hands over and takes back. */
static void
shims_are_registered(void **state)
{
	struct ground *g = *state;
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec files = { 0 };
	cleanup_strvec struct strvec found = { 0 };
	cleanup_err struct err err = { 0 };

	hook(g, "rehash", "x.bash",
	     "make_shims /a/b/made \"/c/with blank\"; register_shim registered\n"
	     "unset 'registered_shims[tool-7]'\n");
	for (int i = 0; i < 1000; i++)
		strvec_printf(&names, "tool-%d", i);
	strvec_add(&names, "$(exit)");
	hooks_find(&g->layout, "rehash", &files);
	hook_vars_want_keys(&vars, "registered_shims");
	assert_ok(hooks_begin(&(struct hooks_spec){ .layout = &g->layout,
						    .point = "rehash",
						    .files = &files,
						    .args = names.items },
			      &vars, &hooks, &err),
		  &err);
	assert_false(hooks.has_ended);
	strvec_add_all(&found, hook_vars_list(&vars, "registered_shims")->items);
	assert_int_equal(found.count, 1003);
	assert_true(strvec_has(&found, "made"));
	assert_true(strvec_has(&found, "with blank"));
	assert_true(strvec_has(&found, "registered"));
	assert_true(strvec_has(&found, "$(exit)"));
	assert_false(strvec_has(&found, "tool-7"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, ground_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_read_strictly),
		cmocka_unit_test(an_array_is_read),
		T(a_changed_copy_of_pyenvs_is_foreign),
		T(variables_go_in_and_out),
		T(a_hook_may_end_the_shell),
		T(a_syntax_error_ends_it),
		T(a_child_in_the_background_is_not_waited_for),
		T(code_is_run_before_and_after),
		T(shims_are_registered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
