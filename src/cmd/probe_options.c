/* SPDX-License-Identifier: MIT */
/* `pyvern probe`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_probe;

static const struct option_spec options[] = {
	{ .name = "diff",
	  .letter = 'd',
	  .kind = OPTION_TEXT,
	  .value = "VERSION",
	  .help = "only show where this version differs",
	  .operand = { OPERAND_INSTALLED } },
	{ .name = "json", .help = "print it as JSON" },
	{ 0 },
};

const struct command command_probe = {
	.name = "probe",
	.summary = "Show what an installed Python can do",
	.usage = "[VERSION]",
	.operands = { { OPERAND_INSTALLED } },
	.options = options,
	.help = "Runs it once, shut off from your variables and packages: which modules it has\n"
		"and why it lacks others, OpenSSL and where its trusted certificates are, sqlite\n"
		"and its features, readline or editline, tk, how it was built. Without VERSION:\n"
		"the one that is chosen here.",
};
