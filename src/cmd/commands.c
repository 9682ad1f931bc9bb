/* SPDX-License-Identifier: MIT */
/* pyvern commands: the names of all commands, one a line. */
#include <config.h>

#include "cmd/command.h"
#include "core/plugins.h"

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
	for (const struct command *const *c = command_table; !only_sh && *c; c++)
		if (!(*c)->internal)
			strvec_add(&names, (*c)->name);
	if (!only_sh)
		plugin_list(ctx->layout, &names);
	if (!no_sh)
		plugin_list_sh(ctx->layout, &names);
	strvec_sort(&names);
	strvec_unique(&names);
	for (size_t i = 0; i < names.count; i++) {
		const struct command *command = command_find(names.items[i]);

		/* The program of an internal command is found like a plugin. */
		if (!command || !command->internal)
			out_line(ctx->out, names.items[i]);
	}
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
	.options = options,
	.hidden = true,
	.run = run,
};
