/* SPDX-License-Identifier: MIT */
/* Which shim is running, and of which root. */
#ifndef PYVERN_SHIMS_PLACE_H
#define PYVERN_SHIMS_PLACE_H

#include <stdbool.h>

#include "base/path.h"
#include "core/selection.h"

struct place {
	const char *root;    /* the root's path */
	const char *name;    /* the command that was asked for */
	bool is_named;	     /* ROOT is what the environment calls it, too */
	struct file_id self; /* the shim that runs */
	int root_fd;	     /* the open root (closed on exec) */
	struct str linked;   /* the other folder in which it was found as a link; or "" */
};

/* What a place can point into; apart, because it mostly does not. */
struct place_text {
	char root[PATH_TEXT_MAX];
	char name[PATH_NAME_MAX + 1];
};

/* Does the program run with more rights than its caller (setuid, setgid)? */
bool place_is_elevated(void);

/* Fill PLACE. ARGV0 may be NULL or empty. NAMED is the root's path by the
 * environment, or NULL: kept where it is the root above the shim, because Pythons
 * see their prefix by that path. NULL, or why there is no place: static. */
const char *
place_find(const char *argv0, const char *named, struct place_text *text, struct place *ret);

#endif
