/* SPDX-License-Identifier: MIT */
/* Where the bytes of a version came from, and what vouches for them. */
#ifndef PYVERN_CORE_PROVENANCE_H
#define PYVERN_CORE_PROVENANCE_H

/*
 * Plain data. Only supply can fill one in (it alone fetches and checks), and
 * store_commit() accepts no tree without one: a version can not appear out of
 * bytes that nothing vouches for.
 */

#include <stdint.h>

enum provenance_kind {
	PROVENANCE_NONE = 0,	  /* refused by store_commit */
	PROVENANCE_PINNED_DIGEST, /* the catalogue's SHA-256 holds */
	PROVENANCE_USER_DIGEST,	  /* a SHA-256 that the user gave holds */
	PROVENANCE_USER_FILE,	  /* a file that the user named, unpinned */
	PROVENANCE_COMMIT,	  /* a commit that a branch or tag named, which source tells */
};

struct provenance {
	enum provenance_kind kind;
	char *url;     /* where the artifact came from, credentials masked */
	char *sha256;  /* of the artifact: 64 lower-case hex digits */
	uint64_t size; /* bytes of the artifact */
	char *source;  /* "python.org", "this system's mirror", "the cache", host */
};

/* Release what P holds. */
void provenance_reset(struct provenance *p);
#define cleanup_provenance cleanup_with(provenance_reset)

/* "pinned-digest", …: for receipts. */
const char *provenance_kind_name(enum provenance_kind kind);

#endif
