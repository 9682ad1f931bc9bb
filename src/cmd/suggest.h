/* SPDX-License-Identifier: MIT */
/* The error for a command that does not exist. */
#ifndef PYVERN_CMD_SUGGEST_H
#define PYVERN_CMD_SUGGEST_H

#include "base/err.h"

/* ERR_USAGE "there is no command NAME", with the nearest ones. Returns -1. */
int suggest_command(const char *name, struct err *err);

#endif
