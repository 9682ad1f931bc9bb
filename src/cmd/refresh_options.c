/* SPDX-License-Identifier: MIT */
/* `pyvern refresh`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_refresh;

static const struct option_spec options[] = {
	{ .name = "from",
	  .kind = OPTION_TEXT,
	  .value = "FILE|URL",
	  .help = "this list, in place of upstreams'" },
	{ .name = "dry-run", .help = "write nothing" },
	{ .name = "force", .help = "take a list that lacks known versions, which stay known" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_refresh = {
	.name = "refresh",
	.summary = "Merge newer lists of upstreams into the catalogue",
	.options = options,
	.help = "The part of `update` that is about what can be installed.",
	.hidden = true,
	.internal = true,
};
