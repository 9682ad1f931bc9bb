/* SPDX-License-Identifier: MIT */
/* pyvern completions: what a command line can go on with. */
#include <config.h>

#include <string.h>

#include "cmd/command.h"
#include "cmd/complete.h"
#include "cmd/suggest.h"
#include "core/plugins.h"

/* A plugin that says so in a comment answers for itself. */
static int
ask_plugin(const struct context *ctx, const char *path, char *const *before, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };

	out_line(ctx->out, "--help");
	if (!plugin_completes(path))
		return 0;
	out_flush(ctx->out);
	strvec_add(&argv, path);
	strvec_add(&argv, "--complete");
	strvec_add_all(&argv, before);
	return plugin_exec(ctx->layout, path, argv.items, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_strvec struct strvec words = { 0 };
	cleanup_free char *path = NULL;
	const struct command *command;

	(void)ret_status;
	if (args->count == 0)
		return err_set(err, ERR_USAGE, "completions needs a command");
	command = command_find(args->items[0]);
	if (command) {
		complete_words(ctx, command, args->items + 1, &words);
		for (size_t i = 0; i < words.count; i++)
			out_line(ctx->out, words.items[i]);
		return 0;
	}
	path = plugin_find_any(ctx->layout, args->items[0]);
	if (path)
		return ask_plugin(ctx, path, args->items + 1, err);
	return suggest_command(args->items[0], err);
}

const struct command command_completions = {
	.name = "completions",
	.summary = "List what a command can be followed by",
	.usage = "COMMAND [ARG...]",
	.pyenv_usage = "<command> [arg1 arg2...]",
	.operands = { { OPERAND_COMMAND } },
	.stop_at_operand = true,
	.hidden = true,
	.run = run,
};
