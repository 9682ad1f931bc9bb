/* SPDX-License-Identifier: MIT */
/* Removing a version, an environment or a link. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/store_internal.h"

/* Name of the removed tree in its staging folder. */
#define TRASH_NAME "trash"

/* Open the folder that NAME is in: versions/, or V/envs of an environment. */
static int
open_holder(const struct store *store, const char *name, struct dir *ret_dir, struct err *err)
{
	cleanup_free char *whole = path_join(store->versions.path, name, NULL);
	struct str holder = path_dir(whole);
	cleanup_free char *path = mem_strndup(holder.p, holder.n);

	if (fs_open_dir(path, ret_dir, err) == 0)
		return 0;
	if (err->sys != ENOENT)
		return -1;
	err_reset(err);
	return err_set(err, ERR_NOT_INSTALLED, "%s is not installed", name);
}

/* Links to what is gone (a named environment's `shop -> 3.12.1/envs/shop`) go
 * with it. */
static int
remove_links_into(const struct store *store, const char *name, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(&store->versions, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *target = fs_read_link(&store->versions, names.items[i]);

		if (!target || !store_leads_into(store, target, name))
			continue;
		if (unlinkat(store->versions.fd, names.items[i], 0) < 0 && errno != ENOENT)
			return err_sys(err, "cannot remove the link %s/%s", store->versions.path,
				       names.items[i]);
	}
	return 0;
}

static int
unlink_name(const struct dir *holder, const char *name, struct err *err)
{
	if (unlinkat(holder->fd, name, 0) < 0)
		return err_sys(err, "cannot remove the link %s/%s", holder->path, name);
	return 0;
}

/* Move NAME into a staging folder: from there on it is gone for everybody. */
static int
move_to_trash(const struct dir *holder, const char *name, struct stage *trash, struct err *err)
{
	if (stage_make(trash, err) < 0)
		return -1;
	return fs_rename_new(holder, name, &trash->work, TRASH_NAME, err);
}

/* NAME is gone for everybody; its links, our aliases and at last its files follow,
 * so that what cannot be deleted leaves nothing behind that leads to it. */
static int
clear_up(const struct store *store, const struct dir *holder, const char *name,
	 const struct stage *trash, uint64_t *ret_freed, struct err *err)
{
	if (remove_links_into(store, name, err) < 0 || store_refresh_aliases(store, err) < 0 ||
	    fs_sync_dir(holder, err) < 0)
		return err_wrap(err, "%s is gone, but not all that led to it", name);
	*ret_freed = fs_tree_size(&trash->work, TRASH_NAME);
	if (fs_remove_tree(&trash->work, TRASH_NAME, err) == 0)
		return 0;
	err_wrap(err, "%s is gone, but not all of its files", name);
	return err_detail(err, "left", "%s", trash->work.path);
}

int
store_remove(const struct store *store, const char *name, const struct events *events,
	     uint64_t *ret_freed, struct err *err)
{
	struct str last = path_base(name);
	cleanup_dirfd struct dir holder = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_stage struct stage trash = STAGE_INIT;
	struct stat st;
	uint64_t freed = 0;

	if (store_check_name(name, err) < 0 ||
	    store_lock_version(store, name, events, &lock, err) < 0)
		return -1;
	/* What an earlier one was cut short in goes, too. */
	stage_sweep(store, name);
	if (open_holder(store, name, &holder, err) < 0)
		return -1;
	if (fstatat(holder.fd, last.p, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(err, ERR_NOT_INSTALLED, "%s is not installed", name);
	trash.store = store;
	if (S_ISLNK(st.st_mode)) {
		if (unlink_name(&holder, last.p, err) < 0 ||
		    (!strchr(name, '/') && store_forget_adopted(store, name, err) < 0) ||
		    store_refresh_aliases(store, err) < 0)
			return -1;
	} else {
		if (move_to_trash(&holder, last.p, &trash, err) < 0)
			return err_wrap(err, "cannot remove %s", name);
		if (clear_up(store, &holder, name, &trash, &freed, err) < 0)
			return -1;
	}
	if (ret_freed)
		*ret_freed = freed;
	return 0;
}
