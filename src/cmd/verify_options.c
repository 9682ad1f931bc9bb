/* SPDX-License-Identifier: MIT */
/* `pyvern verify`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_verify;

static const struct option_spec options[] = {
	{ .name = "json", .help = "print all that differs as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what is damaged" },
	{ 0 },
};

const struct command command_verify = {
	.name = "verify",
	.summary = "Look whether installed versions are what was installed",
	.usage = "[VERSION...]",
	.rest = { OPERAND_INSTALLED },
	.options = options,
	.help = "Each file is digested and held against the manifest of its version. What pip has\n"
		"brought, changed or removed is told apart from damage by the packages' own\n"
		"records. Without VERSION: all that pyvern has installed. Nothing is changed; the\n"
		"status is 5 when something is damaged.",
};
