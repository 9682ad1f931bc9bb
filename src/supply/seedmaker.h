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
 *
 * Compiling takes longer than unpacking a whole Python. So it is left out where the
 * same files are at hand, and can be linked: in the tree itself, whose builder installed
 * and compiled that very pip, or in the seed of another version of this root.
 */

#include "base/event.h"
#include "core/store.h"
#include "core/system_python.h"
#include "os/proc.h"
#include "supply/seed_wheels.h"

struct seed_spec {
	const struct dir *tree; /* that is being installed */
	const char *python;	/* path by which its interpreter can be started now */
	const struct env *env;	/* what it needs to start from there; NULL: ours */
	const struct facts *facts;
	const struct store *store; /* where others may have the same seed; NULL */
	/* Of compiled files, as supply/probe tells them; NULL: not known. */
	const char *magic;
	const char *tag;
	const char *subject; /* of the events */
	const struct events *events;
};

/*
 * Make TREE/.pyvern/seed. A seed that is there is replaced. ERR_FAILED when the tree has
 * no bundled wheel or its interpreter cannot compile.
 */
int seed_make(const struct seed_spec *spec, struct err *err) __attribute__((warn_unused_result));

/* Has the root a wheel of pip for Pythons that bring none (supply/bundle)? */
bool seed_has_spare(const struct store *store, const char *python_version);

/* Whose seed is to be right. */
struct seed_target {
	const struct store *store;
	const char *name;		    /* of the installed version, or SYSTEM_NAME */
	const struct system_python *system; /* the system's Python; NULL: an installed one */
	const struct seed_choice *choice;   /* of packages; NULL: what the version brings */
	const struct events *events;
};

/* Make the seed where it is missing, damaged, or of other wheels than the choice means now,
 * under the version's lock; *RET_MADE says whether that was needed. */
int seed_restore(const struct seed_target *target, bool *ret_made, struct err *err)
	__attribute__((warn_unused_result));

#endif
