/* SPDX-License-Identifier: MIT */
/* `pyvern outdated`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_outdated;

static const struct option_spec options[] = {
	{ .name = "json", .help = "print it as JSON" },
	{ 0 },
};

const struct command command_outdated = {
	.name = "outdated",
	.summary = "Show installed versions of which there is a newer release",
	.options = options,
	.help = "Of each installed series, the newest installed release and the newest one that "
		"is\n"
		"known, where that is newer, with the number of environments that follow the "
		"series\n"
		"or stay with the release. `pyvern update` brings the catalogue up to date.",
};
