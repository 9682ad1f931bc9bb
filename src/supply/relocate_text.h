/* SPDX-License-Identifier: MIT */
/* Paths in texts: found, and replaced in the way that the text is read. */
#ifndef PYVERN_SUPPLY_RELOCATE_TEXT_H
#define PYVERN_SUPPLY_RELOCATE_TEXT_H

/*
 * A path below the old place is recognised where one can begin (at the start of a word,
 * behind `=`, `:`, a quote, an option's letters as in -I) and where its last component
 * ends: "/usr/bin/install" and "/installed" are no "/install". Where a shell takes the
 * text apart, quotes are followed, and the new path is written so that it stays one word.
 * What is written is passed over when it is read again, also when the new place is below
 * the old one.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum text_kind {
	TEXT_PLAIN,	/* nothing takes it apart: a path, paths with ':' between them */
	TEXT_SHELL,	/* words of a shell: options for a compiler */
	TEXT_SCRIPT,	/* a program of a shell: also has comments */
	TEXT_PKGCONFIG, /* words again, that pkg-config hands on as they are */
};

/* Both without a slash at the end, not empty. */
struct text_move {
	struct str from;
	struct str to;
};

/* TEXT with all paths below FROM moved below TO, appended to OUT. False when there are
 * none (OUT has a copy of TEXT then). */
bool text_move(const struct text_move *move, struct str text, enum text_kind kind, struct buf *out);

/* Does TEXT name FROM (or a path below it)? */
bool text_mentions(const struct text_move *move, struct str text);

/* Is TEXT FROM or one path below it, without anything that a shell would look at? Whoever
 * reads such a value takes it as it is. */
bool text_is_path(const struct text_move *move, struct str text);

/* Would a shell take TEXT apart, or change it? */
bool text_needs_quotes(struct str text);

/* The next word of *REST, a shell's, as it stands there, with quotes and all; false at the
 * end. The blanks before it are skipped. */
bool text_next_word(struct str *rest, struct str *ret_word);

#endif
