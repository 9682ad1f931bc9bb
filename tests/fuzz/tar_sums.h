/* SPDX-License-Identifier: MIT */
/* Checksums of tar headers, which chance would never have right. */
#ifndef PYVERN_FUZZ_TAR_SUMS_H
#define PYVERN_FUZZ_TAR_SUMS_H

#include <stdio.h>
#include <string.h>

#define BLOCK_SIZE 512

/* Put the checksum of what looks like a header right. */
static inline void
fix_checksum(unsigned char *block)
{
	char text[9];
	unsigned sum = 0;

	if (memcmp(block + 257, "ustar", 5) != 0)
		return;
	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK_SIZE; i++)
		sum += block[i];
	(void)snprintf(text, sizeof(text), "%06o", sum);
	memcpy(block + 148, text, 7);
}

/* Of all the headers in the N bytes at DATA. */
static inline void
fix_checksums(unsigned char *data, size_t n)
{
	for (size_t at = 0; at + BLOCK_SIZE <= n; at += BLOCK_SIZE)
		fix_checksum(data + at);
}

#endif
