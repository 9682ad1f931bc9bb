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

char *
command_help_text(const struct command *command, const char *program)
{
	static const struct option_spec help = { .name = "help",
						 .letter = 'h',
						 .help = "show this help" };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	bool has_options = command->options && command->options[0].name;

	buf_printf(&b, "usage: %s %s%s%s%s\n\n%s.\n\nOptions:\n", program, command->name,
		   has_options ? " [OPTIONS]" : "", command->usage && *command->usage ? " " : "",
		   command->usage ? command->usage : "", command->summary);
	for (const struct option_spec *s = command->options; s && s->name; s++)
		if (!s->hidden)
			help_option(&b, s);
	help_option(&b, &help);
	if (command->help)
		buf_printf(&b, "\n%s\n", command->help);
	if (command->more)
		command->more(&b);
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
find_place(struct context *ctx, struct layout *ret_layout, struct err *err)
{
	if (layout_init(ret_layout, err) < 0)
		return -1;
	ctx->layout = ret_layout;
	ctx->policy = policy_of_layout(ret_layout);
	if (ctx->policy->speaks_pyenv) {
		ctx->program = ctx->policy->name;
		out_set_face(ctx->out, ctx->program, OUT_PYENV);
	}
	return 0;
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
	const char *usage = command->pyenv_usage ? command->pyenv_usage : command->usage;

	err_pyenv(err, "Usage: pyenv %s%s%s", command->name, usage && *usage ? " " : "",
		  usage ? usage : "");
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

int
command_main(const struct command *command, const char *program, char *const *argv)
{
	cleanup_options struct options options = { 0 };
	cleanup_layout struct layout layout = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_err struct err no_place = { 0 };
	cleanup_free char *home = platform_home();
	struct context ctx = { .program = program, .options = &options };
	int status = 0;
	int parsed = options_parse(command->options, command->name, argv, command->stop_at_operand,
				   &options, &err);

	ctx.out = out_new(program, home, parsed < 0 ? 0 : out_flags_of(&options));
	if (parsed == 0 && options.help) {
		cleanup_free char *text = command_help_text(command, program);

		out_data(ctx.out, "%s", text);
	} else if (find_place(&ctx, &layout, parsed < 0 ? &no_place : &err) < 0 || parsed < 0 ||
		   run_command(command, &ctx, &status, &err) < 0) {
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
