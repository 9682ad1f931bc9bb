/* SPDX-License-Identifier: MIT */
/* Every shape of bundle that must hold, and what of each is not signed: for tests that change
 * bundles. */
#ifndef PYVERN_TESTS_SIGSTORE_SHAPES_H
#define PYVERN_TESTS_SIGSTORE_SHAPES_H

#include "sigstore_maker.h"

#define V01 "application/vnd.dev.sigstore.bundle+json;version=0.1"
#define V02 "application/vnd.dev.sigstore.bundle+json;version=0.2"
#define V03 "application/vnd.dev.sigstore.bundle+json;version=0.3"
#define V03_DOTS "application/vnd.dev.sigstore.bundle.v0.3+json"

static const struct maker_shape shapes[] = {
	{ .name = "0.1", .media = V01, .curve = "P-256", .promise = true },
	{ .name = "0.1, no checkpoint",
	  .media = V01,
	  .curve = "P-256",
	  .promise = true,
	  .no_checkpoint = true },
	{ .name = "0.1, no proof",
	  .media = V01,
	  .curve = "P-384",
	  .promise = true,
	  .no_proof = true },
	{ .name = "0.2", .media = V02, .curve = "P-256", .promise = true },
	{ .name = "0.2, no promise", .media = V02, .curve = "P-256", .token = true },
	{ .name = "0.3", .media = V03, .curve = "P-256", .promise = true },
	{ .name = "0.3 dots", .media = V03_DOTS, .curve = "P-384", .promise = true },
	{ .name = "0.3 Ed25519", .media = V03_DOTS, .promise = true },
	{ .name = "0.3 and token",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .promise = true,
	  .token = true },
	{ .name = "second log",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .second = true,
	  .token = true },
	{ .name = "second log, P-384",
	  .media = V03_DOTS,
	  .curve = "P-384",
	  .second = true,
	  .token = true },
	{ .name = "second log, Ed25519", .media = V03_DOTS, .second = true, .token = true },
	{ .name = "dsse",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .promise = true,
	  .content = MAKER_DSSE },
	{ .name = "dsse, second log",
	  .media = V03_DOTS,
	  .curve = "P-384",
	  .second = true,
	  .token = true,
	  .content = MAKER_DSSE },
	{ .name = "dsse Ed25519", .media = V03_DOTS, .promise = true, .content = MAKER_DSSE },
	{ .name = "dsse, hashedrekord",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .promise = true,
	  .content = MAKER_DSSE_HASHED },
	{ .name = "dsse, hashedrekord 2",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .second = true,
	  .token = true,
	  .content = MAKER_DSSE_HASHED },
	{ .name = "intoto",
	  .media = V02,
	  .curve = "P-256",
	  .promise = true,
	  .content = MAKER_INTOTO },
	{ .name = "URI",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .promise = true,
	  .identity = "https://code.example/a/b/.x/w.yml@refs/tags/1" },
	{ .name = "last second",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .promise = true,
	  .skew = 599 },
	{ .name = "key", .media = V03_DOTS, .curve = "P-256", .promise = true, .by_key = true },
	{ .name = "key, second log",
	  .media = V03_DOTS,
	  .curve = "P-384",
	  .second = true,
	  .by_key = true },
	{ .name = "key, no entry",
	  .media = V03_DOTS,
	  .curve = "P-256",
	  .by_key = true,
	  .no_entry = true },
	{ .name = "key, intoto",
	  .media = V03_DOTS,
	  .by_key = true,
	  .promise = true,
	  .content = MAKER_INTOTO },
};

/* What may change without a verifier's noticing: it is a hint, or it may be left out and
 * what is left still proves all. */
static inline bool
may_change(const struct maker_shape *shape, const char *path, bool removed)
{
	static const char *const hints[] = { "/hint", "/keyid", "/integratedTime" };

	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++)
		if (strstr(path, hints[i]) && !(shape->promise && i == 2))
			return true;
	/* Nobody but the promise says which number an entry has in all trees of a log. */
	if (!shape->promise && strcmp(path, "/verificationMaterial/tlogEntries/0/logIndex") == 0)
		return true;
	/* Nobody has signed the size of that tree. */
	if (shape->no_checkpoint && strstr(path, "/inclusionProof/"))
		return true;
	/* What 0.1 and 0.2 ask for may all be there. */
	if (!removed)
		return strcmp(shape->media, V01) == 0 && strcmp(path, "/mediaType") == 0;
	if (strstr(path, "messageDigest") && !strstr(path, "messageDigest/"))
		return true;
	if (shape->promise && (strstr(path, "/timestampVerificationData")))
		return true;
	/* With a key nothing else is needed; with a token no promise. */
	if (strstr(path, "/inclusionPromise") && !strstr(path, "Promise/") &&
	    (shape->by_key || shape->token) && !strstr(shape->media, "0.1"))
		return true;
	if (shape->by_key && (strstr(path, "/tlogEntries")) && !strstr(path, "/tlogEntries/0/"))
		return true;
	if (strcmp(shape->media, V01) == 0 && strstr(path, "/inclusionProof") &&
	    (!strstr(path, "inclusionProof/") ||
	     (strstr(path, "/checkpoint") && !strstr(path, "envelope"))))
		return true;
	return false;
}

#endif
