/* SPDX-License-Identifier: MIT */
/* Completion files, of a small table: byte for byte for shells that are not here to try. */
#include <config.h>

#include "unit.h"

#include "generate/generate.h"
#include "os/fs.h"

static const struct option_spec options[] = {
	{ .name = "force", .letter = 'f', .help = "override: it's [quick] $(touch x)" },
	{ .name = "python",
	  .letter = 'p',
	  .kind = OPTION_TEXT,
	  .value = "VERSION",
	  .operand = { OPERAND_INSTALLED },
	  .help = "the Python" },
	{ .name = "prompt", .kind = OPTION_TEXT, .value = "TEXT", .help = "a text" },
	{ .name = "old", .help = "not shown", .hidden = true },
	{ 0 },
};

static int
never(struct context *ctx, int *ret_status, struct err *err)
{
	(void)ctx;
	(void)ret_status;
	return err_set(err, ERR_FAILED, "nothing runs here");
}

static const struct command make = {
	.name = "make",
	.summary = "Make one: it's \"quick\"",
	.operands = { { OPERAND_FOLDER }, { OPERAND_INSTALLED, "system" } },
	.rest = { OPERAND_FILE },
	.options = options,
	.run = never,
};
static const struct command set = {
	.name = "set",
	.summary = "Set",
	.operands = { { .words = "on off" } },
	.stop_at_operand = true,
	.run = never,
};
static const struct command plain = { .name = "plain", .summary = "Nothing", .hidden = true };
static const struct command sh_set = { .name = "sh-set", .summary = "Code", .run = never };
static const struct command secret = { .name = "secret", .summary = "No", .internal = true };

/* Also what cmd/command.c looks names up in. */
const struct command *const command_table[] = { &make, &set, &plain, &sh_set, &secret, NULL };

static void
is_fixture(void (*writer)(struct buf *, const struct command *const *), const char *name)
{
	cleanup_free char *folder =
		mem_printf("%s/tests/unit/generated", getenv("PYVERN_TEST_SOURCE"));
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_buf struct buf want = BUF_INIT(GENERATED_MAX);
	cleanup_buf struct buf got = BUF_INIT(GENERATED_MAX);
	struct err err = { 0 };

	writer(&got, command_table);
	assert_ok(fs_open_dir(folder, &dir, &err), &err);
	assert_ok(fs_read_file(&dir, name, &want, &err), &err);
	assert_string_equal(buf_text(&got), buf_text(&want));
}

static void
powershell(void **state)
{
	(void)state;
	is_fixture(completions_pwsh, "sample.ps1");
}

static void
nushell(void **state)
{
	(void)state;
	is_fixture(completions_nu, "sample.nu");
}

/* The shells that are here are tried (tests/cli/completion_files.bats); this is what
 * stands in none of their files. */
static void
what_nobody_types_is_in_no_file(void **state)
{
	static void (*const writers[])(struct buf *, const struct command *const *) = {
		completions_bash, completions_zsh, completions_fish,
		completions_pwsh, completions_nu,
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(writers); i++) {
		cleanup_buf struct buf b = BUF_INIT(GENERATED_MAX);

		writers[i](&b, command_table);
		assert_non_null(strstr(buf_text(&b), "make"));
		assert_non_null(strstr(buf_text(&b), "plain"));
		assert_non_null(strstr(buf_text(&b), "prompt"));
		assert_null(strstr(buf_text(&b), "secret"));
		assert_null(strstr(buf_text(&b), "sh-set"));
		assert_null(strstr(buf_text(&b), "not shown"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(powershell),
		cmocka_unit_test(nushell),
		cmocka_unit_test(what_nobody_types_is_in_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
