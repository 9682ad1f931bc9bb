/* SPDX-License-Identifier: MIT */
/* rehash: make the shims folder right. */
#include <config.h>

#include "core/shims.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/hooks.h"
#include "core/shims_internal.h"

struct rehash {
	const struct store *store;
	const struct events *events;
	bool in_passing; /* at an exec: without waiting, without words */
	struct dir libexec;
	struct dir shims;
	struct strvec hooks; /* files */
	struct wanted wanted;
	struct map seen; /* names of commands that have their shim */
	bool change;	 /* false: only count what would change */
	struct shims_result result;
};

static void
rehash_reset(struct rehash *r)
{
	dir_reset(&r->libexec);
	dir_reset(&r->shims);
	strvec_reset(&r->hooks);
	wanted_reset(&r->wanted);
	map_reset(&r->seen);
}

/* A hard link to the shim program; where that fails (too many links, no links
 * on this file system, another user's file) a copy. */
static int
put_shim(const struct rehash *r, const char *name, struct err *err)
{
	cleanup_free char *temporary = fs_unique_name(SHIM_TEMPORARY);
	int fd = r->shims.fd;

	if (linkat(fd, LAYOUT_SHIM_PROGRAM, fd, temporary, 0) < 0)
		return shim_copy(&r->shims, LAYOUT_SHIM_PROGRAM, &r->shims, name, err);
	if (renameat(fd, temporary, fd, name) == 0)
		return 0;
	err_sys(err, "cannot make the shim %s/%s", r->shims.path, name);
	unlinkat(fd, temporary, 0);
	return -1;
}

/* The shim of NAME: a link, or a file of its own. */
static int
put(const struct rehash *r, const char *name, struct err *err)
{
	const char *text = map_get(&r->wanted.files, name);

	if (!r->change)
		return 0;
	return text ? shim_put_file(r->store, &r->shims, name, text, err) : put_shim(r, name, err);
}

static int
drop(const struct rehash *r, const char *name, struct err *err)
{
	if (!r->change)
		return 0;
	if (unlinkat(r->shims.fd, name, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove the shim %s/%s", r->shims.path, name);
	return 0;
}

/* What can change without a trace in its folder is looked at by itself the next time;
 * a stranger is named again, too. */
static void
note(struct rehash *r, const char *name, enum shim_kind kind)
{
	cleanup_free char *path = path_join(LAYOUT_SHIMS, name, NULL);

	if (kind == SHIM_CURRENT)
		return;
	stamp_add(&r->wanted.stamp, path);
	if (kind == SHIM_FOREIGN)
		stamp_add_foreign(&r->wanted.stamp, name);
}

static bool
is_right(const struct rehash *r, const char *name, enum shim_kind kind)
{
	const char *text = map_get(&r->wanted.files, name);

	if (text)
		return shim_has_text(&r->shims, name, text);
	return kind == SHIM_CURRENT || kind == SHIM_COPY;
}

/* A file that is there. */
static int
settle(struct rehash *r, const struct shim_programs *programs, const char *name, struct err *err)
{
	enum shim_kind kind;
	bool is_ours;
	bool wanted = map_get(&r->wanted.commands, name) != NULL;

	if (shim_kind_of(programs, name, &kind, err) < 0)
		return -1;
	is_ours = kind == SHIM_CURRENT || kind == SHIM_COPY || kind == SHIM_OLD;
	if (!r->change)
		note(r, name, kind);
	map_set(&r->seen, name, r);
	if (kind == SHIM_FOREIGN && !is_right(r, name, kind)) {
		if (!r->change)
			shims_warn_foreign(r->events, &r->shims, name);
		return 0;
	}
	if (!wanted && !(is_ours && (r->wanted.unread.count || map_get(&r->wanted.idle, name)))) {
		r->result.removed++;
		return drop(r, name, err);
	}
	if (is_right(r, name, kind)) {
		r->result.kept++;
		return 0;
	}
	r->result.added++;
	return put(r, name, err);
}

struct adding {
	struct rehash *r;
	struct err *err;
};

static int
add_one(const char *name, void *value, void *ctx)
{
	const struct adding *adding = ctx;

	(void)value;
	if (map_get(&adding->r->seen, name))
		return 0;
	adding->r->result.added++;
	return put(adding->r, name, adding->err);
}

/* One pass over the folder. */
static int
pass(struct rehash *r, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	struct adding adding = { r, err };
	struct shim_programs programs;

	r->result = (struct shims_result){ 0 };
	map_reset(&r->seen);
	if (shim_programs_look(r->store, &r->shims, &programs, err) < 0)
		return -1;
	stamp_add(&r->wanted.stamp, LAYOUT_SHIMS);
	if (fs_list(&r->shims, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];

		/* We hold the lock: nobody is about to rename it. */
		if (str_starts(str_from(name), STR_LIT(SHIM_TEMPORARY)) && drop(r, name, err) < 0)
			return -1;
		if (name[0] != '.' && settle(r, &programs, name, err) < 0)
			return -1;
	}
	return map_each(&r->wanted.commands, add_one, &adding);
}

static bool
marks_are_right(const struct rehash *r)
{
	const struct store *store = r->store;
	cleanup_free char *program = path_join(store->layout->bin, "pyvern", NULL);
	cleanup_free char *now = fs_read_link(&store->root, LAYOUT_PROGRAM);
	bool hooks;

	(void)policy_of_root_and_hooks(store->root.fd, &hooks);
	return now && strcmp(now, program) == 0 && hooks == r->wanted.hooks_meet_shims;
}

/* The link that shims hand over through, the face of a new root, and whether there are
 * hooks that a shim must hand over to. */
static int
write_marks(const struct rehash *r, bool first, struct err *err)
{
	const struct store *store = r->store;
	cleanup_free char *program = path_join(store->layout->bin, "pyvern", NULL);
	cleanup_free char *now = fs_read_link(&store->root, LAYOUT_PROGRAM);
	bool hooks;

	if ((!now || strcmp(now, program) != 0) &&
	    fs_write_link(&store->root, LAYOUT_PROGRAM, program, err) < 0)
		return -1;
	(void)policy_of_root_and_hooks(store->root.fd, &hooks);
	if ((first && !fs_exists_at(&store->root, LAYOUT_FACE)) ||
	    hooks != r->wanted.hooks_meet_shims)
		return policy_write(&store->root, store->policy, r->wanted.hooks_meet_shims, err);
	return 0;
}

static int
change_folder(struct rehash *r, struct err *err)
{
	cleanup_with(pyenv_lock_release) struct pyenv_lock lock = PYENV_LOCK_INIT;
	bool first = !fs_exists_at(&r->shims, LAYOUT_SHIM_PROGRAM);

	if (pyenv_lock_take(&r->shims, r->in_passing, &lock, err) < 0)
		return -1;
	r->change = true;
	/* Left by a rehash that was cut short: finish that one first. */
	if (fs_exists_at(&r->shims, SHIM_PROGRAM_OLD) &&
	    (pass(r, err) < 0 || drop(r, SHIM_PROGRAM_OLD, err) < 0))
		return -1;
	/* The marks first: a shim must find its way from its first moment, and what was ended
	 * after the program would not be the first any more. */
	if (write_marks(r, first, err) < 0)
		return -1;
	if (!shim_program_is_current(&r->libexec, &r->shims) &&
	    shim_refresh_program(&r->libexec, &r->shims, err) < 0)
		return -1;
	if (pass(r, err) < 0 || drop(r, SHIM_PROGRAM_OLD, err) < 0)
		return -1;
	return shim_forget_files(r->store, &r->wanted.files, err);
}

static void
add_to_stamp(void *ctx, const char *path)
{
	stamp_add(ctx, path);
}

/* All that decides which shims there should be. */
static int
look(struct rehash *r, bool run_hooks, struct err *err)
{
	const struct store *store = r->store;
	struct wanted *wanted = &r->wanted;
	cleanup_free char *installed = path_join(r->libexec.path, SHIM_PROGRAM_NAME, NULL);

	if (shims_wanted(store, wanted, err) < 0)
		return -1;
	for (size_t i = 0; i < wanted->unread.count; i++)
		event_warning(r->events, "shims", "%s; no shim is taken away",
			      wanted->unread.items[i]);
	stamp_add(&wanted->stamp, installed);
	stamp_add(&wanted->stamp, LAYOUT_SHIMS "/" LAYOUT_SHIM_PROGRAM);
	hooks_each_path(store->layout, add_to_stamp, &wanted->stamp);
	wanted->hooks_meet_shims = hooks_meet_shims(store->layout);
	if (run_hooks && shims_ask_hooks(store, &r->hooks, wanted, err) < 0)
		return -1;
	return shims_want_sourced(store, wanted, err);
}

/* Something has changed, maybe by what does not know our aliases (pyenv, rm). Where there
 * are none, none are made: the root may be pyenv's. */
static int
mend_aliases(const struct store *store, struct err *err)
{
	cleanup_strvec struct strvec wrong = { 0 };

	if (!fs_is_writable(&store->versions))
		return 0;
	if (store_check_aliases(store, &wrong, err) < 0)
		return -1;
	return wrong.count ? store_refresh_aliases(store, err) : 0;
}

/* Under our lock: see what is to do, and do it if there is anything. */
static int
look_and_change(struct rehash *r, struct err *err)
{
	bool is_usual;

	if (mend_aliases(r->store, err) < 0)
		return -1;
	if (look(r, r->hooks.count > 0, err) < 0)
		return -1;
	if (r->wanted.hook_ended) {
		r->result.hook_ended = true;
		r->result.hook_status = r->wanted.hook_status;
		return 0;
	}
	is_usual = !fs_exists_at(&r->shims, SHIM_PROGRAM_OLD) && !pyenv_lock_is_left(&r->shims) &&
		   shim_program_is_current(&r->libexec, &r->shims) && marks_are_right(r);
	if (pass(r, err) < 0)
		return -1;
	if (!is_usual || r->result.added || r->result.removed)
		return change_folder(r, err);
	/* Where something was done the folder is not as it was noted. */
	stamp_write(&r->wanted.stamp, r->result.kept);
	return 0;
}

static int
open_folders(struct rehash *r, struct err *err)
{
	const struct store *store = r->store;

	if (fs_open_dir(store->layout->libexec, &r->libexec, err) < 0 ||
	    fs_make_dir_at(&store->root, LAYOUT_SHIMS, LAYOUT_FOLDER_MODE, &r->shims, err) < 0)
		return -1;
	if (!fs_is_executable_at(&r->libexec, SHIM_PROGRAM_NAME)) {
		err_set(err, ERR_FAILED, "the program %s is missing in %s", SHIM_PROGRAM_NAME,
			r->libexec.path);
		return err_detail(err, "to fix", "install pyvern again");
	}
	return fs_refuse_world_writable(&r->shims, err);
}

static int
not_writable(const struct rehash *r, struct err *err)
{
	err_set(err, ERR_FAILED, "%s is not writable", r->shims.path);
	return err_pyenv(err, "pyenv: cannot rehash: %s isn't writable", r->shims.path);
}

static int
rehash(struct rehash *r, struct err *err)
{
	const struct store *store = r->store;
	cleanup_dirfd struct dir locks = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;

	if (r->in_passing && stamp_holds(store, r->events, &r->result.kept))
		return 0;
	if (open_folders(r, err) < 0)
		return -1;
	hooks_find(store->layout, "rehash", &r->hooks);
	/* Hooks may depend on anything: who asks for a rehash gets them run. */
	if (!r->in_passing && r->hooks.count == 0 && stamp_holds(store, r->events, &r->result.kept))
		return 0;
	if (fs_is_writable(&r->shims)) {
		/* The link to the program that shims hand over to is in the root. */
		if (fs_refuse_world_writable(&store->root, err) < 0 ||
		    fs_make_dir_at(&store->root, LAYOUT_LOCKS, LAYOUT_FOLDER_MODE, &locks, err) <
			    0 ||
		    shims_lock(&locks, r->in_passing, &lock, err) < 0)
			return -1;
		if (look_and_change(r, err) < 0)
			return -1;
		if (!r->result.hook_ended && r->wanted.unread.count == 0)
			stamp_date(&r->wanted.stamp);
		return 0;
	}
	if (look(r, false, err) < 0 || pass(r, err) < 0)
		return -1;
	if (r->result.added || r->result.removed)
		return not_writable(r, err);
	return 0;
}

int
shims_rehash(const struct store *store, const struct events *events,
	     struct shims_result *ret_result, struct err *err)
{
	cleanup_with(rehash_reset) struct rehash r = {
		.store = store, .events = events, .libexec = DIR_INIT, .shims = DIR_INIT
	};

	if (rehash(&r, err) < 0)
		return err_wrap(err, "cannot rehash");
	*ret_result = r.result;
	return 0;
}

static int
check(struct rehash *r, struct shims_state *ret, struct err *err)
{
	static const struct events nobody = { 0 };
	const struct store *store = r->store;
	cleanup_free char *path = path_join(store->layout->root, LAYOUT_SHIMS, NULL);
	bool has_stamp;

	ret->exists = fs_is_dir_at(&store->root, LAYOUT_SHIMS);
	if (!ret->exists)
		return 0;
	if (fs_open_dir(store->layout->libexec, &r->libexec, err) < 0 ||
	    fs_open_dir(path, &r->shims, err) < 0)
		return -1;
	hooks_find(store->layout, "rehash", &r->hooks);
	ret->hooks_decide = r->hooks.count > 0;
	has_stamp = stamp_holds(store, &nobody, &r->result.kept);
	if (look(r, false, err) < 0 || pass(r, err) < 0)
		return -1;
	ret->wants = r->result;
	ret->is_current = shim_program_is_current(&r->libexec, &r->shims) && marks_are_right(r);
	ret->stamp_lies = has_stamp && (!ret->is_current || r->result.added || r->result.removed);
	return 0;
}

int
shims_check(const struct store *store, const struct events *strangers,
	    struct shims_state *ret_state, struct err *err)
{
	cleanup_with(rehash_reset) struct rehash r = {
		.store = store, .events = strangers, .libexec = DIR_INIT, .shims = DIR_INIT
	};

	*ret_state = (struct shims_state){ 0 };
	return check(&r, ret_state, err);
}

/* Has each program in the folder BIN a shim of ours? */
static bool
have_shims(const struct store *store, const char *bin)
{
	cleanup_dirfd struct dir programs = DIR_INIT;
	cleanup_dirfd struct dir shims = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct stat program;
	struct stat shim;

	if (fs_open_dir_at(&store->root, LAYOUT_SHIMS, &shims, &ignored) < 0 ||
	    fstatat(shims.fd, LAYOUT_SHIM_PROGRAM, &program, 0) < 0 ||
	    fs_open_dir(bin, &programs, &ignored) < 0 || fs_list(&programs, &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];

		if (name[0] == '.' || !shim_is_command(&programs, name))
			continue;
		/* A hard link, or a copy where links fail. */
		if (fstatat(shims.fd, name, &shim, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(shim.st_mode) || shim.st_size != program.st_size)
			return false;
	}
	return true;
}

void
shims_refresh_for(const struct layout *layout, const char *bin)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err ignored = { 0 };

	if (store_open(layout, &store, &ignored) < 0 || !have_shims(&store, bin))
		shims_refresh(layout);
}

void
shims_refresh(const struct layout *layout)
{
	static const struct events nobody = { 0 };
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_with(rehash_reset) struct rehash r = { .store = &store,
						       .events = &nobody,
						       .in_passing = true,
						       .libexec = DIR_INIT,
						       .shims = DIR_INIT };

	/* Shims that we did not make, or none, are somebody's choice. */
	if (store_open(layout, &store, &ignored) < 0 || store.versions.fd < 0 ||
	    !fs_exists_at(&store.root, LAYOUT_SHIMS "/" LAYOUT_SHIM_PROGRAM))
		return;
	(void)!rehash(&r, &ignored);
}
