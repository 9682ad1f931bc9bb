/* SPDX-License-Identifier: MIT */
/* `pyvern repair-version`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_repair_version;

static const struct option_spec options[] = {
	{ .name = "rebuild", .help = "build a version that was built here again" },
	{ .name = "offline", .help = "use the cache only" },
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be put back" },
	{ .name = "json", .help = "print what became of each file as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_repair_version = {
	.name = "repair-version",
	.summary = "Put damaged files of installed versions back",
	.usage = "VERSION...",
	.rest = { OPERAND_INSTALLED },
	.options = options,
	.help = "The part of `repair` that is about versions.",
	.hidden = true,
	.internal = true,
};
