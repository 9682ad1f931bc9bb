/* SPDX-License-Identifier: MIT */
/* What the files of supply/repair share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_REPAIR_INTERNAL_H
#define PYVERN_SUPPLY_REPAIR_INTERNAL_H

#include "os/fs.h"
#include "supply/repair.h"

/* Put the file, link or folder of FILE in place: as LINE, its line of the manifest, says. LIVE is the
 * version's tree, MADE one that was made as it was. Sets FILE's restored or because. Errors are
 * those that concern more than this file. */
int repair_file(const struct dir *live, const struct dir *made, const char *line,
		struct repair_file *file, struct err *err) __attribute__((warn_unused_result));

/* What the head of a compiled file says of its source (PEP 552). */
struct compiled_head {
	uint32_t time;
	uint32_t size;
	unsigned time_at; /* offset of the time's four bytes */
};

/* Read it from the file NAME of DIR; false where it says nothing (a digest in their place, or
 * no such file). */
bool repair_read_head(const struct dir *dir, const char *name, struct compiled_head *ret);

/* The source of the compiled file PATH ("a/__pycache__/b.cpython-313.pyc": "a/b.py"); NULL: it is
 * none of those. Owned by the caller (free). */
char *repair_source_of(const char *path) __attribute__((warn_unused_result));

/* Compiled MADE_NAME of MADE_DIR as its source in LIVE would have it: that has the time that it
 * had then. Best effort: the digest is looked at afterwards. */
void repair_retime(const struct dir *live, const char *path, const struct dir *made_dir,
		   const char *made_name);

/* The time that the file PATH of LIVE must have to be taken for unchanged by what looks at times:
 * its compiled file, or the index of pip's seed. False: none is known. */
bool repair_find_time(const struct dir *live, const char *path, uint64_t size, int64_t *ret_time);

#endif
