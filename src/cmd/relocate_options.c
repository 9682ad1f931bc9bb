/* SPDX-License-Identifier: MIT */
/* `pyvern relocate`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_relocate;

static const struct option_spec options[] = {
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be changed" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_relocate = {
	.name = "relocate",
	.summary = "Make a root that was moved right for its new place",
	.usage = "[VERSION|DIR...]",
	.rest = { OPERAND_INSTALLED_OR_FOLDER },
	.options = options,
	.help = "After `mv ~/.pyenv /new/place` (and PYVERN_ROOT=/new/place): versions, the\n"
		"environments in them, links, aliases and shims name the new place. With "
		"VERSIONs only\n"
		"these and their environments. DIR is an environment in another folder, on a "
		"version\n"
		"of this root. What was cut short is finished by the same command.",
};
