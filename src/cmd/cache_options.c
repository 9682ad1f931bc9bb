/* SPDX-License-Identifier: MIT */
/* `pyvern cache`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_cache;

static const struct option_spec options[] = {
	{ .name = "older-than",
	  .kind = OPTION_TEXT,
	  .value = "DAYS",
	  .help = "prune: only what was not written for so long" },
	{ .name = "max-size",
	  .kind = OPTION_TEXT,
	  .value = "MB",
	  .help = "prune: the oldest, until no more than that is left" },
	{ .name = "unfinished", .help = "prune: only downloads that were cut off" },
	{ .name = "dry-run", .help = "prune: only say what would go" },
	{ .name = "json", .help = "as one JSON document" },
	{ 0 },
};

const struct command command_cache = {
	.name = "cache",
	.summary = "Show, check and clear the downloads",
	.usage = "[list | verify | prune]",
	.options = options,
	.help = "list     every file, its size and its age (also without a word)\n"
		"verify   compare each with the digest that it is named by\n"
		"prune    remove downloads: all of them, or what the options say\n"
		"What pyenv put there is shown and never removed; nor is what is just downloaded.",
};
