/* SPDX-License-Identifier: MIT */
/* What an environment is, by its files. */
#include <config.h>

#include "venv/look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/cfg.h"

/* 4 KiB: a path. */
#define ORIG_PREFIX_MAX ((size_t)PATH_TEXT_MAX)
/* 64 KiB: pyvenv.cfg has ten lines. */
#define TEXT_MAX ((size_t)64 * 1024)

void
env_look_reset(struct env_look *look)
{
	free(look->home);
	free(look->base);
	free(look->version);
	free(look->language);
	free(look->maker);
	free(look->problem);
	*look = (struct env_look){ 0 };
}

/* Is NAME lib's folder of a Python ("python3.12", "pypy3.11")? Its language in *RET. */
static bool
is_library(struct str name, struct str *ret)
{
	struct str rest;

	if (str_starts(name, STR_LIT("python")))
		rest = str_skip(name, strlen("python"));
	else if (str_starts(name, STR_LIT("pypy")))
		rest = str_skip(name, strlen("pypy"));
	else
		return false;
	*ret = rest;
	return rest.n >= 3 && str_is_digit(rest.p[0]) && memchr(rest.p, '.', rest.n);
}

/* Is nothing there? Any other error says nothing about what is. */
static bool
is_missing(const struct err *failed)
{
	return failed->sys == ENOENT || failed->sys == ENOTDIR;
}

/* The language of the one folder with packages, and what orig-prefix.txt in it says. */
static void
look_at_lib(const struct dir *tree, struct env_look *ret)
{
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err failed = { 0 };

	if (fs_open_dir_at(tree, "lib", &lib, &failed) < 0 || fs_list(&lib, &names, &failed) < 0) {
		ret->is_unread = !is_missing(&failed);
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *file = path_join(names.items[i], "orig-prefix.txt", NULL);
		cleanup_buf struct buf text = BUF_INIT(ORIG_PREFIX_MAX);
		struct str language;
		struct str line;
		struct str rest;

		if (!is_library(str_from(names.items[i]), &language))
			continue;
		free(ret->language);
		ret->language = mem_strndup(language.p, language.n);
		if (!fs_exists_at(&lib, file))
			continue;
		err_reset(&failed);
		if (fs_read_file(&lib, file, &text, &failed) < 0) {
			ret->is_unread |= !is_missing(&failed);
			continue;
		}
		rest = buf_str(&text);
		if (str_line(&rest, &line) && line.n && line.p[0] == '/' && !ret->base)
			ret->base = mem_strndup(line.p, line.n);
	}
}

/* Does pyvenv.cfg have the key NAME? */
static bool
has_key(struct str text, const char *name)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str key = { line.p, str_find(line, '=') };

		if (key.n < line.n && str_eq_text(str_trim(key), name))
			return true;
	}
	return false;
}

/* Who keeps environments in such a place: FOLDER is the last part of the path above. */
static const char *
maker_by_place(const char *path)
{
	static const char *const places[][2] = {
		{ "/.tox", "tox" },
		{ "/.nox", "nox" },
		{ "/pypoetry/virtualenvs", "poetry" },
		{ "/pipx/venvs", "pipx" },
		{ "/hatch/env/virtual", "hatch" },
	};
	struct str dir = path_dir(path);

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct str place = str_from(places[i][0]);

		for (size_t at = 0; at + place.n <= dir.n; at++)
			if (str_starts(str_skip(dir, at), place) &&
			    (at + place.n == dir.n || dir.p[at + place.n] == '/'))
				return places[i][1];
	}
	return NULL;
}

static const char *
maker_of(const struct dir *tree, const struct cfg *cfg, struct str text)
{
	const char *place = maker_by_place(tree->path);

	if (place)
		return place;
	if (cfg->command && strncmp(cfg->command, "pyvern ", strlen("pyvern ")) == 0)
		return "pyvern";
	if (has_key(text, "uv"))
		return "uv";
	if (has_key(text, "virtualenv") || text.n == 0)
		return "virtualenv";
	return "venv";
}

/* "3.11", when the program that PATH leads to is called python3.11. NULL. */
static char *
language_of_program(const char *path)
{
	cleanup_free char *real = realpath(path, NULL);
	struct str language;

	if (!real || !is_library(path_base(real), &language))
		return NULL;
	return mem_strndup(language.p, language.n);
}

/* Is the base's interpreter of the language that the packages are for? Distributions
 * bring another one to the same place. */
static bool
is_other_language(const char *python, const char *language, char **ret_other)
{
	cleanup_free char *other = language_of_program(python);
	size_t digits = language ? strspn(language, "0123456789.") : 0;

	/* python3.13 may be what python3.13t is called, too. */
	if (!other || !language || strncmp(other, language, digits) == 0)
		return false;
	*ret_other = steal_ptr(&other);
	return true;
}

static void
find_problem(const struct dir *tree, struct env_look *look)
{
	cleanup_free char *python = path_join(tree->path, "bin/python", NULL);
	cleanup_free char *other = NULL;

	if (look->base && access(look->home ? look->home : look->base, F_OK) < 0) {
		look->base_is_gone = true;
		look->problem = mem_printf("its base %s is gone", look->base);
	} else if (!fs_exists_at(tree, "bin/python")) {
		look->problem = mem_strdup("it has no bin/python");
	} else if (access(python, F_OK) < 0) {
		cleanup_free char *target = fs_read_link(tree, "bin/python");

		look->problem = target ? mem_printf("bin/python leads to %s, which is gone", target)
				       : mem_strdup("bin/python cannot be reached");
	} else if (access(python, X_OK) < 0) {
		look->problem = mem_strdup("bin/python cannot be started");
	} else if (is_other_language(python, look->language, &other)) {
		look->problem = mem_printf("its base is Python %s now, its packages are for %s",
					   other, look->language);
	}
}

bool
env_look(const struct dir *tree, struct env_look *ret)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err no_cfg = { 0 };
	cleanup_buf struct buf text = BUF_INIT(TEXT_MAX);
	struct env_look look = { 0 };

	look_at_lib(tree, &look);
	if (cfg_read(tree, &cfg, &no_cfg) == 0) {
		err_reset(&no_cfg);
		/* It was read a moment ago. */
		(void)!fs_read_file(tree, CFG_NAME, &text, &no_cfg);
		look.home = path_clean("/", cfg.home);
		free(look.base);
		look.base = str_ends(str_from(look.home), STR_LIT("/bin"))
				    ? mem_strndup(look.home, strlen(look.home) - strlen("/bin"))
				    : mem_strdup(look.home);
		look.version = steal_ptr(&cfg.version);
		look.is_unread = false;
	} else if (no_cfg.sys) {
		look.is_unread |= !is_missing(&no_cfg);
	}
	if (!look.base) {
		bool is_unread = look.is_unread;

		env_look_reset(&look);
		ret->is_unread = is_unread;
		return false;
	}
	look.is_unread = false;
	if (!look.version)
		look.version = mem_strdup(look.language);
	look.maker = mem_strdup(maker_of(tree, &cfg, buf_str(&text)));
	find_problem(tree, &look);
	*ret = look;
	return true;
}

char *
env_base_version(const struct store *store, const char *base, char **ret_follows)
{
	cleanup_free char *versions = store_path(store, "");
	cleanup_free char *folder = NULL;
	cleanup_free char *name = NULL;

	*ret_follows = NULL;
	if (store->versions.fd < 0)
		return NULL;
	folder = mem_strndup(path_dir(base).p, path_dir(base).n);
	if (!fs_same_folder(folder, versions))
		return NULL;
	name = mem_strdup(path_base(base).p);
	if (!store_is_alias(store, name))
		return fs_is_dir_at(&store->versions, name) ? steal_ptr(&name) : NULL;
	*ret_follows = steal_ptr(&name);
	return store_find(store, *ret_follows);
}
