/* SPDX-License-Identifier: MIT */
/* The registry of environments: reading, forgetting. */
#include <config.h>

#include "venv/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/cfg.h"
#include "venv/look.h"
#include "venv/registry_internal.h"

/* For everybody else there is nothing to see. */
#define FOLDER_MODE 0700

char *
registry_real(const char *path)
{
	cleanup_free char *above = mem_strdup(path);

	/* Of what is gone, the part that is there still. */
	for (size_t n = strlen(path); n > 1; n = path_dir(above).n) {
		cleanup_free char *real = NULL;

		above[n] = '\0';
		real = realpath(above, NULL);
		if (real)
			return path[n] ? path_join(real, path + n, NULL) : steal_ptr(&real);
	}
	return mem_strdup(path);
}

char *
registry_folder(const char *root)
{
	cleanup_free char *real = registry_real(root);
	char path[PATH_TEXT_MAX];

	if (!registered_folder(getenv("XDG_STATE_HOME"), getenv("HOME"), real, path))
		return NULL;
	return mem_strdup(path);
}

int
registry_open(const char *root, const char *kind, bool make, struct dir *ret_dir, struct err *err)
{
	cleanup_free char *folder = registry_folder(root);
	cleanup_free char *path = NULL;

	if (!folder) {
		err_set(err, ERR_FAILED, "there is no place for what is known: HOME is not set");
		err->sys = ENOENT;
		return -1;
	}
	path = path_join(folder, kind, NULL);
	/* Mostly it is there. */
	if (fs_open_dir(path, ret_dir, err) == 0 || !make || err->sys != ENOENT)
		return err->code == ERR_NONE ? 0 : -1;
	err_reset(err);
	return fs_make_dirs(path, FOLDER_MODE, ret_dir, err);
}

void
registry_record_reset(struct registry_record *record)
{
	buf_reset(&record->text);
	record->said = (struct registered){ 0 };
}

static bool
is_key(const char *name)
{
	return strlen(name) == REGISTERED_KEY_SIZE - 1 &&
	       strspn(name, "0123456789abcdef") == REGISTERED_KEY_SIZE - 1;
}

bool
registry_read(const struct dir *venvs, const char *name, struct registry_record *ret)
{
	cleanup_err struct err ignored = { 0 };
	struct stat st;

	if (!is_key(name) || fstatat(venvs->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) ||
	    fs_read_file(venvs, name, &ret->text, &ignored) < 0)
		return false;
	ret->used = st.st_mtime;
	return registered_parse(buf_str(&ret->text), &ret->said);
}

void
registry_warn(const struct events *events, const struct err *err)
{
	event_warning(events, NULL, "the registry of environments: %s", err->message);
}

bool
registry_is_gone(const char *path, uint64_t device)
{
	cleanup_free char *text = mem_strdup(path);
	struct stat st;

	while (lstat(text, &st) < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			return false;
		text[path_dir(text).n] = '\0';
	}
	return (uint64_t)st.st_dev == device;
}

static void
env_reset(struct registry_env *env)
{
	free(env->path);
	free(env->base);
	free(env->follows);
}

void
registry_envs_reset(struct registry_envs *envs)
{
	for (size_t i = 0; i < envs->count; i++)
		env_reset(&envs->items[i]);
	free(envs->items);
	*envs = (struct registry_envs){ 0 };
}

/* Is what is in TREE what the record says? The same judge as the shim's. */
static bool
is_ours(const struct store *store, const char *path, const struct dir *tree)
{
	cleanup_free char *folder = registry_folder(store->layout->root);
	cleanup_fd int fd = openat(tree->fd, CFG_NAME, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	return folder && fd >= 0 && fstat(tree->fd, &st) == 0 &&
	       registered_look(folder, path, &st, fd) == REGISTERED_OURS;
}

static char *
text_or_null(struct str text)
{
	return text.n ? mem_strndup(text.p, text.n) : NULL;
}

/* Add what RECORD says and the disk has. False: it is gone, and not only out of reach: what could
 * not be read this time may be there the next. */
static bool
add_env(const struct store *store, const struct registry_record *record, struct registry_envs *ret)
{
	const struct registered *said = &record->said;
	cleanup_free char *path = mem_strndup(said->path.p, said->path.n);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_err struct err failed = { 0 };
	bool is_away = fs_open_dir(path, &tree, &failed) < 0;
	bool ours = !is_away && is_ours(store, path, &tree);

	if (is_away ? registry_is_gone(path, said->device)
		    : !env_look(&tree, &look) && !look.is_unread)
		return false;
	ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
	ret->items[ret->count++] = (struct registry_env){
		.base = mem_strndup(said->base.p, said->base.n),
		.follows = text_or_null(said->follows),
		.how = said->how,
		.is_ours = ours,
		.is_away = is_away || look.is_unread,
		.made = (int64_t)said->made,
		.used = record->used,
		.path = steal_ptr(&path),
	};
	return true;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct registry_env *)a)->path,
		      ((const struct registry_env *)b)->path);
}

/* Open the folder KIND of STORE's registry, and read which names it has. False: there is none, or
 * it cannot be read, which is told to EVENTS. */
static bool
open_and_list(const struct store *store, const char *kind, struct dir *ret_dir,
	      struct strvec *ret_names, const struct events *events)
{
	cleanup_err struct err failed = { 0 };

	if (registry_open(store->layout->root, kind, false, ret_dir, &failed) == 0 &&
	    fs_list(ret_dir, ret_names, &failed) == 0)
		return true;
	if (failed.sys != ENOENT)
		registry_warn(events, &failed);
	return false;
}

void
registry_list(const struct store *store, struct registry_envs *ret, const struct events *events)
{
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (!open_and_list(store, REGISTERED_VENVS, &venvs, &names, events))
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_registry_record struct registry_record record = REGISTRY_RECORD_INIT;

		if (registry_read(&venvs, names.items[i], &record) && !add_env(store, &record, ret))
			(void)unlinkat(venvs.fd, names.items[i], 0);
	}
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_path);
}

/* The record of PATH, with its name in RET_KEY. */
static bool
read_of(const struct dir *venvs, const char *path, char *ret_key, struct registry_record *ret)
{
	registered_key(str_from(path), ret_key);
	return registry_read(venvs, ret_key, ret) && str_eq_text(ret->said.path, path);
}

void
registry_find(const struct store *store, const char *path, struct registry_envs *ret)
{
	cleanup_free char *real = registry_real(path);
	cleanup_registry_record struct registry_record record = REGISTRY_RECORD_INIT;
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	char key[REGISTERED_KEY_SIZE];

	if (registry_open(store->layout->root, REGISTERED_VENVS, false, &venvs, &ignored) == 0 &&
	    read_of(&venvs, real, key, &record))
		(void)add_env(store, &record, ret);
}

void
registry_forget(const struct store *store, const char *path, size_t *ret_count,
		const struct events *events)
{
	cleanup_free char *real = registry_real(path);
	cleanup_dirfd struct dir venvs = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err failed = { 0 };
	size_t count = 0;

	if (!open_and_list(store, REGISTERED_VENVS, &venvs, &names, events))
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_registry_record struct registry_record record = REGISTRY_RECORD_INIT;
		cleanup_free char *known = NULL;

		if (!registry_read(&venvs, names.items[i], &record))
			continue;
		known = mem_strndup(record.said.path.p, record.said.path.n);
		if (!path_is_below(known, real))
			continue;
		if (unlinkat(venvs.fd, names.items[i], 0) == 0)
			count++;
		else if (failed.code == ERR_NONE)
			err_sys(&failed, "cannot remove %s/%s", venvs.path, names.items[i]);
	}
	if (failed.code != ERR_NONE)
		registry_warn(events, &failed);
	if (count)
		registry_changed(&venvs);
	if (ret_count)
		*ret_count = count;
}

void
registry_use(const struct store *store, const char *path)
{
	cleanup_free char *real = registry_real(path);
	cleanup_free char *folder = registry_folder(store->layout->root);

	if (folder)
		registered_use(folder, real);
}

/* A pin's record: the format, and "path = PATH". */
static char *
read_pin(const struct dir *pins, const char *name)
{
	cleanup_buf struct buf text = BUF_INIT(REGISTERED_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str line;

	if (!is_key(name) || fs_read_file(pins, name, &text, &ignored) < 0)
		return NULL;
	rest = buf_str(&text);
	if (!str_line(&rest, &line) || !str_eq_text(line, REGISTERED_FORMAT) ||
	    !str_line(&rest, &line) || !str_starts(line, STR_LIT("path = /")))
		return NULL;
	line = str_skip(line, strlen("path = "));
	return line.n < PATH_TEXT_MAX ? mem_strndup(line.p, line.n) : NULL;
}

void
registry_pins(const struct store *store, struct strvec *ret_paths, const struct events *events)
{
	cleanup_dirfd struct dir pins = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (!open_and_list(store, REGISTERED_PINS, &pins, &names, events))
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *path = read_pin(&pins, names.items[i]);

		if (path && access(path, F_OK) == 0)
			strvec_take(ret_paths, steal_ptr(&path));
		else if (path && errno == ENOENT)
			(void)unlinkat(pins.fd, names.items[i], 0);
	}
	strvec_sort(ret_paths);
}
