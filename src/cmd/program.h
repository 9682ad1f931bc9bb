/* SPDX-License-Identifier: MIT */
/* Which program a command is, when everybody has been asked. */
#ifndef PYVERN_CMD_PROGRAM_H
#define PYVERN_CMD_PROGRAM_H

/*
 * The whole of pyenv's `which` (facts/pyenv.md, 3): the selection, then what an
 * environment has from its base, then `which` hooks. `which` and `exec` share it. The
 * shim finds what the selection finds, and hands the rest over.
 */

#include "cmd/command.h"
#include "core/choice.h"

enum program_flags {
	PROGRAM_NO_SYSTEM = 1 << 0, /* do not look in PATH */
	PROGRAM_NO_ADVICE = 1 << 1, /* do not name other versions that have it */
};

/* Find COMMAND: its path goes to FOUND, whose kind is then FOUND_. A hook that ended
 * the search is told in RET_END, with nothing found. ERR_NO_COMMAND when there is
 * none. COLLECT: what hooks print is taken, else they print it themselves. */
int program_find(const struct context *ctx, struct choice *choice, const char *command,
		 unsigned flags, bool collect, struct finding *found, struct hook_end *ret_end,
		 struct err *err) __attribute__((warn_unused_result));

/* The same before hooks are asked, without an error: FOUND says what there is. */
void program_look(const struct context *ctx, struct choice *choice, const char *command,
		  struct finding *found);

/* PATH becomes what was found, if it is a program. */
bool program_take(const struct choice *choice, const char *path, struct finding *found);

#endif
