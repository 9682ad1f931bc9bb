/* SPDX-License-Identifier: MIT */
/* doctor: the root, its folders, versions, environments and plugins. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/doctor.h"
#include "cmd/installed.h"
#include "core/hooks.h"
#include "venv/cfg.h"

/* Is the version or environment NAME a virtual environment, and of what? */
static bool
read_cfg(const struct doctor *d, const char *name, struct cfg *ret)
{
	cleanup_free char *path = store_path(d->store, name);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err none = { 0 };

	return fs_open_dir(path, &dir, &none) == 0 && cfg_read(&dir, ret, &none) == 0;
}

/* A link that is only another name of something in versions/. */
static bool
is_other_name(const struct doctor *d, const struct entry *entry)
{
	return entry->kind == ENTRY_LINK && store_leads_into(d->store, entry->target, "");
}

static bool
is_environment(const struct doctor *d, const struct entry *entry)
{
	cleanup_cfg struct cfg cfg = { 0 };

	return entry->kind == ENTRY_ENV || read_cfg(d, entry->name, &cfg);
}

static void
plugin_names(const struct doctor *d, struct strvec *ret)
{
	cleanup_free char *path = path_join(d->ctx->layout->root, LAYOUT_PLUGINS, NULL);
	cleanup_dirfd struct dir plugins = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	if (fs_open_dir(path, &plugins, &none) < 0 || fs_list(&plugins, &names, &none) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i][0] != '.')
			strvec_add(ret, names.items[i]);
}

/* Hook files that are run, at all points that have some (facts/pyenv.md, 5). */
static size_t
count_hooks(const struct doctor *d)
{
	static const char *const points[] = { "exec",	   "rehash",	 "version-name",
					      "which",	   "install",	 "version-origin",
					      "uninstall", "virtualenv", "activate",
					      "deactivate" };
	size_t count = 0;

	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		cleanup_strvec struct strvec files = { 0 };

		hooks_find(d->ctx->layout, points[i], &files);
		count += files.count;
	}
	return count;
}

static const char *
plural(size_t count)
{
	return count == 1 ? "" : "s";
}

int
doctor_root(struct doctor *d, struct err *err)
{
	cleanup_free char *place = layout_show(d->ctx->layout, d->ctx->layout->root);
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec plugins = { 0 };
	size_t versions = 0;
	size_t envs = 0;
	size_t hooks;

	if (d->store->root.fd < 0) {
		doctor_tell(d, DOCTOR_FINE, "root", "%s is not there yet: an install makes it",
			    place);
		return 0;
	}
	if (store_list(d->store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		if (is_other_name(d, &entries.items[i]))
			continue;
		if (is_environment(d, &entries.items[i]))
			envs++;
		else
			versions++;
	}
	plugin_names(d, &plugins);
	hooks = count_hooks(d);
	doctor_tell(d, DOCTOR_FINE, "root",
		    "%zu version%s, %zu environment%s, %zu plugin%s, %zu hook%s", versions,
		    plural(versions), envs, plural(envs), plugins.count, plural(plugins.count),
		    hooks, plural(hooks));
	return 0;
}

/* Would this user be expected to write below PATH? */
static bool
is_own(const struct doctor *d, const char *path, const struct stat *st)
{
	const char *home = d->ctx->layout->home;

	return st->st_uid == geteuid() || (home && path_is_below(path, home));
}

static void
look_at_folder(struct doctor *d, const char *path)
{
	cleanup_free char *place = layout_show(d->ctx->layout, path);
	cleanup_free char *word = shell_word(path);
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return;
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX)) {
		doctor_tell(d, DOCTOR_PROBLEM, place,
			    "all users may write here, and put what you run");
		doctor_fix(d, "chmod o-w %s", word);
	}
	if (access(path, W_OK) == 0)
		return;
	/* An image is meant so, and somebody else's root, too. */
	if (errno != EROFS && is_own(d, path, &st)) {
		doctor_tell(d, DOCTOR_PROBLEM, place, "cannot be written");
		doctor_fix(d,
			   st.st_uid == geteuid() ? "chmod u+w %s"
						  : "sudo chown -R \"$(id -un)\" %s",
			   word);
	} else {
		doctor_tell(d, DOCTOR_NOTE, place,
			    "cannot be written: what is here can be used, and not changed");
		doctor_fix(d, "PYVERN_ROOT=DIR for a root of your own");
	}
}

int
doctor_folders(struct doctor *d, struct err *err)
{
	static const char *const names[] = { LAYOUT_VERSIONS, LAYOUT_SHIMS, LAYOUT_PLUGINS,
					     "pyenv.d" };
	const char *root = d->ctx->layout->root;
	struct stat st;

	(void)err;
	if (d->store->root.fd < 0)
		return 0;
	look_at_folder(d, root);
	/* What is below a folder that cannot be written is told by its line. */
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		cleanup_free char *path = path_join(root, names[i], NULL);

		if (stat(path, &st) == 0 && (access(root, W_OK) == 0 || (st.st_mode & S_IWOTH)))
			look_at_folder(d, path);
	}
	return 0;
}

/* A name in versions/ that leads nowhere, or whose Python is gone. True: told. */
static bool
look_at_link(struct doctor *d, const char *name)
{
	cleanup_free char *target = fs_read_link(&d->store->versions, name);
	cleanup_free char *word = shell_word(name);
	bool gone = false;
	cleanup_free char *from = store_adopted_from(d->store, name, &gone);
	cleanup_free char *place = from ? layout_show(d->ctx->layout, from) : NULL;

	if (from && gone)
		doctor_tell(d, DOCTOR_PROBLEM, name, "was adopted from %s, which is gone", place);
	else if (target && !fs_is_dir_at(&d->store->versions, name))
		doctor_tell(d, DOCTOR_PROBLEM, name, "is a link to %s, which is gone", target);
	else
		return false;
	doctor_fix(d, "pyvern uninstall --yes %s", word);
	return true;
}

static bool
has_python(const struct doctor *d, const char *name)
{
	static const char *const names[] = { "bin/python", "bin/python3", "bin/python2", "bin/pypy",
					     "bin/pypy3" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		cleanup_free char *path = path_join(name, names[i], NULL);

		if (fs_is_executable_at(&d->store->versions, path))
			return true;
	}
	return false;
}

/* The name of the version in HOME ("…/versions/3.11.4/bin"), if it is one of ours.
 * Owned by the caller (free). */
static char *
version_of_home(const struct doctor *d, const char *home)
{
	cleanup_free char *versions = path_join(d->ctx->layout->root, LAYOUT_VERSIONS, NULL);
	size_t n = strlen(versions);
	struct str rest;
	struct str name;

	if (strncmp(home, versions, n) != 0 || home[n] != '/')
		return NULL;
	rest = str_from(home + n + 1);
	if (!str_split(&rest, '/', &name) || !str_eq_text(rest, "bin"))
		return NULL;
	return mem_strndup(name.p, name.n);
}

/* An environment whose Python does not start any more. */
static void
tell_dead(struct doctor *d, const char *name, const struct cfg *cfg)
{
	cleanup_free char *path = store_path(d->store, name);
	cleanup_free char *word = shell_word(path);
	cleanup_free char *base = layout_show(d->ctx->layout, cfg->home);
	cleanup_free char *version = version_of_home(d, cfg->home);
	cleanup_free char *version_word = version ? shell_word(version) : NULL;
	struct request request;

	doctor_tell(d, DOCTOR_PROBLEM, name, "does not start: its Python in %s is gone", base);
	if (version && request_parse(str_from(version), &request, NULL) &&
	    request.kind != REQUEST_NAME)
		doctor_fix(d, "pyvern install %s, or pyvern repair %s", version_word, word);
	else
		doctor_fix(d, "pyvern repair %s", word);
}

static void
look_at_version(struct doctor *d, const struct entry *entry)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_free char *word = shell_word(entry->name);

	if (has_python(d, entry->name))
		return;
	if (read_cfg(d, entry->name, &cfg)) {
		tell_dead(d, entry->name, &cfg);
		return;
	}
	if (look_at_link(d, entry->name))
		return;
	doctor_tell(d, DOCTOR_PROBLEM, entry->name, "has no Python: its installation did not end");
	doctor_fix(d, "pyvern uninstall --yes %s", word);
}

int
doctor_versions(struct doctor *d, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_entries struct entries entries = { 0 };

	if (d->store->versions.fd < 0)
		return 0;
	if (fs_list(&d->store->versions, &names, err) < 0 ||
	    store_list(d->store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i][0] != '.' && version_name_ok(str_from(names.items[i])) &&
		    !fs_is_dir_at(&d->store->versions, names.items[i]) &&
		    !store_is_alias(d->store, names.items[i]))
			look_at_link(d, names.items[i]);
	for (size_t i = 0; i < entries.count; i++)
		if (!is_other_name(d, &entries.items[i]))
			look_at_version(d, &entries.items[i]);
	return 0;
}

/* Versions that an upgrade has installed, and was killed, or refused, before their alias led to
 * them. */
static int
look_at_trials(struct doctor *d, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	if (store_list(d->store, STORE_LIST_ALIASES, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_generations struct generations g = { 0 };
		const char *alias = entries.items[i].name;

		if (entries.items[i].kind != ENTRY_ALIAS)
			continue;
		if (store_generations(d->store, alias, &g, err) < 0)
			return -1;
		for (size_t k = 0; k < g.trying.count; k++) {
			if (!fs_is_dir_at(&d->store->versions, g.trying.items[k]))
				continue;
			doctor_tell(d, DOCTOR_NOTE, alias,
				    "leads to %s: its upgrade to %s is not done",
				    entries.items[i].target, g.trying.items[k]);
			doctor_fix(d, "pyvern upgrade %s", alias);
		}
	}
	return 0;
}

int
doctor_aliases(struct doctor *d, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (store_check_aliases(d->store, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *target = fs_read_link(&d->store->versions, names.items[i]);

		doctor_tell(d, DOCTOR_PROBLEM, names.items[i],
			    "is an alias of ours for %s, which is not right any more",
			    target ? target : "nothing");
		doctor_fix(d, "pyvern rehash");
	}
	return look_at_trials(d, err);
}

/* Programs that would be commands if they could be run. */
static void
look_at_programs(struct doctor *d, const char *plugin, const char *path)
{
	cleanup_free char *bin = path_join(path, "bin", NULL);
	cleanup_free char *subject = mem_printf("plugin %s", plugin);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	if (fs_open_dir(bin, &dir, &none) < 0 || fs_list(&dir, &names, &none) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		struct str name = str_from(names.items[i]);
		cleanup_free char *file = path_join(bin, names.items[i], NULL);
		cleanup_free char *word = shell_word(file);

		if ((!str_starts(name, STR_LIT("pyenv-")) &&
		     !str_starts(name, STR_LIT("pyvern-"))) ||
		    fs_is_dir_at(&dir, names.items[i]) || fs_is_executable_at(&dir, names.items[i]))
			continue;
		doctor_tell(d, DOCTOR_PROBLEM, subject, "bin/%s cannot be run", names.items[i]);
		doctor_fix(d, access(file, F_OK) == 0 ? "chmod +x %s" : "rm %s", word);
	}
}

int
doctor_plugins(struct doctor *d, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	(void)err;
	plugin_names(d, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *path =
			path_join(d->ctx->layout->root, LAYOUT_PLUGINS, names.items[i], NULL);
		cleanup_free char *subject = mem_printf("plugin %s", names.items[i]);
		cleanup_free char *word = shell_word(path);
		struct stat st;

		if (stat(path, &st) < 0) {
			doctor_tell(d, DOCTOR_PROBLEM, subject, "is a link that leads nowhere");
			doctor_fix(d, "rm %s", word);
		} else if (S_ISDIR(st.st_mode) && (st.st_mode & S_IWOTH)) {
			doctor_tell(d, DOCTOR_PROBLEM, subject,
				    "all users may write here, and put what you run");
			doctor_fix(d, "chmod -R o-w %s", word);
		} else {
			look_at_programs(d, names.items[i], path);
		}
	}
	return 0;
}
