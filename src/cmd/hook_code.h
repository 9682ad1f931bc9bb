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
 * - With virtualenv-init and `init --auto-venv`, the environment that is chosen here is
 *   entered, and left where it is not any more: a named one that a pin chooses, or (in
 *   our face) the `.venv` that the shims enter. What can choose one is looked at by the
 *   shell itself and compared with the last look: variables, each pin file from here up
 *   to the root, the global file, which folders have a `.venv`, and a text that changes
 *   with the registry of environments. Whether a `.venv` is the user's own only the
 *   program decides, by the shims' rule.
 *   PATH stays as it is, since the shims start what the environment has; so what the
 *   prompt shows is what `python` is.
 *
 * Where nothing changed no process starts, in bash, zsh and fish (xonsh is Python).
 * The status of the user's last command is kept. ksh, mksh, dash and tcsh have no moment
 * before a prompt at which code can change the shell without starting a process.
 */

#include "base/buf.h"
#include "cmd/command.h"
#include "core/shells.h"

/* Does SHELL have a hook? */
bool hook_code_is_there(const struct shell *shell);

/* The function for CTX's root and face, and what has it called once before each prompt;
 * nothing for a shell that has none. FOLLOWS: it enters and leaves environments. */
void hook_code_write(struct buf *out, const struct shell *shell, const struct context *ctx,
		     bool follows);

#endif
