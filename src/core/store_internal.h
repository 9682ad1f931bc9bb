/* SPDX-License-Identifier: MIT */
/* What the files of the store share among themselves. */
#ifndef PYVERN_CORE_STORE_INTERNAL_H
#define PYVERN_CORE_STORE_INTERNAL_H

#include "core/store.h"

/* File in the root with a line "ALIAS VERSION" for each alias that we made. A
 * link that is not there, or points elsewhere by now, is a user's. */
#define STORE_ALIAS_RECORD ".aliases"

/* Lines of the record; what is no file of lines has none. */
int alias_record_read(const struct store *store, struct strvec *ret_lines, struct err *err)
	__attribute__((warn_unused_result));
bool alias_record_has(const struct strvec *lines, const char *name, const char *target);

/* Is versions/NAME one of our own aliases? *RET_TARGET (may be NULL): what it
 * points at. Owned by the caller (free). */
bool store_alias_target(const struct store *store, const char *name, char **ret_target);

/* Wait for the lock of all aliases. */
int alias_lock(const struct store *store, struct lock *ret_lock, struct err *err)
	__attribute__((warn_unused_result));
/* As store_refresh_aliases(), by who has that lock. */
int alias_refresh_locked(const struct store *store, struct err *err)
	__attribute__((warn_unused_result));

/* May the alias of G lead to NAME? */
bool generations_allow(const struct generations *g, const char *name);
int generations_write(const struct store *store, const char *alias, const struct generations *g,
		      struct err *err) __attribute__((warn_unused_result));
/* Before ALIAS moves from FROM to TO: remember the way back. With the lock of aliases. */
int generation_moved(const struct store *store, const char *alias, const char *from, const char *to,
		     struct err *err) __attribute__((warn_unused_result));
/* The version NAME, which is to be installed, is tried (TRYING) before its alias leads to it. */
int generation_mark_trying(const struct store *store, const char *name, bool trying,
			   struct err *err) __attribute__((warn_unused_result));

/* Forget what we keep of NAME, an adopted Python that is a link. */
int store_forget_adopted(const struct store *store, const char *name, struct err *err)
	__attribute__((warn_unused_result));

/* Facts from the file of the version whose folder is VERSION; false when it has none
 * that is complete. */
bool facts_read_file(const struct dir *version, struct facts *ret_facts);

/* ERR_USAGE when no version may have this name: unsafe, hidden, "system". */
int store_check_name(const char *name, struct err *err) __attribute__((warn_unused_result));

/* Wait for the lock of the version NAME (of an environment: its base). */
int store_lock_version(const struct store *store, const char *name, const struct events *events,
		       struct lock *ret_lock, struct err *err) __attribute__((warn_unused_result));

/* Make an empty staging folder: fills in stage's staging, work, work_name and
 * owner. STAGE has its store. */
int stage_make(struct stage *stage, struct err *err) __attribute__((warn_unused_result));

/* Remove staging folders whose owner is gone, best effort, and finish what they had
 * begun; also temporary files that a killed process left. HELD: the version (or environment) whose lock the caller has. */
void stage_sweep(const struct store *store, const char *held);

/* Write down in WORK that the tree at TREE_PATH will change places with the
 * version NAME, so that a sweep can finish what we could not. */
int replace_record(const struct dir *work, const char *name, const char *tree_path, struct err *err)
	__attribute__((warn_unused_result));
/* The version that WORK's record names; NULL when it has none. Owned by the
 * caller (free). */
char *replace_version(const struct dir *work) __attribute__((warn_unused_result));
/* Before the exchange: make the old version's links to environments in the new
 * tree, too, and name the packages that it does not have. */
int replace_prepare(const struct stage *stage, struct err *err) __attribute__((warn_unused_result));
/* After it: move environments out of the old tree, which lies in WORK now. Does
 * nothing when WORK has no record. */
int replace_finish(const struct store *store, const struct dir *work, struct err *err)
	__attribute__((warn_unused_result));

#endif
