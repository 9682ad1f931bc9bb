/* SPDX-License-Identifier: MIT */
/* `pyvern seed`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_seed;

static const struct option_spec options[] = {
	{ .name = "packages",
	  .kind = OPTION_TEXT,
	  .value = "LIST",
	  .help = "of these instead, comma-separated: pip,setuptools==80.9.0,./x.whl" },
	{ .name = "find-links",
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .operand = { OPERAND_FOLDER },
	  .help = "also look for wheels in this folder (absolute)" },
	{ .name = "download", .help = "have pip download what is not at hand" },
	{ .name = "quiet", .letter = 'q', .help = "say nothing unless it fails" },
	{ 0 },
};

const struct command command_seed = {
	.name = "seed",
	.summary = "Prepare pip for environments on installed versions",
	.usage = "VERSION...",
	.rest = { OPERAND_INSTALLED },
	.options = options,
	.help = "Unpacks the pip that comes with each Python and compiles it once, so that `venv`\n"
		"only links it. Nothing happens to what is prepared already.",
	.hidden = true,
	.internal = true,
};
