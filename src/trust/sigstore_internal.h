/* SPDX-License-Identifier: MIT */
/* What the files of trust/sigstore share; nobody else includes it. */
#ifndef PYVERN_TRUST_SIGSTORE_INTERNAL_H
#define PYVERN_TRUST_SIGSTORE_INTERNAL_H

/*
 * sigstore_bundle.c makes a struct sigstore_bundle of text, with every field decoded;
 * sigstore.c holds it against a root, in this order: key (sigstore_cert), log entries
 * (sigstore_entry: what they say; sigstore_log: that the log says so), times
 * (sigstore_time), certificate at each of the times, signature and statement
 * (sigstore_signed).
 */

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "io/json.h"
#include "trust/bytes.h"
#include "trust/root.h"
#include "trust/sigstore.h"

/* The limits of sigstore-python, but for hashes: a log has at most 2^64 leaves. */
#define SIGSTORE_ENTRIES 8
#define SIGSTORE_TIMESTAMPS 32
#define SIGSTORE_HASHES 64

enum sigstore_format {
	SIGSTORE_0_1, /* a promise is needed, a proof is not */
	SIGSTORE_0_2, /* a proof is needed */
	SIGSTORE_0_3, /* and one certificate, not a chain */
};

struct sigstore_entry {
	uint64_t index; /* in the log as a whole */
	struct bytes log_id;
	const char *kind; /* "hashedrekord" */
	const char *version;
	uint64_t seconds;     /* integrated time; 0: none */
	struct bytes promise; /* signed entry timestamp; empty: none */
	struct bytes body;
	json_t *content; /* of the body */
	/* The proof. */
	bool has_proof;
	uint64_t leaf;
	uint64_t tree;
	struct bytes root;
	struct bytes hashes[SIGSTORE_HASHES];
	size_t hash_count;
	const char *checkpoint; /* NULL: none */
};

struct sigstore_bundle {
	json_t *doc; /* texts are borrowed from it */
	enum sigstore_format format;
	X509 *cert; /* NULL: signed by a key that the verifier knows */
	struct bytes cert_der;
	struct sigstore_entry entries[SIGSTORE_ENTRIES];
	size_t entry_count;
	struct bytes timestamps[SIGSTORE_TIMESTAMPS];
	size_t timestamp_count;
	struct bytes signature;
	struct bytes digest; /* of a message signature; empty: not said */
	bool is_envelope;    /* DSSE, then: */
	const char *payload_type;
	struct bytes payload;
};

/* One verification on its way. */
struct verifying {
	const struct sigstore_bundle *bundle;
	const struct trust_root *root;
	const struct sigstore_policy *policy;
	const struct sigstore_subject *subject;
	EVP_PKEY *key; /* of the certificate, or the policy's */
	struct bytes key_der;
	struct bytes digest;	   /* of the artifact */
	struct bytes signed_bytes; /* DSSE: the encoding that is signed */
	int64_t times[SIGSTORE_ENTRIES +
		      SIGSTORE_TIMESTAMPS]; /* milliseconds, that are vouched for */
	size_t time_count;
	struct sigstore_report *report;
};

/* "STEP: …", with the step as detail. Returns -1. */
int sigstore_fail(struct err *err, const char *step, const char *fmt, ...) MEM_PRINTF(3, 4);

/* Does the signature SIG of KEY over DATA hold? Digest by the kind of key: none for
 * Ed25519, SHA-256 else. */
bool sigstore_signed_by(EVP_PKEY *key, const EVP_MD *md, struct str sig, struct str data);

/* EC on P-256 or P-384, or Ed25519? */
bool sigstore_key_ok(EVP_PKEY *key);

int sigstore_entry_check(const struct verifying *v, const struct sigstore_entry *entry,
			 struct err *err);
/* Promise, proof and checkpoint; a time that is found is added to V. */
int sigstore_log_check(struct verifying *v, const struct sigstore_entry *entry, struct err *err);
int sigstore_log_windows(const struct verifying *v, const struct sigstore_entry *entry,
			 struct err *err);
/* Text of a signed note: the log's signature, by KEY with ID, on TREE and ROOT. */
int sigstore_checkpoint_check(const char *note, const struct bytes *id, EVP_PKEY *key,
			      uint64_t tree, const struct bytes *root, struct err *err);
int sigstore_times_check(struct verifying *v, struct err *err);
int sigstore_cert_check(struct verifying *v, struct err *err);
int sigstore_signature_check(const struct verifying *v, struct err *err);
int sigstore_statement_check(const struct verifying *v, struct err *err);

#endif
