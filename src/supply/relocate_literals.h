/* SPDX-License-Identifier: MIT */
/* The strings in a Python or JSON text, rewritten where they stand. */
#ifndef PYVERN_SUPPLY_RELOCATE_LITERALS_H
#define PYVERN_SUPPLY_RELOCATE_LITERALS_H

/*
 * sysconfig's data is a dict that was printed: by pprint, which breaks long strings into
 * several that stand next to each other, by a loop of its own, or as JSON. What is not a
 * changed string keeps every byte, and a changed one its kind of quotes. Texts of the
 * language that are not understood (an open quote, a \N{name}) stay as they are.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum literals_language {
	LITERALS_JSON,
	LITERALS_PYTHON,
	LITERALS_PYTHON2, /* "\xc3" is a byte, and no other byte is above 0x7f */
};

/* Called with each VALUE, decoded, and the last string with a colon behind it as KEY (empty:
 * none since the last value).
 * Appends the new value to OUT and says true, or says false: it stays. */
typedef bool literals_fn(void *ctx, struct str key, struct str value, struct buf *out);

/* TEXT with its strings rewritten by FN, appended to OUT. True when one was. OUT is not
 * complete when it overflowed. */
bool literals_rewrite(struct str text, enum literals_language language, literals_fn *fn, void *ctx,
		      struct buf *out);

#endif
