/* SPDX-License-Identifier: MIT */
/* What a program sees that is run inside an environment. */
#ifndef PYVERN_CMD_INSIDE_H
#define PYVERN_CMD_INSIDE_H

/*
 * What activating does for a shell, for one program: VIRTUAL_ENV names the environment,
 * its bin is first on PATH, PYTHONHOME is gone. What chooses a version (PYVERN_VERSION) is
 * gone, too: it was meant for shims.
 */

#include "base/err.h"
#include "os/proc.h"

/* The environment variables inside the environment at PATH (absolute). */
void inside_env(const char *path, struct env *ret_env);

/* The program that NAME is there, as a shell finds it: in PATH, or a path with a slash in it. ERR_NO_COMMAND when there is none.
 * *RET_PROGRAM is owned by the caller (free). */
int inside_find(const char *path, const struct env *env, const char *name, char **ret_program,
		struct err *err) __attribute__((warn_unused_result));

#endif
