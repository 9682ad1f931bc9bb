/* SPDX-License-Identifier: MIT */
/* `pyvern upgrade`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_upgrade;

static const struct option_spec options[] = {
	{ .name = "all", .letter = 'a', .help = "each series of which something is installed" },
	{ .name = "packages", .help = "bring the packages that are in the old version itself" },
	{ .name = "like-before", .help = "built as the old one was, where that was built here" },
	{ .name = "build", .help = "build from source" },
	{ .name = "prebuilt", .help = "install what somebody else has built, or nothing" },
	{ .name = "offline", .help = "use the cache only" },
	{ .name = "require-signature",
	  .help = "only what is signed or attested by who must do that" },
	{ .name = "no-default-packages",
	  .help = "leave out what the root's default-packages lists" },
	{ .name = "anyway",
	  .help = "switch also to one that lacks something, or does not start all" },
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be done" },
	{ .name = "json", .help = "print what was done as JSON" },
	{ .name = "verbose", .letter = 'v', .help = "show what configure and make print" },
	{ .name = "quiet", .letter = 'q', .help = "show errors and warnings only" },
	{ 0 },
};

const struct command command_upgrade = {
	.name = "upgrade",
	.summary = "Install the newest patch release of a series, and go over to it",
	.usage = "SERIES...",
	.rest = { OPERAND_INSTALLED },
	.options = options,
	.help = "The newest release of SERIES (3.13) is installed beside the old one, and tried: "
		"its\n"
		"modules, and the environments that follow the series. Then the alias leads to "
		"it,\n"
		"at one stroke. The old one stays: `pyvern rollback SERIES` goes back, `pyvern "
		"gc`\n"
		"removes it when nothing needs it.",
};
