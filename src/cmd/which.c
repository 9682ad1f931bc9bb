/* SPDX-License-Identifier: MIT */
/* pyvern which: the file that a command is. */
#include <config.h>

#include "cmd/program.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *command = args->count ? args->items[0] : "python";
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_hook_end struct hook_end end = { 0 };
	struct finding found;
	unsigned flags = 0;

	if (args->count > 1)
		return err_set(err, ERR_USAGE, "which: one command at a time, please");
	if (options_has(ctx->options, "nosystem"))
		flags |= PROGRAM_NO_SYSTEM;
	if (options_has(ctx->options, "skip-advice"))
		flags |= PROGRAM_NO_ADVICE;
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	/* pyenv asks version-name only where no variable says it. */
	if (choice.selection.source != SOURCE_VARIABLE && choice_ask_hooks(&choice, &end, err) < 0)
		return -1;
	if (!end.has_ended || end.status == 0) {
		hook_end_reset(&end);
		if (program_find(ctx, &choice, command, flags, false, &found, &end, err) < 0)
			return -1;
	}
	if (end.has_ended)
		*ret_status = end.status;
	else
		out_line(ctx->out, found.path);
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "nosystem", .help = "do not look in PATH" },
	{ .name = "skip-advice", .help = "do not name other versions that have it" },
	{ 0 },
};

const struct command command_which = {
	.name = "which",
	.summary = "Print the path of the program that a command starts here",
	.pyenv_usage = "<command> [--nosystem] [--skip-advice]",
	.usage = "[COMMAND]",
	.operands = { { OPERAND_EXECUTABLE } },
	.options = options,
	.help = "COMMAND is python when it is left out. Ends with 127 when there is none.",
	.run = run,
};
