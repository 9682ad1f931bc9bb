/* SPDX-License-Identifier: MIT */
/* Files and folders below an open folder. */
#ifndef PYVERN_OS_FS_H
#define PYVERN_OS_FS_H

/*
 * A struct dir is an open folder together with its path for messages. All
 * access is by single components (or short relative paths of our own making)
 * below one; names from outside pass path_component_ok() first.
 *
 *	cleanup_dirfd struct dir versions = DIR_INIT;
 *	if (fs_open_dir(path, &versions, err) < 0)
 *		return -1;
 *
 * Replacing a file: fs_write_file() writes a temporary beside it, syncs it,
 * renames it and syncs the folder; readers see the old or the new content.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

struct dir {
	int fd;	    /* -1: not open */
	char *path; /* absolute, for people and for exec */
};

#define DIR_INIT         \
	{                \
		.fd = -1 \
	}

void dir_reset(struct dir *dir);
#define cleanup_dirfd cleanup_with(dir_reset)

/* Open the folder at PATH (links are followed). */
int fs_open_dir(const char *path, struct dir *ret_dir, struct err *err)
	__attribute__((warn_unused_result));

/* Open the folder NAME below PARENT; a link there is refused. */
int fs_open_dir_at(const struct dir *parent, const char *name, struct dir *ret_dir, struct err *err)
	__attribute__((warn_unused_result));

/* Open the folder at RELATIVE below DIR one component after the other, so that no link is
 * followed. ERR_FAILED for what is no such path ("", "a//b", ".."). */
int fs_open_below(const struct dir *dir, const char *relative, struct dir *ret_dir, struct err *err)
	__attribute__((warn_unused_result));

/* Make PATH and its missing parents with MODE (less umask) and open it. */
int fs_make_dirs(const char *path, mode_t mode, struct dir *ret_dir, struct err *err)
	__attribute__((warn_unused_result));

/* Make the folder NAME below PARENT if it is missing, and open it. */
int fs_make_dir_at(const struct dir *parent, const char *name, mode_t mode, struct dir *ret_dir,
		   struct err *err) __attribute__((warn_unused_result));

/* Does NAME exist below DIR (a dangling link does)? */
bool fs_exists_at(const struct dir *dir, const char *name);
/* Is NAME below DIR, links followed, a folder / a regular file that we may run? */
bool fs_is_dir_at(const struct dir *dir, const char *name);
bool fs_is_executable_at(const struct dir *dir, const char *name);
/* Are the paths A and B the same folder, by their text (it need not be made yet) or in
 * fact? */
bool fs_same_folder(const char *a, const char *b);

/* Names in DIR without "." and "..", in byte order. */
int fs_list(const struct dir *dir, struct strvec *ret_names, struct err *err)
	__attribute__((warn_unused_result));
/* Those of them that begin with PREFIX: of a bin folder's thousands few are copied. */
int fs_list_starting(const struct dir *dir, const char *prefix, struct strvec *ret_names,
		     struct err *err) __attribute__((warn_unused_result));

/* Content of the regular file NAME below DIR, appended to RET. Never blocks
 * (FIFO, device: ERR_FAILED). RET's limit is the largest size accepted. */
int fs_read_file(const struct dir *dir, const char *name, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Target of the link NAME below DIR; NULL (without error) if NAME is missing
 * or no link. Owned by the caller (free). */
char *fs_read_link(const struct dir *dir, const char *name);

/* Replace the file NAME below DIR by TEXT, durably and at one stroke. */
int fs_write_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
		  struct err *err) __attribute__((warn_unused_result));

/* As fs_write_file, without waiting for the disk: after a power loss the file may
 * be empty. For trees that are synced as a whole, or can be made again. */
int fs_replace_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
		    struct err *err) __attribute__((warn_unused_result));

/* As fs_write_file(), for a file of the user's: one that is there keeps its mode and,
 * where we may, its owner; a new one gets MODE less umask. Neither has more bits of
 * mode than MOST. */
int fs_update_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
		   mode_t most, struct err *err) __attribute__((warn_unused_result));

/* Make the file NAME below DIR, which must not exist, with TEXT and MODE (less
 * umask). Not synced: for trees that get their name by a rename later. */
int fs_create_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
		   struct err *err) __attribute__((warn_unused_result));

/* Make the link NAME -> TARGET below DIR; EEXIST in err->sys when NAME exists. Not synced. */
int fs_make_link_at(const struct dir *dir, const char *name, const char *target, struct err *err)
	__attribute__((warn_unused_result));

/* Make or replace the link NAME -> TARGET below DIR at one stroke; not synced. */
int fs_write_link(const struct dir *dir, const char *name, const char *target, struct err *err)
	__attribute__((warn_unused_result));

/* Rename; fails with EEXIST in err->sys when the target exists. Where the system
 * cannot do both at once (see fs_exchange) it looks first, under the caller's lock. */
int fs_rename_new(const struct dir *from, const char *old_name, const struct dir *to,
		  const char *new_name, struct err *err) __attribute__((warn_unused_result));

/* Exchange two existing names. Where the system cannot (NFS, macOS without
 * RENAME_SWAP): two renames under the caller's lock. */
int fs_exchange(const struct dir *a, const char *name_a, const struct dir *b, const char *name_b,
		struct err *err) __attribute__((warn_unused_result));

/* Remove NAME below DIR with all that is in it, never through a link, also
 * out of folders without permissions. A missing NAME is fine. */
int fs_remove_tree(const struct dir *dir, const char *name, struct err *err)
	__attribute__((warn_unused_result));

/* Bytes on disk of the tree NAME below DIR (blocks; a file with several links
 * counts its share); what cannot be read counts nothing. */
uint64_t fs_tree_size(const struct dir *dir, const char *name);

/* Beginning of the names of what fs_write_file(), fs_write_link() and fs_exchange()
 * rename a moment later. */
#define FS_TEMPORARY ".tmp-"

/* A name that nothing has yet, as good as certainly: PREFIX and 12 random
 * characters. What is made under it still insists on being new (O_EXCL, mkdir).
 * Owned by the caller (free). */
char *fs_unique_name(const char *prefix) __attribute__((warn_unused_result));
/* Could NAME be one that fs_unique_name(PREFIX) gave? */
bool fs_is_unique_name(const char *name, const char *prefix);
/* Is NAME in DIR no folder, and so old that nobody is at work on it, whose work takes a moment? */
bool fs_is_left_over(const struct dir *dir, const char *name);
/* Remove the files in DIR, best effort, that have the name of a temporary and that nobody is
 * about to rename any more: that is done in a moment. */
void fs_sweep_temporaries(const struct dir *dir);

/* Wait until everything on DIR's file system, or DIR's own list of names, is on
 * the disk. */
int fs_sync_filesystem(const struct dir *dir, struct err *err) __attribute__((warn_unused_result));
int fs_sync_dir(const struct dir *dir, struct err *err) __attribute__((warn_unused_result));

/* Bytes free for this user on DIR's file system. */
uint64_t fs_free_bytes(const struct dir *dir);

/* May this user make files in DIR? */
bool fs_is_writable(const struct dir *dir);

/* ERR_PROTECTED when DIR is writable by all without the sticky bit: anybody
 * could exchange what we put there. */
int fs_refuse_world_writable(const struct dir *dir, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Locks: open-file-description locks on files that are never deleted; the
 * kernel drops them when the holder dies. A zeroed-with-LOCK_INIT lock is free.
 */
struct lock {
	int fd;
};
#define LOCK_INIT        \
	{                \
		.fd = -1 \
	}

/* Take the lock file NAME below DIR (made with mode 0666 less umask). Waits
 * until it is free: ON_WAIT (may be NULL) is called once when it has to. Gives
 * up with ERR_INTERRUPTED after a signal (os/sig). */
int fs_lock(const struct dir *dir, const char *name, void (*on_wait)(void *ctx), void *ctx,
	    struct lock *ret_lock, struct err *err) __attribute__((warn_unused_result));

/* As fs_lock, but *RET_TAKEN is false at once when another holds it. */
int fs_try_lock(const struct dir *dir, const char *name, bool *ret_taken, struct lock *ret_lock,
		struct err *err) __attribute__((warn_unused_result));

/* Take the folder DIR itself, if nobody has it: held until its descriptor is closed.
 * Tells whether the process that works in a folder lives, without a file in it. False
 * also where the file system cannot tell (some NFS). */
bool fs_try_lock_dir(const struct dir *dir);

void lock_release(struct lock *lock);
#define cleanup_lock cleanup_with(lock_release)

#endif
