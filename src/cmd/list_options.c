/* SPDX-License-Identifier: MIT */
/* `pyvern list`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_list;

static const struct option_spec options[] = {
	{ .name = "all", .help = "every release and variant, and what cannot be installed" },
	{ .name = "json", .help = "as one JSON document" },
	{ 0 },
};

const struct command command_list = {
	.name = "list",
	.summary = "Show what can be installed",
	.usage = "[REQUEST]",
	.rest = { OPERAND_INSTALLABLE },
	.options = options,
	.help = "Without REQUEST: the newest release of each series that upstream still looks "
		"after,\n"
		"or that is installed. With one (3.12, pypy, \">=3.11\"): every release that it\n"
		"stands for.\n"
		"`install --list` prints bare names, as pyenv does.",
};
