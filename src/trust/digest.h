/* SPDX-License-Identifier: MIT */
/* SHA-256 of bytes, streams and open files. */
#ifndef PYVERN_TRUST_DIGEST_H
#define PYVERN_TRUST_DIGEST_H

/*
 *	cleanup_digest struct digest *d = NULL;
 *	if (digest_new(&d, err) < 0 || digest_add(d, bytes, n, err) < 0 ||
 *	    digest_finish(d, hex, err) < 0)
 *		return -1;
 *
 * A file is hashed through the descriptor that is used afterwards: a name
 * could be pointed at something else between the check and the use.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Hexadecimal digits of a SHA-256, and with the NUL. */
#define DIGEST_HEX_LEN ((size_t)64)
#define DIGEST_HEX_SIZE (DIGEST_HEX_LEN + 1)

struct digest;

/* Begin. *RET is owned (digest_free). ERR_FAILED when OpenSSL has no SHA-256. */
int digest_new(struct digest **ret, struct err *err) __attribute__((warn_unused_result));

int digest_add(struct digest *d, const void *bytes, size_t n, struct err *err)
	__attribute__((warn_unused_result));

/* The digest in lower-case hexadecimal. D takes no more bytes afterwards. */
int digest_finish(struct digest *d, char ret_hex[DIGEST_HEX_SIZE], struct err *err)
	__attribute__((warn_unused_result));

void digest_free(struct digest *d);

static inline void
digest_cleanup_handler(struct digest **d)
{
	digest_free(*d);
}
#define cleanup_digest cleanup_with(digest_cleanup_handler)

/* Digest of the regular file FD from its first byte to its end, and its size in
 * *RET_SIZE (may be NULL). Moves FD's offset to 0. ERR_INTERRUPTED after a
 * signal (os/sig). */
int digest_fd(int fd, char ret_hex[DIGEST_HEX_SIZE], uint64_t *ret_size, struct err *err)
	__attribute__((warn_unused_result));

/* Hexadecimal digits of an MD5, and the NUL. */
#define DIGEST_MD5_HEX_SIZE ((size_t)33)

/* The MD5 of the regular file FD, whose offset stays. For checksums in definitions of
 * pyenv's that are older than their publishers' SHA-256. */
int digest_md5_fd(int fd, char ret_hex[DIGEST_MD5_HEX_SIZE], struct err *err)
	__attribute__((warn_unused_result));

/* Hexadecimal digits of a SHA-1, and the NUL. */
#define DIGEST_SHA1_HEX_SIZE ((size_t)41)

/* The SHA-1 of the regular file FD, whose offset stays, or of TEXT. For lists in a form that
 * asks for it (SPDX); nothing is verified by it. */
int digest_sha1_fd(int fd, char ret_hex[DIGEST_SHA1_HEX_SIZE], struct err *err)
	__attribute__((warn_unused_result));
int digest_sha1_text(struct str text, char ret_hex[DIGEST_SHA1_HEX_SIZE], struct err *err)
	__attribute__((warn_unused_result));

/* Is TEXT 64 hexadecimal digits, all lower case? */
bool digest_hex_ok(struct str text);

#endif
