/* SPDX-License-Identifier: MIT */
/* Programs that an environment has from the Python that it was made of. */
#ifndef PYVERN_VENV_INHERIT_H
#define PYVERN_VENV_INHERIT_H

/*
 * What pyenv-virtualenv's `which` hooks do (facts/pyenv.md, 9), for a command that
 * the environment itself lacks:
 *
 *	pythonX-config		the base's, which builds of C extensions ask for
 *	any command		the base's, where the environment sees the base's packages
 *				(include-system-site-packages)
 *	conda			the base's, in a conda environment
 *
 * The base is `home` in pyvenv.cfg, orig-prefix.txt of virtualenv before 20, and of a
 * conda environment the version whose envs/ it is in.
 */

#include "os/fs.h"

/* Path of COMMAND (one component) in the base of the environment in the folder ENV;
 * NULL when it is none, or has it not. Owned by the caller (free). */
char *inherit_find(const char *env, const char *command) __attribute__((warn_unused_result));

#endif
