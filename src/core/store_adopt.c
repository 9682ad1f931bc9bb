/* SPDX-License-Identifier: MIT */
/* Adopting: a Python that is somewhere else becomes a version, and stays there. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/store_internal.h"

/* In what is kept of an adopted link: the Python that it is of, links resolved. */
#define ADOPTED_FROM "from"
/* Name of the new folder in its staging folder. */
#define TREE_NAME "adopted"

static int
exists_already(const struct store *store, const char *name, struct err *err)
{
	cleanup_free char *target = fs_read_link(&store->versions, name);
	cleanup_free char *path = store_path(store, name);

	err_set(err, ERR_PROTECTED, "%s exists already", name);
	err_detail(err, "is", "%s%s%s", path, target ? " -> " : "", target ? target : "");
	return err_detail(err, "to fix", "another name: --name NAME");
}

/* What the interpreter said of itself, for the times when its files do not tell it. */
static int
keep_facts(const struct store *store, const struct adoption *adoption, struct err *err)
{
	cleanup_dirfd struct dir all = DIR_INIT;
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (!adoption->facts)
		return 0;
	if (fs_make_dir_at(&store->root, STORE_ADOPTED, LAYOUT_FOLDER_MODE, &all, err) < 0 ||
	    fs_make_dir_at(&all, adoption->name, LAYOUT_FOLDER_MODE, &meta, err) < 0)
		return -1;
	return facts_write(&meta, adoption->facts, err);
}

static int
link_prefix(const struct store *store, const struct adoption *adoption, const struct events *events,
	    struct err *err)
{
	cleanup_lock struct lock lock = LOCK_INIT;

	if (store_lock_version(store, adoption->name, events, &lock, err) < 0)
		return -1;
	if (fs_exists_at(&store->versions, adoption->name))
		return exists_already(store, adoption->name, err);
	/* Of an earlier one of that name, which somebody else removed. */
	if (store_forget_adopted(store, adoption->name, err) < 0 ||
	    keep_facts(store, adoption, err) < 0)
		return -1;
	if (symlinkat(adoption->prefix, store->versions.fd, adoption->name) == 0)
		return 0;
	/* Made by something that does not know our locks, like pyenv. */
	if (errno == EEXIST)
		return exists_already(store, adoption->name, err);
	return err_sys(err, "cannot make the link %s/%s", store->versions.path, adoption->name);
}

/* python3.11-config finds its files from where it is called, and must be called at its
 * own place. */
static int
make_caller(const struct dir *bin, const char *name, const char *target, struct err *err)
{
	cleanup_free char *word = shell_word(target);
	cleanup_free char *text = mem_printf("#!/bin/sh\nexec %s \"$@\"\n", word);

	return fs_create_file(bin, name, str_from(text), 0755, err);
}

static int
make_links(const struct dir *bin, const struct strvec *programs, struct err *err)
{
	for (size_t i = 0; i < programs->count; i++) {
		struct str target = str_from(programs->items[i]);
		struct str name;
		cleanup_free char *text = NULL;

		if (!str_split(&target, '=', &name) || !path_component_ok(name) || !target.n ||
		    target.p[0] != '/')
			return err_set(err, ERR_FAILED, "%s is no program", programs->items[i]);
		text = mem_strndup(name.p, name.n);
		if (str_ends(name, STR_LIT("-config"))) {
			if (make_caller(bin, text, target.p, err) < 0)
				return -1;
			continue;
		}
		if (fs_make_link_at(bin, text, target.p, err) < 0)
			return -1;
	}
	return 0;
}

/* The folder with links to PROGRAMS. */
static int
fill_tree(const struct dir *tree, const struct adoption *adoption, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (fs_make_dir_at(tree, "bin", LAYOUT_FOLDER_MODE, &bin, err) < 0 ||
	    fs_make_dir_at(tree, LAYOUT_META, LAYOUT_FOLDER_MODE, &meta, err) < 0 ||
	    make_links(&bin, adoption->programs, err) < 0)
		return -1;
	return facts_write(&meta, adoption->facts, err);
}

static int
link_programs(const struct store *store, const struct adoption *adoption,
	      const struct events *events, struct err *err)
{
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;

	if (store_begin(store, adoption->name, events, &stage, err) < 0)
		return -1;
	if (fs_exists_at(&store->versions, adoption->name))
		return exists_already(store, adoption->name, err);
	if (fs_make_dir_at(&stage.work, TREE_NAME, LAYOUT_FOLDER_MODE, &tree, err) < 0 ||
	    fill_tree(&tree, adoption, err) < 0)
		return -1;
	if (fs_rename_new(&stage.work, TREE_NAME, &store->versions, adoption->name, err) == 0)
		return 0;
	if (err->sys != EEXIST)
		return -1;
	err_reset(err);
	return exists_already(store, adoption->name, err);
}

int
store_adopt(const struct store *store, const struct adoption *adoption, const struct events *events,
	    struct err *err)
{
	cleanup_err struct err after = { 0 };
	bool shared = adoption->programs && adoption->programs->count;

	if (store_check_name(adoption->name, err) < 0)
		return -1;
	if (strchr(adoption->name, '/'))
		return err_set(err, ERR_USAGE, "%s is the name of an environment", adoption->name);
	if ((shared ? link_programs : link_prefix)(store, adoption, events, err) < 0)
		return -1;
	if (store_refresh_aliases(store, &after) < 0)
		event_warning(events, adoption->name, "aliases are not up to date: %s",
			      after.message);
	return fs_sync_dir(&store->versions, err);
}

int
store_forget_adopted(const struct store *store, const char *name, struct err *err)
{
	cleanup_dirfd struct dir all = DIR_INIT;
	cleanup_err struct err none = { 0 };

	if (fs_open_dir_at(&store->root, STORE_ADOPTED, &all, &none) < 0)
		return 0;
	return fs_remove_tree(&all, name, err);
}

/* Of a folder with links to programs: what its interpreter is a link to. */
static char *
adopted_program(const struct store *store, const char *name)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_dirfd struct dir version = DIR_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &version, &ignored) < 0 || !facts_read_file(&version, &facts) ||
	    !facts.prefix)
		return NULL;
	return fs_read_link(&version, facts.executable);
}

char *
store_adopted_from(const struct store *store, const char *name, bool *ret_gone)
{
	cleanup_free char *target = NULL;

	if (store->versions.fd < 0 || !version_name_ok(str_from(name)))
		return NULL;
	target = fs_read_link(&store->versions, name);
	if (target && store_leads_into(store, target, ""))
		return NULL;
	if (!target)
		target = adopted_program(store, name);
	if (target) {
		cleanup_free char *whole = path_clean(store->versions.path, target);

		*ret_gone = access(whole, X_OK) < 0;
	}
	return steal_ptr(&target);
}

static bool
is_of(const struct dir *meta, const char *real)
{
	cleanup_buf struct buf from = BUF_INIT(PATH_TEXT_MAX);
	cleanup_err struct err none = { 0 };

	return fs_read_file(meta, ADOPTED_FROM, &from, &none) == 0 &&
	       str_eq_text(buf_str(&from), real);
}

/* A link can be made anew by hand, and an upgrade can change what is behind it. */
int
store_open_outside(const struct store *store, const char *name, const char *real, bool make,
		   struct dir *ret_meta, struct err *err)
{
	cleanup_free char *path = path_join(store->layout->root, STORE_ADOPTED, NULL);
	cleanup_dirfd struct dir all = DIR_INIT;

	if (!make) {
		/* The root may have been made since the store was opened. */
		if (fs_open_dir(path, &all, err) < 0 ||
		    fs_open_dir_at(&all, name, ret_meta, err) < 0)
			return -1;
		if (is_of(ret_meta, real))
			return 0;
		err_set(err, ERR_FAILED, "%s is of another Python", ret_meta->path);
		err->sys = ENOENT;
		return -1;
	}
	if (fs_make_dir_at(&store->root, STORE_ADOPTED, LAYOUT_FOLDER_MODE, &all, err) < 0 ||
	    fs_make_dir_at(&all, name, LAYOUT_FOLDER_MODE, ret_meta, err) < 0)
		return -1;
	if (is_of(ret_meta, real))
		return 0;
	return fs_remove_tree(ret_meta, LAYOUT_SEED, err) < 0 ||
			       fs_remove_tree(ret_meta, LAYOUT_SEEDS, err) < 0
		       ? -1
		       : fs_replace_file(ret_meta, ADOPTED_FROM, str_from(real), 0644, err);
}

int
store_open_meta(const struct store *store, const char *name, bool make, struct dir *ret_meta,
		struct err *err)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_free char *target = fs_read_link(&store->versions, name);
	cleanup_dirfd struct dir version = DIR_INIT;

	if (target && !store_leads_into(store, target, "")) {
		cleanup_free char *real = realpath(path, NULL);

		if (!real)
			return err_sys(err, "cannot look at %s", path);
		return store_open_outside(store, name, real, make, ret_meta, err);
	}
	if (fs_open_dir(path, &version, err) < 0)
		return -1;
	return make ? fs_make_dir_at(&version, LAYOUT_META, LAYOUT_FOLDER_MODE, ret_meta, err)
		    : fs_open_dir_at(&version, LAYOUT_META, ret_meta, err);
}
