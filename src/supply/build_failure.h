/* SPDX-License-Identifier: MIT */
/* Why did a build fail? The first error of its log, and what it usually means. */
#ifndef PYVERN_SUPPLY_BUILD_FAILURE_H
#define PYVERN_SUPPLY_BUILD_FAILURE_H

/*
 * Several compilers run at once, so the last lines of a log are often those of a file
 * that had nothing to do with it. A function of the text, so that tables can test it.
 */

#include "base/str.h"

/* Lines that are shown before the first error, and from it on. */
#define BUILD_FAILURE_BEFORE 2
#define BUILD_FAILURE_AFTER 6

struct build_failure {
	struct str context; /* the first error with the lines around it; empty: none is seen */
	const char *cause;  /* what it usually means; NULL: no row knows it */
	const char *fix;    /* then what to do about it, or NULL */
	struct str header;  /* the C header that is not found ("openssl/ssl.h"); else empty */
};

/* Look through LOG, from the headline of the phase that failed. Borrows from it. */
void build_failure_find(struct str log, struct build_failure *ret);

#endif
