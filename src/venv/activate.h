/* SPDX-License-Identifier: MIT */
/* The scripts that enter an environment, one per family of shells. */
#ifndef PYVERN_VENV_ACTIVATE_H
#define PYVERN_VENV_ACTIVATE_H

/*
 * Every text from outside (a path, a prompt) reaches a shell only through that
 * shell's literal encoder. A prompt is never part of what a shell expands when
 * it draws one: PS1 holds a reference to VIRTUAL_ENV_PROMPT where the shell
 * expands references, and a text without any active character where it does not.
 *
 * The variables that keep what was there before (_OLD_VIRTUAL_PATH, …) have the
 * names that `python -m venv` uses, so that its environments and ours replace
 * each other cleanly when one is entered from the other.
 *
 * A new shell is one more row of activate_scripts.
 */

#include <stdbool.h>

#include "base/buf.h"

struct activation {
	const char *env;    /* absolute path of the environment */
	const char *prompt; /* what VIRTUAL_ENV_PROMPT is set to */
	bool relocatable;   /* the script finds ENV by where it is itself */
};

struct activate_script {
	const char *name; /* in the environment's bin: "activate.fish" */
	void (*write)(struct buf *out, const struct activation *activation);
	bool finds_itself; /* there is a way to, in that shell: it can be relocatable */
};

/* All scripts; ends with a zeroed row. */
extern const struct activate_script activate_scripts[];

/* Largest script, in bytes: four times the longest path, quoted, and its text. */
#define ACTIVATE_MAX ((size_t)128 * 1024)

#endif
