/* SPDX-License-Identifier: MIT */
/* pyvern hooks: the hook scripts of a command. */
#include <config.h>

#include "cmd/command.h"
#include "core/plugins.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_strvec struct strvec paths = { 0 };

	(void)ret_status;
	if (args->count != 1)
		return err_set(err, ERR_USAGE, "hooks takes one command");
	plugin_hooks(ctx->layout, args->items[0], &paths);
	for (size_t i = 0; i < paths.count; i++)
		out_line(ctx->out, paths.items[i]);
	return 0;
}

const struct command command_hooks = {
	.name = "hooks",
	.summary = "List the hook scripts of a command",
	.pyenv_usage = "<command>",
	.usage = "COMMAND",
	.operands = { { .words = "exec rehash version-name version-origin which" } },
	.hidden = true,
	.run = run,
};
