/* SPDX-License-Identifier: MIT */
/* Where things live: the root and the program's own folders. */
#include <config.h>

#include "core/layout.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "os/platform.h"

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
find_root(struct layout *layout, struct err *err)
{
	struct str variable;
	const char *value = layout_env("ROOT", &variable);

	if (!value && !layout->home) {
		err_set(err, ERR_FAILED, "there is no root: HOME and PYVERN_ROOT are not set");
		return err_detail(err, "to fix", "PYVERN_ROOT=DIR pyvern …");
	}
	if (!value) {
		layout->root = path_join(layout->home, ".pyenv", NULL);
		return 0;
	}
	if (value[0] != '/') {
		cleanup_free char *word = shell_word(value);

		err_set(err, ERR_FAILED, "%.*s is not an absolute path: %s", STR_ARG(variable),
			value);
		return err_detail(err, "to fix", "%.*s=\"$PWD\"/%s", STR_ARG(variable), word);
	}
	layout->root = path_clean("/", value);
	return 0;
}

static int
find_cwd(struct layout *layout, struct err *err)
{
	struct str variable;
	const char *dir = layout_env("DIR", &variable);
	char text[PATH_TEXT_MAX];
	bool known = layout_working_folder(text);

	if (known)
		layout->working = path_clean("/", text);
	if (!dir) {
		layout->cwd = mem_strdup(layout->working);
		return 0;
	}
	if (!is_folder(dir)) {
		err_set(err, ERR_USAGE, "cannot change working directory to %s (%.*s)", dir,
			STR_ARG(variable));
		err_pyenv(err, "pyenv: cannot change working directory to `%s'", dir);
		return err_detail(err, "to fix", "unset %.*s", STR_ARG(variable));
	}
	if (dir[0] == '/' || known)
		layout->cwd = path_clean(layout->working, dir);
	return 0;
}

/* PROGRAM is our own folder: BIN of the installation, or the private libexec
 * folder in the programs that live there. */
static void
find_own_folders(struct layout *layout, const char *program)
{
	cleanup_free char *beside = NULL;
	cleanup_free char *below = NULL;

	if (program) {
		beside = path_clean(program, "../libexec/pyvern");
		below = path_clean(program, "../..");
	}
	if (beside && is_folder(beside)) {
		layout->bin = mem_strdup(program);
		layout->libexec = steal_ptr(&beside);
		layout->share = path_clean(program, "../share/pyvern");
	} else if (program && str_ends(str_from(program), STR_LIT("/libexec/pyvern"))) {
		layout->bin = path_join(below, "bin", NULL);
		layout->libexec = mem_strdup(program);
		layout->share = path_join(below, "share/pyvern", NULL);
	} else {
		layout->bin = mem_strdup(program ? program : PYVERN_BINDIR);
		layout->libexec = mem_strdup(PYVERN_LIBEXECDIR);
		layout->share = mem_strdup(PYVERN_DATADIR);
	}
}

int
layout_init(struct layout *ret_layout, struct err *err)
{
	cleanup_free char *program = platform_program_dir();

	const char *called = getenv(LAYOUT_CALLED);

	*ret_layout = (struct layout){ .home = platform_home(),
				       .as_pyenv = called && strcmp(called, LAYOUT_PYENV) == 0 };
	find_own_folders(ret_layout, program);
	if (find_root(ret_layout, err) < 0)
		return -1;
	return find_cwd(ret_layout, err);
}

void
layout_reset(struct layout *layout)
{
	free(layout->home);
	free(layout->root);
	free(layout->bin);
	free(layout->libexec);
	free(layout->share);
	free(layout->cwd);
	free(layout->working);
	*layout = (struct layout){ 0 };
}

int
layout_open_root(const struct layout *layout, struct dir *ret_root, struct err *err)
{
	return fs_open_dir(layout->root, ret_root, err);
}

static int
not_writable(const struct layout *layout, const char *what, const char *path, struct err *err)
{
	const struct passwd *user = getpwuid(geteuid());
	cleanup_free char *shown = layout_show(layout, path);

	err_reset(err);
	err_set(err, ERR_FAILED, "cannot %s: %s is not writable for user %s", what, shown,
		user ? user->pw_name : "(unknown)");
	err->sys = EACCES;
	return err_detail(err, "to fix",
			  "%s as its owner, or PYVERN_ROOT=DIR for a root of your own", what);
}

/* Was a folder not made, or not opened, because of permissions? */
static bool
is_permission(const struct err *err)
{
	return err->sys == EACCES || err->sys == EPERM || err->sys == EROFS;
}

static int
prepare_folder(const struct layout *layout, const struct dir *root, const char *name, mode_t mode,
	       const char *what, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *path = path_join(root->path, name, NULL);
	/* `versions` may be a link to a larger disk. */
	bool is_there = fs_is_dir_at(root, name);

	if (is_there ? fs_open_dir(path, &dir, err) < 0
		     : fs_make_dir_at(root, name, mode, &dir, err) < 0) {
		if (is_permission(err))
			return not_writable(layout, what, is_there ? path : root->path, err);
		return err_wrap(err, "cannot %s", what);
	}
	if (fs_refuse_world_writable(&dir, err) < 0)
		return -1;
	return fs_is_writable(&dir) ? 0 : not_writable(layout, what, path, err);
}

int
layout_prepare_root(const struct layout *layout, const char *what, struct dir *ret_root,
		    struct err *err)
{
	static const struct {
		const char *name;
		mode_t mode;
	} folders[] = {
		{ LAYOUT_VERSIONS, LAYOUT_FOLDER_MODE },
		{ LAYOUT_LOCKS, LAYOUT_FOLDER_MODE },
		{ LAYOUT_STAGING, 0700 },
	};
	cleanup_dirfd struct dir root = DIR_INIT;

	if (fs_make_dirs(layout->root, LAYOUT_FOLDER_MODE, &root, err) < 0) {
		if (is_permission(err))
			return not_writable(layout, what, layout->root, err);
		return err_wrap(err, "cannot %s", what);
	}
	if (fs_refuse_world_writable(&root, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (prepare_folder(layout, &root, folders[i].name, folders[i].mode, what, err) < 0)
			return -1;
	*ret_root = root;
	root = (struct dir)DIR_INIT;
	return 0;
}

char *
layout_show(const struct layout *layout, const char *path)
{
	return path_tilde(path, layout->home);
}
