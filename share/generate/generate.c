/* SPDX-License-Identifier: MIT */
/* Writes what is made of the command table at build time. */
#include <config.h>

/*
 * usage: generate links
 *
 * `links` prints the names by which hooks and plugins call our commands, one a
 * line: pyenv-local, pyvern-local, pyenv-sh-shell, … A cross build runs one that was
 * built for the machine that builds (make GENERATE=PROGRAM).
 */

#include <stdio.h>
#include <string.h>

#include "cmd/command.h"

/* pyvern-NAME of a command without `run` is a program of its own. */
static void
print_links(void)
{
	for (const struct command *const *c = command_table; *c; c++) {
		if ((*c)->internal)
			continue;
		printf("pyenv-%s\n", (*c)->name);
		if ((*c)->run)
			printf("pyvern-%s\n", (*c)->name);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "links") != 0) {
		fputs("usage: generate links\n", stderr);
		return 2;
	}
	print_links();
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
