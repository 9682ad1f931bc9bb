/* SPDX-License-Identifier: MIT */
/* What the parts of supply/verify share. */
#ifndef PYVERN_SUPPLY_VERIFY_INTERNAL_H
#define PYVERN_SUPPLY_VERIFY_INTERNAL_H

#include <stdbool.h>

#include "supply/verify.h"

/* What a .pyc begins with. */
enum verify_header {
	VERIFY_HEADER_TIME,	 /* before 3.3: magic, time of the source */
	VERIFY_HEADER_TIME_SIZE, /* to 3.6: and its size */
	VERIFY_HEADER_FLAGS,	 /* PEP 552: magic, flags, then these or a hash */
};

/* That of the Python VERSION ("3.12.1"); the newest for one that is not understood. */
enum verify_header verify_header_of(const char *version);

/* May the .pyc at PATH in TREE be what Python, or who installed its package, compiled of the
 * source beside it? LISTED: a record has it, so that it has to agree with that source; else
 * Python itself sees that it does not, and compiles it again. False also when it has no whole
 * header, or is one that Python would load whatever the source is. */
bool
verify_compiled(const struct dir *tree, const char *path, enum verify_header header, bool listed);

#endif
