/* SPDX-License-Identifier: MIT */
/* All that can be installed on a machine, version by version. */
#ifndef PYVERN_SUPPLY_CATALOG_LIST_H
#define PYVERN_SUPPLY_CATALOG_LIST_H

#include "supply/catalog.h"

/* One version, and how it can be had. */
struct catalog_version {
	char *name;		/* "3.13.5t", "pypy3.11-7.3.20": what install takes */
	struct version version; /* NAME taken apart */
	bool has_source;
	bool has_build;	    /* somebody's, for this machine */
	bool has_installer; /* a script for this machine */
	char *build;	    /* of the newest build: its date or number; "" */
	uint64_t size;	    /* bytes of what would be downloaded; 0: not known */
};

struct catalog_versions {
	struct catalog_version *items; /* in version order */
	size_t count;
};

/* All versions that TARGET can have, from sources too (also in their free-threaded
 * variant). */
int catalog_list(const struct catalog *catalog, const struct target *target,
		 struct catalog_versions *ret, struct err *err) __attribute__((warn_unused_result));
void catalog_versions_reset(struct catalog_versions *versions);
#define cleanup_catalog_versions cleanup_with(catalog_versions_reset)

#endif
