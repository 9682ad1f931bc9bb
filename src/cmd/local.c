/* SPDX-License-Identifier: MIT */
/* pyvern local: the pin of this folder. */
#include <config.h>

#include "cmd/pin.h"
#include "core/choice.h"

static int
unusable(const struct selection *s, const char *why, struct err *err)
{
	err_set(err, ERR_FAILED, "%s cannot be used: %s", s->pin_path, why);
	err_pyenv_nothing(err);
	return err_detail(err, "to fix", "pyvern local VERSION");
}

/* The nearest file from the working folder upwards: variables and the global
 * file do not count. */
static int
print(const struct context *ctx, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct selection_input in;
	struct selection s;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	in = choice.input;
	in.dir = ctx->layout->working;
	if (!selection_find_pin(&in, &s)) {
		err_set(err, ERR_FAILED, "no local version configured for this directory");
		err_pyenv(err, "pyenv: no local version configured for this directory");
		return err_detail(err, "to fix", "pyvern local VERSION");
	}
	if (s.pin.status == PIN_UNUSABLE)
		return unusable(&s, s.pin.why, err);
	if (pin_print(ctx, &in, &s.pin, s.pin_path))
		return 0;
	return unusable(&s, "names no version", err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool unset = options_has(ctx->options, "unset");
	bool force = options_has(ctx->options, "force");
	bool range = options_has(ctx->options, "range");
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec words = { 0 };

	(void)ret_status;
	if (unset && args->count > 0)
		return err_set(err, ERR_USAGE, "--unset takes no version");
	if (!ctx->layout->working) {
		err_set(err, ERR_FAILED, "the working folder is gone");
		return err_detail(err, "to fix", "cd to a folder that is there");
	}
	if (args->count == 0 && !unset)
		return print(ctx, err);
	if (range && pin_check_range(ctx, "local", args, err) < 0)
		return -1;
	if (pin_check(ctx, "local", args, (force ? PIN_FORCE : 0) | (range ? PIN_KEEP_RANGE : 0),
		      &words, err) < 0 ||
	    fs_open_dir(ctx->layout->working, &dir, err) < 0)
		return -1;
	if (unset)
		return pin_remove(&dir, PINFILE_NAME, err);
	if (pin_write_here(ctx, &dir, &words, err) < 0)
		return -1;
	if (range)
		out_fact(ctx->out, '!', PINFILE_NAME, "has a range, which pyenv cannot read");
	pin_warn_of_project(ctx, &words);
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "force", .letter = 'f', .help = "also versions that are not installed" },
	{ .name = "unset", .help = "remove the pin of this folder" },
	{ .name = "range", .help = "keep a range as it is: pyenv cannot read it" },
	{ 0 },
};

const struct command command_local = {
	.name = "local",
	.summary = "Show or set the versions of this folder",
	.usage = "[VERSION...]",
	.pyenv_usage = "[-f|--force] [<version> [...]]\n--unset",
	.rest = { OPERAND_INSTALLED, "system" },
	.options = options,
	.help = "Writes .python-version here, one version a line, as pyenv reads it, too. Of\n"
		"several, the first that has a command runs it. `pyvern use` also installs what\n"
		"is missing. A range ('>=3.11,<3.13') is written as the version that it is now.",
	.run = run,
};
