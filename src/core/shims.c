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
#include "core/shims_internal.h"

/* Name of the shim program among our private programs. */
#define PROGRAM_NAME "pyvern-shim"
#define SHIMS_LOCK "shims"

struct rehash {
	const struct store *store;
	const struct events *events;
	struct dir libexec;
	struct dir shims;
	struct wanted wanted;
	bool change; /* false: only count what would change */
	struct shims_result result;
};

static void
rehash_reset(struct rehash *r)
{
	dir_reset(&r->libexec);
	dir_reset(&r->shims);
	wanted_reset(&r->wanted);
}

/* Is shims/.pyvern-shim what is installed? */
static bool
program_is_current(const struct rehash *r)
{
	struct stat installed;
	struct stat copy;

	if (fstatat(r->libexec.fd, PROGRAM_NAME, &installed, 0) < 0 ||
	    fstatat(r->shims.fd, LAYOUT_SHIM_PROGRAM, &copy, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(copy.st_mode) || installed.st_size != copy.st_size)
		return false;
	if (installed.st_mtim.tv_sec == copy.st_mtim.tv_sec &&
	    installed.st_mtim.tv_nsec == copy.st_mtim.tv_nsec)
		return true;
	if (!shim_same_content(&r->libexec, PROGRAM_NAME, &r->shims, LAYOUT_SHIM_PROGRAM))
		return false;
	/* Installed anew, and the same: let the next rehash see it at one look. In
	 * a folder of somebody else it cannot, and compares again. */
	(void)utimensat(r->shims.fd, LAYOUT_SHIM_PROGRAM,
			(struct timespec[]){ { .tv_nsec = UTIME_OMIT }, installed.st_mtim },
			AT_SYMLINK_NOFOLLOW);
	return true;
}

static int
refresh_program(const struct rehash *r, struct err *err)
{
	if (linkat(r->shims.fd, LAYOUT_SHIM_PROGRAM, r->shims.fd, SHIM_PROGRAM_OLD, 0) < 0 &&
	    errno != ENOENT && errno != EEXIST) {
		/* Without hard links the shims are copies: so is the former program. */
		if (shim_copy(&r->shims, LAYOUT_SHIM_PROGRAM, &r->shims, SHIM_PROGRAM_OLD, err) < 0)
			return -1;
	}
	return shim_copy(&r->libexec, PROGRAM_NAME, &r->shims, LAYOUT_SHIM_PROGRAM, err);
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

static int
drop(const struct rehash *r, const char *name, struct err *err)
{
	if (!r->change)
		return 0;
	if (unlinkat(r->shims.fd, name, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove the shim %s/%s", r->shims.path, name);
	return 0;
}

/* A file that is there; takes it out of the wanted ones. */
static int
settle(struct rehash *r, const struct shim_programs *programs, const char *name, struct err *err)
{
	enum shim_kind kind;
	bool is_ours;
	bool wanted;

	if (shim_kind_of(programs, name, &kind, err) < 0)
		return -1;
	is_ours = kind == SHIM_CURRENT || kind == SHIM_COPY || kind == SHIM_OLD;
	wanted = map_remove(&r->wanted.commands, name) != NULL;
	/* To be told again the next time. A copy can be changed without a trace in
	 * its folder; a link cannot, without one in the program. */
	if (kind == SHIM_FOREIGN || kind == SHIM_COPY)
		r->wanted.stamp.is_usable = false;
	if (kind == SHIM_FOREIGN && r->change)
		event_warning(r->events, name, "%s/%s was not made by pyvern: left as it is",
			      r->shims.path, name);
	if (kind == SHIM_FOREIGN || kind == SHIM_SOURCED)
		return 0;
	if (!wanted && !(is_ours && map_get(&r->wanted.idle, name))) {
		r->result.removed++;
		return drop(r, name, err);
	}
	if (kind == SHIM_CURRENT || kind == SHIM_COPY) {
		r->result.kept++;
		return 0;
	}
	r->result.added++;
	return r->change ? put_shim(r, name, err) : 0;
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
	adding->r->result.added++;
	return adding->r->change ? put_shim(adding->r, name, adding->err) : 0;
}

/* One pass over the folder. */
static int
pass(struct rehash *r, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *installed = path_join(r->libexec.path, PROGRAM_NAME, NULL);
	struct adding adding = { r, err };
	struct shim_programs programs;

	r->result = (struct shims_result){ 0 };
	if (shim_programs_look(&r->shims, &programs, err) < 0 ||
	    shims_wanted(r->store, &r->wanted, err) < 0)
		return -1;
	stamp_add(&r->wanted.stamp, installed);
	stamp_add(&r->wanted.stamp, LAYOUT_SHIMS "/" LAYOUT_SHIM_PROGRAM);
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

/* The link that shims hand over through, and the face of a new root. */
static int
write_marks(const struct rehash *r, bool first, struct err *err)
{
	const struct store *store = r->store;
	cleanup_free char *program = path_join(store->layout->bin, "pyvern", NULL);
	cleanup_free char *now = fs_read_link(&store->root, LAYOUT_PROGRAM);
	cleanup_free char *face = mem_printf("%s\n", store->policy->name);

	if ((!now || strcmp(now, program) != 0) &&
	    fs_write_link(&store->root, LAYOUT_PROGRAM, program, err) < 0)
		return -1;
	if (first && !fs_exists_at(&store->root, LAYOUT_FACE))
		return fs_write_file(&store->root, LAYOUT_FACE, str_from(face), 0644, err);
	return 0;
}

static int
change_folder(struct rehash *r, struct err *err)
{
	bool first = !fs_exists_at(&r->shims, LAYOUT_SHIM_PROGRAM);

	/* Left by a rehash that was cut short: finish that one first. */
	if (fs_exists_at(&r->shims, SHIM_PROGRAM_OLD) &&
	    (pass(r, err) < 0 || drop(r, SHIM_PROGRAM_OLD, err) < 0))
		return -1;
	if (!program_is_current(r) && refresh_program(r, err) < 0)
		return -1;
	/* The marks first: a shim must find its way from its first moment. */
	if (write_marks(r, first, err) < 0 || pass(r, err) < 0 ||
	    drop(r, SHIM_PROGRAM_OLD, err) < 0)
		return -1;
	/* Where something was done the folder is not as it was noted. */
	if (!r->result.added && !r->result.removed)
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
	if (!fs_is_executable_at(&r->libexec, PROGRAM_NAME)) {
		err_set(err, ERR_FAILED, "the program %s is missing in %s", PROGRAM_NAME,
			r->libexec.path);
		return err_detail(err, "to fix", "install pyvern again");
	}
	return fs_refuse_world_writable(&r->shims, err);
}

static int
rehash(struct rehash *r, struct err *err)
{
	cleanup_dirfd struct dir locks = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;

	if (open_folders(r, err) < 0)
		return -1;
	if (stamp_holds(r->store, &r->result.kept))
		return 0;
	if (fs_is_writable(&r->shims)) {
		r->change = true;
		/* The link to the program that shims hand over to is in the root. */
		if (fs_refuse_world_writable(&r->store->root, err) < 0 ||
		    fs_make_dir_at(&r->store->root, LAYOUT_LOCKS, LAYOUT_FOLDER_MODE, &locks, err) <
			    0 ||
		    fs_lock(&locks, SHIMS_LOCK, NULL, NULL, &lock, err) < 0)
			return -1;
		return change_folder(r, err);
	}
	if (pass(r, err) < 0)
		return -1;
	if (r->result.added || r->result.removed)
		return err_set(err, ERR_FAILED, "%s is not writable", r->shims.path);
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
