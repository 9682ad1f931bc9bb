/* SPDX-License-Identifier: MIT */
/* Is an installed version what was installed? */
#ifndef PYVERN_SUPPLY_VERIFY_H
#define PYVERN_SUPPLY_VERIFY_H

/*
 * The tree is held against its manifest. What differs is one of three:
 *
 *	damage		what nothing accounts for
 *	package		what pip put there, changed or took away: the records of the packages
 *			that are there now (RECORD, with digests) account for it
 *	compiled	a .pyc, which Python writes when it has not found one
 *
 * A package's record lists .pyc files without digests, because whoever installs it compiles
 * them. What one of them says of its source (PEP 552) has to agree with the source beside it,
 * else it is damage; so is any that Python would load without a look at the source. One that
 * agrees may still have been written by somebody: no one can tell but by compiling anew.
 *
 * A record accounts for no file of the standard library: whoever can change that can write a
 * record, too. A package that is gone has no record any more; its files below site-packages are taken
 * for uninstalled, those of a package whose record still lists them for damage. Source:
 * packaging.python.org, "Recording installed projects".
 */

#include "core/store.h"
#include "supply/manifest.h"

enum verify_kind { VERIFY_DAMAGE, VERIFY_PACKAGE, VERIFY_COMPILED };

struct verify_finding {
	struct manifest_difference difference;
	enum verify_kind kind;
};

struct verify_report {
	struct verify_finding *items; /* in the order of their paths */
	size_t count;
	size_t damaged;		/* how many are VERIFY_DAMAGE */
	size_t changed;		/* how many are VERIFY_PACKAGE */
	struct strvec packages; /* that are there now, beyond what was: "black 25.1.0" */
	uint64_t files;		/* that were looked at */
};
void verify_report_reset(struct verify_report *report);
#define cleanup_verify_report cleanup_with(verify_report_reset)

/* Verify the installed version NAME. ERR_NOT_INSTALLED where it has no manifest (an adopted one,
 * or pyenv's): nothing is known of what it was. Reading is all that is done. */
int verify_version(const struct store *store, const char *name, const struct events *events,
		   struct verify_report *ret, struct err *err) __attribute__((warn_unused_result));

#endif
