/* SPDX-License-Identifier: MIT */
/* All commands of the core, in the order of `pyvern help`. */
#include "config.h"

#include "cmd/command.h"

extern const struct command command_config;
extern const struct command command_help;
extern const struct command command_install;
extern const struct command command_seed;
extern const struct command command_use;
extern const struct command command_venv;

const struct command *const command_table[] = {
	&command_install,
	&command_use,
	&command_venv,
	&command_config,
	&command_help,
	&command_seed,
	NULL,
};
