/* SPDX-License-Identifier: MIT */
/* pyvern version: what is chosen here, and by what. */
#include <config.h>

#include "cmd/command.h"
#include "core/choice.h"

static const char *
name_of(const struct selection_item *item)
{
	return item->state == ITEM_SYSTEM ? "system" : item->name;
}

static bool
is_chosen(const struct selection_item *item)
{
	return item->state == ITEM_SYSTEM || item->state == ITEM_INSTALLED;
}

static void
print_json(const struct context *ctx, const struct selection *s, const char *origin)
{
	out_json_begin(ctx->out, 1);
	out_json_text(ctx->out, "origin", origin);
	out_json_array(ctx->out, "versions");
	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *request =
			mem_strndup(s->items[i].word.text.p, s->items[i].word.text.n);

		if (s->items[i].state == ITEM_INVALID)
			continue;
		out_json_object(ctx->out, NULL);
		out_json_text(ctx->out, "request", request);
		out_json_text(ctx->out, "name",
			      is_chosen(&s->items[i]) ? name_of(&s->items[i]) : NULL);
		out_json_close(ctx->out);
	}
	out_json_close(ctx->out);
	out_json_end(ctx->out);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	const struct selection *s = &choice.selection;
	cleanup_hook_end struct hook_end end = { 0 };
	cleanup_free char *origin = NULL;
	bool bare = options_has(ctx->options, "bare");
	int checked;

	if (ctx->options->args.count > 0) {
		err_set(err, ERR_USAGE, "version takes no words");
		return err_detail(err, "to fix", "pyvern local VERSION");
	}
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (choice_ask_hooks(&choice, &end, err) < 0)
		return -1;
	*ret_status = end.status;
	if (end.status)
		return 0;
	checked = choice_check(&choice, err);
	choice_warn(&choice, out_events(ctx->out));
	choice_warn_of_pin(&choice, out_events(ctx->out));
	origin = choice_origin(&choice);
	if (options_has(ctx->options, "json")) {
		print_json(ctx, s, origin);
		return checked;
	}
	/* What is there is told, also when something else is missing. */
	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *line = NULL;

		if (!is_chosen(&s->items[i]))
			continue;
		line = bare ? mem_strdup(name_of(&s->items[i]))
			    : mem_printf("%s (set by %s)", name_of(&s->items[i]), origin);
		out_line(ctx->out, line);
	}
	return checked;
}

static const struct option_spec options[] = {
	{ .name = "bare", .help = "only the names" },
	{ .name = "json", .help = "as JSON" },
	{ 0 },
};

const struct command command_version = {
	.name = "version",
	.summary = "Print the versions that are chosen here, and what chose them",
	.pyenv_usage = "[--bare]",
	.options = options,
	.help = "Ends with 3 when one of them is not installed. `pyvern explain` tells more.",
	.run = run,
};
