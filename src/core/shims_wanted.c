/* SPDX-License-Identifier: MIT */
/* Which commands need a shim. */
#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/shims_internal.h"
#include "core/store_internal.h"

/* A value for keys that are only a set. */
static char present[] = "";

/* As fs_is_executable_at(), with one look where everybody may run it: this is
 * asked for each file in each bin folder. */
static bool
is_command(const struct dir *bin, const char *name)
{
	const mode_t all = S_IXUSR | S_IXGRP | S_IXOTH;
	struct stat st;

	if (fstatat(bin->fd, name, &st, 0) < 0 || !S_ISREG(st.st_mode))
		return false;
	return (st.st_mode & all) == all || fs_is_executable_at(bin, name);
}

/* Executables in the bin folder of the version or environment NAME. */
static void
add_commands(const struct store *store, const char *name, struct map *wanted)
{
	cleanup_free char *path = path_join(store->versions.path, name, "bin", NULL);
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	/* No bin folder, or one that this user may not read: nothing to start. */
	if (fs_open_dir(path, &bin, &ignored) < 0 || fs_list(&bin, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		const char *command = names.items[i];

		if (command[0] == '.' || !path_component_ok(str_from(command)) ||
		    map_get(wanted, command) || !is_command(&bin, command))
			continue;
		map_set(wanted, command, present);
	}
}

int
shims_wanted(const struct store *store, struct map *ret_wanted, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	if (store_list(store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];

		/* What a link into versions/ leads to is looked at anyway. */
		if (entry->kind == ENTRY_LINK && store_leads_into(store, entry->target, ""))
			continue;
		add_commands(store, entry->name, ret_wanted);
	}
	return 0;
}
