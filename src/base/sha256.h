/* SPDX-License-Identifier: MIT */
/* SHA-256 of small texts, without a library. */
#ifndef PYVERN_BASE_SHA256_H
#define PYVERN_BASE_SHA256_H

/*
 * The core links libc alone, and the records of installed packages name the digests of
 * scripts that are changed when an environment is moved. What is downloaded is digested
 * by trust/digest. Source: FIPS 180-4, 6.2.
 */

#include <stddef.h>

#define SHA256_SIZE 32

/* The digest of the N bytes at BYTES, in RET (SHA256_SIZE bytes). */
void sha256(const void *bytes, size_t n, unsigned char *ret);

#endif
