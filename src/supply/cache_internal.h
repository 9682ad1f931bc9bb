/* SPDX-License-Identifier: MIT */
/* What the files of supply/cache share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_CACHE_INTERNAL_H
#define PYVERN_SUPPLY_CACHE_INTERNAL_H

#include "supply/cache.h"

/* "3.13.5" for Python-3.13.5.tar.xz, and for a build cpython-3.13.5+DATE-...; the
 * file's own name for what has another shape. Owned by the caller (free). */
char *cache_shown_name(struct str name) __attribute__((warn_unused_result));

/* As cache_lock() for the file of that digest in FOLDER; *RET_TAKEN is false at once when
 * a download has it. */
int cache_try_lock(const struct dir *folder, const char *sha256, bool *ret_taken, struct lock *ret,
		   struct err *err) __attribute__((warn_unused_result));

#endif
