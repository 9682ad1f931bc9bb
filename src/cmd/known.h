/* SPDX-License-Identifier: MIT */
/* What can be installed: the install plugin knows. */
#ifndef PYVERN_CMD_KNOWN_H
#define PYVERN_CMD_KNOWN_H

#include "cmd/command.h"

/* Names of all versions that `install` knows, in its order. Runs the plugin. */
int known_list(const struct context *ctx, struct strvec *ret_names, struct err *err)
	__attribute__((warn_unused_result));

#endif
