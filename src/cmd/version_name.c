/* SPDX-License-Identifier: MIT */
/* pyvern version-name, version-origin: what `version` says, for scripts. */
#include <config.h>

#include "cmd/command.h"
#include "core/choice.h"

static int
show_name(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_hook_end struct hook_end end = { 0 };
	cleanup_free char *names = NULL;
	bool force = options_has(ctx->options, "force");
	int checked = 0;

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "version-name takes no words");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (choice_ask_hooks(&choice, &end, err) < 0)
		return -1;
	if (end.has_ended) {
		out_data(ctx->out, "%s", end.printed);
		*ret_status = end.status;
		return 0;
	}
	if (!force)
		checked = choice_check(&choice, err);
	names = choice_name(&choice, force);
	choice_warn(&choice, out_events(ctx->out));
	out_line(ctx->out, names);
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
	cleanup_hook_end struct hook_end end = { 0 };
	cleanup_free char *origin = NULL;

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "version-origin takes no words");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (choice_ask_origin(&choice, &origin, &end, err) < 0)
		return -1;
	if (end.has_ended) {
		out_data(ctx->out, "%s", end.printed);
		*ret_status = end.status;
		return 0;
	}
	if (!origin)
		origin = choice_origin_unhooked(&choice);
	out_line(ctx->out, origin);
	return 0;
}

const struct command command_version_origin = {
	.name = "version-origin",
	.summary = "Print what chose the version here",
	.hidden = true,
	.run = show_origin,
};
