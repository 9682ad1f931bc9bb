/* SPDX-License-Identifier: MIT */
/* An environment at another place: moved there, or a second one like it. */
#ifndef PYVERN_VENV_DUPLICATE_H
#define PYVERN_VENV_DUPLICATE_H

#include <stdbool.h>

#include "base/err.h"
#include "venv/readdress.h"

/*
 * Make an environment like the one at FROM at TO (absolute and clean both), and its texts
 * right for that. It is made beside its place and gets its name by one rename; after an
 * error nothing is left of it. It has no id of ours (core/registered). ERR_PROTECTED when
 * there is something at TO, ERR_USAGE for a place that no environment can have.
 * Files that nobody may write and that have several names are given one more; others are
 * copied, as blocks that both share where the file system can. Sockets and devices are
 * passed over.
 */
int duplicate(const char *from, const char *to, struct readdress_report *ret_report,
	      struct err *err) __attribute__((warn_unused_result));

/*
 * Move the environment at FROM to TO, as above. On one file system its texts are made right
 * where it is, then it is renamed: what was cut short is finished by the same again. On
 * another one it is duplicated, with its id, and the first one removed; *RET_LEFT (owned,
 * or NULL) is what of it cannot be.
 */
int duplicate_move(const char *from, const char *to, struct readdress_report *ret_report,
		   char **ret_left, struct err *err) __attribute__((warn_unused_result));

#endif
