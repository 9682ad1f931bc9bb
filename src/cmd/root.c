/* SPDX-License-Identifier: MIT */
/* pyvern root: where everything is. */
#include <config.h>

#include "cmd/command.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	(void)ret_status;
	if (ctx->options->args.count > 0)
		return err_set(err, ERR_USAGE, "root takes no words");
	out_line(ctx->out, ctx->layout->root);
	return 0;
}

const struct command command_root = {
	.name = "root",
	.summary = "Print the folder that holds versions and shims",
	.help = "PYVERN_ROOT, else PYENV_ROOT, else ~/.pyenv.",
	.hidden = true,
	.run = run,
};
