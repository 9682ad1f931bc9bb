/* SPDX-License-Identifier: MIT */
/* Named environments: how one gets its name. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/named.h"

void
named_place_reset(struct named_place *place)
{
	free(place->name);
	free(place->link);
	free(place->path);
	*place = (struct named_place){ 0 };
}

/* Does versions/VERSION lead out of versions/? What is there is not ours to write
 * to, and may be gone after an upgrade of whoever owns it. */
static bool
is_outside(const struct store *store, const char *version)
{
	cleanup_free char *target = fs_read_link(&store->versions, version);

	return target && !store_leads_into(store, target, "");
}

void
named_place_of(const struct store *store, const char *version, const char *name,
	       struct named_place *ret)
{
	*ret = (struct named_place){ 0 };
	if (strcmp(version, "system") == 0 || is_outside(store, version)) {
		ret->name = mem_strdup(name);
	} else {
		ret->name = path_join(version, LAYOUT_ENVS, name, NULL);
		ret->link = mem_strdup(name);
	}
	ret->path = store_path(store, ret->name);
}

/* The folder that the environment's folder is in; made if it is missing. */
static int
open_holder(const struct store *store, const struct named_place *place, bool *ret_made,
	    struct dir *ret_dir, struct err *err)
{
	struct str dir = path_dir(place->path);
	cleanup_free char *path = mem_strndup(dir.p, dir.n);
	struct stat st;

	*ret_made = place->link && stat(path, &st) < 0;
	if (place->link)
		return fs_make_dirs(path, 0777, ret_dir, err);
	return fs_open_dir(store->versions.path, ret_dir, err);
}

/* Is the folder NAME one whose packages are the user's? */
static bool
is_site_packages(const char *name)
{
	return strcmp(name, "site-packages") == 0;
}

static int merge(const struct dir *from, const struct dir *to, struct err *err);

static int
merge_one(const struct dir *from, const struct dir *to, const char *name, struct err *err)
{
	struct stat there;
	struct stat here;
	bool is_there = fstatat(to->fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0;

	if (fstatat(from->fd, name, &here, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot look at %s/%s", from->path, name);
	if (is_there && S_ISDIR(here.st_mode) && S_ISDIR(there.st_mode)) {
		cleanup_dirfd struct dir inner_from = DIR_INIT;
		cleanup_dirfd struct dir inner_to = DIR_INIT;

		if (fs_open_dir_at(from, name, &inner_from, err) < 0 ||
		    fs_open_dir_at(to, name, &inner_to, err) < 0)
			return -1;
		/* With a pip of its own it needs none of ours beside it. */
		if (is_site_packages(name) && fs_exists_at(&inner_to, "pip"))
			return 0;
		return merge(&inner_from, &inner_to, err);
	}
	/* A folder where a file or link should be, or the other way: as it was. */
	if (is_there && (S_ISDIR(here.st_mode) || S_ISDIR(there.st_mode)))
		return 0;
	if (renameat(from->fd, name, to->fd, name) < 0)
		return err_sys(err, "cannot write %s/%s", to->path, name);
	return 0;
}

/* Move what is in FROM over what is in TO, each file by one rename: at any moment an
 * environment that works. */
static int
merge(const struct dir *from, const struct dir *to, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(from, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (merge_one(from, to, names.items[i], err) < 0)
			return -1;
	return 0;
}

static int
refresh(const struct stage *stage, const char *tree, const struct dir *holder, const char *name,
	struct err *err)
{
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_dirfd struct dir to = DIR_INIT;

	if (fs_open_dir_at(&stage->work, tree, &from, err) < 0 ||
	    fs_open_dir_at(holder, name, &to, err) < 0)
		return -1;
	return merge(&from, &to, err);
}

static int
exists(const struct named_place *place, struct err *err)
{
	err_reset(err);
	err_set(err, ERR_PROTECTED, "%s exists already", path_base(place->name).p);
	return err_detail(err, "is", "%s", place->path);
}

/* *RET_IS_NEW: nothing was there before. */
static int
put(const struct stage *stage, const char *tree, const struct dir *holder,
    const struct named_place *place, enum named_how how, bool *ret_is_new, struct err *err)
{
	const char *name = path_base(place->name).p;
	struct stat st;

	*ret_is_new = fstatat(holder->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0;
	if (*ret_is_new) {
		if (fs_rename_new(&stage->work, tree, holder, name, err) == 0)
			return 0;
		return err->sys == EEXIST ? exists(place, err) : -1;
	}
	if (how == NAMED_NEW || !S_ISDIR(st.st_mode))
		return exists(place, err);
	if (how == NAMED_REFRESH)
		return refresh(stage, tree, holder, name, err);
	/* What has the stage's name now goes with it. */
	return fs_exchange(&stage->work, tree, holder, name, err);
}

/* A link of that name may lead elsewhere: who said --force meant that. */
static int
make_link(const struct store *store, const struct named_place *place, enum named_how how,
	  struct err *err)
{
	struct stat st;

	if (!place->link)
		return 0;
	if (fstatat(store->versions.fd, place->link, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (how == NAMED_NEW || !S_ISLNK(st.st_mode))) {
		err_set(err, ERR_PROTECTED, "%s exists already", place->link);
		err_detail(err, "is", "%s/%s", store->versions.path, place->link);
		return err_detail(err, "to fix", "another name");
	}
	return fs_write_link(&store->versions, place->link, place->path, err);
}

int
named_commit(struct stage *stage, const char *tree, const struct named_place *place,
	     enum named_how how, struct err *err)
{
	const struct store *store = stage->store;
	cleanup_dirfd struct dir holder = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	bool made_holder;
	bool is_new = false;

	if (open_holder(store, place, &made_holder, &holder, err) < 0)
		return -1;
	if (put(stage, tree, &holder, place, how, &is_new, err) == 0 &&
	    make_link(store, place, how, err) == 0)
		return 0;
	if (is_new)
		(void)!fs_remove_tree(&holder, path_base(place->name).p, &ignored);
	if (made_holder)
		(void)rmdir(holder.path);
	return -1;
}
