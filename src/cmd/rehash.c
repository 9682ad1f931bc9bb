/* SPDX-License-Identifier: MIT */
/* pyvern rehash: make the shims right. */
#include <config.h>

#include "cmd/command.h"
#include "core/shims.h"

static int
open_store(const struct context *ctx, struct store *ret_store, struct err *err)
{
	/* Reading is enough where all is well already, as in an image whose root
	 * this user cannot write. */
	if (store_open(ctx->layout, ret_store, err) < 0)
		return -1;
	if (ret_store->root.fd >= 0 && ret_store->versions.fd >= 0)
		return 0;
	store_reset(ret_store);
	return store_open_writable(ctx->layout, "rehash", ret_store, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	struct shims_result result;

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "rehash takes no operands: %s",
			       ctx->options->args.items[0]);
	if (open_store(ctx, &store, err) < 0 ||
	    shims_rehash(&store, out_events(ctx->out), &result, err) < 0)
		return -1;
	*ret_status = result.hook_status;
	/* pyenv says nothing. */
	if (!store.policy->speaks_pyenv && (result.added || result.removed))
		out_fact(ctx->out, '~', "shims", "%u made, %u removed, %u as they were",
			 result.added, result.removed, result.kept);
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "quiet", .letter = 'q', .help = "say nothing when all is well" },
	{ 0 },
};

const struct command command_rehash = {
	.name = "rehash",
	.summary = "Make a shim for each command of the installed versions",
	.options = options,
	.help = "Installing and uninstalling do this by themselves. It is needed after commands\n"
		"came or went in a way that pyvern did not see.",
	.run = run,
};
