/* SPDX-License-Identifier: MIT */
/* The plugin program for commands that download, unpack or build. */
#include <config.h>

/*
 * The core knows these commands by their descriptors (help, completions) and
 * runs this program for them, which parses with the same descriptors. It is
 * called by the command's name: pyvern-install, pyvern-list (links to it).
 */

#include "cmd/command.h"

#include <string.h>

#include "base/path.h"
#include "os/fd.h"
#include "os/sig.h"
#include "commands.h"

static const struct {
	const struct command *command;
	int (*run)(struct context *ctx, int *ret_status, struct err *err);
} commands[] = {
	{ &command_install, install_run },
	{ &command_bundle, bundle_run },
	{ &command_cache, cache_run },
	{ &command_download, download_run },
	{ &command_list, list_run },
	{ &command_probe, probe_run },
	{ &command_outdated, outdated_run },
	{ &command_upgrade, upgrade_run },
	{ &command_sbom, sbom_run },
	{ &command_verify, verify_run },
	{ &command_python_build, python_build_run },
	{ &command_refresh, refresh_run },
	{ &command_relocate, relocate_run },
	{ &command_repair_version, repair_version_run },
	{ &command_seed, seed_run },
	{ &command_verify_blob, verify_blob_run },
};

/* What cmd/command.c looks names up in; here it is asked for none. */
const struct command *const command_table[] = { NULL };

/* "install" for "/usr/libexec/pyvern/pyvern-install". */
static const char *
command_name(const char *argv0)
{
	const char *base = path_base(argv0).p;
	const char *dash = strchr(base, '-');

	return dash && !str_starts(str_from(base), STR_LIT("python-")) ? dash + 1 : base;
}

int
main(int argc, char **argv)
{
	const char *name = command_name(argc ? argv[0] : "");
	struct command command = *commands[0].command;

	fd_guard_standard();
	command.run = commands[0].run;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(name, commands[i].command->name) != 0)
			continue;
		command = *commands[i].command;
		command.run = commands[i].run;
	}
	sig_install();
	return command_main(&command, "pyvern", argc ? argv + 1 : argv);
}
