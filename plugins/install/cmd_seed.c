/* SPDX-License-Identifier: MIT */
/* pyvern seed: prepare pip for environments on a version. */
#include <config.h>

#include <string.h>

#include "core/system_python.h"
#include "commands.h"
#include "supply/seedmaker.h"

/* Where NAME is the system's Python, what its files tell; else nothing. */
static int
find_system(const struct context *ctx, const struct store *store, const char *name,
	    struct system_python *ret, struct err *err)
{
	return strcmp(name, SYSTEM_NAME) == 0 ? system_python_find(store, ctx->policy, ret, err)
					      : 0;
}

static int
prepare(const struct context *ctx, const struct store *store, const struct seed_choice *choice,
	const char *asked, struct err *err)
{
	cleanup_system_python struct system_python system = { 0 };
	cleanup_free char *name = NULL;
	struct seed_target target = { .store = store,
				      .choice = choice,
				      .events = out_events(ctx->out) };
	bool made;

	if (find_system(ctx, store, asked, &system, err) < 0)
		return -1;
	name = system.prefix ? mem_strdup(asked) : store_find(store, asked);
	if (!name) {
		err_set(err, ERR_NOT_INSTALLED, "%s is not installed", asked);
		return err_detail(err, "to fix", "pyvern versions");
	}
	target.name = name;
	target.system = system.prefix ? &system : NULL;
	if (seed_restore(&target, &made, err) < 0)
		return err_wrap(err, "%s", name);
	event_end(out_events(ctx->out), name);
	if (!made)
		out_note(ctx->out, "%s: pip is ready", name);
	return 0;
}

/* `venv` runs this when a version has no seed, or a damaged one: that of an
 * adopted Python, which no installation has prepared. */
int
seed_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *packages = options_text(ctx->options, "packages");
	const char *working = ctx->layout->working ? ctx->layout->working : "/";
	cleanup_store struct store store = STORE_INIT;
	cleanup_seed_list struct seed_list list = { 0 };
	struct seed_choice choice = { .list = &list,
				      .find_links = options_text(ctx->options, "find-links"),
				      .download = options_has(ctx->options, "download") };

	(void)ret_status;
	if (args->count == 0) {
		err_set(err, ERR_USAGE, "seed needs the name of an installed version");
		return err_detail(err, "to fix", "pyvern versions");
	}
	if (packages && seed_list_parse(packages, working, &list, err) < 0)
		return -1;
	if (store_open_writable(ctx->layout, "prepare pip for environments", &store, err) < 0)
		return -1;
	for (size_t i = 0; i < args->count; i++)
		if (prepare(ctx, &store, packages ? &choice : NULL, args->items[i], err) < 0)
			return -1;
	return 0;
}
