/* SPDX-License-Identifier: MIT */
/* pyvern version-name, version-origin: what `version` says, for scripts. */
#include <config.h>

#include "cmd/command.h"
#include "core/choice.h"

static void
add_name(struct strvec *names, const struct selection_item *item, bool force)
{
	switch (item->state) {
	case ITEM_SYSTEM:
		strvec_add(names, "system");
		return;
	case ITEM_INSTALLED:
		strvec_add(names, item->name);
		return;
	case ITEM_MISSING:
		if (force)
			strvec_add_str(names, item->word.text);
		return;
	case ITEM_INVALID:
	case ITEM_OPEN:
		return;
	}
}

static int
show_name(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *joined = NULL;
	bool force = options_has(ctx->options, "force");
	int checked = 0;

	(void)ret_status;
	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "version-name takes no words");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (force)
		(void)selection_resolve_all(&choice.selection);
	else
		checked = choice_check(&choice, err);
	choice_warn(&choice, out_events(ctx->out));
	for (size_t i = 0; i < choice.selection.count; i++)
		add_name(&names, &choice.selection.items[i], force);
	joined = strvec_join(&names, ":");
	out_line(ctx->out, joined);
	return checked;
}

static const struct option_spec name_options[] = {
	{ .name = "force", .letter = 'f', .help = "print what is not installed as it is" },
	{ 0 },
};

const struct command command_version_name = {
	.name = "version-name",
	.summary = "Print the names of the versions that are chosen here, joined with `:`",
	.pyenv_usage = "[-f|--force]",
	.options = name_options,
	.hidden = true,
	.run = show_name,
};

static int
show_origin(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_free char *origin = NULL;

	(void)ret_status;
	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "version-origin takes no words");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	origin = choice_origin(&choice);
	out_line(ctx->out, origin);
	return 0;
}

const struct command command_version_origin = {
	.name = "version-origin",
	.summary = "Print what chose the version here",
	.hidden = true,
	.run = show_origin,
};
