/* SPDX-License-Identifier: MIT */
/* `pyvern download`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_download;

static const struct option_spec options[] = {
	{ .name = "directory",
	  .letter = 'd',
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .help = "also put it there, under its own name" },
	{ .name = "build", .help = "the source" },
	{ .name = "prebuilt", .help = "somebody's build, or nothing" },
	{ .name = "require-signature", .help = "not without a signature that holds" },
	{ .name = "platform",
	  .kind = OPTION_TEXT,
	  .value = "OS-ARCH-LIBC",
	  .help = "for another machine: linux-x86_64-gnu, darwin-aarch64-none" },
	{ .name = "quiet", .letter = 'q', .help = "show errors and warnings only" },
	{ 0 },
};

const struct command command_download = {
	.name = "download",
	.summary = "Download what install would install",
	.usage = "VERSION...",
	.rest = { OPERAND_INSTALLABLE },
	.options = options,
	.help = "What `install` would take for each VERSION is downloaded into the cache and "
		"verified,\n"
		"so that `install --offline` finds it. Its path is printed.",
};
