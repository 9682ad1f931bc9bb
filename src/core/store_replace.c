/* SPDX-License-Identifier: MIT */
/* Replacing a version: what people put into the old one is not lost. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/store_internal.h"

/*
 * The new tree gets its place by an exchange; afterwards the old one lies in the
 * staging folder. Environments made in it by pyenv-virtualenv are real folders
 * below V/envs: they are moved into the new tree after the exchange. Should we
 * die in between, the record in the staging folder lets the next sweep do it
 * before it removes anything.
 */

/* In the staging folder: two lines, the version's name and the tree's path. */
#define REPLACE_RECORD ".replace"
#define REPLACE_RECORD_MAX ((size_t)2 * PATH_TEXT_MAX)
/* Names of packages that one warning lists. */
#define PACKAGES_NAMED_MAX 12

int
replace_record(const struct dir *work, const char *name, const char *tree_path, struct err *err)
{
	cleanup_free char *text = mem_printf("%s\n%s\n", name, tree_path);

	return fs_write_file(work, REPLACE_RECORD, str_from(text), 0600, err);
}

/* The folder NAME below DIR; false when there is none. */
static bool
open_folder(const struct dir *dir, const char *name, struct dir *ret_dir)
{
	cleanup_err struct err ignored = { 0 };

	return fs_open_dir_at(dir, name, ret_dir, &ignored) == 0;
}

/* Give TREE the environments of OLD: its links to environments (made again), or the
 * folders that are environments (moved). */
static int
carry_envs(const struct dir *old, const struct dir *tree, bool links, struct err *err)
{
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_dirfd struct dir to = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (!open_folder(old, LAYOUT_ENVS, &from))
		return 0;
	if (fs_list(&from, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		cleanup_free char *target = fs_read_link(&from, name);

		if ((target != NULL) != links)
			continue;
		if (to.fd < 0 &&
		    fs_make_dir_at(tree, LAYOUT_ENVS, LAYOUT_FOLDER_MODE, &to, err) < 0)
			return -1;
		if (links ? fs_write_link(&to, name, target, err) < 0
			  : fs_rename_new(&from, name, &to, name, err) < 0)
			return -1;
	}
	return 0;
}

/* Name of the package that the entry of a site-packages folder records
 * ("black-24.1.0.dist-info" -> "black"); false for other entries. */
static bool
package_of(const char *entry, struct str *ret_name)
{
	struct str s = str_from(entry);

	if (!str_ends(s, STR_LIT(".dist-info")) && !str_ends(s, STR_LIT(".egg-info")))
		return false;
	*ret_name = (struct str){ s.p, str_find(s, '-') };
	return true;
}

static void
list_packages(const struct dir *tree, struct strvec *ret_names)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err ignored = { 0 };
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_strvec struct strvec entries = { 0 };
	cleanup_free char *path = NULL;

	/* A tree that we do not understand has no packages that we could name. */
	if (facts_derive(tree, &facts, &ignored) < 0)
		return;
	path = path_join(tree->path, facts.platlib, NULL);
	if (fs_open_dir(path, &site, &ignored) < 0 || fs_list(&site, &entries, &ignored) < 0)
		return;
	for (size_t i = 0; i < entries.count; i++) {
		struct str name;

		if (package_of(entries.items[i], &name))
			strvec_add_str(ret_names, name);
	}
	strvec_sort(ret_names);
	strvec_unique(ret_names);
}

/* The packages of OLD that NEW has not. */
static void
find_lost(const struct dir *old, const struct dir *new, struct strvec *ret)
{
	cleanup_strvec struct strvec before = { 0 };
	cleanup_strvec struct strvec after = { 0 };

	list_packages(old, &before);
	list_packages(new, &after);
	for (size_t i = 0; i < before.count; i++) {
		/* pip and setuptools come with a Python; they are not the user's. */
		if (!strvec_has(&after, before.items[i]) && strcmp(before.items[i], "pip") != 0 &&
		    strcmp(before.items[i], "setuptools") != 0)
			strvec_add(ret, before.items[i]);
	}
}

void
store_packages_missing(const struct store *store, const char *old, const char *new,
		       struct strvec *ret)
{
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_dirfd struct dir to = DIR_INIT;

	if (open_folder(&store->versions, old, &from) && open_folder(&store->versions, new, &to))
		find_lost(&from, &to, ret);
}

static void
name_lost_packages(const struct stage *stage, const struct dir *old)
{
	cleanup_strvec struct strvec all = { 0 };
	cleanup_strvec struct strvec lost = { 0 };
	cleanup_free char *text = NULL;

	find_lost(old, &stage->tree, &all);
	for (size_t i = 0; i < all.count && i < PACKAGES_NAMED_MAX; i++)
		strvec_add(&lost, all.items[i]);
	if (all.count == 0)
		return;
	if (all.count > lost.count)
		strvec_printf(&lost, "and %zu more", all.count - lost.count);
	text = strvec_join(&lost, ", ");
	event_warning(stage->events, stage->name,
		      "packages of the replaced %s are not in the new one: %s", stage->name, text);
}

int
replace_prepare(const struct stage *stage, struct err *err)
{
	cleanup_dirfd struct dir old = DIR_INIT;

	/* A link gives way as it is; nobody's packages are in a link. */
	if (!open_folder(&stage->store->versions, stage->name, &old))
		return 0;
	if (carry_envs(&old, &stage->tree, true, err) < 0)
		return -1;
	name_lost_packages(stage, &old);
	return 0;
}

/* The two lines of the record; false when there is none. */
static bool
read_record(const struct dir *work, char **ret_name, char **ret_path)
{
	cleanup_buf struct buf text = BUF_INIT(REPLACE_RECORD_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str name;
	struct str path;

	if (fs_read_file(work, REPLACE_RECORD, &text, &ignored) < 0)
		return false;
	rest = buf_str(&text);
	if (!str_line(&rest, &name) || !str_line(&rest, &path) || !version_name_ok(name))
		return false;
	*ret_name = mem_strndup(name.p, name.n);
	*ret_path = mem_strndup(path.p, path.n);
	return true;
}

char *
replace_version(const struct dir *work)
{
	cleanup_free char *tree_path = NULL;
	char *name = NULL;

	return read_record(work, &name, &tree_path) ? name : NULL;
}

int
replace_finish(const struct store *store, const struct dir *work, struct err *err)
{
	cleanup_free char *name = NULL;
	cleanup_free char *tree_path = NULL;
	cleanup_dirfd struct dir old = DIR_INIT;
	cleanup_dirfd struct dir version = DIR_INIT;

	if (!read_record(work, &name, &tree_path))
		return 0;
	/* Before the exchange, and for a replaced link, there is nothing to move. */
	if (!open_folder(work, tree_path, &old) || !open_folder(&store->versions, name, &version))
		return 0;
	if (carry_envs(&old, &version, false, err) < 0)
		return err_wrap(err, "environments of the replaced %s are kept in %s", name,
				old.path);
	return 0;
}
