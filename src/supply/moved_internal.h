/* SPDX-License-Identifier: MIT */
/* What the parts of supply/moved share. */
#ifndef PYVERN_SUPPLY_MOVED_INTERNAL_H
#define PYVERN_SUPPLY_MOVED_INTERNAL_H

#include "supply/moved.h"
#include "supply/relocate.h"

/* Can PATH be a root that the store's was before: absolute, such as scripts can name,
 * and not the store's own by another name? */
bool moved_root_ok(const struct store *store, const char *path);

/* R, where PATH is R/AT or below that; NULL. Owned by the caller (free). */
char *moved_root_in(const char *path, const char *at) __attribute__((warn_unused_result));

/* Add ROOT to ROOTS, once. Takes it. */
void moved_add_root(struct strvec *roots, char *root);

/* What the environment NAME (NULL: outside of the root) in TREE tells of its roots. One
 * that its base names counts when it is in KNOWN, or is gone, or when the environment is
 * in that base. */
void moved_env_roots(const struct moved_spec *spec, const char *name, const struct dir *tree,
		     const struct strvec *known, struct strvec *ret_roots);

/* Add what FROM says to TO. */
void moved_add_report(struct relocate_report *to, const struct relocate_report *from);

/*
 * The journal of a version that is not done yet: files whose lines in the manifest are to
 * be renewed (CHANGED of the report), and compiled files that are to be made again. What
 * it says is read as carefully as any file: no path leads out of the version.
 */
bool moved_journal_exists(const struct dir *meta);
int moved_journal_read(const struct dir *meta, struct relocate_report *ret, struct err *err)
	__attribute__((warn_unused_result));
int moved_journal_write(const struct dir *meta, const struct relocate_report *report,
			struct err *err) __attribute__((warn_unused_result));
int
moved_journal_remove(const struct dir *meta, struct err *err) __attribute__((warn_unused_result));

#endif
