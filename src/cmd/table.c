/* SPDX-License-Identifier: MIT */
/* All commands of the core, in the order of `pyvern help`. */
#include "config.h"

#include "cmd/command.h"

extern const struct command command_config;
extern const struct command command_help;

const struct command *const command_table[] = {
	&command_config,
	&command_help,
	NULL,
};
