/* SPDX-License-Identifier: MIT */
/* A compressed tar archive, read entry by entry. */
#ifndef PYVERN_IO_ARCHIVE_H
#define PYVERN_IO_ARCHIVE_H

/*
 *	cleanup_archive struct archive_reader *reader = NULL;
 *	if (archive_open(fd, &archive_limits_default, &reader, err) < 0)
 *		return -1;
 *	for (;;) {
 *		struct archive_item item;
 *		if (archive_next(reader, &item, err) < 0)
 *			return -1;
 *		if (item.kind == ARCHIVE_END)
 *			break;
 *		… archive_block(reader, &data, &size, err) until size is 0 …
 *	}
 *
 * Wraps libarchive, of which only the tar format and the gzip, xz, bzip2 and
 * zstd filters are ever enabled: nearly all its past holes were in the rest.
 * Three stand behind one another: a thread that only decompresses
 * (archive_decode), a walk of our own over the headers that refuses what readers
 * of tar disagree about (archive_walk), and libarchive's tar reader, whose every
 * entry must be the one that the walk saw.
 *
 * The reader judges the archive as such (format, budgets, entry types). Names
 * are handed out as they are: whoever creates files from them (io/extract)
 * checks them.
 *
 * Errors: ERR_CHECK for anything wrong with the archive, ERR_FAILED when it
 * cannot be read. Source: facts measured with libarchive 3.6.2.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Budgets. What exceeds one is refused, so that a small download can not fill
 * a disk. */
struct archive_limits {
	uint64_t entries;     /* number of entries */
	uint64_t file_bytes;  /* size of one file */
	uint64_t total_bytes; /* sum of all sizes */
	uint64_t ratio;	      /* decompressed to compressed, after the first MiB */
};

/* Four to ten times what the largest known Python archives need (an installer
 * tree: 45 000 entries, 300 MB of files, 1.2 GB in all, 9:1). */
extern const struct archive_limits archive_limits_default;

enum archive_kind {
	ARCHIVE_END, /* no more entries; the archive ended as it should */
	ARCHIVE_FILE,
	ARCHIVE_FOLDER,
	ARCHIVE_SYMLINK,
	ARCHIVE_HARDLINK,
};

struct archive_item {
	enum archive_kind kind;
	const char *name;   /* as in the archive; borrowed until the next call */
	const char *target; /* of links, as in the archive; else NULL */
	uint64_t size;	    /* bytes of a FILE; else 0 */
	int64_t mtime;	    /* seconds since 1970 */
	bool executable;    /* the owner may execute it */
};

struct archive_reader;

/* Read from the descriptor FD (borrowed), at its current offset. */
int archive_open(int fd, const struct archive_limits *limits, struct archive_reader **ret_reader,
		 struct err *err) __attribute__((warn_unused_result));

/* Go to the next entry; data of the last one that was not read is skipped.
 * Devices, FIFOs, sockets, setuid and setgid files and sparse files are
 * refused. At the end, anything but zeros after the archive is refused too. */
int archive_next(struct archive_reader *reader, struct archive_item *ret_item, struct err *err)
	__attribute__((warn_unused_result));

/* Next piece of the current FILE's data, borrowed until the next call;
 * *RET_SIZE is 0 at its end, when exactly item.size bytes were given. */
int archive_block(struct archive_reader *reader, const void **ret_data, size_t *ret_size,
		  struct err *err) __attribute__((warn_unused_result));

/* Bytes read from FD so far. */
uint64_t archive_bytes_in(struct archive_reader *reader);

void archive_close(struct archive_reader **reader);
#define cleanup_archive cleanup_with(archive_close)

#endif
