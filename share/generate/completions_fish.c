/* SPDX-License-Identifier: MIT */
/* The completion file for fish. */
#include <config.h>

#include "generate.h"

#include "base/shell.h"

/* What a substitution gives is a list of literals to fish: nothing found is
 * evaluated. (Lines with a tab have a description behind it; names have none.) */
static const char driver[] =
	"function __pyvern_program\n"
	"    set -l words (commandline -opc)\n"
	"    string match -q -- '*pyenv' $words[1]\n"
	"    and echo pyenv\n"
	"    or echo pyvern\n"
	"end\n"
	"\n"
	"# Is the cursor at the command's name?\n"
	"function __pyvern_at_command\n"
	"    test (count (commandline -opc)) -eq 1\n"
	"end\n"
	"\n"
	"# Is the command $argv[1]?\n"
	"function __pyvern_in\n"
	"    set -l words (commandline -opc)\n"
	"    test (count $words) -gt 1 -a \"$words[2]\" = $argv[1]\n"
	"end\n"
	"\n"
	"# Is the command none of ours?\n"
	"function __pyvern_in_plugin\n"
	"    set -l words (commandline -opc)\n"
	"    test (count $words) -gt 1\n"
	"    and not contains -- $words[2] $__pyvern_commands\n"
	"end\n"
	"\n"
	"# Is the command $argv[1], and the cursor at its operand number $argv[2], or with\n"
	"# a + behind the number at a later one?\n"
	"function __pyvern_place\n"
	"    __pyvern_in $argv[1]\n"
	"    or return 1\n"
	"    set -l words (commandline -opc)\n"
	"    set -l place 1\n"
	"    set -l waiting\n"
	"    for word in $words[3..-1]\n"
	"        if set -q waiting[1]\n"
	"            set waiting\n"
	"        else if contains -- \"$argv[1] $word\" $__pyvern_valued\n"
	"            set waiting $word\n"
	"        else if not string match -q -- '-?*' $word\n"
	"            set place (math $place + 1)\n"
	"        end\n"
	"    end\n"
	"    if string match -q -- '*+' $argv[2]\n"
	"        test $place -ge (string replace + '' $argv[2])\n"
	"    else\n"
	"        test $place -eq $argv[2]\n"
	"    end\n"
	"end\n"
	"\n"
	"# What the program says may follow the words before the cursor, or what can be the\n"
	"# value of option $argv where that hangs at it (--python=3.12).\n"
	"function __pyvern_ask\n"
	"    set -l program (__pyvern_program)\n"
	"    set -l words (commandline -opc)\n"
	"    string match -q -- '-*' (commandline -ct)\n"
	"    or set argv\n"
	"    command $program completions $words[2..-1] $argv 2>/dev/null |\n"
	"        string match -v -- '--*'\n"
	"end\n"
	"\n"
	"# Names that have no line of their own below: plugins'.\n"
	"function __pyvern_others\n"
	"    set -l program (__pyvern_program)\n"
	"    for name in (command $program commands 2>/dev/null)\n"
	"        contains -- $name $__pyvern_commands\n"
	"        or echo $name\n"
	"    end\n"
	"end\n"
	"\n"
	"complete -c pyvern -f\n"
	"complete -c pyvern -n __pyvern_at_command -l help -s h -d 'show all commands'\n"
	"complete -c pyvern -n __pyvern_at_command -l version -s v -d 'print the version'\n"
	"complete -c pyvern -n __pyvern_at_command -a '(__pyvern_others)' -d 'a plugin'\n"
	"complete -c pyvern -n __pyvern_in_plugin -l help -d 'show how it is used'\n"
	"complete -c pyvern -n __pyvern_in_plugin -a '(__pyvern_ask)'\n";

static void
add_argument(struct buf *b, const struct operand *operand, const char *option)
{
	switch (offer_of(operand)) {
	case OFFER_NOTHING:
		break;
	case OFFER_FILES:
		buf_add_text(b, " -F");
		break;
	case OFFER_FOLDERS:
		buf_add_text(b, " -a '(__fish_complete_directories (commandline -ct))'");
		break;
	case OFFER_WORDS:
		buf_printf(b, " -a '%s'", operand->words);
		break;
	case OFFER_ASK:
		buf_printf(b, " -a '(__pyvern_ask%s%s)'", option ? " --" : "",
			   option ? option : "");
		break;
	case OFFER_ASK_FOLDERS:
		buf_printf(b,
			   " -a '(__pyvern_ask%s%s; "
			   "__fish_complete_directories (commandline -ct))'",
			   option ? " --" : "", option ? option : "");
		break;
	}
}

static void
add_option(struct buf *b, const struct command *command, const struct option_spec *option)
{
	buf_printf(b, "complete -c pyvern -n '__pyvern_in %s' -l %s", command->name, option->name);
	if (option->letter)
		buf_printf(b, " -s %c", option->letter);
	if (option->kind != OPTION_FLAG) {
		buf_add_text(b, offer_of(&option->operand) == OFFER_FILES ? " -r" : " -x");
		add_argument(b, &option->operand, option->name);
	}
	buf_add_text(b, " -d ");
	shell_quote_fish(b, option->help);
	buf_add_char(b, '\n');
}

static void
add_place(struct buf *b, const struct command *command, size_t place, const char *later,
	  const struct operand *operand)
{
	if (offer_of(operand) == OFFER_NOTHING)
		return;
	buf_printf(b, "complete -c pyvern -n '__pyvern_place %s %zu%s'", command->name, place,
		   later);
	add_argument(b, operand, NULL);
	buf_add_char(b, '\n');
}

static void
add_command(struct buf *b, const struct command *command)
{
	size_t places = 0;

	buf_printf(b, "\ncomplete -c pyvern -n __pyvern_at_command -a %s -d ", command->name);
	shell_quote_fish(b, command->summary);
	buf_add_char(b, '\n');
	for (const struct option_spec *s = command->options; s && s->name; s++)
		if (!s->hidden)
			add_option(b, command, s);
	buf_printf(b, "complete -c pyvern -n '__pyvern_in %s' -l help -d 'show how it is used'\n",
		   command->name);
	for (; has_operand(command, places); places++)
		add_place(b, command, places + 1, "", &command->operands[places]);
	add_place(b, command, places + 1, "+", &command->rest);
}

void
completions_fish(struct buf *b, const struct command *const *table)
{
	buf_add_text(b,
		     "# fish completion for pyvern; `complete -c pyenv -w pyvern` for that name. "
		     "Made from its\n# tables: not to be edited.\n\nset -g __pyvern_commands");
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c))
			buf_printf(b, " %s", (*c)->name);
	buf_add_text(b, "\n# Options that a value follows.\nset -g __pyvern_valued");
	for (const struct command *const *c = table; *c; c++)
		for (const struct option_spec *s = (*c)->options; s && s->name; s++) {
			if (s->kind == OPTION_FLAG || !is_typed(*c))
				continue;
			buf_printf(b, " '%s --%s'", (*c)->name, s->name);
			if (s->letter)
				buf_printf(b, " '%s -%c'", (*c)->name, s->letter);
		}
	buf_add_text(b, "\n\n");
	buf_add_text(b, driver);
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c))
			add_command(b, *c);
}
