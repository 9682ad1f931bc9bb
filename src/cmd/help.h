/* SPDX-License-Identifier: MIT */
/* The list of all commands. */
#ifndef PYVERN_CMD_HELP_H
#define PYVERN_CMD_HELP_H

#include "cmd/command.h"

/* What `help` alone prints, appended to B. */
void help_all(const struct context *ctx, struct buf *b);

#endif
