/* SPDX-License-Identifier: MIT */
/* A version's seed: pip, unpacked once, linked into each environment. */
#ifndef PYVERN_VENV_SEED_H
#define PYVERN_VENV_SEED_H

/*
 * A seed is versions/NAME/.pyvern/seed, or .adopted/NAME/seed in the root for a
 * Python that is a link to elsewhere:
 *
 *	files/	what stands in site-packages, read-only, with compiled .pyc
 *	index	lines that say how to put it there:
 *
 *		pyvern-seed 1
 *		package pip 25.1
 *		script pip3 pip._internal.cli.main main
 *		dir pip/_internal		the lines below are in it
 *		file SIZE MTIME NAME		linked; NAME is the rest of the line
 *		copy SIZE MTIME NAME		always a file of its own
 *
 * SIZE (bytes) and MTIME (seconds) are the damage stamp: link() changes a
 * file's ctime, so that could not be it, and a content digest would cost more
 * than the linking. `supply/seedmaker` writes seeds; a version has none until
 * then. Files that pip rewrites in place (RECORD) are copied.
 */

#include <stdbool.h>

#include "base/err.h"
#include "os/fs.h"

/* Names in the seed folder. */
#define SEED_INDEX "index"
#define SEED_FILES "files"
#define SEED_HEADER "pyvern-seed 1"
/* Mode of linked files: what a user writes in place in one environment would
 * be in all others. */
#define SEED_FILE_MODE 0444
/* 8 MiB: pip and setuptools with .pyc make 150 KB. */
#define SEED_INDEX_MAX ((size_t)8 * 1024 * 1024)

struct seed {
	struct dir files;
	struct buf index;
	char *packages; /* "pip 25.1", "pip 23.2.1, setuptools 65.5.0" */
};

#define SEED_INIT                 \
	{                         \
		.files = DIR_INIT \
	}

/* Open the seed of the version whose folder is VERSION. ERR_NOT_INSTALLED when
 * it has none, ERR_CHECK when the index is not one that we understand. */
int seed_open(const struct dir *version, struct seed *ret_seed, struct err *err)
	__attribute__((warn_unused_result));
/* As seed_open(), where META is what a version's .pyvern is (store_open_meta). */
int seed_open_in(const struct dir *meta, struct seed *ret_seed, struct err *err)
	__attribute__((warn_unused_result));
/* As seed_open_in(), of the list of packages with this KEY (venv/seed_list). */
int seed_open_chosen(const struct dir *meta, const char *key, struct seed *ret_seed,
		     struct err *err) __attribute__((warn_unused_result));
/* As seed_open(), where the seed is the folder NAME in FOLDER. */
int seed_open_at(const struct dir *folder, const char *name, struct seed *ret_seed, struct err *err)
	__attribute__((warn_unused_result));
void seed_reset(struct seed *seed);
#define cleanup_seed cleanup_with(seed_reset)

/* Is every file of the seed as it was made? ERR_CHECK if not. */
int seed_verify(const struct seed *seed, struct err *err) __attribute__((warn_unused_result));

/* How files come into an environment. */
enum seed_way {
	SEED_ANY, /* the first of the others that the file system can */
	SEED_REFLINK,
	SEED_HARDLINK,
	SEED_COPY,
};

/*
 * Put the packages into SITE_PACKAGES and their scripts, run by the interpreter
 * at PYTHON (absolute path; NULL: the one beside them), into BIN. Files are reflinked where the file
 * system can, else hard-linked, else copied with their times (a .pyc names the
 * time of its source); or in the WAY that is wanted, or not at all. ERR_CHECK when a file is not as it was made: the seed is
 * damaged and has to be made anew.
 */
int seed_plant(const struct seed *seed, const struct dir *site_packages, const struct dir *bin,
	       const char *python, enum seed_way way, struct err *err)
	__attribute__((warn_unused_result));

#endif
