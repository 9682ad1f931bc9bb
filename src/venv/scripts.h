/* SPDX-License-Identifier: MIT */
/* Console scripts: the small programs that a package puts into bin. */
#ifndef PYVERN_VENV_SCRIPTS_H
#define PYVERN_VENV_SCRIPTS_H

#include "base/buf.h"
#include "base/str.h"

/* Largest script: a path, quoted, and a few lines. */
#define SCRIPT_MAX ((size_t)32 * 1024)

/*
 * The first lines of a script that PYTHON (absolute; UTF-8 without control characters)
 * runs with the options ARGS (as they stand in such a line; NULL: none), appended to OUT.
 *
 * The kernel splits a shebang at the first blank and cuts it at a length, so a
 * path that does not fit is started by a first line that is shell to the shell
 * and a string to Python (the trick of distlib, which pip uses too).
 * Source: execve(2).
 */
void script_write_start(struct buf *out, const char *python, const char *args);

/* Does the path of an interpreter fit into the first line as it is? */
bool script_fits_line(const char *python, const char *args);

/*
 * The text of a console script that runs ATTRIBUTE ("main", "App.main") of
 * MODULE with the interpreter at PYTHON, as in script_write_start(), appended to OUT.
 * Source: entry points specification, "Use for scripts".
 */
void script_write(struct buf *out, const char *python, struct str module, struct str attribute);

/* Which program runs a script, and with which options. */
struct script_start {
	char *program;	 /* may be a name to be looked for (env python) */
	char *args;	 /* NULL: none */
	struct str rest; /* the script behind the lines that say so; borrows */
};

/* How TEXT is started: by its first line, or by the lines of script_write_start(), which
 * pip writes, too. False: it does not say. */
bool script_read_start(struct str text, struct script_start *ret);
void script_start_reset(struct script_start *start);
#define cleanup_script_start cleanup_with(script_start_reset)

/* Is TEXT a dotted name ("pip._internal.cli.main")? */
bool script_name_ok(struct str text);

#endif
