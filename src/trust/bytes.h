/* SPDX-License-Identifier: MIT */
/* Bytes that signatures are about: owned blocks, base64, digests of pieces. */
#ifndef PYVERN_TRUST_BYTES_H
#define PYVERN_TRUST_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/str.h"

/* Bytes of a SHA-256. */
#define BYTES_SHA256 ((size_t)32)

struct bytes {
	unsigned char *p; /* owned; NULL when there are none */
	size_t n;
};

/* Read TEXT, which must be standard base64 as an encoder writes it: padded, without
 * blanks, and with zeros in the bits that no byte uses. Else one signature would have
 * several spellings, and what a log has could differ from what a bundle has. False,
 * with *RET empty, when it is not. */
bool bytes_from_base64(struct str text, struct bytes *ret);

/* Owned by the caller (free). */
char *bytes_to_base64(struct str bytes) __attribute__((warn_unused_result));

/* Read TEXT, lower-case hexadecimal. */
bool bytes_from_hex(struct str text, struct bytes *ret);
/* Owned by the caller (free). */
char *bytes_to_hex(struct str bytes) __attribute__((warn_unused_result));

/* SHA-256 of COUNT pieces as one. False when OpenSSL has none. */
bool bytes_sha256(const struct str *pieces, size_t count, unsigned char ret[BYTES_SHA256])
	__attribute__((warn_unused_result));

struct str bytes_str(const struct bytes *bytes);
bool bytes_eq(const struct bytes *a, struct str b);

void bytes_reset(struct bytes *bytes);
#define cleanup_bytes cleanup_with(bytes_reset)

#endif
