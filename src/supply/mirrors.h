/* SPDX-License-Identifier: MIT */
/* Where an artifact can be had: addresses in the order in which they are asked. */
#ifndef PYVERN_SUPPLY_MIRRORS_H
#define PYVERN_SUPPLY_MIRRORS_H

/*
 * The digest of an artifact is known beforehand, so any host will do. In order:
 *
 *  1. the user's mirrors: PYTHON_BUILD_MIRROR_URL (files named by their SHA-256,
 *     pyenv's rule), then each word of the setting `mirror`. FROM=TO asks TO for
 *     addresses that begin with FROM; any other address is a folder in which a
 *     file stands under its SHA-256 or under its own name;
 *     Where uv's variables UV_PYTHON_INSTALL_MIRROR and UV_PYPY_INSTALL_MIRROR are set,
 *     they are asked in place of the upstreams that they are for;
 *  2. the catalogue's address;
 *  3. the pool of this system's own distribution (supply/apt), for CPython's
 *     source archives.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "supply/artifact.h"

/* Settings. Texts are borrowed; NULL or "": none. */
struct mirror_options {
	const char *mirrors;	   /* the setting `mirror`: words */
	const char *digest_mirror; /* PYTHON_BUILD_MIRROR_URL */
	const char *builds_mirror; /* UV_PYTHON_INSTALL_MIRROR */
	const char *pypy_mirror;   /* UV_PYPY_INSTALL_MIRROR */
	const char *apt_dir;	   /* apt's configuration ("/etc/apt") */
};

enum candidate_kind {
	CANDIDATE_MIRROR, /* the user's */
	CANDIDATE_CATALOGUE,
	CANDIDATE_DISTRIBUTION,
};

struct candidate {
	enum candidate_kind kind;
	const struct artifact *artifact; /* borrowed: which of the alternatives it is */
	char *url;
	char *source;	 /* for people: "python.org", "this system's mirror" */
	bool allow_http; /* may be asked without TLS: the digest decides */
};

/* Zeroed: none. */
struct candidates {
	struct candidate *items;
	size_t count;
};

/* All candidates for COUNT ALTERNATIVES (any of which will do, the best first);
 * no address twice. ERR_USAGE when a mirror setting is no address. */
int mirrors_find(const struct mirror_options *options, const struct artifact *alternatives,
		 size_t count, struct candidates *ret, struct err *err)
	__attribute__((warn_unused_result));

void candidates_reset(struct candidates *candidates);
#define cleanup_candidates cleanup_with(candidates_reset)

/* Path below an archive of the distribution where ARTIFACT would be, in
 * COMPONENT: "pool/main/p/python3.13/python3.13_3.13.5.orig.tar.xz". NULL when
 * distributions do not have such things. Owned by the caller (free). */
char *mirrors_pool_path(const struct artifact *artifact, const char *component)
	__attribute__((warn_unused_result));

#endif
