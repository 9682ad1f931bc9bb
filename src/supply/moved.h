/* SPDX-License-Identifier: MIT */
/* A root that was moved: what is in it, made right for where it is now. */
#ifndef PYVERN_SUPPLY_MOVED_H
#define PYVERN_SUPPLY_MOVED_H

/*
 *	moved_find_roots(&spec, &roots, err)
 *	for each version:      moved_version(&spec, name, &result, err)
 *	moved_links(&spec, &roots, &links, err)
 *	for each environment:  moved_env(&spec, &roots, name, path, &result, err)
 *	aliases (store_refresh_aliases), shims (shims_rehash)
 *
 * Where a version was before, its own files tell (supply/relocate), and so do scripts
 * and pyvenv.cfg of an environment. Each file is replaced at one stroke, the telling ones
 * last; of a version of ours, a journal in its .pyvern says that it is not done yet. So
 * what was cut short is finished by the same again, and where all is done, nothing is
 * found to do.
 *
 * The manifest gets new lines for the files that are changed here, and were as it said:
 * what somebody else has changed is still found by it.
 *
 * A place that is this one by another name (a link) was not moved. What others' Pythons
 * name (adopted ones) is theirs.
 */

#include <stdbool.h>

#include "base/event.h"
#include "core/store.h"

struct moved_spec {
	const struct store *store; /* open for writing, unless for a dry run */
	const struct events *events;
	bool dry_run; /* nothing is written; results are the same */
};

/* What became of one thing. */
struct moved_result {
	char *from;	       /* NULL: nothing had to be done, or RESUMED */
	char *to;	       /* where it is now; or the root, where FROM is one */
	size_t files;	       /* that were changed */
	bool resumed;	       /* what was cut short is finished */
	struct strvec left;    /* relative paths of files that name the old place still */
	struct strvec reasons; /* why, for each of LEFT */
};

void moved_result_reset(struct moved_result *result);
#define cleanup_moved_result cleanup_with(moved_result_reset)

/* Versions, links and environments of STORE, as store_list() has them; but an environment
 * that cannot be looked at is an error here. */
int moved_list(const struct store *store, struct entries *ret_entries, struct err *err)
	__attribute__((warn_unused_result));

/* The places in which the store's root was, as its versions, environments and links
 * tell. */
int moved_find_roots(const struct moved_spec *spec, struct strvec *ret_roots, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Make the version NAME, a folder of its own in versions/, right, under its lock. Its own
 * interpreter compiles what was changed. ERR_FAILED when the interpreter could not find
 * its library afterwards (nothing is changed then), or a file cannot be read or replaced.
 */
int moved_version(const struct moved_spec *spec, const char *name, struct moved_result *ret_result,
		  struct err *err) __attribute__((warn_unused_result));

/*
 * Make the environment at PATH (absolute, clean), NAME below versions/ or NULL for one
 * that is somewhere else, right for ROOTS having become the store's root.
 */
int moved_env(const struct moved_spec *spec, const struct strvec *roots, const char *name,
	      const char *path, struct moved_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));

/* Is there a virtual environment at PATH (*RET_IS; no folder is none)? */
int
moved_is_env(const char *path, bool *ret_is, struct err *err) __attribute__((warn_unused_result));
/* Is the Python of the environment at PATH gone? *RET_HOME (may be NULL): the folder that
 * was to have it; owned by the caller (free). */
bool moved_env_is_dead(const char *path, char **ret_home);

/* Links in versions/ and versions/V/envs, and those of `install --bin`, that lead below one of ROOTS lead below the
 * store's root again, where that has something there. Their names ("shop") and, for each,
 * where it leads to now are added to the vectors. */
struct moved_links {
	struct strvec names;
	struct strvec targets;
};
int moved_links(const struct moved_spec *spec, const struct strvec *roots, struct moved_links *ret,
		struct err *err) __attribute__((warn_unused_result));
void moved_links_reset(struct moved_links *links);
#define cleanup_moved_links cleanup_with(moved_links_reset)

#endif
