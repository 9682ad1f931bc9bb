/* SPDX-License-Identifier: MIT */
/* From a version's bundled wheels to the seed that environments link. */
#ifndef PYVERN_SUPPLY_SEEDMAKER_H
#define PYVERN_SUPPLY_SEEDMAKER_H

/*
 * What `python -m venv` would install into each environment is unpacked once:
 * the wheels that ensurepip has (pip, and setuptools below 3.12), with what pip
 * would add (INSTALLER, REQUESTED, RECORD, scripts) and with .pyc compiled by
 * the version itself, in which the paths are relative ("pip/__init__.py"; the
 * import system puts the true ones in). See venv/seed.h for the result.
 */

#include "base/event.h"
#include "core/store.h"
#include "os/proc.h"

/*
 * Make TREE/.pyvern/seed for a tree that is being installed. PYTHON is the
 * path by which its interpreter can be started now, ENV (NULL: ours) what it
 * needs to start from there. A seed that is there is replaced. EVENTS are of SUBJECT.
 * ERR_FAILED when the tree has no bundled wheel or its interpreter cannot compile.
 */
int seed_make(const struct dir *tree, const char *python, const struct env *env,
	      const struct facts *facts, const char *subject, const struct events *events,
	      struct err *err) __attribute__((warn_unused_result));

/* Make the seed of the installed version NAME where it is missing or damaged,
 * under the version's lock; *RET_MADE says whether that was needed. */
int seed_restore(const struct store *store, const char *name, const struct events *events,
		 bool *ret_made, struct err *err) __attribute__((warn_unused_result));

#endif
