/* SPDX-License-Identifier: MIT */
/* What a command is, and what it gets. */
#ifndef PYVERN_CMD_COMMAND_H
#define PYVERN_CMD_COMMAND_H

/*
 * A command is one file src/cmd/NAME.c that exports one constant descriptor
 * `command_NAME`, listed in src/cmd/table.c. Help, completions and manuals come
 * from the descriptor. The run function is glue: it asks the modules below and
 * prints through ctx->out.
 *
 * A command whose work needs the heavy libraries lives in a plugin program
 * (plugins/X): its descriptor is data in src/cmd/NAME_options.c, with run NULL,
 * known to the core (help, completions) and to the plugin (parsing) alike; the
 * core executes `pyvern-NAME` for it, found as any plugin is.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/option.h"
#include "core/config.h"
#include "core/layout.h"
#include "core/policy.h"
#include "ui/out.h"

/* What `pyenv --version` says: the pyenv whose rules these are, for scripts that
 * compare versions, and who says so. */
#define PYENV_VERSION_TEXT "2.8.1-pyvern-" PACKAGE_VERSION

struct context {
	const char *program; /* name for messages: "pyvern" or "pyenv" */
	const char *called;  /* the one that we were called by, so that can be called */
	const struct layout *layout;
	const struct config *config;
	const struct policy *policy; /* of the root; pyvern's when there is no root yet */
	struct out *out;
	const struct options *options;
};

/* Operands with a meaning of their own; no command has more. */
#define COMMAND_OPERANDS 3

struct command {
	const char *name;
	const char *summary;	     /* one line, as a sentence without full stop */
	const char *usage;	     /* operands after the name and options: "[VERSION...]" */
	const char *pyenv_usage;     /* pyenv's own words for it, after "Usage: pyenv NAME";
				      * of several ways, one a line */
	const char *help;	     /* paragraphs below the options, or NULL */
	void (*more)(struct buf *b); /* adds a table to them that has its own source, or NULL */
	const struct option_spec *options;
	struct operand operands[COMMAND_OPERANDS]; /* what its first words can be, */
	struct operand rest;			   /* and all those that follow */
	const char *own_name; /* of a program of pyenv's: its words and statuses in any root */
	bool stop_at_operand; /* see options_parse */
	bool hidden;	      /* for scripts: in `commands`, not in `help` */
	bool internal;	      /* called by ourselves alone: in neither */
	/* Exit status on success goes to *RET_STATUS (0 at the start). NULL: the
	 * work is done by a plugin program. */
	int (*run)(struct context *ctx, int *ret_status, struct err *err);
};

/* All commands the core knows, in the order of `pyvern help`; ends with NULL. */
extern const struct command *const command_table[];

/* The command called NAME, or NULL. */
const struct command *command_find(const char *name);

/* Parse ARGV (without the command's name) for COMMAND, run it, show an error,
 * and return the exit status. --help, which every command has, shows its help
 * on stdout; --quiet, --verbose and --json, where the table has them, set up
 * ctx->out. PROGRAM is the name for messages. Used by the core's main and by
 * the plugin programs. */
int command_main(const struct command *command, const char *program, char *const *argv);

/* How COMMAND is used, and its whole help, as `pyvern help NAME` prints them; with
 * SPEAKS_PYENV in the form that pyenv gives them. Owned by the caller (free). */
char *command_usage_text(const struct command *command, const char *program, bool speaks_pyenv)
	__attribute__((warn_unused_result));
char *command_help_text(const struct command *command, const char *program, bool speaks_pyenv)
	__attribute__((warn_unused_result));

#endif
