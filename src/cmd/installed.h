/* SPDX-License-Identifier: MIT */
/* What commands that speak of installed versions share. */
#ifndef PYVERN_CMD_INSTALLED_H
#define PYVERN_CMD_INSTALLED_H

#include "cmd/command.h"
#include "core/store.h"

/* The one installed name that TEXT means: the whole name of a version, an
 * environment or a user's link, else the only version that it is the beginning
 * of. *RET_NAME is owned by the caller. ERR_USAGE when TEXT can be no name or is
 * the beginning of several, ERR_NOT_INSTALLED (with the nearest) for none. */
int installed_match(const struct store *store, const char *text, char **ret_name, struct err *err)
	__attribute__((warn_unused_result));

/* What to type when REQUEST is not installed: a name that is no version cannot be
 * installed either. Owned by the caller (free). */
char *installed_fix(const char *request) __attribute__((warn_unused_result));

#endif
