/* SPDX-License-Identifier: MIT */
/* The shells that we write code for. */
#include <config.h>

#include "core/shells.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"

/* What is read of a parent's command line: its first word is enough. */
#define COMMAND_LINE_MAX 4096

static const struct shell shells[] = {
	{ "bash", SHELL_SH, shell_quote_sh },	  { "zsh", SHELL_SH, shell_quote_sh },
	{ "fish", SHELL_FISH, shell_quote_fish }, { "sh", SHELL_SH, shell_quote_sh },
	{ "dash", SHELL_SH, shell_quote_sh },	  { "ash", SHELL_SH, shell_quote_sh },
	{ "ksh", SHELL_SH, shell_quote_sh },	  { "ksh93", SHELL_SH, shell_quote_sh },
	{ "mksh", SHELL_SH, shell_quote_sh },	  { "tcsh", SHELL_CSH, shell_quote_csh },
	{ "csh", SHELL_CSH, shell_quote_csh },	  { "xonsh", SHELL_XONSH, shell_quote_xonsh },
	{ "pwsh", SHELL_PWSH, shell_quote_pwsh }, { "nu", SHELL_NU, shell_quote_nu },
};

const struct shell *
shell_named(struct str name)
{
	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (str_eq_text(name, shells[i].name))
			return &shells[i];
	return NULL;
}

const struct shell *
shell_at(size_t index)
{
	return index < sizeof(shells) / sizeof(*shells) ? &shells[index] : NULL;
}

/* The shell that a command word names: "-zsh", "/usr/bin/bash", "bash-5.2". */
static const struct shell *
shell_of_word(const char *word)
{
	struct str name = path_base(*word == '-' ? word + 1 : word);

	name.n = str_find(name, '-');
	return shell_named(name);
}

static const struct shell *
shell_of_process(pid_t pid)
{
	char path[64];
	char line[COMMAND_LINE_MAX];
	ssize_t n = -1;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return NULL;
	line[n] = '\0';
	return shell_of_word(line);
}

const struct shell *
shell_of_parent(void)
{
	const char *user = getenv("SHELL");
	const struct shell *shell = shell_of_process(getppid());

	return !shell && user && *user ? shell_of_word(user) : shell;
}

const struct shell *
shell_of_function(void)
{
	const char *named = getenv("PYENV_SHELL");
	const struct shell *shell = named && *named ? shell_of_word(named) : NULL;

	return shell ? shell : shell_of_parent();
}
