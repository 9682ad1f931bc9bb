/* SPDX-License-Identifier: MIT */
/* What every command goes through: options, context, run, error, status. */
#include <config.h>

#include "cmd/command.h"

#include <string.h>

#include "base/buf.h"
#include "os/platform.h"
#include "os/sig.h"

/* Column in which the descriptions of options begin. */
#define HELP_COLUMN 28

static unsigned
out_flags_of(const struct options *options)
{
	unsigned flags = 0;

	flags |= options_has(options, "quiet") ? OUT_QUIET : 0;
	flags |= options_has(options, "verbose") ? OUT_VERBOSE : 0;
	flags |= options_has(options, "json") ? OUT_JSON : 0;
	return flags;
}

static void
help_option(struct buf *b, const struct option_spec *spec)
{
	size_t start = b->len;

	if (spec->letter)
		buf_printf(b, "  -%c, ", spec->letter);
	else
		buf_add_text(b, "      ");
	buf_printf(b, "--%s", spec->name);
	if (spec->value)
		buf_printf(b, " %s", spec->value);
	if (b->len - start + 2 > HELP_COLUMN) {
		buf_add_char(b, '\n');
		start = b->len;
	}
	while (b->len - start < HELP_COLUMN)
		buf_add_char(b, ' ');
	buf_printf(b, "%s\n", spec->help);
}

/* TEXT, in which `pyvern` before a blank is the program that is called. */
static void
add_named(struct buf *b, const char *text, const char *program)
{
	static const char word[] = "pyvern ";
	const char *at;

	while ((at = strstr(text, word))) {
		bool in_path = at > text && (at[-1] == '/' || at[-1] == '.');

		buf_add(b, text, (size_t)(at - text));
		buf_add_text(b, in_path ? "pyvern" : program);
		text = at + sizeof(word) - 2;
	}
	buf_add_text(b, text);
}

char *
command_usage_text(const struct command *command, const char *program, bool speaks_pyenv)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	const char *usage = command->usage ? command->usage : "";
	bool has_options = command->options && command->options[0].name;
	struct str rest;
	struct str line;

	if (!speaks_pyenv) {
		buf_printf(&b, "usage: %s %s%s%s%s\n", program, command->name,
			   has_options ? " [OPTIONS]" : "", *usage ? " " : "", usage);
		return buf_take(&b);
	}
	if (command->own_name)
		return mem_printf("Usage: %s %s\n", command->own_name, command->pyenv_usage);
	rest = str_from(command->pyenv_usage ? command->pyenv_usage : usage);
	if (rest.n == 0)
		buf_printf(&b, "Usage: pyenv %s\n", command->name);
	while (rest.n && str_line(&rest, &line))
		buf_printf(&b, "%s pyenv %s %.*s\n", b.len ? "      " : "Usage:", command->name,
			   STR_ARG(line));
	return buf_take(&b);
}

static void
help_options(struct buf *b, const struct command *command)
{
	static const struct option_spec help = { .name = "help",
						 .letter = 'h',
						 .help = "show this help" };

	buf_add_text(b, "Options:\n");
	for (const struct option_spec *s = command->options; s && s->name; s++)
		if (!s->hidden)
			help_option(b, s);
	help_option(b, &help);
}

char *
command_help_text(const struct command *command, const char *program, bool speaks_pyenv)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	cleanup_free char *usage = command_usage_text(command, program, speaks_pyenv);

	buf_printf(&b, "%s\n", usage);
	add_named(&b, command->summary, program);
	buf_add_text(&b, ".\n\n");
	help_options(&b, command);
	if (command->help) {
		buf_add_char(&b, '\n');
		add_named(&b, command->help, program);
		buf_add_char(&b, '\n');
	}
	if (command->more)
		command->more(&b);
	/* pyenv ends what it tells with an empty line. */
	if (speaks_pyenv)
		buf_add_char(&b, '\n');
	return buf_take(&b);
}

const struct command *
command_find(const char *name)
{
	for (const struct command *const *c = command_table; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

/* What a command runs in, from the root; messages are its face's from then on. */
static int
find_place(const struct command *command, struct context *ctx, struct layout *ret_layout,
	   struct err *err)
{
	int result = layout_init(ret_layout, err);

	if (command->own_name) {
		ctx->layout = ret_layout;
		ctx->policy = policy_named(STR_LIT(LAYOUT_PYENV));
		ctx->program = command->own_name;
		out_set_face(ctx->out, ctx->program, OUT_PYENV);
		return result;
	}
	/* What else is wrong is told in the root's face, too. */
	if (!ret_layout->root)
		return result;
	ctx->layout = ret_layout;
	ret_layout->as_pyenv = strcmp(ctx->called, LAYOUT_PYENV) == 0;
	ctx->policy = policy_of_layout(ret_layout);
	if (ctx->policy->speaks_pyenv) {
		ctx->program = ctx->policy->name;
		out_set_face(ctx->out, ctx->program, OUT_PYENV);
	}
	return result;
}

static int
run_command(const struct command *command, struct context *ctx, int *ret_status, struct err *err)
{
	struct config *config = config_load(ctx->layout, out_events(ctx->out));
	int result;

	ctx->config = config;
	result = command->run(ctx, ret_status, err);
	config_free(config);
	return result;
}

/* A word that was not understood: pyenv answers with the usage alone. */
static void
say_usage(const struct command *command, struct err *err)
{
	cleanup_free char *usage = command_usage_text(command, "pyenv", true);
	struct str rest = str_from(usage);
	struct str line;

	while (str_line(&rest, &line))
		err_pyenv(err, "%.*s", STR_ARG(line));
}

/* Wrong use is mended by reading how it is used. */
static void
show_error(const struct command *command, const struct context *ctx, struct err *err)
{
	if (err->code == ERR_USAGE && !err->pyenv)
		say_usage(command, err);
	if (err->code == ERR_USAGE && !err_has_detail(err, "to fix"))
		err_detail(err, "to fix", "%s help %s", ctx->program, command->name);
	out_error(ctx->out, err);
}

/* --help, of every command. A command for the shell function prints code: there
 * the shell runs `help`, whose text it would take for code else. */
static void
show_help(const struct command *command, const struct context *ctx)
{
	bool speaks_pyenv = ctx->policy && ctx->policy->speaks_pyenv;
	struct str name = str_from(command->name);
	cleanup_free char *text = NULL;

	if (str_starts(name, STR_LIT("sh-")))
		text = mem_printf("%s help %s\n", ctx->called, str_skip(name, strlen("sh-")).p);
	else
		text = command_help_text(command, ctx->program, speaks_pyenv);
	out_data(ctx->out, "%s", text);
}

int
command_main(const struct command *command, const char *program, char *const *argv)
{
	cleanup_options struct options options = { 0 };
	cleanup_layout struct layout layout = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_err struct err no_place = { 0 };
	cleanup_free char *home = platform_home();
	struct context ctx = { .program = program, .called = program, .options = &options };
	int status = 0;
	bool failed = options_parse(command->options, command->name, argv, command->stop_at_operand,
				    &options, &err) < 0;
	/* Neither help nor what is wrong with the words needs a place. */
	bool runs = !failed && !options.help;

	ctx.out = out_new(program, home, failed ? 0 : out_flags_of(&options));
	if (find_place(command, &ctx, &layout, runs ? &err : &no_place) < 0)
		failed = failed || runs;
	else if (runs)
		failed = run_command(command, &ctx, &status, &err) < 0;
	if (!failed && options.help)
		show_help(command, &ctx);
	if (failed) {
		show_error(command, &ctx, &err);
		status = ctx.policy && ctx.policy->speaks_pyenv ? err_pyenv_status(err.code)
								: err_status(err.code);
	}
	if (out_finish(ctx.out) != 0 && status == 0)
		status = 1;
	/* The shell must see that it was the signal, not we, that ended this. */
	if (err.code == ERR_INTERRUPTED)
		sig_end_like_signal();
	return status;
}
