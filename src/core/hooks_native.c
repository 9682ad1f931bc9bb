/* SPDX-License-Identifier: MIT */
/* Hooks that we do natively, known by their content. */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "core/hooks_internal.h"

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
struct row {
	const char *path;
	unsigned size;
	uint64_t digest;
};

static const struct row rows[] = {
#include "core/hooks_rows.h"
};

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
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].path, path) == 0)
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
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].path, path) == 0 && rows[i].size == content.len &&
		    rows[i].digest == digest)
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

bool
hooks_is_native(const char *path)
{
	struct str name = path_base(path);
	cleanup_free char *folder = mem_strndup(path, (size_t)(name.p - path));
	struct str point;
	cleanup_free char *below = NULL;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (name.p - path < 2)
		return false;
	folder[name.p - path - 1] = '\0';
	point = path_base(folder);
	below = mem_printf("%.*s/%s", STR_ARG(point), name.p);
	if (!has_row(below) || fs_open_dir(folder, &dir, &ignored) < 0 ||
	    !is_published(&dir, name.p, below))
		return false;
	for (size_t i = 0; i < sizeof(companions) / sizeof(*companions); i++)
		if (strcmp(companions[i].path, below) == 0 &&
		    !are_published(&dir, &companions[i], point))
			return false;
	return true;
}
