/* SPDX-License-Identifier: MIT */
/* Hooks that we do natively, known by their content. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "core/hooks_internal.h"
#include "core/plugins.h"

/*
 * The hook files of pyenv, of pyenv-virtualenv and of pyenv-which-ext, as published,
 * and the files that they read. What they do is done by core/launch (pip-rehash),
 * core/shims (rehash/...), cmd/program (which/...), and install and uninstall. One of
 * them that was changed by one byte, or has a companion that is not here, is a hook
 * like any other and is run.
 *
 * A row is the path below pyenv.d, the size in bytes, and the FNV-1a digest of 64
 * bits of the content. Nobody gains by a file that is taken for one of these: it is
 * not run. So the digest guards against accidents only, and needs no library.
 *
 * A new release: read what changed, make our side do the same, then add the row that
 * `tests/lib/hook-row FILE...` prints. Rows are never removed: roots live for years.
 */
struct hook_row {
	const char *path;
	unsigned size;
	uint64_t digest;
};

#include "core/hooks_rows.h"

/* 64 KiB: the largest of them has 5 KiB. */
#define NATIVE_SIZE_MAX ((size_t)64 * 1024)

/* What a hook reads beside itself, and all of which counts: a file that somebody put
 * there is an extension of it. */
static const struct companion {
	const char *path;   /* the hook */
	const char *folder; /* beside it */
	const char *suffix; /* of the files that it reads; "": all */
} companions[] = {
	{ "exec/pip-rehash.bash", "pip-rehash", "" },
	{ "rehash/conda.bash", "conda.d", ".list" },
	{ "rehash/source.bash", "source.d", ".list" },
};

static uint64_t
digest_of(struct str bytes)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < bytes.n; i++)
		digest = (digest ^ (unsigned char)bytes.p[i]) * UINT64_C(0x100000001b3);
	return digest;
}

static bool
has_row(const char *path)
{
	for (size_t i = 0; i < sizeof(hook_rows) / sizeof(*hook_rows); i++)
		if (strcmp(hook_rows[i].path, path) == 0)
			return true;
	return false;
}

/* Is the file NAME in DIR what a row of PATH says? */
static bool
is_published(const struct dir *dir, const char *name, const char *path)
{
	cleanup_buf struct buf content = BUF_INIT(NATIVE_SIZE_MAX);
	cleanup_err struct err ignored = { 0 };
	uint64_t digest;

	/* Most are somebody's own, by their names already: these are not read. */
	if (!has_row(path) || fs_read_file(dir, name, &content, &ignored) < 0)
		return false;
	digest = digest_of(buf_str(&content));
	for (size_t i = 0; i < sizeof(hook_rows) / sizeof(*hook_rows); i++)
		if (strcmp(hook_rows[i].path, path) == 0 && hook_rows[i].size == content.len &&
		    hook_rows[i].digest == digest)
			return true;
	return false;
}

/* Are all files that the hook would read in the folder beside it published ones? */
static bool
are_published(const struct dir *dir, const struct companion *companion, struct str point)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err err = { 0 };

	/* Without the folder the hook does nothing, and ours does no harm. */
	if (fs_open_dir_at(dir, companion->folder, &folder, &err) < 0)
		return err.sys == ENOENT;
	if (fs_list(&folder, &names, &err) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		cleanup_free char *path =
			mem_printf("%.*s/%s/%s", STR_ARG(point), companion->folder, name);

		if (name[0] != '.' && str_ends(str_from(name), str_from(companion->suffix)) &&
		    !is_published(&folder, name, path))
			return false;
	}
	return true;
}

/* A hook's path, taken apart. */
struct place {
	char *folder;
	struct str point;
	struct str name;
	char *below; /* "POINT/NAME" */
};

static void
place_reset(struct place *place)
{
	free(place->folder);
	free(place->below);
}

static bool
find_place(const char *path, struct place *ret)
{
	struct str folder = path_dir(path);

	ret->name = path_base(path);
	ret->folder = mem_strndup(folder.p, folder.n);
	ret->point = path_base(ret->folder);
	ret->below = mem_printf("%.*s/%s", STR_ARG(ret->point), ret->name.p);
	return has_row(ret->below);
}

static const struct companion *
companion_of(const struct place *place)
{
	for (size_t i = 0; i < sizeof(companions) / sizeof(*companions); i++)
		if (strcmp(companions[i].path, place->below) == 0)
			return &companions[i];
	return NULL;
}

bool
hooks_is_native(const char *path)
{
	cleanup_with(place_reset) struct place place = { 0 };
	const struct companion *companion;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (!find_place(path, &place) || fs_open_dir(place.folder, &dir, &ignored) < 0 ||
	    !is_published(&dir, place.name.p, place.below))
		return false;
	companion = companion_of(&place);
	return !companion || are_published(&dir, companion, place.point);
}

void
hooks_companions(const char *path, struct strvec *ret_paths)
{
	cleanup_with(place_reset) struct place place = { 0 };
	const struct companion *companion;
	cleanup_free char *folder = NULL;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (!find_place(path, &place) || !(companion = companion_of(&place)))
		return;
	folder = path_join(place.folder, companion->folder, NULL);
	strvec_add(ret_paths, folder);
	if (fs_open_dir(folder, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		strvec_take(ret_paths, path_join(folder, names.items[i], NULL));
}

bool
hooks_has_native(const struct layout *layout, const char *point, const char *name)
{
	cleanup_strvec struct strvec files = { 0 };

	plugin_hooks(layout, point, &files);
	for (size_t i = 0; i < files.count; i++) {
		struct str base = path_base(files.items[i]);

		if (str_starts(base, str_from(name)) &&
		    str_eq_text(str_skip(base, strlen(name)), ".bash") &&
		    hooks_is_native(files.items[i]))
			return true;
	}
	return false;
}
