/* SPDX-License-Identifier: MIT */
/* pyvern commands: the names of all commands, one a line. */
#include <config.h>

#include "cmd/command.h"
#include "cmd/complete.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	bool only_sh = options_has(ctx->options, "sh");
	bool no_sh = options_has(ctx->options, "no-sh");

	(void)ret_status;
	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "commands takes no words");
	if (only_sh && no_sh)
		return err_set(err, ERR_USAGE, "--sh and --no-sh leave nothing");
	complete_commands(ctx, !no_sh, !only_sh, &names);
	for (size_t i = 0; i < names.count; i++)
		out_line(ctx->out, names.items[i]);
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "sh", .help = "only those that print code for the shell" },
	{ .name = "no-sh", .help = "all but those" },
	{ 0 },
};

const struct command command_commands = {
	.name = "commands",
	.summary = "List the names of all commands",
	.pyenv_usage = "[--sh|--no-sh]",
	.options = options,
	.hidden = true,
	.run = run,
};
