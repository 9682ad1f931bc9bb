/* SPDX-License-Identifier: MIT */
/* `pyvern sbom`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_sbom;

static const struct option_spec options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .value = "FILE",
	  .help = "write it there, and not on standard output",
	  .operand = { OPERAND_FILE } },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_sbom = {
	.name = "sbom",
	.summary = "Print what an installed version consists of (SPDX)",
	.usage = "VERSION",
	.operands = { { OPERAND_INSTALLED } },
	.options = options,
	.help = "A software bill of materials, SPDX 2.3 in JSON: what the version was made of, "
		"with\n"
		"address and SHA-256, each file with its digests, and the packages that are in it.",
};
