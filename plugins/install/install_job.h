/* SPDX-License-Identifier: MIT */
/* What the two faces of `install` share. */
#ifndef PYVERN_INSTALL_JOB_H
#define PYVERN_INSTALL_JOB_H

#include "commands.h"
#include "supply/install.h"

/* One run of the command. */
struct install_job {
	const struct context *ctx;
	const struct catalog *catalog;
	struct install_options options; /* what the command line says for each version */
	char *sources;			/* PYENV_BUILD_ROOT; or NULL */
	char *patch;			/* what --patch read; NULL: nothing yet */
};

/* Read the patch from standard input, if there is to be one and it was not read yet:
 * the answers to questions come before it. */
int job_read_patch(struct install_job *job, struct err *err) __attribute__((warn_unused_result));

/* Names of all that can be installed, free-threaded twins, too, in version order. */
void job_names(const struct install_job *job, struct strvec *ret_names);

/* Versions in pyenv's order of steps and in its words (facts/pyenv.md 6). */
int pyenv_install(struct install_job *job, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

#endif
