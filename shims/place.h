/* SPDX-License-Identifier: MIT */
/* Which shim is running, and of which root. */
#ifndef PYVERN_SHIMS_PLACE_H
#define PYVERN_SHIMS_PLACE_H

#include <stdbool.h>

#include "base/path.h"
#include "core/selection.h"

struct place {
	char root[PATH_TEXT_MAX];     /* folder above the shim's own */
	char name[PATH_NAME_MAX + 1]; /* the command that was asked for */
	struct file_id self;
};

/* Does the program run with more rights than its caller (setuid, setgid)? */
bool place_is_elevated(void);

/* Fill PLACE; ARGV0 may be NULL or empty. False when the system does not tell. */
bool place_find(const char *argv0, struct place *ret);

#endif
