/* SPDX-License-Identifier: MIT */
/* What hooks have to say in a rehash, and how shims learn of them. */
#include <config.h>

#include "shims_ground.h"

static void
hook(struct ground *g, const char *point, const char *code)
{
	cleanup_free char *path = mem_printf("root/pyenv.d/%s/x.bash", point);

	ground_file(g, path, code, 0644);
}

/* One read tells a shim its face, and whether to hand over. */
static void
hooks_are_marked_in_the_face(void **state)
{
	struct ground *g = *state;

	hook(g, "rehash", "");
	rehash(g);
	assert_true(has_text(g, "root/face", "pyvern\n"));
	hook(g, "version-origin", "");
	rehash(g);
	assert_true(has_text(g, "root/face", "pyvern hooks\n"));
	ground_file(g, "root/face", "pyenv\n", 0644);
	rehash(g);
	assert_true(has_text(g, "root/face", "pyenv hooks\n"));
	assert_int_equal(unlinkat(g->dir.fd, "root/pyenv.d/version-origin/x.bash", 0), 0);
	ground_file(g, "root/plugins/p/etc/pyenv.d/which/y.bash", "", 0644);
	rehash(g);
	assert_true(has_text(g, "root/face", "pyenv hooks\n"));
	assert_int_equal(unlinkat(g->dir.fd, "root/plugins/p/etc/pyenv.d/which/y.bash", 0), 0);
	rehash(g);
	assert_false(has_text(g, "root/face", "hooks"));
}

/* pyenv.md 3, rehash: make_shims, register_shim, registered_shims, SHIM_PATH and
 * PROTOTYPE_SHIM_PATH; a `cp` over a name once went through a link to all shims. */
static void
rehash_hooks_have_their_say(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/versions/3.12.1/bin/black", "", 0755);
	hook(g, "rehash",
	     "make_shims /some/where/extra; register_shim more\n"
	     "unset 'registered_shims[black]'\n"
	     "[ -f \"$SHIM_PATH/python\" ] && [ ! -h \"$SHIM_PATH/python\" ]\n"
	     "printf '#!/bin/sh\\necho mine\\n' >\"$SHIM_PATH/.own\"\n"
	     "cp \"$SHIM_PATH/.own\" \"$SHIM_PATH/python3.13\"\n"
	     "cp \"$PROTOTYPE_SHIM_PATH\" \"$SHIM_PATH/python\"\n"
	     "cp \"$PROTOTYPE_SHIM_PATH\" \"$SHIM_PATH/never registered\"\n");
	assert_result(rehash(g), 4, 0, 0);
	assert_shim(g, "python");
	assert_shim(g, "extra");
	assert_shim(g, "more");
	assert_false(ground_has(g, "root/shims/black"));
	assert_false(ground_has(g, "root/shims/never registered"));
	assert_false(ground_has(g, "root/.rehashing"));
	assert_true(has_text(g, "root/shims/python3.13", "echo mine"));
	assert_result(rehash(g), 0, 0, 4);
	/* Without the hook all is as usual. */
	assert_int_equal(unlinkat(g->dir.fd, "root/pyenv.d/rehash/x.bash", 0), 0);
	assert_result(rehash(g), 2, 2, 1);
	assert_shim(g, "python3.13");
	assert_false(ground_has(g, "root/shims/more"));
	assert_false(ground_has(g, "root/.hooked/python3.13"));
	assert_int_equal(g->warnings.count, 0);
}

static void
a_changed_prototype_is_what_new_shims_are(void **state)
{
	struct ground *g = *state;

	hook(g, "rehash", "echo '# mark' >>\"$PROTOTYPE_SHIM_PATH\"; register_shim new\n");
	rehash(g);
	assert_shim(g, "python");
	assert_true(has_text(g, "root/shims/new", "# mark"));
}

static void
an_exit_in_a_hook_ends_the_rehash(void **state)
{
	struct ground *g = *state;
	struct shims_result result;

	hook(g, "rehash", "register_shim more; exit 3\n");
	result = rehash(g);
	assert_true(result.hook_ended);
	assert_int_equal(result.hook_status, 3);
	assert_int_equal(result.added, 0);
	assert_false(ground_has(g, "root/shims/python"));
	assert_false(ground_has(g, "root/shims/.pyenv-shim"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, shims_setup, ground_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(hooks_are_marked_in_the_face),
		T(rehash_hooks_have_their_say),
		T(a_changed_prototype_is_what_new_shims_are),
		T(an_exit_in_a_hook_ends_the_rehash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
