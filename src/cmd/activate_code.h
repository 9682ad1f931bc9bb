/* SPDX-License-Identifier: MIT */
/* The code that `activate` and `deactivate` print for a shell to evaluate. */
#ifndef PYVERN_CMD_ACTIVATE_CODE_H
#define PYVERN_CMD_ACTIVATE_CODE_H

/*
 * PATH is not changed: the shims start what PYENV_VERSION names, or a pin. What was set
 * before is kept in exported variables, so that `deactivate`, a process that sees what
 * is exported, can bring back exactly that, also in a shell below. Only a prompt is no
 * variable that is exported: the shell keeps it itself.
 *
 * A name never is code, neither now nor when a prompt is drawn: PS1 holds a reference to
 * VIRTUAL_ENV_PROMPT where the shell expands references, and else a text without any
 * active character.
 */

#include "base/buf.h"
#include "base/shell.h"
#include "core/shells.h"

/* Largest code, in bytes: some twenty paths, quoted. */
#define ACTIVATE_CODE_MAX ((size_t)512 * 1024)

/* Put NAME into the prompt. PATTERN is the user's own (PYENV_VIRTUALENV_PROMPT, with
 * "{venv}" where the name goes), whose escapes for colours are obeyed and whose `$` and
 * backquotes are not; NULL: "({venv})". VIRTUAL_ENV_PROMPT is set to NAME already. */
void activate_code_prompt(struct buf *out, const struct shell *shell, const char *pattern,
			  const char *name);
/* Bring the prompt back that was there before. */
void activate_code_prompt_back(struct buf *out, const struct shell *shell);

/* Undo what an environment's own activation script has done: PATH, PYTHONHOME, its
 * function `deactivate`. Nothing where there is none. */
void activate_code_leave_foreign(struct buf *out, const struct shell *shell);

/* Read the file PATH in this shell. Only for shells whose files packages bring. */
void activate_code_source(struct buf *out, const struct shell *shell, const char *path);

/* End with status 1, or 0. */
void activate_code_status(struct buf *out, const struct shell *shell, bool ok);

#endif
