/* SPDX-License-Identifier: MIT */
/* The interpreter of an environment, under all of its names. */
#ifndef PYVERN_VENV_INTERPRETER_H
#define PYVERN_VENV_INTERPRETER_H

#include <stdbool.h>

#include "base/err.h"
#include "os/fs.h"

/* What an environment's interpreter is made of. */
struct interpreter {
	const char *path;  /* of the base's, as it is reached: what a link leads to */
	const char *real;  /* the same without links: what a copy is made of */
	const char *names; /* blank-separated, "python" among them or not */
	bool copies;
};

/* Make bin/python in the new environment TREE, and links to it by its other names. A copy gets
 * its shared library beside it, where it is linked to look there. */
int interpreter_make(const struct interpreter *interpreter, const struct dir *tree,
		     const struct dir *bin, struct err *err) __attribute__((warn_unused_result));

/* Make or replace bin/python by a copy of the program REAL (absolute, no link), with the
 * libraries that it looks for in the lib beside its folder. */
int interpreter_copy(const char *real, const struct dir *tree, const struct dir *bin,
		     struct err *err) __attribute__((warn_unused_result));

#endif
