/* SPDX-License-Identifier: MIT */
/* Sigstore bundles, verified offline by OpenSSL alone. */
#ifndef PYVERN_TRUST_SIGSTORE_H
#define PYVERN_TRUST_SIGSTORE_H

/*
 *	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
 *	cleanup_sigstore_report struct sigstore_report report = { 0 };
 *	struct sigstore_policy policy = { .identity = …, .issuer = … };
 *	if (sigstore_bundle_parse(text, "x.sigstore", &bundle, err) < 0 ||
 *	    sigstore_verify(bundle, root, &policy, &subject, &report, err) < 0)
 *		return -1;
 *
 * What is required of a bundle: a certificate that an authority of the root issued, at
 * a time that the log or a timestamp authority of the root vouches for; in it the
 * identity and the issuer that the policy names, exactly; a signed certificate
 * timestamp; the signature over the artifact; and an entry of a log of the root that
 * says the same, with a proof that it is in the log and the log's signature on that.
 * Whatever else a bundle brings (a second timestamp, a promise beside the proof) has to
 * hold, too. The machine's clock is never asked.
 *
 * Step by step: facts/security.md, section b; RFC 6962 (SCT, inclusion), RFC 9162
 * 2.1.3.2, RFC 3161; the protocol's own documents for bundle, Rekor and DSSE.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "trust/digest.h"

/* 1 MiB: those of releases have 7 KB, attestations with large predicates some 100. */
#define SIGSTORE_BUNDLE_MAX ((size_t)1024 * 1024)

struct sigstore_bundle;
struct trust_root; /* trust/root.h, which needs OpenSSL's headers */

/* Read TEXT; WHAT names it in errors. Strict: nothing that is not known, nothing twice.
 * *RET is owned (sigstore_bundle_free). ERR_CHECK. */
int sigstore_bundle_parse(struct str text, const char *what, struct sigstore_bundle **ret,
			  struct err *err) __attribute__((warn_unused_result));
void sigstore_bundle_free(struct sigstore_bundle *bundle);

static inline void
sigstore_bundle_cleanup_handler(struct sigstore_bundle **bundle)
{
	sigstore_bundle_free(*bundle);
}
#define cleanup_sigstore_bundle cleanup_with(sigstore_bundle_cleanup_handler)

/* Who must have signed: IDENTITY and ISSUER, both; or the holder of KEY. */
struct sigstore_policy {
	const char *identity; /* mail address or URI, as it is in the certificate */
	bool any_ref;	      /* IDENTITY is a workflow's, up to its '@': any ref may follow */
	const char *issuer;   /* address of who vouched for the identity */
	struct str key;	      /* a public key in PEM; empty: none */
};

/* What was signed. */
struct sigstore_subject {
	const char *sha256; /* 64 lower-case hexadecimal digits */
	int fd;		    /* the file, for keys that sign no digest (Ed25519); -1: not here */
};

/* What was found, all of it owned (sigstore_report_reset). */
struct sigstore_report {
	char *identity; /* NULL with a key */
	char *issuer;
	char *log;	   /* address of the log; NULL: in none (possible with a key only) */
	uint64_t index;	   /* in the log */
	int64_t time;	   /* milliseconds; 0: no trusted time (possible with a key only) */
	char *time_by;	   /* who vouches for it: "https://rekor.sigstore.dev" */
	bool is_proven;	   /* in the log; false: the log's promise alone (media type 0.1) */
	bool is_statement; /* the artifact is a subject of an in-toto statement */
	char *predicate;   /* its type */
};

void sigstore_report_reset(struct sigstore_report *report);
#define cleanup_sigstore_report cleanup_with(sigstore_report_reset)

/* ERR_CHECK, whose message begins with the step that failed ("signature: …", and whose
 * detail "step" is its name alone); ERR_USAGE for a policy that is none. */
int
sigstore_verify(const struct sigstore_bundle *bundle, const struct trust_root *root,
		const struct sigstore_policy *policy, const struct sigstore_subject *subject,
		struct sigstore_report *ret, struct err *err) __attribute__((warn_unused_result));

#endif
