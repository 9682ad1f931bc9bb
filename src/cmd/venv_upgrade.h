/* SPDX-License-Identifier: MIT */
/* An environment brought to another patch release of its Python. */
#ifndef PYVERN_CMD_VENV_UPGRADE_H
#define PYVERN_CMD_VENV_UPGRADE_H

#include "cmd/command.h"
#include "core/store.h"

/* Bind the environment DIR (as the user named it) to the installed REQUEST, or, without
 * one (NULL), to the newest installed patch release of its own series, and say so.
 * ERR_FAILED for what is no environment, or when its packages are for another series;
 * ERR_NOT_INSTALLED when none is installed. */
int venv_upgrade(const struct context *ctx, const struct store *store, const char *dir,
		 const char *request, struct err *err) __attribute__((warn_unused_result));

#endif
