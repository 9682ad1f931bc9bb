/* SPDX-License-Identifier: MIT */
/* What the files of the shims module share among themselves. */
#ifndef PYVERN_CORE_SHIMS_INTERNAL_H
#define PYVERN_CORE_SHIMS_INTERNAL_H

#include <sys/stat.h>

#include "base/map.h"
#include "core/shims.h"

/* The former shim program, kept until no shim is a link to it any more: a
 * rehash that was cut short must know its own old shims again. */
#define SHIM_PROGRAM_OLD LAYOUT_SHIM_PROGRAM ".old"
/* Begins the name of what is renamed a moment later; left ones are removed. */
#define SHIM_TEMPORARY ".tmp-"

/* Names that need a shim: executables in the bin folders of all versions and
 * environments. */
int shims_wanted(const struct store *store, struct map *ret_wanted, struct err *err)
	__attribute__((warn_unused_result));

/* What a file in the shims folder is. */
enum shim_kind {
	SHIM_CURRENT, /* ours: the shim program or a copy of it */
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
void shim_programs_look(const struct dir *shims, struct shim_programs *ret);

enum shim_kind shim_kind_of(const struct shim_programs *programs, const char *name);

/* Is the program FROM/FROM_NAME the same as TO/TO_NAME, byte for byte? */
bool shim_same_content(const struct dir *from, const char *from_name, const struct dir *to,
		       const char *to_name);
/* Copy a program by way of a temporary; readers see the old or the new one. */
int shim_copy(const struct dir *from, const char *from_name, const struct dir *to,
	      const char *to_name, struct err *err) __attribute__((warn_unused_result));

#endif
