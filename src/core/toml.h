/* SPDX-License-Identifier: MIT */
/* A few texts out of a TOML document, all of which is checked. */
#ifndef PYVERN_CORE_TOML_H
#define PYVERN_CORE_TOML_H

/*
 *	struct toml_value values[] = { { .path = "project.requires-python" } };
 *	struct toml_problem problem;
 *	if (!toml_read((struct toml_input){ .fd = fd }, values, 1, &problem))
 *		… problem.line, problem.why …
 *
 * The whole document must be well formed (TOML 1.1, which every document of 1.0 is,
 * too; a byte order mark is allowed): a value out of the middle of something
 * misunderstood is worth nothing. It is read once, in pieces, into nothing larger than
 * the values that are asked for; nothing is allocated, since the shim asks. So what
 * is defined twice is only seen on the way to those values. The tables on that way
 * must be tables, not arrays of them. Numbers are looked at and not kept: one that
 * no computer could hold is as good as another.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* 1 MiB: twenty times the longest pyproject.toml that we have seen. */
#define TOML_FILE_MAX ((size_t)1024 * 1024)
/* Arrays and tables within each other; people use four. Bounds the stack. */
#define TOML_DEPTH_MAX 64
/* Bytes of a key that can be asked for, and of a number or date. */
#define TOML_WORD_MAX 256
/* Bytes of a value that is asked for: a range of Pythons has fifty. */
#define TOML_TEXT_MAX 512

/* One or the other: */
struct toml_input {
	int fd;		 /* read to its end, if text.p is NULL */
	struct str text; /* in memory */
};

struct toml_value {
	const char *path; /* keys with dots between: each of letters, digits, - and _ */

	/* Answers; n bytes, which may be any but no more than fit. */
	unsigned line; /* 0: not there */
	bool is_text;  /* a string, and a whole one: else n is 0 */
	size_t n;
	char text[TOML_TEXT_MAX];
};

struct toml_problem {
	unsigned line;
	const char *why; /* static */
};

/* Most values at once, and most different keys in their paths. */
#define TOML_VALUES_MAX 4
#define TOML_NODES_MAX 16

/* False when the document is not well formed, or cannot be read: *RET_PROBLEM. */
bool toml_read(struct toml_input input, struct toml_value *values, size_t count,
	       struct toml_problem *ret_problem);

#endif
