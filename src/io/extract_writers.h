/* SPDX-License-Identifier: MIT */
/* Threads that make the small files of an archive; private to io/extract. */
#ifndef PYVERN_IO_EXTRACT_WRITERS_H
#define PYVERN_IO_EXTRACT_WRITERS_H

/*
 * A Python has thousands of small files, and making them takes longer than anything else:
 * one CPU is busy with the file system while the others wait. So the reader hands each
 * file over, whole, with its open folder, and threads make them, in any order: every file
 * is new (O_EXCL), and nothing leads out of its folder. What needs files that are there
 * (hard links) waits until all were made (writers_drain).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* An open folder, as long as somebody has it. */
struct writers_folder;

struct writers;

/* Start COUNT threads, or as many as there are to be had; with none, files are made by
 * whoever hands them over. Owned by the caller (writers_free). */
struct writers *writers_new(unsigned count) __attribute__((warn_unused_result));

/* FD is taken. Owned by the caller (writers_folder_free). */
struct writers_folder *
writers_folder_new(struct writers *writers, int fd) __attribute__((warn_unused_result));
int writers_folder_fd(const struct writers_folder *folder);
void writers_folder_free(struct writers_folder **folder);

/* A file to be made. */
struct writers_file {
	struct writers_folder *folder; /* borrowed by writers_add() */
	const char *name;	       /* in FOLDER */
	const char *path;	       /* for errors */
	bool executable;
	int64_t mtime; /* seconds since 1970 */
};

/* Open the new file; -1 with ERR: ERR_CHECK for a name that comes twice, ERR_FAILED. */
int writers_create(const struct writers_file *file, struct err *err)
	__attribute__((warn_unused_result));

/* All was written to FD (taken). ERR_FAILED. */
int writers_finish(const struct writers_file *file, int fd, struct err *err)
	__attribute__((warn_unused_result));

/* Have FILE made with the SIZE bytes at DATA (taken, free). Waits while much is to be
 * done. An error is that of any file handed over so far. */
int writers_add(struct writers *writers, const struct writers_file *file, char *data, size_t size,
		struct err *err) __attribute__((warn_unused_result));

/* Wait until all files are made, or one of them could not be. */
int writers_drain(struct writers *writers, struct err *err) __attribute__((warn_unused_result));

/* What was not begun yet is forgotten. */
void writers_free(struct writers **writers);

#endif
