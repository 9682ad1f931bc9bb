/* SPDX-License-Identifier: MIT */
/* The code that `init` prints for a shell to evaluate. */
#ifndef PYVERN_CMD_INIT_CODE_H
#define PYVERN_CMD_INIT_CODE_H

#include "base/buf.h"
#include "base/vec.h"
#include "core/shells.h"

/* Largest code for one shell: a few paths, quoted, and text. */
#define INIT_CODE_MAX ((size_t)256 * 1024)

/* Put FOLDER first on PATH, once. KEEP: only if it is not there at all. */
void init_code_path(struct buf *out, const struct shell *shell, const char *folder, bool keep);

/* Tell what we start which shell it is (PYENV_SHELL). */
void init_code_shell(struct buf *out, const struct shell *shell);

/* The function PROGRAM: the commands in EVALUATED ("shell") print code that it
 * evaluates, all others are run. csh gets an alias, which takes any command. */
void init_code_function(struct buf *out, const struct shell *shell, const char *program,
			const struct strvec *evaluated);

/* Completion of PROGRAM from the files in FOLDER (ours, in share), read when it is first
 * asked for. Nothing for a shell that has no such file there. */
void init_code_completions(struct buf *out, const struct shell *shell, const char *folder,
			   const char *program);

/* `shell`: PYENV_VERSION becomes VERSION (NULL: unset), and the one before is kept
 * for `shell -`; what `shell -` does; printing it. PYVERN_VERSION, which would win,
 * goes. */
void init_code_set_version(struct buf *out, const struct shell *shell, const char *version);
void init_code_swap_version(struct buf *out, const struct shell *shell);
void init_code_print_version(struct buf *out, const struct shell *shell);

/* Forget where commands were found. */
void init_code_forget(struct buf *out, const struct shell *shell);

/* Set (and export) the variable NAME to VALUE, or unset it, whether it was set or not. */
void init_code_set(struct buf *out, const struct shell *shell, const char *name, const char *value);
void init_code_unset(struct buf *out, const struct shell *shell, const char *name);

#endif
