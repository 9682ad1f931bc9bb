/* SPDX-License-Identifier: MIT */
/* pyvern alone: what is chosen here and why, what is installed, what needs doing. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "cmd/help.h"
#include "cmd/path_order.h"
#include "core/choice.h"
#include "core/store.h"

/* Installed versions that are named; more are counted. One line of a terminal. */
#define NAMES_SHOWN 12
#define LABEL "  %-9s  "

static void
show_item(const struct context *ctx, struct choice *choice, size_t i, const char *label)
{
	struct selection *s = &choice->selection;
	const struct selection_item *item = &s->items[i];
	cleanup_free char *asker = choice_asker(choice, i);
	cleanup_free char *place = layout_show(ctx->layout, asker);
	cleanup_free char *by = out_safe(place);
	cleanup_free char *text = mem_strndup(item->word.text.p, item->word.text.n);
	cleanup_free char *asked = out_safe(text);
	bool other_name = strcmp(text, item->name) != 0;

	switch (item->state) {
	case ITEM_SYSTEM:
		out_data(ctx->out, LABEL "system, asked by %s\n", label, by);
		break;
	case ITEM_INSTALLED:
		out_data(ctx->out, LABEL "%s, asked by %s%s%s\n", label, item->name, by,
			 other_name ? " as " : "", other_name ? asked : "");
		break;
	case ITEM_MISSING:
		out_data(ctx->out, LABEL "%s is not installed, asked by %s\n", label, asked, by);
		break;
	case ITEM_INVALID:
	case ITEM_OPEN:
		break;
	}
}

/* What is no version is not repeated here: it may be anything, and what needs
 * doing names its line. */
static void
show_chosen(const struct context *ctx, struct choice *choice)
{
	struct selection *s = &choice->selection;
	const char *label = "here";

	if (s->source == SOURCE_DEFAULT) {
		out_data(ctx->out, LABEL "system, because nothing asks for another\n", label);
		return;
	}
	if (selection_resolve_all(s) == 0) {
		cleanup_free char *place = layout_show(ctx->layout, s->place);
		cleanup_free char *by = out_safe(place);

		out_data(ctx->out, LABEL "nothing that can be used, asked by %s\n", label, by);
		return;
	}
	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].state == ITEM_INVALID)
			continue;
		show_item(ctx, choice, i, label);
		label = "";
	}
}

static void
show_program(const struct context *ctx, struct choice *choice)
{
	static const char *const names[] = { "python", "python3" };
	struct finding found;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		cleanup_free char *place = NULL;
		cleanup_free char *shown = NULL;

		selection_find(&choice->selection, names[i], &found);
		if (!choice_is_found(&found))
			continue;
		place = layout_show(ctx->layout, found.path);
		shown = out_safe(place);
		out_data(ctx->out, LABEL "%s\n", names[i], shown);
		return;
	}
	out_data(ctx->out, LABEL "not found\n", "python");
}

static int
show_installed(const struct context *ctx, size_t *ret_count, struct err *err)
{
	cleanup_store struct store store = { 0 };
	cleanup_entries struct entries entries = { 0 };
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);

	if (store_open(ctx->layout, &store, err) < 0 || store_list(&store, 0, &entries, err) < 0)
		return -1;
	*ret_count = entries.count;
	/* Newest first: they are what people look for. */
	for (size_t i = entries.count; i > 0 && entries.count - i < NAMES_SHOWN; i--) {
		cleanup_free char *shown = out_safe(entries.items[i - 1].name);

		buf_printf(&names, "%s%s", names.len ? "  " : "", shown);
	}
	if (entries.count > NAMES_SHOWN)
		buf_printf(&names, "  and %zu more (%s versions)", entries.count - NAMES_SHOWN,
			   ctx->program);
	out_data(ctx->out, LABEL "%s\n", "installed", names.len ? buf_text(&names) : "none yet");
	return 0;
}

static void
show_needs(const struct context *ctx, struct choice *choice, size_t installed)
{
	cleanup_free char *shims = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_free char *word = shell_word(shims);
	cleanup_path_order struct path_order order = { 0 };
	cleanup_err struct err err = { 0 };

	path_order_look(ctx->layout, &order);
	if (choice_check(choice, &err) < 0) {
		out_fact(ctx->out, '!', "pin", "%s", err.message);
		/* Who asks is said above. */
		for (size_t i = 0; i < err.detail_count; i++)
			if (strcmp(err.details[i].label, "to fix") == 0)
				out_detail(ctx->out, "to fix", "%s", err.details[i].text);
	} else if (installed == 0) {
		out_fact(ctx->out, '!', "nothing", "no Python is installed yet");
		out_detail(ctx->out, "to fix", "%s install", ctx->program);
	}
	if (!order.has_shims) {
		out_fact(ctx->out, '!', "shell",
			 "`python` is not ours yet: the shims are not on PATH");
		out_detail(ctx->out, "to fix", "%s init --install, then open a new shell",
			   ctx->program);
	} else if (order.before) {
		out_fact(ctx->out, '!', "shell", "%s comes before the shims on PATH", order.before);
		out_detail(ctx->out, "to fix", "export PATH=%s:\"$PATH\"", word);
	} else if (installed && access(shims, F_OK) < 0) {
		out_fact(ctx->out, '!', "shell", "no command has a shim yet");
		out_detail(ctx->out, "to fix", "%s rehash", ctx->program);
	}
}

/* pyenv alone is wrong use. */
static int
say_how(const struct context *ctx, struct err *err)
{
	cleanup_buf struct buf help = BUF_INIT(BUF_TEXT_MAX);
	struct str rest;
	struct str line;

	help_all(ctx, &help);
	rest = buf_str(&help);
	err_set(err, ERR_USAGE, "a command is missing");
	err_pyenv(err, "pyenv %s", PYENV_VERSION_TEXT);
	while (str_line(&rest, &line))
		err_pyenv(err, "%.*s", STR_ARG(line));
	return -1;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_free char *place = layout_show(ctx->layout, ctx->layout->root);
	cleanup_free char *root = out_safe(place);
	size_t installed = 0;

	(void)ret_status;
	if (ctx->policy->speaks_pyenv)
		return say_how(ctx, err);
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	show_chosen(ctx, &choice);
	show_program(ctx, &choice);
	if (show_installed(ctx, &installed, err) < 0)
		return -1;
	out_data(ctx->out, LABEL "%s\n", "root", root);
	out_data(ctx->out, LABEL "%s explain, %s help\n", "more", ctx->program, ctx->program);
	show_needs(ctx, &choice, installed);
	choice_warn(&choice, out_events(ctx->out));
	choice_warn_of_pin(&choice, out_events(ctx->out));
	return 0;
}

const struct command command_overview = {
	.name = "overview",
	.summary = "Show what is chosen here and why, what is installed, what needs doing",
	.hidden = true,
	.run = run,
};
