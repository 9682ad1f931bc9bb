/* SPDX-License-Identifier: MIT */
/* What the files of the shims module share among themselves. */
#ifndef PYVERN_CORE_SHIMS_INTERNAL_H
#define PYVERN_CORE_SHIMS_INTERNAL_H

#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/map.h"
#include "core/shims.h"
#include "os/fs.h"

/* The former shim program, kept until no shim is a link to it any more: a
 * rehash that was cut short must know its own old shims again. */
#define SHIM_PROGRAM_OLD LAYOUT_SHIM_PROGRAM ".old"
/* Begins the name of what is renamed a moment later; left ones are removed. */
#define SHIM_TEMPORARY FS_TEMPORARY

/* What the last rehash saw (its format is in shims_stamp.c). */
#define SHIMS_STAMP ".rehashed"

/* What a rehash sees, to be written down when there was nothing to do. */
struct stamp {
	const struct store *store;
	struct timespec began;
	bool is_usable;	  /* nothing of it can have changed without a trace */
	struct buf lines; /* the file's text */
};

/* Start anew. */
void stamp_begin(struct stamp *stamp, const struct store *store);
/* Note the file or folder PATH, below the root or absolute, as it is; before it
 * is read. */
void stamp_add(struct stamp *stamp, const char *path);
/* Note that the file PATH is no program: it can become one without its folder
 * showing it. */
void stamp_add_idle(struct stamp *stamp, const char *path);
/* Write it down, if it is usable; failing costs only time. */
void stamp_write(struct stamp *stamp, unsigned kept);
/* Date the file, written now or not: all that is older has been seen. Best effort. */
void stamp_date(const struct stamp *stamp);
void stamp_reset(struct stamp *stamp);

/* Note that the file NAME in the shims folder is not ours. */
void stamp_add_foreign(struct stamp *stamp, const char *name);

/* Is all as the last rehash saw it? Then how many shims there are; of the files that are
 * not ours EVENTS is told again. */
bool stamp_holds(const struct store *store, const struct events *events, unsigned *ret_kept);

/* Tell that NAME is not ours. */
void shims_warn_foreign(const struct events *events, const struct dir *shims, const char *name);

/* What is in the bin folders of all versions and environments. */
struct wanted {
	struct map commands; /* executables: these need a shim */
	struct map idle;     /* other files: a shim that they have may stay */
	struct map files;    /* commands whose shim is no link: its text, ours to free */
	/* Why folders could not be read. Nobody knows what is in them: no shim is taken away. */
	struct strvec unread;
	bool hooks_meet_shims;
	bool hook_ended; /* a hook of `rehash` said `exit`, with hook_status */
	int hook_status;
	struct stamp stamp;
};
int shims_wanted(const struct store *store, struct wanted *ret_wanted, struct err *err)
	__attribute__((warn_unused_result));
void wanted_reset(struct wanted *wanted);
/* Let the shim of NAME be a file with TEXT (taken). */
void wanted_set_file(struct wanted *wanted, const char *name, char *text);

/* Is NAME a program of the system that conda brings along? A conda's own does not hide
 * the system's. */
bool shim_is_condas(const char *name);

/* Run the `rehash` hooks FILES: they add names, take some away, and write shims. */
int shims_ask_hooks(const struct store *store, const struct strvec *files, struct wanted *wanted,
		    struct err *err) __attribute__((warn_unused_result));

/* Commands that are not run but sourced (`activate`) get shims that are sourced. */
int shims_want_sourced(const struct store *store, struct wanted *wanted, struct err *err)
	__attribute__((warn_unused_result));
/* Begins a text of these. */
#define SHIM_SOURCED_MARK "# pyvern: this file is sourced"

/* Take the lock of the shims folder among pyverns. IN_PASSING: fail at once when
 * another has it; else wait for PYENV_REHASH_TIMEOUT seconds. */
int shims_lock(const struct dir *locks, bool in_passing, struct lock *ret_lock, struct err *err)
	__attribute__((warn_unused_result));

/*
 * pyenv's lock: its rehash makes shims/.pyenv-shim, which must not exist, writes what
 * its shims are copies of, and removes it at the end (facts/pyenv.md, rehash). While we
 * change something we have one, too; ours is a link that says so.
 */
struct pyenv_lock {
	const struct dir *shims;
};
#define PYENV_LOCK_INIT \
	{               \
		NULL    \
	}
int pyenv_lock_take(const struct dir *shims, bool in_passing, struct pyenv_lock *ret_lock,
		    struct err *err) __attribute__((warn_unused_result));
/* Is there one that a killed pyvern left? Only who holds shims_lock() may ask. */
bool pyenv_lock_is_left(const struct dir *shims);
void pyenv_lock_release(struct pyenv_lock *lock);

/* Is NAME below DIR a file that this user may run? As fs_is_executable_at(), with
 * one look where everybody may: this is asked for each file in each bin folder. */
bool shim_is_command(const struct dir *dir, const char *name);

/* What a file in the shims folder is. */
enum shim_kind {
	SHIM_CURRENT, /* ours: a link to the shim program */
	SHIM_COPY,    /* ours: a copy of it */
	SHIM_OLD,     /* ours, of the former shim program */
	SHIM_PYENV,   /* made by pyenv's rehash, starts a program */
	SHIM_SOURCED, /* to be sourced (`activate`): ours, or made by pyenv's rehash */
	SHIM_HOOKED,  /* a hook of `rehash` has written it */
	SHIM_FOREIGN,
};

/* The shim programs in a shims folder, looked at once for all shims. */
struct shim_programs {
	const struct store *store; /* borrowed */
	const struct dir *shims;   /* borrowed */
	struct stat current;	   /* st_nlink 0: there is none */
	struct stat old;	   /* the same */
};
int
shim_programs_look(const struct store *store, const struct dir *shims, struct shim_programs *ret,
		   struct err *err) __attribute__((warn_unused_result));

int shim_kind_of(const struct shim_programs *programs, const char *name, enum shim_kind *ret_kind,
		 struct err *err) __attribute__((warn_unused_result));

/* Is the program FROM/FROM_NAME the same as TO/TO_NAME, byte for byte? */
bool shim_same_content(const struct dir *from, const char *from_name, const struct dir *to,
		       const char *to_name);
/* Copy a program by way of a temporary; readers see the old or the new one. */
int shim_copy(const struct dir *from, const char *from_name, const struct dir *to,
	      const char *to_name, struct err *err) __attribute__((warn_unused_result));

/* Name of the shim program among our private programs. */
#define SHIM_PROGRAM_NAME "pyvern-shim"
/* Is SHIMS/.pyvern-shim what is installed in LIBEXEC? One that was installed anew and is the
 * same gets its time. */
bool shim_program_is_current(const struct dir *libexec, const struct dir *shims);
/* Make it that; the former one stays as SHIM_PROGRAM_OLD. */
int shim_refresh_program(const struct dir *libexec, const struct dir *shims, struct err *err)
	__attribute__((warn_unused_result));

/* Make the shim NAME a file with TEXT, and remember that it is ours: a copy of what a
 * hook wrote is kept in $ROOT/.hooked. */
int shim_put_file(const struct store *store, const struct dir *shims, const char *name,
		  const char *text, struct err *err) __attribute__((warn_unused_result));
/* Is the shim NAME an executable file with TEXT? */
bool shim_has_text(const struct dir *shims, const char *name, const char *text);
/* Forget all that hooks once wrote and are not in FILES. */
int shim_forget_files(const struct store *store, const struct map *files, struct err *err)
	__attribute__((warn_unused_result));
#define SHIMS_HOOKED ".hooked"
/* 64 KiB: a shim that a hook wrote; it is a script of some lines. */
#define SHIM_TEXT_MAX ((size_t)64 * 1024)

#endif
