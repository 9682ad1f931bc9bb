/* SPDX-License-Identifier: MIT */
/* The list of everything in an installed tree. */
#ifndef PYVERN_SUPPLY_MANIFEST_H
#define PYVERN_SUPPLY_MANIFEST_H

/*
 * .pyvern/manifest.mtree names every folder, file and link of a version with
 * mode, size and SHA-256, sorted by name, in mtree(5) format, which bsdtar and
 * mtree read and compare: `bsdtar -tf manifest.mtree`, `mtree -p DIR -f FILE`.
 * Times are left out: they say nothing about the content, and a copy or a
 * restored backup would differ everywhere. The manifest itself is not in it.
 *
 * It is made before the commit and stays true after it: the rename changes no
 * file, and importing modules and running pip write none.
 */

#include <stdint.h>

#include "base/event.h"
#include "base/vec.h"
#include "os/fs.h"

struct manifest_result {
	uint64_t files;
	uint64_t bytes;
};

/* Write the manifest of TREE to .pyvern/manifest.mtree (META is the open folder
 * .pyvern). Progress goes to EVENTS as the phase "manifest", in files. ERR_FAILED
 * for anything but folders, regular files and links in the tree. */
int manifest_write(const struct dir *tree, const struct dir *meta, const char *subject,
		   const struct events *events, struct manifest_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));

enum manifest_change { MANIFEST_CHANGED, MANIFEST_VANISHED, MANIFEST_APPEARED };

struct manifest_difference {
	enum manifest_change change;
	char *path;   /* relative */
	char *sha256; /* of the file that is there now, in hexadecimal digits; NULL: none is */
};

struct manifest_differences {
	struct manifest_difference *items; /* in the order of their paths */
	size_t count;
	uint64_t files; /* that were looked at */
};
void manifest_differences_reset(struct manifest_differences *differences);
#define cleanup_manifest_differences cleanup_with(manifest_differences_reset)

/* What has become of TREE since its manifest was written. Environments in it (envs) are not
 * looked at. Progress as of manifest_write(), as the phase "verify". */
int manifest_compare(const struct dir *tree, const struct dir *meta, const char *subject,
		     const struct events *events, struct manifest_differences *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Where a few files are changed for a reason of ours, the others' lines stay as they
 * are, so that what somebody else has changed is still found:
 *
 *	manifest_find_true(&tree, &meta, &paths, &is_true, err)     before
 *	manifest_renew(&tree, &meta, &is_true, err)                 afterwards
 */

/* Those of PATHS (relative, as in the tree) whose lines are true, appended to RET_TRUE.
 * None when there is no manifest. */
int
manifest_find_true(const struct dir *tree, const struct dir *meta, const struct strvec *paths,
		   struct strvec *ret_true, struct err *err) __attribute__((warn_unused_result));

/* The lines of PATHS (relative, as in the tree) in the manifest, in their order: each without its
 * path, "" where there is none. */
int
manifest_find_lines(const struct dir *meta, const struct strvec *paths, struct strvec *ret_lines,
		    struct err *err) __attribute__((warn_unused_result));

/* Such a line for the file, folder or link NAME of DIR as it is now; NULL when it is gone. Owned
 * by the caller (free). */
int manifest_line_now(const struct dir *dir, const char *name, char **ret_line, struct err *err)
	__attribute__((warn_unused_result));

/* Write the lines of PATHS anew, in one replacement of the manifest; those of files that
 * are gone go. Paths without a line get none. */
int manifest_renew(const struct dir *tree, const struct dir *meta, const struct strvec *paths,
		   struct err *err) __attribute__((warn_unused_result));

#endif
