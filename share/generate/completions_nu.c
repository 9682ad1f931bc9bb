/* SPDX-License-Identifier: MIT */
/* The completion file for nushell. It was never run: there is none to try it in. */
#include <config.h>

#include "generate.h"

#include "base/shell.h"

/* The words go to the program as they stand, and what it says is offered as values,
 * which nushell quotes itself. */
static const char head[] =
	"# nushell completion for pyvern, also called pyenv. Made from its tables: not to be "
	"edited.\n"
	"# Untested. In config.nu: use FOLDER/pyvern.nu *\n"
	"\n"
	"def \"nu-complete pyvern commands\" [context: string] {\n"
	"    let first = ($context | str trim --left | split row ' ' | first)\n"
	"    let program = (if $first == 'pyenv' { 'pyenv' } else { 'pyvern' })\n"
	"    ^$program commands | lines\n"
	"}\n"
	"\n"
	"def \"nu-complete pyvern ask\" [context: string] {\n"
	"    let words = ($context | str trim --left | split row --regex '\\s+')\n"
	"    let program = (if ($words | first) == 'pyenv' { 'pyenv' } else { 'pyvern' })\n"
	"    let before = ($words | skip 1 | drop 1)\n"
	"    ^$program completions ...$before | lines | where { |it| not ($it | "
	"str starts-with '--') }\n"
	"}\n";

/* A comment ends with the line; nothing in it means anything. */
static void
add_comment(struct buf *b, const char *text)
{
	buf_printf(b, "  # %s\n", text);
}

static const char *
type_of(const struct operand *operand)
{
	switch (offer_of(operand)) {
	case OFFER_FILES:
		return "path";
	case OFFER_FOLDERS:
		return "directory";
	case OFFER_NOTHING:
		return "string";
	case OFFER_WORDS:
	case OFFER_ASK:
	case OFFER_ASK_FOLDERS:
		break;
	}
	return "string@\"nu-complete pyvern ask\"";
}

static void
add_option(struct buf *b, const struct option_spec *option)
{
	buf_printf(b, "    --%s", option->name);
	if (option->letter)
		buf_printf(b, "(-%c)", option->letter);
	if (option->kind != OPTION_FLAG)
		buf_printf(b, ": %s", type_of(&option->operand));
	add_comment(b, option->help);
}

static void
add_command(struct buf *b, const char *program, const struct command *command)
{
	size_t places = 0;

	buf_printf(b, "\n# %s\nexport extern \"%s %s\" [\n", command->summary, program,
		   command->name);
	for (const struct option_spec *s = command->options; s && s->name; s++)
		if (!s->hidden)
			add_option(b, s);
	buf_add_text(b, "    --help(-h)  # show how it is used\n");
	for (; has_operand(command, places); places++)
		buf_printf(b, "    word%zu?: %s\n", places + 1,
			   type_of(&command->operands[places]));
	buf_printf(b, "    ...rest: %s\n]\n", type_of(&command->rest));
}

void
completions_nu(struct buf *b, const struct command *const *table)
{
	static const char *const programs[] = { "pyvern", "pyenv" };

	buf_add_text(b, head);
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		buf_printf(b,
			   "\nexport extern %s [\n"
			   "    command?: string@\"nu-complete pyvern commands\"\n"
			   "    --help(-h)  # show all commands\n"
			   "    --version(-v)  # print the version\n"
			   "    ...rest: string@\"nu-complete pyvern ask\"\n"
			   "]\n",
			   programs[i]);
		for (const struct command *const *c = table; *c; c++)
			if (is_typed(*c))
				add_command(b, programs[i], *c);
	}
}
