/* SPDX-License-Identifier: MIT */
/* `pyvern install`: what it takes. Its work is done by the plugin program. */
#include <config.h>

#include "cmd/command.h"

extern const struct command command_install;

static const struct option_spec options[] = {
	{ .name = "list",
	  .letter = 'l',
	  .help = "list what can be installed (what begins with VERSION)" },
	{ .name = "force", .letter = 'f', .help = "replace a version that is installed" },
	{ .name = "skip-existing",
	  .letter = 's',
	  .help = "leave an installed version alone, also with --force" },
	{ .name = "build", .help = "build from source" },
	{ .name = "prebuilt", .help = "install what somebody else has built, or nothing" },
	{ .name = "from",
	  .kind = OPTION_TEXT,
	  .value = "FILE|URL",
	  .help = "install this file, which no list needs to know, or bundle" },
	{ .name = "sha256",
	  .kind = OPTION_TEXT,
	  .value = "HEX",
	  .help = "what the SHA-256 of that file must be" },
	{ .name = "require-signature",
	  .help = "only what is signed or attested by who must do that" },
	{ .name = "debug",
	  .letter = 'g',
	  .help = "debug builds (--with-pydebug), as VERSION-debug" },
	{ .name = "free-threaded", .help = "without the global lock, as VERSIONt (from 3.13 on)" },
	{ .name = "pgo", .help = "faster code: compile twice, as its tests measure (minutes)" },
	{ .name = "lto", .help = "optimize all of it as one (needs memory and minutes)" },
	{ .name = "jit", .help = "with its experimental JIT (from 3.13 on; needs clang)" },
	{ .name = "shared", .help = "with libpython as a shared library (usual)" },
	{ .name = "static", .help = "with libpython in the program" },
	{ .name = "with-openssl",
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .help = "build with the OpenSSL in this folder",
	  .operand = { OPERAND_FOLDER } },
	{ .name = "tests", .help = "with Python's own tests, which are left out else" },
	{ .name = "no-tests", .help = "without them, also in debug builds and in pyenv's face" },
	{ .name = "strip", .help = "without symbols that only debuggers read" },
	{ .name = "debug-info", .help = "with what debuggers read of its C code (-g)" },
	{ .name = "fresh", .help = "ask configure all again, and compile without ccache" },
	{ .name = "nice",
	  .kind = OPTION_TEXT,
	  .value = "N",
	  .help = "build at a lower priority (0 to 19)" },
	{ .name = "like",
	  .kind = OPTION_TEXT,
	  .value = "INSTALLED",
	  .help = "as this version was: options, variables, patch",
	  .operand = { OPERAND_INSTALLED } },
	{ .name = "jobs",
	  .letter = 'j',
	  .kind = OPTION_TEXT,
	  .value = "N",
	  .help = "compilers at once (default: one per CPU)" },
	{ .name = "install-deps",
	  .help = "have this system install the libraries that a build lacks" },
	{ .name = "yes", .letter = 'y', .help = "without a question" },
	{ .name = "without",
	  .kind = OPTION_TEXT,
	  .value = "LIBRARY[,...]",
	  .help = "build also without these (ssl, sqlite3, ...)" },
	{ .name = "keep",
	  .letter = 'k',
	  .help = "keep the build folder (in sources/ of the root) and the log" },
	{ .name = "offline", .help = "use the cache only" },
	{ .name = "no-sync", .help = "do not wait until all is on the disk (throw-away images)" },
	{ .name = "externally-managed", .help = "let pip refuse to install into it (PEP 668)" },
	{ .name = "bin", .help = "link its python3.13 into ~/.local/bin (XDG_BIN_HOME)" },
	{ .name = "bin-dir",
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .help = "the same, into this folder",
	  .operand = { OPERAND_FOLDER } },
	{ .name = "no-default-packages",
	  .help = "leave out what the root's default-packages lists" },
	{ .name = "patch",
	  .letter = 'p',
	  .help = "apply the patch on standard input to the source" },
	{ .name = "verbose", .letter = 'v', .help = "show what configure and make print" },
	{ .name = "json", .help = "print what became of each version as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "show errors and warnings only" },
	{ .name = "version", .help = "show the version of what builds Pythons" },
	{ 0 },
};

const struct command command_install = {
	.name = "install",
	.summary = "Install Python versions",
	.usage = "[VERSION...]",
	.pyenv_usage = "[-f] [-kvp] <version>...\n-l|--list\n--version",
	.rest = { OPERAND_INSTALLABLE },
	.options = options,
	.help = "VERSION is a version (3.13.5), the beginning of one (3.13: its newest), or "
		"latest.\n"
		"3.13t is its free-threaded build (from 3.13 on), 3.13.5-debug a debug build.\n"
		"A definition file of pyenv's (./FILE, or a plugin's by its name) is one, too.\n"
		"Without one: what is pinned here, else the newest stable version.\n"
		"With --from, what the file is and of which version is told by its name\n"
		"(Python-3.14.9.tar.xz), else by VERSION and --build (a source) or --prebuilt.\n"
		"From a bundle (pyvern bundle create): VERSION..., or all that is in it.\n"
		"\n"
		"The build obeys CC, CFLAGS, CPPFLAGS, LDFLAGS, PYTHON_CFLAGS (and its like),\n"
		"CONFIGURE_OPTS, PYTHON_CONFIGURE_OPTS, MAKE_OPTS, PYTHON_MAKE_OPTS,\n"
		"MAKE_INSTALL_OPTS and PYTHON_MAKE_INSTALL_OPTS.\n"
		"With PYENV_BUILD_ROOT=DIR the build folder is kept there, as with --keep.",
};
