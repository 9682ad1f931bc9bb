/* SPDX-License-Identifier: MIT */
/* Named environments: what a name stands for. */
#include <config.h>

#include "venv/named.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "venv/cfg.h"

/* 4 KiB: one path. */
#define ORIG_PREFIX_MAX ((size_t)4096)

char *
named_of_link(const struct store *store, const char *name)
{
	cleanup_free char *target =
		store->versions.fd >= 0 ? fs_read_link(&store->versions, name) : NULL;
	cleanup_free char *path = target ? path_clean(store->versions.path, target) : NULL;
	struct version version;
	struct str inside;

	if (!path || !path_is_below(path, store->versions.path) ||
	    strcmp(path, store->versions.path) == 0)
		return NULL;
	inside = str_skip(str_from(path), strlen(store->versions.path) + 1);
	if (!version_parse(inside, &version) || version.env.n == 0)
		return NULL;
	return mem_strndup(inside.p, inside.n);
}

void
named_reset(struct named *named)
{
	free(named->path);
	free(named->base);
	*named = (struct named){ 0 };
}

static bool
is_file(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

/* The folder of NAME; where NAME is a link, its target's path, one step: what
 * VIRTUAL_ENV and the texts in an environment call it. */
static char *
folder_of(const struct store *store, const char *name)
{
	cleanup_free char *target = fs_read_link(&store->versions, name);

	if (!target)
		return store_path(store, name);
	return path_clean(store->versions.path, target);
}

/* The first line of orig-prefix.txt, which virtualenv before 20 left in lib/pythonX.Y. */
static char *
orig_prefix(const struct dir *tree)
{
	static const char *const folders[] = { "Lib", "lib-python", "lib" };
	cleanup_err struct err ignored = { 0 };

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		cleanup_free char *path = path_join(tree->path, folders[i], NULL);
		cleanup_dirfd struct dir lib = DIR_INIT;
		cleanup_strvec struct strvec names = { 0 };

		if (fs_open_dir(path, &lib, &ignored) < 0 || fs_list(&lib, &names, &ignored) < 0) {
			err_reset(&ignored);
			continue;
		}
		strvec_add(&names, ".");
		for (size_t k = 0; k < names.count; k++) {
			cleanup_free char *file =
				path_join(names.items[k], "orig-prefix.txt", NULL);
			cleanup_buf struct buf text = BUF_INIT(ORIG_PREFIX_MAX);
			struct str rest;
			struct str line;

			err_reset(&ignored);
			if (!is_file(&lib, file) || fs_read_file(&lib, file, &text, &ignored) < 0)
				continue;
			rest = buf_str(&text);
			if (str_line(&rest, &line))
				return mem_strndup(line.p, line.n);
		}
	}
	return NULL;
}

/* `home` of pyvenv.cfg without its "/bin". */
static char *
home_prefix(const struct dir *tree)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct str home;

	if (cfg_read(tree, &cfg, &ignored) < 0)
		return NULL;
	home = str_from(cfg.home);
	if (str_ends(home, STR_LIT("/bin")))
		home.n -= strlen("/bin");
	return mem_strndup(home.p, home.n);
}

static char *
base_of(const struct dir *tree, const char *path)
{
	if (is_file(tree, "bin/activate")) {
		if (is_file(tree, "bin/conda"))
			return mem_strdup(path);
		return is_file(tree, CFG_NAME) ? home_prefix(tree) : orig_prefix(tree);
	}
	if (fs_is_dir_at(tree, "conda-meta")) {
		cleanup_free char *above = path_join(tree->path, "../..", NULL);

		return realpath(above, NULL);
	}
	return NULL;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* An alias of ours is the version that it leads to. */
static void
resolve_alias(const struct store *store, char **base)
{
	cleanup_free char *name = NULL;

	if (!str_eq_text(path_dir(*base), store->versions.path))
		return;
	name = store_find(store, path_base(*base).p);
	if (!name)
		return;
	free(*base);
	*base = store_path(store, name);
}

void
named_look(const struct store *store, const char *name, struct named *ret)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *base = NULL;

	*ret = (struct named){ .kind = NAMED_NOTHING };
	if (store->versions.fd < 0 || !version_name_ok(str_from(name)))
		return;
	ret->path = folder_of(store, name);
	if (fs_open_dir(ret->path, &tree, &ignored) < 0)
		return;
	ret->is_conda =
		fs_is_dir_at(&tree, "conda-meta") || fs_is_executable_at(&tree, "bin/conda");
	ret->kind = NAMED_NO_PYTHON;
	if (!fs_is_executable_at(&tree, "bin/python"))
		return;
	ret->kind = NAMED_OTHER;
	base = base_of(&tree, ret->path);
	if (!is_folder(base))
		return;
	resolve_alias(store, &base);
	ret->kind = NAMED_ENV;
	ret->base = steal_ptr(&base);
}
