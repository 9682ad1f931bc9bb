/* SPDX-License-Identifier: MIT */
/* What the files of core/adopt share among themselves. */
#ifndef PYVERN_CORE_ADOPT_INTERNAL_H
#define PYVERN_CORE_ADOPT_INTERNAL_H

#include "core/adopt.h"

/* Run PROGRAM and fill in facts, prefix, interpreter and release of RET by what it says. */
int adopt_run(const char *program, unsigned timeout_s, struct adoptee *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The same from TEXT, what it said. */
int adopt_read_answer(const char *program, struct str text, struct adoptee *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The links for a shared Python, and its facts as they are for the folder of them. */
void adopt_programs(struct adoptee *adoptee);

/* What it is called in pyenv's spelling: sets name, also release where files tell it. */
void adopt_name(const struct store *store, struct adoptee *adoptee);

/* A version that conda-meta knows exactly where headers are missing. Owned; NULL. */
char *adopt_conda_version(const struct dir *tree, const char *package);

/* The two folders above a program: its prefix. Owned by the caller (free). */
char *adopt_prefix_of(const char *program);

#endif
