/* SPDX-License-Identifier: MIT */
/* Writes what is made of the command table at build time. */
#include <config.h>

/*
 * usage: generate links | bash | zsh | fish | pwsh | nu
 *
 * `links` prints the names by which hooks and plugins call our commands, one a
 * line: pyenv, pyvern, pyenv-local, pyvern-local, pyenv-sh-shell, … The others print the completion
 * file of that shell. A cross build runs one that was built for the machine that
 * builds (make GENERATE=PROGRAM).
 */

#include <stdio.h>
#include <string.h>

#include "generate.h"

/* pyvern-NAME of a command without `run` is a program of its own. */
static void
links(struct buf *b, const struct command *const *table)
{
	buf_add_text(b, "pyenv\npyvern\n");
	for (const struct command *const *c = table; *c; c++) {
		if ((*c)->internal)
			continue;
		buf_printf(b, "pyenv-%s\n", (*c)->name);
		if ((*c)->run)
			buf_printf(b, "pyvern-%s\n", (*c)->name);
	}
}

static const struct {
	const char *name;
	void (*write)(struct buf *b, const struct command *const *table);
} writers[] = {
	{ "links", links },	      { "bash", completions_bash }, { "zsh", completions_zsh },
	{ "fish", completions_fish }, { "pwsh", completions_pwsh }, { "nu", completions_nu },
};

int
main(int argc, char **argv)
{
	cleanup_buf struct buf b = BUF_INIT(GENERATED_MAX);

	for (size_t i = 0; argc == 2 && i < sizeof(writers) / sizeof(*writers); i++)
		if (strcmp(argv[1], writers[i].name) == 0)
			writers[i].write(&b, command_table);
	if (b.len == 0 || b.overflowed) {
		(void)fputs("usage: generate links|bash|zsh|fish|pwsh|nu\n", stderr);
		return 2;
	}
	if (fwrite(b.data, 1, b.len, stdout) != b.len || fflush(stdout) != 0) {
		perror("generate");
		return 1;
	}
	return 0;
}
