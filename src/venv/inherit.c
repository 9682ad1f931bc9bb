/* SPDX-License-Identifier: MIT */
/* Programs that an environment has from the Python that it was made of. */
#include <config.h>

#include "venv/inherit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/cfg.h"

/* Where virtualenv before 20 left its notes, in the order in which they are looked
 * for: Jython's, PyPy's, everybody else's. */
static const char *const old_places[] = { "Lib", "lib-python", "lib" };

/* PREFIX/bin/COMMAND, if it is a program. Owned (free). */
static char *
program_in(const char *prefix, const char *command)
{
	cleanup_free char *path = path_join(prefix, "bin", command, NULL);
	struct stat st;

	if (path[0] != '/' || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || access(path, X_OK) < 0)
		return NULL;
	return steal_ptr(&path);
}

static bool
is_file_at(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

/* The path, below DIR, of the file NAME in the first of the old places or a folder in
 * it. Owned (free). */
static char *
find_note(const struct dir *dir, const char *name)
{
	for (size_t i = 0; i < sizeof(old_places) / sizeof(*old_places); i++) {
		cleanup_free char *path = path_join(dir->path, old_places[i], NULL);
		cleanup_free char *direct = path_join(old_places[i], name, NULL);
		cleanup_dirfd struct dir place = DIR_INIT;
		cleanup_strvec struct strvec folders = { 0 };
		cleanup_err struct err ignored = { 0 };

		if (fs_open_dir(path, &place, &ignored) < 0)
			continue;
		if (is_file_at(dir, direct))
			return steal_ptr(&direct);
		if (fs_list(&place, &folders, &ignored) < 0)
			return NULL;
		for (size_t j = 0; j < folders.count; j++) {
			cleanup_free char *note =
				path_join(old_places[i], folders.items[j], name, NULL);

			if (is_file_at(dir, note))
				return steal_ptr(&note);
		}
		return NULL;
	}
	return NULL;
}

/* The prefix of the base, and whether its packages are seen. Owned (free). */
static char *
base_of(const struct dir *env, bool *ret_sees_packages)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_buf struct buf text = BUF_INIT(PATH_TEXT_MAX);
	cleanup_free char *note = NULL;
	cleanup_free char *hidden = NULL;
	struct str base;

	if (cfg_read(env, &cfg, &err) == 0) {
		base = str_from(cfg.home);
		*ret_sees_packages = cfg.system_site_packages;
		if (str_ends(base, STR_LIT("/bin")))
			base.n -= strlen("/bin");
		return mem_strndup(base.p, base.n);
	}
	if (err.sys != ENOENT)
		return NULL;
	err_reset(&err);
	note = find_note(env, "orig-prefix.txt");
	if (!note || fs_read_file(env, note, &text, &err) < 0)
		return NULL;
	hidden = find_note(env, "no-global-site-packages.txt");
	*ret_sees_packages = !hidden;
	base = str_trim(buf_str(&text));
	return mem_strndup(base.p, base.n);
}

/* conda in the version whose environment ENV is. */
static char *
find_conda(const char *env)
{
	cleanup_free char *real = realpath(env, NULL);
	struct str above = real ? path_dir(real) : (struct str){ 0 };
	cleanup_free char *envs = mem_strndup(above.p, above.n);
	cleanup_free char *prefix = NULL;

	if (!str_eq(path_base(envs), STR_LIT("envs")))
		return NULL;
	above = path_dir(envs);
	prefix = mem_strndup(above.p, above.n);
	return program_in(prefix, "conda");
}

static bool
is_config(const char *command)
{
	return str_starts(str_from(command), STR_LIT("python")) &&
	       str_ends(str_from(command), STR_LIT("-config"));
}

char *
inherit_find(const char *env, const char *command)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *base = NULL;
	bool sees_packages = false;

	if (!path_component_ok(str_from(command)) || fs_open_dir(env, &dir, &ignored) < 0)
		return NULL;
	if (strcmp(command, "conda") == 0 && fs_is_dir_at(&dir, "conda-meta"))
		return find_conda(env);
	/* conda's environments have an activate of their own, and no base. */
	if (!is_file_at(&dir, "bin/activate") || is_file_at(&dir, "bin/conda"))
		return NULL;
	base = base_of(&dir, &sees_packages);
	if (!base || (!sees_packages && !is_config(command)))
		return NULL;
	return program_in(base, command);
}
