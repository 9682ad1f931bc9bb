/* SPDX-License-Identifier: MIT */
/* `pyvern bundle`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_bundle;

static const struct option_spec options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_TEXT,
	  .value = "FILE",
	  .help = "create: where to (default: pythons.tar)" },
	{ .name = "platform",
	  .kind = OPTION_TEXT,
	  .value = "PLATFORM[,...]",
	  .help = "create: for these machines (linux-x86_64-gnu); may be repeated" },
	{ .name = "build", .help = "create: the sources" },
	{ .name = "prebuilt", .help = "create: somebody's builds, or nothing" },
	{ .name = "wheels",
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .help = "create: with DIR's wheels, for Pythons that bring no pip" },
	{ .name = "require-signature", .help = "create: nothing that is not signed or attested" },
	{ .name = "force", .letter = 'f', .help = "create: replace a file that is there" },
	{ .name = "offline", .help = "create: use the cache only" },
	{ .name = "sha256",
	  .kind = OPTION_TEXT,
	  .value = "HEX",
	  .help = "list: what the SHA-256 of the file must be" },
	{ .name = "json", .help = "list: as one JSON document" },
	{ .name = "quiet", .letter = 'q', .help = "show errors and warnings only" },
	{ 0 },
};

const struct command command_bundle = {
	.name = "bundle",
	.summary = "Put versions into one file, for a machine without a network",
	.usage = "create VERSION... | list FILE",
	.options = options,
	.help = "create   download what install would, and put it into one file\n"
		"list     show what is in such a file\n"
		"`install --from FILE [VERSION...]` installs from it, without a network.",
};
