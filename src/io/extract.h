/* SPDX-License-Identifier: MIT */
/* The files of an archive, made below one folder and nowhere else. */
#ifndef PYVERN_IO_EXTRACT_H
#define PYVERN_IO_EXTRACT_H

/*
 * Files are made by our own openat() calls, not by libarchive's disk writer,
 * which creates devices, keeps links that lead out of the tree and lets the
 * last of two equal names win. The rules:
 *
 *  - names are relative, without "..", without control characters;
 *  - a path is walked folder by folder without following links, and every file
 *    is new (O_EXCL): a name comes once;
 *  - symbolic links are made last, so that nothing is ever written through one.
 *    A target has ".." only at its beginning and not more than the link's own
 *    folder is deep. (Text alone could not judge "a/../..": a may be a link.)
 *  - a hard link is made to an earlier regular file of the same archive;
 *  - modes are 0644 or 0755, owners and everything else are ours; mtimes are
 *    kept, because `make` looks at them.
 *
 * Source: PEP 706, and what libarchive 3.6.2 was seen to let through.
 */

#include "io/archive.h"
#include "os/fs.h"

/* Longest name in an archive, and most folders in it. */
#define EXTRACT_NAME_MAX 1024
#define EXTRACT_DEPTH_MAX 64

struct extract_options {
	/* Leading components to take off each name, as tar --strip-components;
	 * they must be the same for all entries. */
	unsigned strip;
	/* Threads that make small files; 0: this one does. */
	unsigned writers;
	/* Called now and then with the bytes read from the archive; may be NULL. */
	void (*on_progress)(void *ctx, uint64_t bytes_in);
	void *ctx;
};

struct extract_result {
	uint64_t files; /* regular files and hard links */
	uint64_t bytes; /* their content, as announced */
};

/* Make all entries below the folder INTO, which has to be empty. What was made
 * before an error stays: INTO is a stage that its owner removes. ERR_CHECK for
 * an archive that breaks a rule, ERR_FAILED when a file cannot be written. */
int extract_archive(struct archive_reader *reader, const struct dir *into,
		    const struct extract_options *options, struct extract_result *ret_result,
		    struct err *err) __attribute__((warn_unused_result));

#endif
