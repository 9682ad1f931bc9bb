/* SPDX-License-Identifier: MIT */
/* `python-build`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_python_build;

static const struct option_spec options[] = {
	{ .name = "definitions", .help = "list what can be built" },
	{ .name = "list", .hidden = true, .help = "the same" },
	{ .name = "keep", .letter = 'k', .help = "keep the build folder and the log" },
	{ .name = "patch",
	  .letter = 'p',
	  .help = "apply the patch on standard input to the Python" },
	{ .name = "verbose", .letter = 'v', .help = "show what configure and make print" },
	{ .name = "debug", .letter = 'g', .help = "a debug build (--with-pydebug)" },
	{ .name = "ipv4", .letter = '4', .help = "download over IPv4 only" },
	{ .name = "ipv6", .letter = '6', .help = "download over IPv6 only" },
	{ .name = "lib", .help = "print a function of bash that scripts of pyenv's read" },
	{ .name = "version", .help = "show the version of what builds Pythons" },
	{ 0 },
};

const struct command command_python_build = {
	.name = "python-build",
	.own_name = "python-build",
	.summary = "Build a Python for any folder, as pyenv's python-build does",
	.usage = "DEFINITION PREFIX",
	.pyenv_usage = "[-kpvg46] <definition> <prefix>",
	.operands = { { OPERAND_INSTALLABLE }, { OPERAND_FOLDER } },
	.rest = { OPERAND_ANY },
	.options = options,
	.hidden = true,
	.help = "DEFINITION is a file, or the whole name of what --definitions lists.\n"
		"PREFIX appears when it is whole; if there is something in it, it is installed\n"
		"over that, in one go at the end. No version of the root is made.\n"
		"\n"
		"The build obeys the variables that `install` does.",
};
