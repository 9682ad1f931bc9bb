/* SPDX-License-Identifier: MIT */
/* pyvern shims: the commands that have one. */
#include <config.h>

#include "base/path.h"
#include "cmd/command.h"

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_free char *path = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	(void)ret_status;
	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "shims takes no words");
	/* No folder: no shims. */
	if (fs_open_dir(path, &dir, &none) < 0)
		return 0;
	if (fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *whole = path_join(path, names.items[i], NULL);

		if (names.items[i][0] != '.')
			out_line(ctx->out,
				 options_has(ctx->options, "short") ? names.items[i] : whole);
	}
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "short", .help = "names only" },
	{ 0 },
};

const struct command command_shims = {
	.name = "shims",
	.summary = "List the shims",
	.pyenv_usage = "[--short]",
	.options = options,
	.hidden = true,
	.run = run,
};
