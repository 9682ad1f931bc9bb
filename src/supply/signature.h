/* SPDX-License-Identifier: MIT */
/* Signatures of artifacts: whose they must be, where they are, whether they hold. */
#ifndef PYVERN_SUPPLY_SIGNATURE_H
#define PYVERN_SUPPLY_SIGNATURE_H

/*
 *	cleanup_signature struct signature signature = SIGNATURE_INIT;
 *	struct signature_spec spec = { .layout = layout, .config = config, .fetch = &options,
 *				       .artifact = artifact, .file = &file };
 *	if (signature_check(&spec, &signature, err) < 0)
 *		return -1;
 *
 * CPython's sources are signed by the release manager of their series (share/trust/cpython.tsv):
 * a Sigstore bundle stands beside the archive. Older ones, and those of 3.12 and 3.13, too, are
 * signed with OpenPGP (share/trust/openpgp.tsv); that is looked at where there is no bundle and
 * gpgv or sqv is installed. Builds of some makers are attested by the program that made them
 * (share/trust/builders.tsv). Nothing else is signed by anybody.
 *
 * A signature is looked for beside a file of the user's, in the cache, and where the archive
 * came from in this run; only one that is required is asked for elsewhere. What is there has to
 * hold, asked for or not. One that holds is kept in the cache.
 */

#include "base/buf.h"
#include "base/err.h"
#include "core/config.h"
#include "core/layout.h"
#include "supply/fetch.h"
#include "trust/sigstore.h"

/* Read the regular file at PATH (absolute) into RET, whose limit is its largest size. */
int signature_read_file(const char *path, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The trusted root in the file PATH (absolute), and the one that came with pyvern. *RET is
 * owned (trust_root_free). ERR_CHECK when it is none. */
int signature_root_read(const char *path, struct trust_root **ret, struct err *err)
	__attribute__((warn_unused_result));
int signature_root_shipped(const struct layout *layout, struct trust_root **ret, struct err *err)
	__attribute__((warn_unused_result));

/* "2026-11-22, 5 days ago", or NULL for a root that does not say when it is from. Owned by the
 * caller (free). */
char *signature_root_age(const struct trust_root *root) __attribute__((warn_unused_result));

enum signature_kind {
	SIGNATURE_NONE,
	SIGNATURE_SIGSTORE,    /* a bundle by a person */
	SIGNATURE_ATTESTATION, /* a bundle by the program that made a build */
	SIGNATURE_OPENPGP,
};

/* "sigstore"; "none". Static. */
const char *signature_kind_name(enum signature_kind kind);
/* What the name of a file that holds such a one ends with: ".sigstore", ".asc". Static. */
const char *signature_kind_ending(enum signature_kind kind);

/* One that holds, or none. */
struct signature {
	enum signature_kind kind;
	struct sigstore_report report; /* with OpenPGP: `identity` (a name) and `time` alone */
	char *fingerprint;	       /* of the key, with OpenPGP; else NULL */
	struct buf text;	       /* as it was published */
	char *why; /* with NONE: the reason, for people: "python.org has none"; else NULL */
};

#define SIGNATURE_INIT                                                        \
	{                                                                     \
		.kind = SIGNATURE_NONE, .text = BUF_INIT(SIGSTORE_BUNDLE_MAX) \
	}

void signature_reset(struct signature *signature);
#define cleanup_signature cleanup_with(signature_reset)

struct signature_spec {
	const struct layout *layout;
	const struct config *config;
	const struct fetch_options *fetch; /* as for the archive */
	const struct artifact *artifact;
	const struct fetched *file; /* the archive, whose digest holds */
	bool is_named;		    /* the file is one of the user's own */
	bool required;
};

/* Look for a signature of spec->file and verify it. Where there is none, RET says why; with
 * spec->required that is ERR_CHECK (or ERR_NOT_CACHED, where only the network could have it).
 * ERR_CHECK for one that does not hold. */
int signature_check(const struct signature_spec *spec, struct signature *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
