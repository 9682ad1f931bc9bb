/* SPDX-License-Identifier: MIT */
/* Which start-up files each shell has. */
#include <config.h>

#include "cmd/init_places.h"

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "cmd/init_files.h"

static const struct {
	const char *shell;
	struct init_files files;
} start_ups[] = {
	{ "bash", { "~/.profile", "~/.bashrc" } },
	{ "zsh", { "~/.zprofile", "~/.zshrc" } },
	{ "ksh", { "~/.profile", "~/.profile" } },
	{ "ksh93", { "~/.profile", "~/.profile" } },
	{ "mksh", { "~/.profile", "~/.mkshrc" } },
	{ "sh", { "~/.profile", "~/.profile" } },
	{ "dash", { "~/.profile", "~/.profile" } },
	{ "ash", { "~/.profile", "~/.profile" } },
	{ "fish", { "~/.config/fish/config.fish", "~/.config/fish/config.fish" } },
	{ "tcsh", { "~/.cshrc", "~/.cshrc" } },
	{ "csh", { "~/.cshrc", "~/.cshrc" } },
	{ "pwsh", { "~/.config/powershell/profile.ps1", "~/.config/powershell/profile.ps1" } },
	{ "nu", { "~/.config/nushell/env.nu", "~/.config/nushell/env.nu" } },
	{ "xonsh", { "~/.config/xonsh/rc.xsh", "~/.config/xonsh/rc.xsh" } },
};
#define START_UP_COUNT (sizeof(start_ups) / sizeof(*start_ups))

static bool
is_there(const struct layout *layout, const char *file)
{
	cleanup_free char *path =
		layout->home ? path_join(layout->home, file + strlen("~/"), NULL) : NULL;
	struct stat st;

	return path && stat(path, &st) == 0;
}

void
init_files_of(const struct layout *layout, const struct shell *shell, struct init_files *ret_files)
{
	size_t i = 0;

	while (strcmp(start_ups[i].shell, shell->name) != 0)
		i++;
	*ret_files = start_ups[i].files;
	/* bash and tcsh read the first of theirs that is there. */
	if (strcmp(shell->name, "bash") == 0 && is_there(layout, "~/.bash_profile"))
		ret_files->profile = "~/.bash_profile";
	else if (strcmp(shell->name, "bash") == 0 && is_there(layout, "~/.bash_login"))
		ret_files->profile = "~/.bash_login";
	if (shell->syntax == SHELL_CSH && is_there(layout, "~/.tcshrc"))
		ret_files->rc = ret_files->profile = "~/.tcshrc";
}

void
init_places_all(struct strvec *ret_files)
{
	static const char *const more[] = { "~/.bash_profile", "~/.bash_login", "~/.tcshrc" };

	for (size_t i = 0; i < START_UP_COUNT; i++) {
		strvec_add(ret_files, start_ups[i].files.rc);
		strvec_add(ret_files, start_ups[i].files.profile);
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		strvec_add(ret_files, more[i]);
	strvec_sort(ret_files);
	strvec_unique(ret_files);
}

const char *
init_places_shell(const char *file)
{
	for (size_t i = 0; i < START_UP_COUNT; i++)
		if (strcmp(start_ups[i].files.rc, file) == 0 ||
		    strcmp(start_ups[i].files.profile, file) == 0)
			return start_ups[i].shell;
	return strcmp(file, "~/.tcshrc") == 0 ? "tcsh" : "bash";
}
