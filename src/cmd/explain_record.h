/* SPDX-License-Identifier: MIT */
/* What `explain` has to tell, before it is told as text or as JSON. */
#ifndef PYVERN_CMD_EXPLAIN_RECORD_H
#define PYVERN_CMD_EXPLAIN_RECORD_H

#include "cmd/command.h"
#include "core/choice.h"

/* What became of a version that is asked for. */
enum fate {
	FATE_THIS_ONE,
	FATE_NO_COMMAND, /* there, and the command is not in it */
	FATE_MISSING,
	FATE_INVALID,	 /* no version: WHY */
	FATE_NOT_NEEDED, /* one before it has the command */
};

struct candidate {
	const char *request; /* NULL: may not be shown */
	char *text;	     /* the request, whether or not it may be shown */
	char *found;	     /* "3.12.11", "system", or NULL */
	const char *why;     /* of INVALID, MISSING; static */
	unsigned line;
	enum fate fate; /* only where it was chosen from */
};

/* A look, kept: what a recorder is told is borrowed. */
struct kept_look {
	enum selection_source source;
	enum look_state state;
	char *place;
	const char *why; /* static */
	unsigned line;
	bool is_link;
	struct candidate *candidates;
	size_t count;
	enum verdict verdict; /* on the version that was found */
};

/* What typing the command in a shell starts. */
enum shell_answer {
	SHELL_SHIM,	/* our shim */
	SHELL_OTHER,	/* another program, which comes before the shims on PATH */
	SHELL_NO_SHIM,	/* the shims are on PATH, and none has this name */
	SHELL_NO_SHIMS, /* the shims are not on PATH */
};

struct explanation {
	const char *command;
	struct choice choice;
	struct finding found;
	const char *version; /* that the command is of, or NULL */
	struct kept_look *looks;
	size_t count;
	char *venv;	       /* the nearest .venv, or NULL */
	bool venv_is_active;   /* in this shell */
	char *venv_version;    /* of the Python of the one that is entered, or NULL */
	const char *venv_says; /* whose it is: static; NULL: none is entered */
	char *system;	       /* the command in PATH without shims, or NULL */
	struct strvec also_in; /* other installed versions that have it */
	struct strvec hooks;   /* files that may say otherwise; they are not run */
	enum shell_answer shell;
	char *shell_path; /* OTHER: which */
};

/* Find out everything about COMMAND (borrowed) here. It is as large as a choice and
 * must not be copied. */
void explanation_make(const struct context *ctx, const char *command, struct explanation *ret);
void explanation_reset(struct explanation *explanation);
#define cleanup_explanation cleanup_with(explanation_reset)

/* Print it as JSON; WHY (may be NULL): why nothing was found. */
void explanation_json(struct out *out, const struct explanation *e, const char *why);

#endif
