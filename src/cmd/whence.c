/* SPDX-License-Identifier: MIT */
/* pyvern whence: the versions that have a command. */
#include <config.h>

#include "base/path.h"
#include "cmd/command.h"
#include "core/choice.h"
#include "core/store.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (args->count != 1)
		return err_set(err, ERR_USAGE, "whence takes one command");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	choice_versions_with(&choice, args->items[0],
			     ctx->policy->keeps_aliases ? 0 : STORE_LIST_ALIASES, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *path = path_join(ctx->layout->root, LAYOUT_VERSIONS,
						    names.items[i], "bin", args->items[0], NULL);

		out_line(ctx->out, options_has(ctx->options, "path") ? path : names.items[i]);
	}
	if (names.count == 0)
		*ret_status = 1;
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "path", .help = "print the programs' paths" },
	{ 0 },
};

const struct command command_whence = {
	.name = "whence",
	.summary = "List the versions that have a command",
	.pyenv_usage = "[--path] <command>",
	.usage = "COMMAND",
	.operands = { { OPERAND_EXECUTABLE } },
	.options = options,
	.help = "Ends with 1, without a word, when none has it.",
	.hidden = true,
	.run = run,
};
