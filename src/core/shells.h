/* SPDX-License-Identifier: MIT */
/* The shells that we write code for. */
#ifndef PYVERN_CORE_SHELLS_H
#define PYVERN_CORE_SHELLS_H

/*
 * A new shell is a row of the table here, and an encoder in base/shell where its
 * literals are its own.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Shells that read the same code. */
enum shell_syntax {
	SHELL_SH, /* sh, bash, dash, zsh, ksh, mksh */
	SHELL_FISH,
	SHELL_CSH, /* csh, tcsh */
	SHELL_PWSH,
	SHELL_NU,
	SHELL_XONSH,
};

struct shell {
	const char *name;
	enum shell_syntax syntax;
	void (*quote)(struct buf *out, const char *text);
};

/* The shell called NAME ("bash"); NULL: none that we know. Static. */
const struct shell *shell_named(struct str name);

/* The shells one after the other, from 0; NULL after the last. Static. */
const struct shell *shell_at(size_t index);

/* The shell that started us: what the parent's argv[0] says (where /proc tells it),
 * else SHELL. NULL: none that we know. Static. */
const struct shell *shell_of_parent(void);

/* The shell whose function calls us: PYENV_SHELL, which `init` set, else the one
 * that started us. */
const struct shell *shell_of_function(void);

#endif
