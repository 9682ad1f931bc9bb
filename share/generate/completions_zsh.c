/* SPDX-License-Identifier: MIT */
/* The completion file for zsh. */
#include <config.h>

#include <string.h>

#include "generate.h"

#include "base/shell.h"

/* _arguments describes; what must be looked up is asked for with the words as they
 * are without their quotes, and compadd quotes what it inserts. Nothing typed and
 * nothing found is evaluated. */
static const char driver[] =
	"# What the program says may follow the words before the cursor, or what can be the\n"
	"# value of option $1 where that hangs at it (--python=3.12).\n"
	"_pyvern_ask() {\n"
	"\tlocal -a found\n"
	"\tlocal program=pyvern\n"
	"\t[[ ${_pyvern_words[1]} != *pyenv ]] || program=pyenv\n"
	"\t[[ $_pyvern_word == -* ]] || shift $#\n"
	"\tfound=(\"${(@f)$(command $program completions \"${(@Q)_pyvern_words[2,-1]}\" \"$@\" "
	"2>/dev/null)}\")\n"
	"\t# Options have been offered with what they do.\n"
	"\tfound=(\"${(@)found:#--*}\")\n"
	"\tfound=(\"${(@)found:#}\")\n"
	"\tcompadd -a found\n"
	"}\n"
	"\n"
	"_pyvern() {\n"
	"\tlocal curcontext=$curcontext name _pyvern_word=${words[CURRENT]}\n"
	"\tlocal -a _pyvern_words\n"
	"\tinteger result\n"
	"\n"
	"\t_pyvern_words=(\"${(@)words[1,CURRENT-1]}\")\n"
	"\tif ((CURRENT == 2)); then\n"
	"\t\t_pyvern_commands\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tname=${words[2]}\n"
	"\tcurcontext=${curcontext%:*:*}:pyvern-$name:\n"
	"\tshift words\n"
	"\t((CURRENT--))\n"
	"\t_pyvern_arguments $name\n"
	"\tresult=$?\n"
	"\tif ((result == 2)); then\n"
	"\t\t_pyvern_ask\n"
	"\t\tresult=$?\n"
	"\tfi\n"
	"\treturn result\n"
	"}\n"
	"\n"
	"_pyvern \"$@\"\n";

/* TEXT in a specification, where MARKS (and the backslash) mean something. */
static void
add_escaped(struct buf *b, const char *text, const char *marks)
{
	for (; *text; text++) {
		if (*text == '\\' || strchr(marks, *text))
			buf_add_char(b, '\\');
		buf_add_char(b, *text);
	}
}

/* ":message:action" for OPERAND; OPTION is the one that it is the value of. */
static void
add_action(struct buf *b, const struct operand *operand, const char *message, const char *option)
{
	buf_add_char(b, ':');
	add_escaped(b, message, ":");
	buf_add_char(b, ':');
	switch (offer_of(operand)) {
	case OFFER_NOTHING:
		buf_add_char(b, ' ');
		break;
	case OFFER_FILES:
		buf_add_text(b, "_files");
		break;
	case OFFER_FOLDERS:
		buf_add_text(b, "_files -/");
		break;
	case OFFER_WORDS:
		buf_printf(b, "(%s)", operand->words);
		break;
	case OFFER_ASK:
		/* The blank: as it stands, without options for compadd. */
		buf_printf(b, " _pyvern_ask%s%s", option ? " --" : "", option ? option : "");
		break;
	case OFFER_ASK_FOLDERS:
		buf_printf(b, "{_pyvern_ask%s%s; _files -/}", option ? " --" : "",
			   option ? option : "");
		break;
	}
}

static void
add_spec(struct buf *b, const char *text)
{
	buf_add_text(b, " \\\n\t\t\t");
	shell_quote_sh(b, text);
}

static void
add_option(struct buf *b, const struct option_spec *option, const char *name, const char *attached)
{
	cleanup_buf struct buf spec = BUF_INIT(BUF_TEXT_MAX);

	if (option->letter)
		buf_printf(&spec, "(-%c --%s)", option->letter, option->name);
	buf_printf(&spec, "%s%s[", name, option->kind == OPTION_FLAG ? "" : attached);
	add_escaped(&spec, option->help, "[]:");
	buf_add_char(&spec, ']');
	if (option->kind != OPTION_FLAG)
		add_action(&spec, &option->operand, option->value, option->name);
	add_spec(b, buf_text(&spec));
}

static void
add_operand(struct buf *b, const char *place, const struct operand *operand)
{
	cleanup_buf struct buf spec = BUF_INIT(BUF_TEXT_MAX);

	buf_add_text(&spec, place);
	add_action(&spec, operand, operand_name(operand), NULL);
	add_spec(b, buf_text(&spec));
}

static void
add_options(struct buf *b, const struct command *command)
{
	for (const struct option_spec *s = command->options; s && s->name; s++) {
		char letter[] = { '-', s->letter, '\0' };
		cleanup_free char *name = mem_printf("--%s", s->name);

		if (s->hidden)
			continue;
		if (s->letter)
			add_option(b, s, letter, "+");
		add_option(b, s, name, "=");
	}
	add_spec(b, "(- *)--help[show how it is used]");
}

static void
add_command(struct buf *b, const struct command *command)
{
	buf_printf(b, "\t%s)\n\t\t_arguments -s%s :", command->name,
		   command->stop_at_operand ? " -A '-*'" : "");
	add_options(b, command);
	for (size_t i = 0; has_operand(command, i); i++) {
		char place[] = { (char)('1' + i), '\0' };

		add_operand(b, place, &command->operands[i]);
	}
	/* What follows the name of a program is that program's. */
	if (command->stop_at_operand && command->rest.kind == OPERAND_FILE)
		add_spec(b, "*::argument:_normal");
	else if (offer_of(&command->rest) != OFFER_NOTHING)
		add_operand(b, "*", &command->rest);
	buf_add_text(b, "\n\t\t;;\n");
}

void
completions_zsh(struct buf *b, const struct command *const *table)
{
	buf_add_text(b, "#compdef pyvern pyenv\n"
			"# zsh completion for pyvern, also called pyenv. Made from its tables: "
			"not to be edited.\n\n"
			"_pyvern_commands() {\n"
			"\tlocal program=pyvern\n"
			"\tlocal -a ours names others\n"
			"\t[[ ${_pyvern_words[1]} != *pyenv ]] || program=pyenv\n"
			"\tours=(\n");
	for (const struct command *const *c = table; *c; c++) {
		cleanup_buf struct buf line = BUF_INIT(BUF_TEXT_MAX);

		if (!is_typed(*c))
			continue;
		buf_printf(&line, "%s:", (*c)->name);
		add_escaped(&line, (*c)->summary, ":");
		buf_add_text(b, "\t\t");
		shell_quote_sh(b, buf_text(&line));
		buf_add_char(b, '\n');
	}
	buf_add_text(b, "\t)\n"
			"\tothers=(\"${(@f)$(command $program commands 2>/dev/null)}\")\n"
			"\tnames=(\"${(@)ours%%:*}\")\n"
			"\tothers=(\"${(@)others:|names}\")\n"
			"\t_describe -t commands command ours\n"
			"\tothers=(\"${(@)others:#}\")\n"
			"\tcompadd -a others\n"
			"}\n\n"
			"# 2: a plugin's command.\n"
			"_pyvern_arguments() {\n\tcase $1 in\n");
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c))
			add_command(b, *c);
	buf_add_text(b, "\t*) return 2 ;;\n\tesac\n}\n\n");
	buf_add_text(b, driver);
}
