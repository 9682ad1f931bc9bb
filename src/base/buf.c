/* SPDX-License-Identifier: MIT */
/* A growing text buffer with a ceiling. */
#include <config.h>

#include "base/buf.h"

#include <string.h>

/* First allocation: one line of text. */
#define BUF_START 128

static bool
reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : BUF_START;

	if (b->overflowed || n > b->limit - b->len) {
		b->overflowed = true;
		return false;
	}
	while (cap < b->len + n + 1)
		cap *= 2;
	if (cap != b->cap) {
		b->data = mem_resize(b->data, cap, 1);
		b->cap = cap;
	}
	return true;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (!reserve(b, n))
		return;
	if (n)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

char *
buf_room(struct buf *b, size_t n)
{
	if (!reserve(b, n))
		return NULL;
	b->data[b->len] = '\0';
	return b->data + b->len;
}

void
buf_use(struct buf *b, size_t n)
{
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_add_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	cleanup_free char *text = mem_vprintf(fmt, args);

	buf_add_text(b, text);
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *
buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ buf_text(b), b->len };
}

char *
buf_take(struct buf *b)
{
	char *text = b->data ? b->data : mem_strdup("");

	*b = (struct buf)BUF_INIT(b->limit);
	return text;
}

int
buf_check(const struct buf *b, const char *what, struct err *err)
{
	if (b->overflowed)
		return err_set(err, ERR_FAILED, "%s is larger than %zu bytes", what, b->limit);
	return 0;
}

void
buf_reset(struct buf *b)
{
	free(b->data);
	*b = (struct buf)BUF_INIT(b->limit);
}
