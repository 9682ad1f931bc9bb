/* SPDX-License-Identifier: MIT */
/* What the files of the shims module share among themselves. */
#ifndef PYVERN_CORE_SHIMS_INTERNAL_H
#define PYVERN_CORE_SHIMS_INTERNAL_H

#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/map.h"
#include "core/shims.h"

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
void stamp_reset(struct stamp *stamp);

/* Is all as the last rehash saw it? Then how many shims there are. */
bool stamp_holds(const struct store *store, unsigned *ret_kept);

/* What is in the bin folders of all versions and environments. */
struct wanted {
	struct map commands; /* executables: these need a shim */
	struct map idle;     /* other files: a shim that they have may stay */
	struct stamp stamp;
};
int shims_wanted(const struct store *store, struct wanted *ret_wanted, struct err *err)
	__attribute__((warn_unused_result));
void wanted_reset(struct wanted *wanted);

/* Is NAME below DIR a file that this user may run? As fs_is_executable_at(), with
 * one look where everybody may: this is asked for each file in each bin folder. */
bool shim_is_command(const struct dir *dir, const char *name);

/* What a file in the shims folder is. */
enum shim_kind {
	SHIM_CURRENT, /* ours: a link to the shim program */
	SHIM_COPY,    /* ours: a copy of it */
	SHIM_OLD,     /* ours, of the former shim program */
	SHIM_PYENV,   /* made by pyenv's rehash, starts a program */
	SHIM_SOURCED, /* made by pyenv's rehash, to be sourced (`activate`) */
	SHIM_FOREIGN,
};

/* The shim programs in a shims folder, looked at once for all shims. */
struct shim_programs {
	const struct dir *shims; /* borrowed */
	struct stat current;	 /* st_nlink 0: there is none */
	struct stat old;	 /* the same */
};
int shim_programs_look(const struct dir *shims, struct shim_programs *ret, struct err *err)
	__attribute__((warn_unused_result));

int shim_kind_of(const struct shim_programs *programs, const char *name, enum shim_kind *ret_kind,
		 struct err *err) __attribute__((warn_unused_result));

/* Is the program FROM/FROM_NAME the same as TO/TO_NAME, byte for byte? */
bool shim_same_content(const struct dir *from, const char *from_name, const struct dir *to,
		       const char *to_name);
/* Copy a program by way of a temporary; readers see the old or the new one. */
int shim_copy(const struct dir *from, const char *from_name, const struct dir *to,
	      const char *to_name, struct err *err) __attribute__((warn_unused_result));

#endif
