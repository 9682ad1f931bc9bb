/* SPDX-License-Identifier: MIT */
/* What the files of supply/fetch share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_FETCH_INTERNAL_H
#define PYVERN_SUPPLY_FETCH_INTERNAL_H

#include "supply/cache.h"
#include "supply/fetch.h"

struct fetch_session {
	struct http *http;
};

/* One candidate: download, resume, check. */
struct fetch_try {
	const struct fetch_options *options;
	const struct cache *cache;
	struct http *http;
	bool same_source; /* as the candidate before: not told again */
	bool is_followed; /* the follower has been told of bytes; also a result */

	/* results, also of a failure */
	bool unreachable; /* nothing was heard from the host */
	bool was_cached;  /* another process has got it meanwhile */
	uint64_t kept;	  /* bytes that stay in the cache */
};

/* Get CANDIDATE into the cache under its artifact's lock. ERR_NETWORK or
 * ERR_CHECK: the candidate's fault, another may do; other codes: ours. */
int fetch_one(struct fetch_try *try, const struct candidate *candidate, struct cached *ret,
	      struct err *err) __attribute__((warn_unused_result));

#endif
