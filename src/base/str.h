/* SPDX-License-Identifier: MIT */
/* String views and strict parsing of numbers; allocates nothing. */
#ifndef PYVERN_BASE_STR_H
#define PYVERN_BASE_STR_H

/*
 * A struct str borrows its bytes: it is valid as long as what it points into.
 * It may hold any byte but is not terminated. Views are for parsing; texts at
 * the edges are NUL-terminated `char *`. Everything here is used by the shim,
 * so nothing here allocates or knows a locale.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p; /* NULL only when n is 0 */
	size_t n;      /* bytes */
};

#define STR_LIT(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* For printf's "%.*s". */
#define STR_ARG(s) ((int)(s).n), ((s).p ? (s).p : "")

/* View of a terminated text; NULL gives the empty view. */
struct str str_from(const char *text);

bool str_eq(struct str a, struct str b);
bool str_eq_text(struct str a, const char *text);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Order of the bytes as unsigned values; a prefix comes first. */
int str_cmp(struct str a, struct str b);

/* S without leading and trailing blanks (space, tab, CR, LF, VT, FF). */
struct str str_trim(struct str s);

/* The order of `sort --version-sort`, but for endings like ".tar": digits are numbers, "~" comes
 * before the end, letters before all else. */
int str_version_order(struct str a, struct str b);

/* S without its first N bytes (all of it when N is larger). */
struct str str_skip(struct str s, size_t n);

/* Position of C in S, or S.n when it is not there. */
size_t str_find(struct str s, char c);

/* Cut the part of *REST before the first SEP off into *RET_PART and leave what
 * follows SEP. Gives "a", "", "b" for "a::b". False at the end. An empty *REST
 * whose p is NULL is the end; a trailing SEP gives one last empty part. */
bool str_split(struct str *rest, char sep, struct str *ret_part);

/* Next line of *REST without its newline (a CR before it is kept). False at the
 * end, with *RET_LINE as it was. */
bool str_line(struct str *rest, struct str *ret_line);

/* Next run of non-blank bytes of *REST. False, with an empty *RET_WORD, at the end. */
bool str_word(struct str *rest, struct str *ret_word);

/* Next record of *REST, without the zero byte that ends it. False when no other ends. */
bool str_record(struct str *rest, struct str *ret_record);

/* Decimal number of one or more digits, no sign, within MIN to MAX. */
bool str_u64(struct str s, uint64_t min, uint64_t max, uint64_t *ret_value);

/* Write NUMBER in decimal at AT, at most 20 bytes and not terminated. The new end.
 * (printf is large for the shim, and slow where thousands are written.) */
char *str_put_u64(char *at, uint64_t number);

/* Length in bytes of the UTF-8 character that S (not empty) begins with, and its
 * code point in *RET_CODE (may be NULL). 0 when it begins with none (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF). */
size_t str_utf8(struct str s, uint32_t *ret_code);

/* Is CODE a control character: C0, DEL, or C1, which some terminals obey too? */
bool str_is_control(uint32_t code);

bool str_is_digit(char c);
bool str_is_alpha(char c);
char str_lower(char c);
/* 0 to 15 of a hexadecimal digit in either case; -1 of anything else. */
int str_hex_digit(char c);

/* Number of single-character edits (insert, delete, replace, swap neighbours)
 * between A and B; texts over 64 bytes are compared by their first 64. For
 * "nearest name" suggestions. */
size_t str_distance(struct str a, struct str b);

#endif
