/* SPDX-License-Identifier: MIT */
/* Console scripts: the small programs that a package puts into bin. */
#ifndef PYVERN_VENV_SCRIPTS_H
#define PYVERN_VENV_SCRIPTS_H

#include "base/buf.h"
#include "base/str.h"

/* Largest script: a path, quoted, and a few lines. */
#define SCRIPT_MAX ((size_t)32 * 1024)

/*
 * The text of a console script that runs ATTRIBUTE ("main", "App.main") of
 * MODULE with the interpreter at PYTHON (absolute; UTF-8 without control
 * characters), appended to OUT.
 *
 * The kernel splits a shebang at the first blank and cuts it at a length, so a
 * path that does not fit is started by a first line that is shell to the shell
 * and a string to Python (the trick of distlib, which pip uses too).
 * Source: entry points specification, "Use for scripts"; execve(2).
 */
void script_write(struct buf *out, const char *python, struct str module, struct str attribute);

/* Is TEXT a dotted name ("pip._internal.cli.main")? */
bool script_name_ok(struct str text);

#endif
