/* SPDX-License-Identifier: MIT */
/* The system's Python, as what environments are made on. */
#ifndef PYVERN_CORE_SYSTEM_PYTHON_H
#define PYVERN_CORE_SYSTEM_PYTHON_H

#include "core/policy.h"
#include "core/store.h"

/* What it is called where versions are named. Its seed is kept under this name, too. */
#define SYSTEM_NAME "system"

struct system_python {
	char *real;   /* the program, links resolved */
	char *prefix; /* of it; others may share it */
	struct facts facts;
};

/* The program in PATH that `system` means: python3, python or python2, in pyenv-virtualenv's
 * order; PATH_TEXT_MAX bytes in RET_PATH. ERR_NOT_INSTALLED when there is none. */
int system_python_path(const struct layout *layout, const struct policy *policy, char *ret_path,
		       struct err *err) __attribute__((warn_unused_result));

/* The same, and what it is (core/adopt). ERR_PROTECTED when others than root and this user may
 * change it. */
int
system_python_find(const struct store *store, const struct policy *policy,
		   struct system_python *ret, struct err *err) __attribute__((warn_unused_result));

void system_python_reset(struct system_python *python);
#define cleanup_system_python cleanup_with(system_python_reset)

#endif
