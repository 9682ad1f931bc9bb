/* SPDX-License-Identifier: MIT */
/* The completion file for bash. */
#include <config.h>

#include "generate.h"

/* Candidates are compared and quoted by hand: `compgen -W` would expand them, and a
 * version may be called $(touch x). Words typed are passed on as they stand. bash
 * cuts a line at `=`, so that a value may be two words away from its option. */
static const char driver[] =
	"# Candidates from standard input that begin with $1, each as one word of a line.\n"
	"_pyvern_offer() {\n"
	"\tlocal line quoted\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tprintf -v quoted %q \"$line\"\n"
	"\t\tif [[ $line == \"$1\"* || $quoted == \"$1\"* ]]; then\n"
	"\t\t\tCOMPREPLY+=(\"$quoted\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"\n"
	"_pyvern() {\n"
	"\tlocal program=pyvern word=${COMP_WORDS[COMP_CWORD]} REPLY=\n"
	"\tlocal command=${COMP_WORDS[1]-} place=1 options=yes waiting= known=yes i\n"
	"\tlocal before=()\n"
	"\n"
	"\tCOMPREPLY=()\n"
	"\t[[ ${COMP_WORDS[0]} != *pyenv ]] || program=pyenv\n"
	"\tif ((COMP_CWORD == 1)); then\n"
	"\t\t_pyvern_offer \"$word\" < <(\n"
	"\t\t\tcommand \"$program\" commands 2>/dev/null\n"
	"\t\t\tprintf '%s\\n' --help --version)\n"
	"\t\treturn\n"
	"\tfi\n"
	"\t_pyvern_options \"$command\" || known=\n"
	"\tlocal all=$REPLY\n"
	"\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
	"\t\tlocal past=${COMP_WORDS[i]}\n"
	"\t\tif [[ $past == = ]]; then\n"
	"\t\t\tcontinue\n"
	"\t\tfi\n"
	"\t\tbefore+=(\"$past\")\n"
	"\t\tif [[ -n $waiting ]]; then\n"
	"\t\t\twaiting=\n"
	"\t\telif [[ -n $options && $past == -- ]]; then\n"
	"\t\t\toptions=\n"
	"\t\telif [[ -n $options && $past == -?* ]]; then\n"
	"\t\t\t_pyvern_place \"$command\" \"$past\" && waiting=$past\n"
	"\t\telse\n"
	"\t\t\t((place++))\n"
	"\t\t\t_pyvern_stops \"$command\" && options=\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t[[ $word != = ]] || word=\n"
	"\tif [[ -z $waiting && -n $options && $word == -* && -n $known ]]; then\n"
	"\t\t# Names of options have nothing to expand.\n"
	"\t\tCOMPREPLY=($(compgen -W \"$all\" -- \"$word\"))\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tREPLY=ask\n"
	"\t[[ -z $known ]] || _pyvern_place \"$command\" \"${waiting:-$place}\" || REPLY=none\n"
	"\tcase $REPLY in\n"
	"\task | ask_folders)\n"
	"\t\t[[ $REPLY == ask ]] || compopt -o plusdirs 2>/dev/null\n"
	"\t\t_pyvern_offer \"$word\" < <(\n"
	"\t\t\tcommand \"$program\" completions \"$command\" \"${before[@]}\" 2>/dev/null |\n"
	"\t\t\t\twhile IFS= read -r line; do\n"
	"\t\t\t\t\t[[ $line == -?* && $word != -* ]] || printf '%s\\n' \"$line\"\n"
	"\t\t\t\tdone)\n"
	"\t\t;;\n"
	"\tfiles) compopt -o default 2>/dev/null ;;\n"
	"\tfolders) compopt -o dirnames 2>/dev/null ;;\n"
	"\tnone) ;;\n"
	"\t*) COMPREPLY=($(compgen -W \"${REPLY#words }\" -- \"$word\")) ;;\n"
	"\tesac\n"
	"}\n"
	"\n"
	"complete -o nosort -F _pyvern pyvern 2>/dev/null || complete -F _pyvern pyvern\n"
	"# Another pyenv may have brought its own.\n"
	"complete -p pyenv >/dev/null 2>&1 || complete -o nosort -F _pyvern pyenv 2>/dev/null ||\n"
	"\tcomplete -F _pyvern pyenv\n";

static void
add_offer(struct buf *b, const struct operand *operand)
{
	switch (offer_of(operand)) {
	case OFFER_NOTHING:
		buf_add_text(b, "none");
		break;
	case OFFER_FILES:
		buf_add_text(b, "files");
		break;
	case OFFER_FOLDERS:
		buf_add_text(b, "folders");
		break;
	case OFFER_WORDS:
		buf_printf(b, "'words %s'", operand->words);
		break;
	case OFFER_ASK:
		buf_add_text(b, "ask");
		break;
	case OFFER_ASK_FOLDERS:
		buf_add_text(b, "ask_folders");
		break;
	}
}

static void
add_places(struct buf *b, const struct command *command)
{
	for (const struct option_spec *s = command->options; s && s->name; s++) {
		if (s->kind == OPTION_FLAG)
			continue;
		buf_printf(b, "\t%s,--%s", command->name, s->name);
		if (s->letter)
			buf_printf(b, " | %s,-%c", command->name, s->letter);
		buf_add_text(b, ") REPLY=");
		add_offer(b, &s->operand);
		buf_add_text(b, " ;;\n");
	}
	for (size_t i = 0; has_operand(command, i); i++) {
		buf_printf(b, "\t%s,%zu) REPLY=", command->name, i + 1);
		add_offer(b, &command->operands[i]);
		buf_add_text(b, " ;;\n");
	}
	if (offer_of(&command->rest) != OFFER_NOTHING) {
		buf_printf(b, "\t%s,[0-9]*) REPLY=", command->name);
		add_offer(b, &command->rest);
		buf_add_text(b, " ;;\n");
	}
}

void
completions_bash(struct buf *b, const struct command *const *table)
{
	buf_add_text(b, "# bash completion for pyvern, also called pyenv. Made from its tables: "
			"not to be edited.\n\n"
			"# REPLY: the options of command $1. Fails for one that is a plugin's.\n"
			"_pyvern_options() {\n\tcase $1 in\n");
	for (const struct command *const *c = table; *c; c++) {
		if (!is_typed(*c))
			continue;
		buf_printf(b, "\t%s) REPLY='--help", (*c)->name);
		for (const struct option_spec *s = (*c)->options; s && s->name; s++)
			if (!s->hidden)
				buf_printf(b, " --%s", s->name);
		buf_add_text(b, "' ;;\n");
	}
	buf_add_text(b, "\t*) return 1 ;;\n\tesac\n}\n\n"
			"# REPLY: what can be the value of option $2 of command $1, or its\n"
			"# operand of that number. Fails when nothing is known.\n"
			"_pyvern_place() {\n\tcase $1,$2 in\n");
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c))
			add_places(b, *c);
	buf_add_text(b, "\t*) return 1 ;;\n\tesac\n}\n\n"
			"# Do the options of command $1 end with its first operand?\n"
			"_pyvern_stops() {\n\tcase $1 in\n");
	for (const struct command *const *c = table; *c; c++)
		if (is_typed(*c) && (*c)->stop_at_operand)
			buf_printf(b, "\t%s) ;;\n", (*c)->name);
	buf_add_text(b, "\t*) return 1 ;;\n\tesac\n}\n\n");
	buf_add_text(b, driver);
}
