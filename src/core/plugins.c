/* SPDX-License-Identifier: MIT */
/* Commands that are programs: ours and third parties', found by one rule. */
#include <config.h>

#include "core/plugins.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "os/fs.h"

/* PATH of a process that has none: what confstr(_CS_PATH) gives. */
#define PATH_FALLBACK "/bin:/usr/bin"

static const char *const prefixes[] = { "pyvern-", "pyenv-" };
#define PREFIX_COUNT (sizeof(prefixes) / sizeof(*prefixes))
/* What all of them begin with. */
#define PREFIX_START "py"

/* Programs in our libexec folder that other programs start. A plugin elsewhere
 * may well have such a name. */
static const char *const helpers[] = { "shim", "unpack" };

/* Is PROGRAM below DIR one of the names of pyvern itself, as libexec has for each of
 * its commands? That is no plugin: it would lead back to us. */
static bool
is_ours(const struct layout *layout, const struct dir *dir, const char *program)
{
	cleanup_free char *own = path_join(layout->bin, "pyvern", NULL);
	struct stat ours;
	struct stat found;

	return stat(own, &ours) == 0 && fstatat(dir->fd, program, &found, 0) == 0 &&
	       ours.st_dev == found.st_dev && ours.st_ino == found.st_ino;
}

static bool
is_plugin(const struct layout *layout, const struct dir *dir, const char *program)
{
	return fs_is_executable_at(dir, program) && !is_ours(layout, dir, program);
}

/* Can the program of NAME in FOLDER be a command? */
static bool
is_command(const struct layout *layout, const char *folder, struct str name)
{
	if (!path_component_ok(name) || name.p[0] == '-')
		return false;
	if (strcmp(folder, layout->libexec) != 0)
		return true;
	for (size_t i = 0; i < sizeof(helpers) / sizeof(*helpers); i++)
		if (str_eq_text(name, helpers[i]))
			return false;
	return true;
}

/* The names of all plugins; nothing where there are none, or none that this user may
 * see. */
static void
plugin_names(const struct layout *layout, struct dir *ret_plugins, struct strvec *ret_names)
{
	cleanup_free char *path = path_join(layout->root, LAYOUT_PLUGINS, NULL);
	cleanup_strvec struct strvec all = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, ret_plugins, &ignored) < 0 ||
	    fs_list(ret_plugins, &all, &ignored) < 0)
		return;
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i][0] != '.')
			strvec_add(ret_names, all.items[i]);
}

/* Folders $ROOT/plugins/NAME/SUB that exist. pyenv puts each in front of the one
 * before it, so the last in byte order comes first. */
static void
plugin_folders(const struct layout *layout, const char *sub, bool last_first,
	       struct strvec *ret_paths)
{
	cleanup_dirfd struct dir plugins = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	plugin_names(layout, &plugins, &names);
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[last_first ? names.count - 1 - i : i];
		cleanup_free char *relative = path_join(name, sub, NULL);

		if (fs_is_dir_at(&plugins, relative))
			strvec_take(ret_paths, path_join(plugins.path, relative, NULL));
	}
}

void
plugin_each_folder(const struct layout *layout, const char *sub,
		   void (*fn)(void *ctx, const char *path), void *ctx)
{
	cleanup_dirfd struct dir plugins = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	plugin_names(layout, &plugins, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *folder = path_join(plugins.path, names.items[i], sub, NULL);

		fn(ctx, folder);
	}
}

/* Where plugin programs are, in order: libexec and the plugins' bin folders, and
 * what PATH has besides. Shims are left out: one called pyvern-x would only
 * lead back to us. */
static void
search_folders(const struct layout *layout, struct strvec *ret_paths)
{
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	const char *env = getenv("PATH");
	struct str rest = str_from(env ? env : PATH_FALLBACK);
	struct str part;

	strvec_add(ret_paths, layout->libexec);
	plugin_folders(layout, "bin", true, ret_paths);
	while (str_split(&rest, ':', &part)) {
		cleanup_free char *folder = mem_strndup(part.p, part.n);

		/* The working folder decides nothing. */
		if (folder[0] == '/' && strcmp(folder, shims) != 0 &&
		    !strvec_has(ret_paths, folder))
			strvec_take(ret_paths, steal_ptr(&folder));
	}
}

/* The program of NAME in FOLDER. Owned by the caller (free). */
static char *
find_in(const struct layout *layout, const char *folder, const char *name)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(folder, &dir, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < PREFIX_COUNT; i++) {
		cleanup_free char *program = mem_printf("%s%s", prefixes[i], name);

		if (is_plugin(layout, &dir, program))
			return path_join(folder, program, NULL);
	}
	return NULL;
}

char *
plugin_find(const struct layout *layout, const char *name)
{
	cleanup_strvec struct strvec folders = { 0 };

	search_folders(layout, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		char *path = NULL;

		if (is_command(layout, folders.items[i], str_from(name)))
			path = find_in(layout, folders.items[i], name);
		if (path)
			return path;
	}
	return NULL;
}

/* Add what follows PREFIX and INFIX in the names of FOLDER's programs. */
static void
list_in(const struct layout *layout, const char *folder, struct str infix, struct strvec *names)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec entries = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(folder, &dir, &ignored) < 0 ||
	    fs_list_starting(&dir, PREFIX_START, &entries, &ignored) < 0)
		return;
	for (size_t i = 0; i < entries.count; i++) {
		struct str entry = str_from(entries.items[i]);

		for (size_t p = 0; p < PREFIX_COUNT; p++) {
			struct str prefix = str_from(prefixes[p]);
			struct str name = str_skip(entry, prefix.n);

			if (!str_starts(entry, prefix) || !str_starts(name, infix))
				continue;
			if (infix.n == 0 && str_starts(name, STR_LIT("sh-")))
				continue;
			name = str_skip(name, infix.n);
			if (is_command(layout, folder, name) &&
			    is_plugin(layout, &dir, entries.items[i]))
				strvec_add_str(names, name);
		}
	}
}

/* Is the folder I the same as one before it? PATH often has /bin and /usr/bin, which
 * are one, with thousands of names. */
static bool
is_again(const struct stat *seen, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (seen[k].st_ino == seen[i].st_ino && seen[k].st_dev == seen[i].st_dev)
			return true;
	return false;
}

static void
list_all(const struct layout *layout, struct str infix, struct strvec *ret_names)
{
	cleanup_strvec struct strvec folders = { 0 };
	cleanup_free struct stat *seen = NULL;

	search_folders(layout, &folders);
	for (size_t i = 0; i < folders.count; i++) {
		seen = vec_grow(seen, i, sizeof(*seen));
		if (stat(folders.items[i], &seen[i]) < 0)
			seen[i] = (struct stat){ 0 };
		else if (!is_again(seen, i))
			list_in(layout, folders.items[i], infix, ret_names);
	}
	strvec_sort(ret_names);
	strvec_unique(ret_names);
}

void
plugin_list(const struct layout *layout, struct strvec *ret_names)
{
	list_all(layout, STR_LIT(""), ret_names);
}

void
plugin_list_sh(const struct layout *layout, struct strvec *ret_names)
{
	list_all(layout, STR_LIT("sh-"), ret_names);
}

/* PATH with our libexec and the plugins' folders in front, each once. */
static void
set_path(const struct layout *layout, struct env *env)
{
	const char *old = env_get(env, "PATH");
	struct str rest = str_from(old ? old : PATH_FALLBACK);
	struct str part;
	cleanup_strvec struct strvec folders = { 0 };
	cleanup_strvec struct strvec ours = { 0 };
	cleanup_free char *text = NULL;

	strvec_add(&ours, layout->libexec);
	plugin_folders(layout, "bin", true, &ours);
	strvec_add_all(&folders, ours.items);
	while (str_split(&rest, ':', &part)) {
		cleanup_free char *folder = mem_strndup(part.p, part.n);

		if (!strvec_has(&ours, folder))
			strvec_take(&folders, steal_ptr(&folder));
	}
	text = strvec_join(&folders, ":");
	env_set(env, "PATH", text);
}

/* The folder that pyenv's own programs would be below. Owned (free). */
static char *
install_prefix(const struct layout *layout)
{
	struct str above = path_dir(layout->libexec);

	return mem_strndup(above.p, above.n);
}

void
plugin_hook_folders(const struct layout *layout, struct strvec *ret_folders)
{
	static const char *const fixed[] = { "/usr/etc/pyenv.d", "/usr/local/etc/pyenv.d",
					     "/etc/pyenv.d", "/usr/lib/pyenv/hooks" };
	cleanup_free char *prefix = install_prefix(layout);

	strvec_take(ret_folders, path_join(layout->root, "pyenv.d", NULL));
	if (strcmp(prefix, layout->root) != 0)
		strvec_take(ret_folders, path_join(prefix, "pyenv.d", NULL));
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		strvec_add(ret_folders, fixed[i]);
	plugin_folders(layout, "etc/pyenv.d", false, ret_folders);
}

/* pyenv's hook path (libexec/pyenv), joined with `:`. Owned (free). */
static char *
hook_path(const struct layout *layout)
{
	const char *given = layout_env("HOOK_PATH", NULL);
	cleanup_strvec struct strvec folders = { 0 };
	cleanup_strvec struct strvec ours = { 0 };
	struct str rest;
	struct str part;

	plugin_hook_folders(layout, &ours);
	/* What a plugin or a hook calls has been given all of them already: each once,
	 * or their hooks would run twice. */
	for (rest = str_from(given); given && str_split(&rest, ':', &part);)
		strvec_add_str(&folders, part);
	for (size_t i = 0; i < ours.count; i++)
		if (!strvec_has(&folders, ours.items[i]))
			strvec_add(&folders, ours.items[i]);
	return strvec_join(&folders, ":");
}

static bool
is_link_at(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

void
plugin_hooks_in(const char *folder, const char *command, struct strvec *ret_paths)
{
	cleanup_free char *path = path_join(folder, command, NULL);
	cleanup_free char *real = NULL;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0 ||
	    names.count == 0 || !(real = realpath(path, NULL)))
		return;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		char *file;

		if (name[0] == '.' || !str_ends(str_from(name), STR_LIT(".bash")))
			continue;
		file = path_join(real, name, NULL);
		/* The folder's links are followed once, not for each file. */
		if (is_link_at(&dir, name)) {
			char *target = realpath(file, NULL);

			free(file);
			file = target;
		}
		if (file)
			strvec_take(ret_paths, file);
	}
}

void
plugin_hooks(const struct layout *layout, const char *command, struct strvec *ret_paths)
{
	cleanup_free char *folders = hook_path(layout);
	struct str rest = str_from(folders);
	struct str part;

	if (!path_component_ok(str_from(command)))
		return;
	while (str_split(&rest, ':', &part)) {
		cleanup_free char *folder = mem_strndup(part.p, part.n);

		if (folder[0] == '/')
			plugin_hooks_in(folder, command, ret_paths);
	}
}

char *
plugin_find_bash(const struct layout *layout)
{
	const char *path = getenv("PATH");
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	cleanup_strvec struct strvec skip = { 0 };

	strvec_add(&skip, shims);
	return proc_find("bash", path ? path : "/bin:/usr/bin", &skip);
}

void
plugin_env(const struct layout *layout, struct env *ret_env)
{
	cleanup_env struct env ours = { 0 };

	env_copy(&ours);
	plugin_env_over(layout, &ours, ret_env);
}

void
plugin_env_over(const struct layout *layout, const struct env *base, struct env *ret_env)
{
	cleanup_free char *prefix = install_prefix(layout);
	cleanup_free char *hooks = hook_path(layout);
	const char *version;

	strvec_add_all(&ret_env->vars, base->vars.items);
	set_path(layout, ret_env);
	env_set(ret_env, "PYENV_HOOK_PATH", hooks);
	env_set(ret_env, "PYENV_ROOT", layout->root);
	if (layout->cwd)
		env_set(ret_env, "PYENV_DIR", layout->cwd);
	env_set(ret_env, "_PYENV_INSTALL_PREFIX", prefix);
	version = env_get(ret_env, "PYVERN_VERSION");
	if (version && *version) {
		cleanup_free char *copy = mem_strdup(version);

		env_set(ret_env, "PYENV_VERSION", copy);
	}
	if (layout->as_pyenv)
		env_set(ret_env, LAYOUT_CALLED, LAYOUT_PYENV);
	else
		env_unset(ret_env, LAYOUT_CALLED);
	/* They say the same as the PYENV_ ones now, and would win over a change. */
	env_unset(ret_env, "PYVERN_VERSION");
	env_unset(ret_env, "PYVERN_ROOT");
	env_unset(ret_env, "PYVERN_DIR");
	env_unset(ret_env, "PYVERN_HOOK_PATH");
}

int
plugin_exec(const struct layout *layout, const char *path, char *const *argv, struct err *err)
{
	cleanup_env struct env env = { 0 };

	plugin_env(layout, &env);
	return proc_exec(path, argv, &env, err);
}

int
plugin_run(const struct layout *layout, const char *name, char *const *args, int *ret_status,
	   struct err *err)
{
	cleanup_free char *path = plugin_find(layout, name);
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	if (!path)
		return err_set(err, ERR_FAILED, "there is no program pyvern-%s", name);
	strvec_add(&argv, path);
	strvec_add_all(&argv, args);
	plugin_env(layout, &env);
	spec.argv = argv.items;
	spec.env = &env;
	spec.stdin_fd = 0;
	return proc_run_foreground(&spec, ret_status, err);
}
