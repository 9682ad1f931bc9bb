/* SPDX-License-Identifier: MIT */
/* Start-up files of shells, and our lines in them. */
#ifndef PYVERN_CMD_INIT_FILES_H
#define PYVERN_CMD_INIT_FILES_H

/*
 * What is added ends in a comment of ours, so that it can be taken out again. With
 * `replace`, lines that start pyenv are kept behind a comment sign and come back
 * with the uninstall. All files are looked at before one is written; each is
 * replaced at one stroke where it really is, and keeps its mode and owner.
 */

#include "cmd/command.h"
#include "core/shells.h"

struct init_files {
	const char *profile; /* for logins: "~/.profile"; may be the same as rc */
	const char *rc;	     /* for every interactive shell: "~/.bashrc" */
};

/* The files of SHELL in the user's home: static texts that begin with "~/". */
void
init_files_of(const struct layout *layout, const struct shell *shell, struct init_files *ret_files);

/* How a start-up file calls init: without and with the entering of environments. */
#define INIT_FILES_PLAIN "init"
#define INIT_FILES_AUTO "init --auto-venv"

/* Add what makes SHELL use this pyvern and its root, as CTX's options say: with `as-pyenv`
 * also under the name `pyenv`, in scripts too (a folder of ours with that name in it comes
 * first on PATH); with `auto-venv` environments are entered at the prompt. ERR_PROTECTED
 * when a file starts pyenv, and `replace` is not there or cannot be done line by line. */
int init_files_install(const struct context *ctx, const struct shell *shell, struct err *err)
	__attribute__((warn_unused_result));

/* Take our lines out of the files of all shells, and bring back what they replaced: to
 * the byte, unless somebody changed a file meanwhile. A file that we made goes. */
int init_files_uninstall(const struct context *ctx, struct err *err)
	__attribute__((warn_unused_result));

/* A line of a start-up file that does something with pyenv, and is not ours. */
struct init_line {
	const char *shell; /* whose file it is: "bash" */
	const char *file;  /* "~/.bashrc" */
	unsigned number;   /* from 1 */
	struct str text;
};

/* Tell FOUND of each, in the files of all shells; what cannot be read is passed over. */
void init_files_each_pyenv(const struct layout *layout,
			   void (*found)(void *ctx, const struct init_line *line), void *ctx);

#endif
