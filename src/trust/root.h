/* SPDX-License-Identifier: MIT */
/* Whom signatures may lead to: keys of logs, certificates of authorities, and when. */
#ifndef PYVERN_TRUST_ROOT_H
#define PYVERN_TRUST_ROOT_H

/*
 *	cleanup_trust_root struct trust_root *root = NULL;
 *	if (trust_root_parse(text, "trust.tsv", &root, err) < 0)
 *		return -1;
 *
 * Two formats are read: the JSON document that Sigstore's own clients use
 * (trusted_root.json, media type version 0.1), and ours, a table (docs/formats.md)
 * that is shipped in share/trust. Nothing here says that a root is to be trusted:
 * it is whatever file was named.
 */

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/err.h"
#include "base/str.h"
#include "trust/bytes.h"

/* 1 MiB: the public root has 7 KB. */
#define TRUST_ROOT_MAX ((size_t)1024 * 1024)
/* Most entries of each kind, and certificates in one chain. */
#define TRUST_ROOT_ENTRIES 64
#define TRUST_ROOT_CHAIN 8

/* When an entry is good: milliseconds since 1970, both ends inside. */
struct trust_window {
	int64_t start;
	int64_t end; /* INT64_MAX: still */
};

struct trust_log {
	char *uri;
	struct bytes id;
	EVP_PKEY *key;
	struct trust_window window;
};

/* Certificates of an authority, each issued by the next; the last is the root. */
struct trust_authority {
	char *uri;
	X509 *certs[TRUST_ROOT_CHAIN];
	size_t count;
	struct trust_window window;
};

struct trust_root {
	char *date; /* "2026-11-22": when the shipped one was taken down; NULL: not said */
	struct trust_log logs[TRUST_ROOT_ENTRIES]; /* transparency logs (Rekor) */
	size_t log_count;
	struct trust_log ctlogs[TRUST_ROOT_ENTRIES]; /* certificate transparency logs */
	size_t ctlog_count;
	struct trust_authority authorities[TRUST_ROOT_ENTRIES]; /* of certificates (Fulcio) */
	size_t authority_count;
	struct trust_authority timestampers[TRUST_ROOT_ENTRIES]; /* of times (RFC 3161) */
	size_t timestamper_count;
};

/* Read TEXT, in either format. WHAT names it in errors. *RET is owned
 * (trust_root_free). ERR_CHECK when it is neither, or an entry cannot be read or has
 * no start: an entry that is left out quietly would be missed at the wrong time. */
int trust_root_parse(struct str text, const char *what, struct trust_root **ret, struct err *err)
	__attribute__((warn_unused_result));

void trust_root_free(struct trust_root *root);

static inline void
trust_root_cleanup_handler(struct trust_root **root)
{
	trust_root_free(*root);
}
#define cleanup_trust_root cleanup_with(trust_root_cleanup_handler)

/* Is MILLISECONDS inside WINDOW? */
bool trust_window_has(const struct trust_window *window, int64_t milliseconds);

/* Read an RFC 3339 time in UTC ("2021-01-12T11:53:27Z", with or without a fraction). */
bool trust_time_parse(struct str text, int64_t *ret_milliseconds);
/* "2021-01-12 11:53:27 UTC". Owned by the caller (free). */
char *trust_time_text(int64_t milliseconds) __attribute__((warn_unused_result));

#endif
