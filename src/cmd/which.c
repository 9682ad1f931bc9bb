/* SPDX-License-Identifier: MIT */
/* pyvern which: the file that a command is. */
#include <config.h>

#include "cmd/command.h"
#include "core/choice.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *command = args->count ? args->items[0] : "python";
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct finding found;

	(void)ret_status;
	if (args->count > 1)
		return err_set(err, ERR_USAGE, "which: one command at a time, please");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (options_has(ctx->options, "nosystem"))
		choice.input.path = NULL;
	selection_find(&choice.selection, command, &found);
	choice_warn(&choice, out_events(ctx->out));
	if (!choice_is_found(&found))
		return choice_error(&choice, command, &found,
				    !options_has(ctx->options, "skip-advice"), err);
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
