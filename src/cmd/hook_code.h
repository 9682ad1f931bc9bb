/* SPDX-License-Identifier: MIT */
/* The prompt hook: code that `init` and `virtualenv-init` print. */
#ifndef PYVERN_CMD_HOOK_CODE_H
#define PYVERN_CMD_HOOK_CODE_H

/*
 * One function, called before each prompt, with two jobs:
 *
 * - Commands that came another way than through our shims (uv, a copied file) get their
 *   shims: where versions/ or a bin folder is newer than $ROOT/.rehashed, `rehash` runs.
 *   A rehash dates that file, so that one is enough; where it cannot (a root of
 *   somebody else, times in the future) a shell stops after the third.
 * - With virtualenv-init, the environment that is chosen here is entered, and left
 *   where it is not any more. What can choose one is read by the shell itself and
 *   compared with what was read at the last look: variables, each pin file from here up
 *   to the root, the global file.
 *
 * Where nothing changed no process starts, in bash, zsh and fish (xonsh is Python).
 * The status of the user's last command is kept. ksh, mksh, dash and tcsh have no moment
 * before a prompt at which code can change the shell without starting a process.
 */

#include "base/buf.h"
#include "core/layout.h"
#include "core/policy.h"
#include "core/shells.h"

struct hook_code {
	const struct layout *layout;
	const struct policy *policy;
	const char *program; /* called so */
	bool follows;	     /* enter and leave environments */
	bool always_looks;   /* foreign hooks choose versions by what nobody knows */
};

/* Does SHELL have a hook? */
bool hook_code_is_there(const struct shell *shell);

/* The function, and what has it called once before each prompt. */
void hook_code_write(struct buf *out, const struct shell *shell, const struct hook_code *hook);

#endif
