/* SPDX-License-Identifier: MIT */
/* Which commands need a shim. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/policy.h"
#include "core/registered.h"
#include "core/shims_internal.h"
#include "core/store_internal.h"

/* A value for keys that are only a set. */
static char present[] = "";

bool
shim_is_command(const struct dir *dir, const char *name)
{
	const mode_t all = S_IXUSR | S_IXGRP | S_IXOTH;
	struct stat st;

	if (fstatat(dir->fd, name, &st, 0) < 0 || !S_ISREG(st.st_mode))
		return false;
	return (st.st_mode & all) == all || fs_is_executable_at(dir, name);
}

static bool
is_folder_itself(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* Nothing can be started there. */
static bool
has_nothing(int sys)
{
	return sys == ENOENT || sys == ENOTDIR || sys == ELOOP;
}

/* The rest can be looked at all the same. What lacks descriptors or memory lacks them for all. */
static bool
is_its_own(int sys)
{
	return sys == EACCES || sys == EPERM || sys == ESTALE || sys == EIO;
}

static void
add_unread(struct wanted *wanted, const char *why)
{
	strvec_add(&wanted->unread, why);
	/* It may be readable the next time, without a trace in its folder. */
	wanted->stamp.is_usable = false;
}

/* Executables in the folder at PATH, which stamps call PLACE. */
static int
add_commands_of(struct wanted *wanted, const char *place, const char *path, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	bool is_conda;

	/* Before it is read: what comes in between is seen the next time. (A version
	 * becomes a conda when programs come into its bin.) */
	stamp_add(&wanted->stamp, place);
	if (fs_open_dir(path, &bin, err) < 0 || fs_list(&bin, &names, err) < 0) {
		if (!has_nothing(err->sys) && !is_its_own(err->sys))
			return -1;
		if (!has_nothing(err->sys))
			add_unread(wanted, err->message);
		err_reset(err);
		return 0;
	}
	is_conda = fs_exists_at(&bin, "conda") || fs_is_dir_at(&bin, "../conda-meta");
	for (size_t i = 0; i < names.count; i++) {
		const char *command = names.items[i];

		if (command[0] == '.' || !path_component_ok(str_from(command)) ||
		    map_get(&wanted->commands, command) || (is_conda && shim_is_condas(command)))
			continue;
		if (shim_is_command(&bin, command)) {
			map_set(&wanted->commands, command, present);
		} else if (!is_folder_itself(&bin, command)) {
			cleanup_free char *idle = path_join(place, command, NULL);

			stamp_add_idle(&wanted->stamp, idle);
			map_set(&wanted->idle, command, present);
		}
	}
	return 0;
}

/* Those of the version or environment NAME. */
static int
add_commands(struct wanted *wanted, const char *name, struct err *err)
{
	cleanup_free char *place = path_join(LAYOUT_VERSIONS, name, "bin", NULL);
	cleanup_free char *path = path_join(wanted->stamp.store->versions.path, name, "bin", NULL);

	return add_commands_of(wanted, place, path, err);
}

/* errno tells why. */
static void
add_unread_record(struct wanted *wanted, const char *folder, const char *name)
{
	cleanup_err struct err why = { 0 };

	err_sys(&why, "cannot see what %s/%s is about", folder, name);
	add_unread(wanted, why.message);
}

/* Those of the environments that this user made or trusts: a shim enters them. */
static void
add_registered(struct wanted *wanted)
{
	const struct store *store = wanted->stamp.store;
	char root[PATH_TEXT_MAX];
	char folder[PATH_TEXT_MAX];
	cleanup_free char *venvs = NULL;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err failed = { 0 };

	registered_real_path(store->root.fd, store->layout->root, root);
	if (!registered_folder(getenv("XDG_STATE_HOME"), getenv("HOME"), root, folder))
		return;
	venvs = path_join(folder, REGISTERED_VENVS, NULL);
	stamp_add(&wanted->stamp, venvs);
	if (fs_open_dir(venvs, &dir, &failed) < 0 || fs_list(&dir, &names, &failed) < 0) {
		if (!has_nothing(failed.sys))
			add_unread(wanted, failed.message);
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		char path[PATH_TEXT_MAX];
		cleanup_free char *bin = NULL;
		cleanup_err struct err unread = { 0 };

		if (!registered_place(folder, names.items[i], path)) {
			if (errno && !has_nothing(errno))
				add_unread_record(wanted, venvs, names.items[i]);
			continue;
		}
		bin = path_join(path, "bin", NULL);
		/* (Those of the root have been looked at.) One on a disk that is broken keeps
		 * nobody from the others. */
		if (!path_is_below(path, root) && add_commands_of(wanted, bin, bin, &unread) < 0)
			add_unread(wanted, unread.message);
	}
}

/* What is in the folder PLACE below the root and is not listed, because it is no
 * folder: a link that leads nowhere can lead somewhere at the next rehash. */
static void
stamp_others(struct wanted *wanted, const char *place, const struct map *listed)
{
	const struct store *store = wanted->stamp.store;
	bool is_top = strcmp(place, LAYOUT_VERSIONS) == 0;
	cleanup_free char *path = path_join(store->root.path, place, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *name = path_join(place, names.items[i], NULL);
		cleanup_free char *target = fs_read_link(&dir, names.items[i]);

		if (!map_get(listed, name) &&
		    version_name_ok(str_from(name + strlen(LAYOUT_VERSIONS "/"))) &&
		    !(is_top && target && store_leads_into(store, target, "")))
			stamp_add(&wanted->stamp, name);
	}
}

static int
add_entry(struct wanted *wanted, const struct entry *entry, const struct map *listed,
	  struct err *err)
{
	cleanup_free char *envs = NULL;

	if (add_commands(wanted, entry->name, err) < 0)
		return -1;
	if (entry->kind == ENTRY_ENV)
		return 0;
	envs = path_join(LAYOUT_VERSIONS, entry->name, LAYOUT_ENVS, NULL);
	stamp_add(&wanted->stamp, envs);
	stamp_others(wanted, envs, listed);
	return 0;
}

static int
free_text(const char *name, void *text, void *ctx)
{
	(void)name;
	(void)ctx;
	free(text);
	return 0;
}

void
wanted_set_file(struct wanted *wanted, const char *name, char *text)
{
	free(map_get(&wanted->files, name));
	map_set(&wanted->files, name, text);
}

void
wanted_reset(struct wanted *wanted)
{
	(void)map_each(&wanted->files, free_text, NULL);
	map_reset(&wanted->files);
	map_reset(&wanted->commands);
	map_reset(&wanted->idle);
	strvec_reset(&wanted->unread);
	wanted->hooks_meet_shims = wanted->hook_ended = false;
	wanted->hook_status = 0;
	stamp_reset(&wanted->stamp);
}

int
shims_wanted(const struct store *store, struct wanted *ret_wanted, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_map struct map listed = { 0 };

	wanted_reset(ret_wanted);
	stamp_begin(&ret_wanted->stamp, store);
	stamp_add(&ret_wanted->stamp, LAYOUT_VERSIONS);
	if (store_list(store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_free char *name = path_join(LAYOUT_VERSIONS, entries.items[i].name, NULL);

		map_set(&listed, name, present);
	}
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];

		/* What a link into versions/ leads to is looked at anyway. */
		if ((entry->kind != ENTRY_LINK || !store_leads_into(store, entry->target, "")) &&
		    add_entry(ret_wanted, entry, &listed, err) < 0)
			return -1;
	}
	stamp_others(ret_wanted, LAYOUT_VERSIONS, &listed);
	if (policy_of_layout(store->layout)->enters_venvs)
		add_registered(ret_wanted);
	return 0;
}
