/* SPDX-License-Identifier: MIT */
/* RECORD: which files a package has, and what they were. */
#ifndef PYVERN_VENV_RECORD_H
#define PYVERN_VENV_RECORD_H

/*
 * A line for each file: its path, relative to site-packages, a digest, a size. CSV, so that
 * a path with a comma or a quote stands in quotes. Sources: PEP 376, PEP 627;
 * packaging.python.org, "Recording installed projects".
 */

#include <stdbool.h>

#include "base/str.h"

struct record_entry {
	char *path;	    /* as in the file system; may lead out of site-packages */
	char *digest;	    /* "sha256=…" in base64url without padding; "" where none is told */
	struct str written; /* the path as it stands in the line, borrowed from it */
};

/* Take LINE apart (without its newline). False: it names no file. */
bool record_entry_of(struct str line, struct record_entry *ret);

/* The path below the root of a tree that an entry's PATH means, where site-packages is SITE
 * ("lib/python3.12/site-packages"). NULL: it is absolute, or no path in the tree. Owned by the
 * caller (free). */
char *record_place(const char *site, const char *path);

void record_entry_reset(struct record_entry *entry);
#define cleanup_record_entry cleanup_with(record_entry_reset)

#endif
