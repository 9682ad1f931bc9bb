/* SPDX-License-Identifier: MIT */
/* Options as tables: one table gives parsing, help, completions and manuals. */
#ifndef PYVERN_CMD_OPTION_H
#define PYVERN_CMD_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"

enum option_kind {
	OPTION_FLAG, /* present or not; --x, and -x for each time given */
	OPTION_TEXT, /* takes one value: --x V, --x=V, -x V, -xV; of several the last one counts,
		      * unless the command asks for all */
	OPTION_REST, /* what no other row knows, for another program: --x, --x=V, and each
		      * unknown letter as an option of its own */
};

/* What a word of a command line stands for; completions are made of it. */
enum operand_kind {
	OPERAND_ANY, /* nothing that could be offered: a new name, a number, a text */
	OPERAND_FILE,
	OPERAND_FOLDER,
	OPERAND_INSTALLED, /* versions and environments */
	OPERAND_INSTALLED_OR_FOLDER,
	OPERAND_INSTALLABLE, /* what `install` knows */
	OPERAND_ENVIRONMENT,
	OPERAND_COMMAND,    /* of pyvern, and of plugins */
	OPERAND_EXECUTABLE, /* commands of the installed versions */
	OPERAND_SHELL,
	OPERAND_CONFIG_KEY,
};

struct operand {
	enum operand_kind kind;
	const char *words; /* offered besides, blank-separated: "system -"; or NULL */
};

/* One option. A table ends with a zeroed row. */
struct option_spec {
	const char *name; /* long name without dashes */
	char letter;	  /* short name, or '\0' */
	enum option_kind kind;
	const char *value;	/* TEXT: what the value is called ("DIR"); else NULL */
	const char *help;	/* one line, lower case, no full stop */
	bool hidden;		/* kept for compatibility: parsed and obeyed, not shown */
	struct operand operand; /* TEXT: what the value can be */
};

struct option_value {
	const struct option_spec *spec;
	unsigned count;	     /* times given; 0: not given */
	char *text;	     /* TEXT: the last value */
	struct strvec texts; /* TEXT: all, in order */
};

/* The result of parsing: one value per row of the table, and what is left. */
struct options {
	struct option_value *values;
	size_t value_count;
	struct strvec args; /* operands, in order */
	struct strvec rest; /* REST: "--x", "--x=V", and "--y" for -y */
	bool help;	    /* --help or -h: every command has it, no table lists it */
};

/*
 * Parse ARGV (without the command's name; NULL-terminated). Long names may be
 * cut short where that is unique. "--" ends the options. With STOP_AT_OPERAND
 * the first operand ends them too, so that `exec pip --version` passes
 * --version on. Errors: ERR_USAGE that names the word, the nearest option, and
 * `pyvern help COMMAND` as the fix.
 */
int options_parse(const struct option_spec *specs, const char *command, char *const *argv,
		  bool stop_at_operand, struct options *ret_options, struct err *err)
	__attribute__((warn_unused_result));

bool options_has(const struct options *options, const char *name);
/* Value of a TEXT option, NULL if it was not given. Borrowed. */
const char *options_text(const struct options *options, const char *name);
/* All values of a TEXT option, in order; none if it was not given. Borrowed. */
const struct strvec *options_texts(const struct options *options, const char *name);

void options_reset(struct options *options);
#define cleanup_options cleanup_with(options_reset)

#endif
