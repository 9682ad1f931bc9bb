/* SPDX-License-Identifier: MIT */
/* pyvern seed: prepare pip for environments on a version. */
#include <config.h>

#include "core/store.h"
#include "commands.h"
#include "supply/seedmaker.h"

/* `venv` runs this when a version has no seed, or a damaged one: that of an
 * adopted Python, which no installation has prepared. */
int
seed_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_store struct store store = STORE_INIT;

	(void)ret_status;
	if (args->count == 0) {
		err_set(err, ERR_USAGE, "seed needs the name of an installed version");
		return err_detail(err, "to fix", "pyvern versions");
	}
	if (store_open_writable(ctx->layout, "prepare pip for environments", &store, err) < 0)
		return -1;
	for (size_t i = 0; i < args->count; i++) {
		cleanup_free char *name = store_find(&store, args->items[i]);
		bool made;

		if (!name) {
			err_set(err, ERR_NOT_INSTALLED, "%s is not installed", args->items[i]);
			return err_detail(err, "to fix", "pyvern versions");
		}
		if (seed_restore(&store, name, out_events(ctx->out), &made, err) < 0)
			return err_wrap(err, "%s", name);
		event_end(out_events(ctx->out), name);
		if (!made)
			out_note(ctx->out, "%s: pip is ready", name);
	}
	return 0;
}
