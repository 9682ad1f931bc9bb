/* SPDX-License-Identifier: MIT */
/* A second opinion about a tar archive; private to io/archive. */
#ifndef PYVERN_IO_ARCHIVE_WALK_H
#define PYVERN_IO_ARCHIVE_WALK_H

/*
 * Readers of tar disagree about archives that contradict themselves: a size in
 * an extended header beside another in the header itself, two names for one
 * entry, a header that is only one if a file before it is shorter than it says.
 * Such an archive shows one tree to whoever inspected it and another to whoever
 * unpacks it. So all decompressed bytes pass through this walk first, which
 * knows the format and nothing else, is strict, and notes what it saw; the reader
 * compares that with what libarchive says, entry by entry.
 *
 * Refused, before libarchive sees the block:
 *
 *  - a header whose checksum, magic or numbers are not what POSIX or GNU tar
 *    writes;
 *  - entries other than files, folders and links, sparse files, and links or
 *    folders with a content;
 *  - extended headers with a key twice, a record of a wrong length, a size other
 *    than the header's, a name with a NUL; two extended headers for one entry, or
 *    POSIX and GNU ones mixed; global ones that would name or measure files;
 *  - an archive without an end mark, or with anything but zeros behind it.
 *
 * Sources: POSIX.1-2017 pax, "ustar Interchange Format"; the GNU tar manual,
 * "Basic Tar Format"; CVE-2025-62518 for what disagreement can do.
 */

#include "io/archive.h"

/* 64 KiB: most that an extended header may hold. Names have 1 KiB at most; the rest
 * is extended attributes, which we do not make. */
#define WALK_EXTENDED_MAX ((size_t)64 * 1024)

/* What the walk saw of an entry; the texts are the holder's. */
struct walk_entry {
	enum archive_kind kind;
	char *name;
	char *target; /* of links, else NULL */
	uint64_t size;
};

void walk_entry_reset(struct walk_entry *entry);

struct archive_walk;

/* Owned by the caller (walk_free). */
struct archive_walk *walk_new(void) __attribute__((warn_unused_result));

/* The next N bytes of the archive. ERR_CHECK; after that the walk is of no use. */
int walk_feed(struct archive_walk *walk, const void *bytes, size_t n, struct err *err)
	__attribute__((warn_unused_result));

/* The oldest entry that was not yet taken; false when there is none. */
bool walk_take(struct archive_walk *walk, struct walk_entry *ret_entry);

/* All bytes were fed. ERR_CHECK when the end mark did not come. */
int
walk_finish(const struct archive_walk *walk, struct err *err) __attribute__((warn_unused_result));

void walk_free(struct archive_walk *walk);

#endif
