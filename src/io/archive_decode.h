/* SPDX-License-Identifier: MIT */
/* The decompressed bytes of a file, made ahead by a thread; private to io/archive. */
#ifndef PYVERN_IO_ARCHIVE_DECODE_H
#define PYVERN_IO_ARCHIVE_DECODE_H

/*
 * Decompressing and making files take about as long as each other, so they are done at
 * the same time: a thread decompresses into a ring of blocks, which is all that may be
 * ahead, and waits when it is full. The holder takes the blocks in order.
 *
 * The gzip, xz, bzip2 and zstd filters of libarchive, one of them or none. The thread
 * reads the descriptor only while nobody has said that it should stop: the other end
 * may be a pipe on which nothing comes for long.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"

struct decode;

/* Begin to read the descriptor FD (borrowed, at its offset). More than RATIO bytes for
 * each compressed one, after the first MiB, are refused. ERR_CHECK for what is not
 * compressed in one of these ways, or twice; ERR_FAILED. */
int decode_begin(int fd, uint64_t ratio, struct decode **ret_decode, struct err *err)
	__attribute__((warn_unused_result));

/* The next piece, borrowed until the next call; *RET_SIZE is 0 at the end, when all
 * of the file was of use. ERR_CHECK for damage and for bytes behind the compressed
 * ones, ERR_FAILED when it cannot be read; after that it is of no use. */
int decode_next(struct decode *decode, const char **ret_data, size_t *ret_size, struct err *err)
	__attribute__((warn_unused_result));

/* Compressed bytes read so far. */
uint64_t decode_bytes_in(struct decode *decode);

/* Also while the thread is at work: it is stopped. */
void decode_free(struct decode **decode);
#define cleanup_decode cleanup_with(decode_free)

#endif
