/* SPDX-License-Identifier: MIT */
/* pyvern help: all commands, or one. */
#include <config.h>

#include <string.h>

#include "cmd/command.h"
#include "cmd/suggest.h"
#include "core/plugins.h"

static void
help_all(const struct context *ctx)
{
	cleanup_strvec struct strvec plugins = { 0 };

	out_data(ctx->out,
		 "usage: %s COMMAND [OPTIONS] [...]\n\n"
		 "%s installs Pythons, pins one per project and makes virtual environments.\n\n"
		 "Commands:\n",
		 ctx->program, ctx->program);
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			out_data(ctx->out, "  %-12s  %s\n", (*c)->name, (*c)->summary);
	plugin_list(ctx->layout, &plugins);
	for (size_t i = 0; i < plugins.count; i++) {
		cleanup_free char *shown = out_safe(plugins.items[i]);

		if (!command_find(plugins.items[i]))
			out_data(ctx->out, "  %-12s  a plugin's command\n", shown);
	}
	out_data(ctx->out,
		 "\nAlone, `%s` shows what is chosen here and why.\n"
		 "`%s help COMMAND` tells more; `%s --version` prints the version.\n",
		 ctx->program, ctx->program, ctx->program);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const struct command *command;
	cleanup_free char *text = NULL;
	cleanup_free char *plugin = NULL;

	(void)ret_status;
	if (args->count == 0) {
		help_all(ctx);
		return 0;
	}
	if (args->count > 1)
		return err_set(err, ERR_USAGE, "help: one command at a time, please");
	command = command_find(args->items[0]);
	if (command) {
		text = command_help_text(command, ctx->program);
		out_data(ctx->out, "%s", text);
		return 0;
	}
	plugin = plugin_find(ctx->layout, args->items[0]);
	if (plugin) {
		char *const argv[] = { plugin, "--help", NULL };

		return plugin_exec(ctx->layout, plugin, argv, err);
	}
	return suggest_command(args->items[0], err);
}

const struct command command_help = {
	.name = "help",
	.summary = "Show all commands, or how one is used",
	.usage = "[COMMAND]",
	.run = run,
};
