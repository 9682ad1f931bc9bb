/* SPDX-License-Identifier: MIT */
/* Links to versions' interpreters in a folder of the user's: python3.13 in ~/.local/bin. */
#ifndef PYVERN_CORE_BINLINKS_H
#define PYVERN_CORE_BINLINKS_H

/*
 * They are plain links, and no shims: what they start does not depend on a pin. The name is
 * that of the version's own program, of which the newest version has the link. The file
 * .bin-links in the root has a line for each that we made, its absolute path, so that it is
 * found again when its version goes; what is there by then and leads elsewhere is
 * somebody's.
 *
 *	binlinks_make(&store, "3.13.5", dir, force, &link, err)     after an installation
 *	binlinks_sweep(&store, &removed, err)                       after a removal
 */

#include "core/store.h"

/* Absolute path of the folder for them: XDG_BIN_HOME, else XDG_DATA_HOME/../bin, else
 * ~/.local/bin, as uv has it; NULL without a home. Owned by the caller (free). */
char *binlinks_folder(const struct layout *layout) __attribute__((warn_unused_result));

/* ERR_USAGE for a folder that is in the root, or has control characters in its path. */
int binlinks_check_folder(const struct layout *layout, const char *dir, struct err *err)
	__attribute__((warn_unused_result));

enum binlink_state {
	BINLINK_NEW,
	BINLINK_CHANGED, /* it led to another version, or to nothing, or FORCE */
	BINLINK_SAME,
	BINLINK_NEWER, /* it stays: it leads to a newer version */
};

struct binlink {
	enum binlink_state state;
	char *path;    /* absolute: "/home/u/.local/bin/python3.13" */
	char *version; /* that it leads to: "3.13.5" */
};

/* Make the link to the installed version NAME in DIR (absolute; made when it is missing).
 * ERR_PROTECTED for something that is no link of ours, unless FORCE, which never takes a
 * folder, and for a folder that all may write; ERR_USAGE for one in the root; ERR_FAILED
 * when the version has no program with its version in its name. */
int binlinks_make(const struct store *store, const char *name, const char *dir, bool force,
		  struct binlink *ret_link, struct err *err) __attribute__((warn_unused_result));

void binlink_reset(struct binlink *link);
#define cleanup_binlink cleanup_with(binlink_reset)

/* Remove the links that lead to what is not in versions/ any more. *RET_REMOVED: their
 * paths. */
int binlinks_sweep(const struct store *store, struct strvec *ret_removed, struct err *err)
	__attribute__((warn_unused_result));

/* The paths that we wrote down; they may be links of others, or nothing, by now. */
void binlinks_known(const struct store *store, struct strvec *ret_paths);

#endif
