/* SPDX-License-Identifier: MIT */
/* What upstream does for a series of CPython, and until when. */
#ifndef PYVERN_SUPPLY_CATALOG_SERIES_H
#define PYVERN_SUPPLY_CATALOG_SERIES_H

#include "supply/catalog.h"

/* What upstream does for a series ("3.13"); dates as YYYY-MM-DD. */
struct catalog_series {
	char released[sizeof("YYYY-MM-DD")]; /* the first final release */
	char bugfixes[sizeof("YYYY-MM-DD")]; /* until then, bugs are mended */
	char security[sizeof("YYYY-MM-DD")]; /* until then, security holes: the end of life */
};

/* False when nothing is known of SERIES. Source: the shipped file series.txt, which names
 * its own. */
bool
catalog_series_find(const struct catalog *catalog, const char *series, struct catalog_series *ret);

/* Ends of life, of all series that are known. */
struct catalog_end {
	unsigned major, minor;
	char date[sizeof("YYYY-MM-DD")];
};

struct catalog_ends {
	struct catalog_end *items;
	size_t count;
};

/* The ends in the shipped series.txt, and in the root's; where both have one, the earlier:
 * a root's file may add series, and keep none alive. ERR_CHECK when the shipped file cannot
 * be read, or has none. */
int catalog_ends_read(const struct layout *layout, struct catalog_ends *ret, struct err *err)
	__attribute__((warn_unused_result));
void catalog_ends_reset(struct catalog_ends *ends);

/* When the series of V ended or will; "" for one that is older than all that are known; NULL:
 * not known, or no CPython. */
const char *catalog_ends_find(const struct catalog_ends *ends, const struct version *v);

#endif
