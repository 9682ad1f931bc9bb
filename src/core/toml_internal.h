/* SPDX-License-Identifier: MIT */
/* Between the parts of the TOML reader: characters, values, document. */
#ifndef PYVERN_CORE_TOML_INTERNAL_H
#define PYVERN_CORE_TOML_INTERNAL_H

#include "core/toml.h"

/* Bytes that are read at one time. */
#define TOML_CHUNK 4096

/* A document, one character ahead. */
struct toml_reader {
	int fd;		   /* -1: all is in REST */
	struct str rest;   /* read, and not taken yet */
	size_t taken;	   /* bytes before REST's end */
	unsigned line;	   /* from 1 */
	unsigned depth;	   /* of arrays and inline tables */
	const char *why;   /* the first problem, or NULL */
	unsigned why_line; /* where */
	char chunk[TOML_CHUNK];
};

#define TOML_END (-1)

/* Where a text goes; what does not fit is counted as too long and dropped. */
struct toml_text {
	char *p; /* NULL: nobody wants it */
	size_t max;
	size_t n;
	bool too_long;
};

/* Remember the first problem; returns false. */
bool toml_fail(struct toml_reader *r, const char *why);
bool toml_fail_at(struct toml_reader *r, unsigned line, const char *why);

/* The next byte, or TOML_END; also at a problem. A CR before LF is passed over. */
int toml_peek(struct toml_reader *r);
/* Take it, counting lines. */
void toml_take(struct toml_reader *r);
/* Take it if it is C. */
bool toml_accept(struct toml_reader *r, char c);

/* Blanks and tabs. */
void toml_skip_blanks(struct toml_reader *r);
/* A comment, if there is one: up to the end of its line. */
bool toml_skip_comment(struct toml_reader *r);
/* Blanks, comments and newlines, as in arrays. */
bool toml_skip_space(struct toml_reader *r);

/* A string, at its first quote; LINES: it may be of the kind with three quotes. */
bool toml_take_string(struct toml_reader *r, bool lines, struct toml_text *ret);

/* A number, a date, true or false. */
bool toml_take_scalar(struct toml_reader *r);

/* Is S one of those? */
bool toml_scalar_ok(struct str s);
bool toml_time_ok(struct str s);

static inline bool
toml_is_bare(int c)
{
	return c > 0 && (str_is_digit((char)c) || str_is_alpha((char)c) || c == '-' || c == '_');
}

#endif
