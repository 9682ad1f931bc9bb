/* SPDX-License-Identifier: MIT */
/* What writing a manifest and renewing some of its lines share. */
#ifndef PYVERN_SUPPLY_MANIFEST_INTERNAL_H
#define PYVERN_SUPPLY_MANIFEST_INTERNAL_H

#include "supply/manifest.h"

/* An installed CPython's manifest has 1.5 MB; this is for a large conda tree. */
#define MANIFEST_MAX ((size_t)128 * 1024 * 1024)

/* NAME as mtree writes it: blanks, `#`, `\`, `=`, and bytes outside printable
 * ASCII as \ooo. Owned by the caller (free). */
char *manifest_escape(const char *name) __attribute__((warn_unused_result));

/* The lines of all that is in TREE, appended to RET; PHASE is what events call it. LENIENT: what
 * cannot be read, or is no file, gets a line that says so, and envs is left out. */
int manifest_text(const struct dir *tree, const char *subject, const char *phase, bool lenient,
		  const struct events *events, struct buf *ret, struct manifest_result *ret_result,
		  struct err *err) __attribute__((warn_unused_result));

/* Append the line of the file, or of the link, NAME in DIR; SHOWN is its path, escaped. */
int manifest_add_file(struct buf *text, const struct dir *dir, const char *name, const char *shown,
		      const struct stat *st, struct err *err) __attribute__((warn_unused_result));
int manifest_add_link(struct buf *text, const struct dir *dir, const char *name, const char *shown,
		      struct err *err) __attribute__((warn_unused_result));

#endif
