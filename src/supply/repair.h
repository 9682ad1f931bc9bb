/* SPDX-License-Identifier: MIT */
/* An installed version whose files are damaged: only those are put back. */
#ifndef PYVERN_SUPPLY_REPAIR_H
#define PYVERN_SUPPLY_REPAIR_H

/*
 * The whole way of an install is gone again (supply/install), from the file that the receipt
 * names by its digest, into a stage: so every file is made as it was made then. What has then
 * just the digest of its line in the manifest is renamed into its place, one file at a time,
 * and all else stays in the stage and goes. A file is the old one or the whole right one at any
 * moment, and who is cut short is finished by the next one.
 *
 * A compiled file has the time of its source in its head: one that was compiled at the
 * installation is made with that time again, and a source that comes back gets the time that
 * its compiled file says. Otherwise Python would compile it anew.
 *
 * What pip did (supply/verify) is left alone. What has appeared is told, and stays: somebody may
 * need it. The manifest is taken for true: this mends accidents; who can write the version can
 * write its manifest, too.
 */

#include "supply/install.h"
#include "supply/verify.h"

/* One damaged file. */
struct repair_file {
	char *path; /* relative */
	enum manifest_change change;
	bool restored;
	char *because; /* it was not; or NULL */
};

struct repair_report {
	struct repair_file *items; /* changed or gone, in the order of their paths */
	size_t count;
	size_t restored;
	struct strvec strange; /* paths of what has appeared, and stays */
	uint64_t files;	       /* that were looked at */
	bool is_built;	       /* here, from a source */
	bool was_made;	       /* again; MADE says how */
	struct install_result made;
};
void repair_report_reset(struct repair_report *report);
#define cleanup_repair_report cleanup_with(repair_report_reset)

struct repair_options {
	const struct install_options *install; /* layout, events, offline, jobs … */
	bool rebuild;			       /* also what can only be had by a build */
	bool dry_run;
};

/*
 * Look at the installed version NAME and put back what is damaged. ERR_NOT_INSTALLED where it has
 * no manifest; ERR_CHECK where it was built here and may not be again, or what it was made of
 * is not known any more; as install_version(), with nothing changed. What could not be put back
 * is no error: RET says so.
 */
int repair_version(const struct repair_options *options, const char *name,
		   struct repair_report *ret, struct err *err) __attribute__((warn_unused_result));

#endif
