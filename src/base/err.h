/* SPDX-License-Identifier: MIT */
/* The error object: what failed, why, and what to try. */
#ifndef PYVERN_BASE_ERR_H
#define PYVERN_BASE_ERR_H

/*
 * Every function that can fail returns 0 or -1 (or a pointer or NULL) and
 * takes `struct err *err` as its last parameter. The object lives on the
 * caller's stack and starts zeroed:
 *
 *	struct err err = {0};
 *	if (store_open(root, &store, &err) < 0)
 *		return err_wrap(&err, "cannot list versions");
 *
 * All setters return -1, so a failing line is one statement. On success the
 * object is untouched. Setting an error over a set one is a bug (asserted):
 * add context with err_wrap(), or err_reset() one that was dealt with.
 *
 * The message is one line, lower case, without a final period: WHAT on WHAT:
 * why. Facts for people hang below it as labelled details, shown in the order
 * in which they were added:
 *
 *	pyvern: python is 3.11 here, and 3.11 is not installed
 *	  asked by  ~/api/.python-version:1
 *	  to fix    pyvern install
 *
 * Only the programs' main (through ui/out) shows an error. Text from outside
 * may be put in as it is: it is made harmless where it is shown.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* code, stable name, exit status, exit status in the pyenv face, default "to fix" line */
#define ERR_CODES(X)                                                             \
	X(ERR_FAILED, "failed", 1, 1, NULL)                                      \
	X(ERR_USAGE, "usage", 2, 1, NULL)                                        \
	X(ERR_UNKNOWN_VERSION, "unknown-version", 3, 2, "pyvern install --list") \
	X(ERR_NOT_INSTALLED, "not-installed", 3, 1, NULL)                        \
	X(ERR_NETWORK, "network", 4, 1, NULL)                                    \
	X(ERR_NOT_CACHED, "not-cached", 4, 1, NULL)                              \
	X(ERR_CHECK, "check-failed", 5, 1, NULL)                                 \
	X(ERR_PROTECTED, "protected", 6, 1, "--force")                           \
	X(ERR_RULE, "refused-by-rule", 7, 1, "man pyvern-policy")                \
	X(ERR_NO_COMMAND, "no-command", 127, 127, NULL)                          \
	X(ERR_NOT_EXECUTABLE, "not-executable", 126, 126, NULL)                  \
	X(ERR_INTERRUPTED, "interrupted", 130, 130, NULL)

enum err_code {
	ERR_NONE = 0,
#define X(code, name, status, pyenv_status, fix) code,
	ERR_CODES(X)
#undef X
};

/* One labelled line below the message. */
struct err_detail {
	char *label; /* "asked by", "because", "to fix", … */
	char *text;
};

struct err {
	enum err_code code;
	int sys;       /* errno that caused it, or 0 */
	char *message; /* one line; NULL while no error is set */
	struct err_detail *details;
	size_t detail_count;
	char *pyenv; /* err_pyenv(); or NULL */
};

/* Set ERR. Returns -1. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) MEM_PRINTF(3, 4);

/* Set ERR from errno, whose sentence is added after ": ". Returns -1. */
int err_sys(struct err *err, const char *fmt, ...) MEM_PRINTF(2, 3);

/* Put "CONTEXT: " before the message of a set ERR. Returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) MEM_PRINTF(2, 3);

/* Hang "LABEL  text" below a set ERR. Returns -1. */
int err_detail(struct err *err, const char *label, const char *fmt, ...) MEM_PRINTF(3, 4);

/* Add a line to what pyenv says of the same thing (facts/pyenv.md): where the face
 * is pyenv's these lines are shown, as they are, in place of message and details.
 * Returns -1. */
int err_pyenv(struct err *err, const char *fmt, ...) MEM_PRINTF(2, 3);

/* Forget those lines: pyenv says nothing here, or what is added next. Returns -1. */
int err_pyenv_nothing(struct err *err);

/* Does a set ERR have a detail with this label? */
bool err_has_detail(const struct err *err, const char *label);

/* Release what ERR holds and make it empty again. */
void err_reset(struct err *err);

/* Exit status of CODE (0 for ERR_NONE), and the one that pyenv's users expect. */
int err_status(enum err_code code);
int err_pyenv_status(enum err_code code);

/* Stable name of CODE, for JSON and tests. */
const char *err_code_name(enum err_code code);

/* The "to fix" line of CODE when the error has none of its own; NULL if none. */
const char *err_code_fix(enum err_code code);

/* A sentence for people for an errno value ("no space left on device"). */
const char *err_errno_text(int sys);

#define cleanup_err cleanup_with(err_reset)

#endif
