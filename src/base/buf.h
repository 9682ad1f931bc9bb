/* SPDX-License-Identifier: MIT */
/* A growing text buffer with a ceiling. */
#ifndef PYVERN_BASE_BUF_H
#define PYVERN_BASE_BUF_H

/*
 *	cleanup_buf struct buf b = BUF_INIT(CONFIG_FILE_MAX);
 *	buf_add_text(&b, "key = ");
 *	buf_printf(&b, "%d\n", value);
 *	if (buf_check(&b, "config", err) < 0)
 *		return -1;
 *
 * Adding beyond the limit adds nothing and is remembered (a sticky error), so
 * writers check once, at the end. The data is always terminated, never NULL
 * after the first addition; buf_text() gives "" for an empty buffer.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct buf {
	char *data;
	size_t len;   /* bytes in use, without the terminator */
	size_t cap;   /* bytes allocated */
	size_t limit; /* most bytes that len may reach */
	bool overflowed;
};

#define BUF_INIT(max)          \
	{                      \
		.limit = (max) \
	}

/* 64 KiB: longest text that is built for people or as one path or line. */
#define BUF_TEXT_MAX ((size_t)64 * 1024)

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_text(struct buf *b, const char *text);
void buf_add_str(struct buf *b, struct str s);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) MEM_PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args) MEM_PRINTF(2, 0);

/* Room for N bytes behind the text, to be written by the caller and then made text
 * by buf_use(), which ends the text again; NULL when they do not fit. Borrowed
 * until the next change. */
char *buf_room(struct buf *b, size_t n);
void buf_use(struct buf *b, size_t n);

/* Shorten to LEN bytes (no effect when it is shorter already). */
void buf_truncate(struct buf *b, size_t len);

/* The text so far, terminated. Borrowed until the next change. */
const char *buf_text(const struct buf *b);
struct str buf_str(const struct buf *b);

/* The text; the buffer is empty afterwards. Owned by the caller (free). */
char *buf_take(struct buf *b);

/* ERR_FAILED "WHAT is larger than N bytes" if anything did not fit. */
int buf_check(const struct buf *b, const char *what, struct err *err)
	__attribute__((warn_unused_result));

void buf_reset(struct buf *b);

#define cleanup_buf cleanup_with(buf_reset)

#endif
