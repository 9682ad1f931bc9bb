/* SPDX-License-Identifier: MIT */
/* pyvern help: all commands, or one. */
#include <config.h>

#include "cmd/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cmd/complete.h"
#include "cmd/manual.h"
#include "cmd/suggest.h"
#include "core/plugins.h"

/* A plugin's text is cut here: a screen or two is what one writes. */
#define PLUGIN_TEXT_MAX ((size_t)16 * 1024)

/* What a plugin says of itself in a word or two; NULL: nothing. Owned (free). */
static char *
plugin_summary(const struct context *ctx, const char *name)
{
	cleanup_free char *path = plugin_find_any(ctx->layout, name);
	cleanup_plugin_text struct plugin_text text = { 0 };

	if (path)
		plugin_text_read(path, &text);
	return text.summary ? out_safe(text.summary) : NULL;
}

static void
list_ours(struct buf *b)
{
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			buf_printf(b, "  %-12s  %s\n", (*c)->name, (*c)->summary);
}

static void
list_plugins(const struct context *ctx, struct buf *b)
{
	cleanup_strvec struct strvec names = { 0 };

	plugin_list(ctx->layout, &names);
	plugin_list_sh(ctx->layout, &names);
	strvec_sort(&names);
	strvec_unique(&names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *shown = out_safe(names.items[i]);
		cleanup_free char *summary = NULL;

		if (command_find(names.items[i]))
			continue;
		summary = plugin_summary(ctx, names.items[i]);
		buf_printf(b, "  %-12s  %s\n", shown, summary ? summary : "a plugin's command");
	}
}

/* As pyenv does: one list in the order of the alphabet, of those that say what they
 * are, with the commands for scripts in it. */
static void
list_as_pyenv(const struct context *ctx, struct buf *b)
{
	cleanup_strvec struct strvec names = { 0 };

	complete_commands(ctx, true, true, &names);
	for (size_t i = 0; i < names.count; i++) {
		const struct command *command = command_find(names.items[i]);
		cleanup_free char *shown = out_safe(names.items[i]);
		cleanup_free char *summary = command ? mem_strdup(command->summary)
						     : plugin_summary(ctx, names.items[i]);

		if (summary)
			buf_printf(b, "   %-9s   %s\n", shown, summary);
	}
}

void
help_all(const struct context *ctx, struct buf *b)
{
	const char *program = ctx->program;

	if (ctx->policy && ctx->policy->speaks_pyenv) {
		buf_add_text(b, "Usage: pyenv <command> [<args>]\n\nCommands:\n");
		list_as_pyenv(ctx, b);
		buf_add_text(b, "\n`pyenv help <command>' tells how one is used.\n");
		return;
	}
	buf_printf(b,
		   "usage: %s COMMAND [OPTIONS] [...]\n\n"
		   "%s installs Pythons, pins one per project and makes virtual environments.\n\n"
		   "Commands:\n",
		   program, program);
	list_ours(b);
	list_plugins(ctx, b);
	buf_printf(b,
		   "\nAlone, `%s` shows what is chosen here and why.\n"
		   "`%s help COMMAND` tells more; `%s --version` prints the version.\n",
		   program, program, program);
}

/* Lines of a plugin's text, each made harmless. */
static void
print_lines(const struct context *ctx, const char *text)
{
	struct str rest = str_from(text);
	struct str line;

	if (rest.n > PLUGIN_TEXT_MAX)
		rest.n = PLUGIN_TEXT_MAX;
	while (str_line(&rest, &line)) {
		cleanup_free char *copy = mem_strndup(line.p, line.n);
		cleanup_free char *safe = out_safe(copy);

		out_data(ctx->out, "%s\n", safe);
	}
}

/* What its file says: the plugin itself is not run. */
static int
help_plugin(const struct context *ctx, const char *name, const char *path, bool only_usage,
	    struct err *err)
{
	cleanup_plugin_text struct plugin_text text = { 0 };
	cleanup_free char *word = NULL;

	plugin_text_read(path, &text);
	if (only_usage) {
		if (text.usage)
			print_lines(ctx, text.usage);
		return 0;
	}
	if (!text.usage && !text.summary) {
		err_set(err, ERR_FAILED, "%s is a plugin whose file says nothing of its use", name);
		err_detail(err, "file", "%s", path);
		err_detail(err, "to fix", "read what came with it");
		return err_pyenv(err, "Sorry, this command isn't documented yet.");
	}
	word = out_safe(name);
	if (text.usage)
		print_lines(ctx, text.usage);
	else
		out_data(ctx->out, "Usage: %s %s\n", ctx->program, word);
	if (text.help || text.summary) {
		out_data(ctx->out, "\n");
		print_lines(ctx, text.help ? text.help : text.summary);
		out_data(ctx->out, "\n");
	}
	return 0;
}

static int
help_command(const struct context *ctx, const struct command *command, bool only_usage)
{
	bool speaks_pyenv = ctx->policy->speaks_pyenv;
	cleanup_free char *text = NULL;

	if (!only_usage && !speaks_pyenv)
		manual_open(ctx->layout, command->name);
	text = only_usage ? command_usage_text(command, ctx->program, speaks_pyenv)
			  : command_help_text(command, ctx->program, speaks_pyenv);
	out_data(ctx->out, "%s", text);
	return 0;
}

static void
print_all(const struct context *ctx, bool only_usage)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	struct str text;
	struct str usage = { 0 };

	help_all(ctx, &b);
	text = buf_str(&b);
	if (only_usage && str_line(&text, &usage))
		out_data(ctx->out, "%.*s\n", STR_ARG(usage));
	else
		out_data(ctx->out, "%s", buf_text(&b));
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool only_usage = options_has(ctx->options, "usage");
	const char *name = args->count ? args->items[0] : "";
	const struct command *command;
	cleanup_free char *path = NULL;

	(void)ret_status;
	if (*name == '\0' || strcmp(name, "pyenv") == 0 || strcmp(name, "pyvern") == 0) {
		print_all(ctx, only_usage);
		return 0;
	}
	if (args->count > 1 && !ctx->policy->speaks_pyenv)
		return err_set(err, ERR_USAGE, "help: one command at a time, please");
	command = command_find(name);
	if (command)
		return help_command(ctx, command, only_usage);
	path = plugin_find_any(ctx->layout, name);
	if (path)
		return help_plugin(ctx, name, path, only_usage, err);
	return suggest_command(name, err);
}

static const struct option_spec options[] = {
	{ .name = "usage", .help = "only the line that says how it is used" },
	{ 0 },
};

const struct command command_help = {
	.name = "help",
	.summary = "Show all commands, or how one is used",
	.usage = "[COMMAND]",
	.pyenv_usage = "[--usage] COMMAND",
	.operands = { { OPERAND_COMMAND } },
	.options = options,
	.help = "On a terminal it opens the command's manual page, where there is one and `man`.\n"
		"Of a plugin's command it shows the comment that its file begins with; the plugin\n"
		"is not run.",
	.run = run,
};
