/* SPDX-License-Identifier: MIT */
/* TOML: characters and strings. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "core/toml_internal.h"
#include "os/fd.h"

bool
toml_fail_at(struct toml_reader *r, unsigned line, const char *why)
{
	if (!r->why) {
		r->why = why;
		r->why_line = line;
	}
	return false;
}

bool
toml_fail(struct toml_reader *r, const char *why)
{
	return toml_fail_at(r, r->line, why);
}

/* Have a byte in REST, if there is one. */
static bool
fill(struct toml_reader *r)
{
	ssize_t n;

	if (r->why)
		return false;
	if (r->rest.n)
		return true;
	if (r->fd < 0)
		return false;
	n = fd_read_full(r->fd, r->chunk, sizeof(r->chunk));
	if (n < 0)
		return toml_fail(r, "cannot be read");
	r->taken += (size_t)n;
	if (r->taken > TOML_FILE_MAX)
		return toml_fail(r, "the file is larger than 1 MiB");
	r->rest = (struct str){ r->chunk, (size_t)n };
	return n > 0;
}

int
toml_peek(struct toml_reader *r)
{
	unsigned char c;

	if (!fill(r))
		return TOML_END;
	c = (unsigned char)r->rest.p[0];
	if (c != '\r')
		return c;
	/* Before LF it is a part of the newline, elsewhere a control character. */
	r->rest = str_skip(r->rest, 1);
	if (fill(r) && r->rest.p[0] == '\n')
		return '\n';
	toml_fail(r, "a CR stands without LF");
	return TOML_END;
}

void
toml_take(struct toml_reader *r)
{
	if (r->rest.n == 0)
		return;
	r->line += r->rest.p[0] == '\n';
	r->rest = str_skip(r->rest, 1);
}

bool
toml_accept(struct toml_reader *r, char c)
{
	if (toml_peek(r) != (unsigned char)c)
		return false;
	toml_take(r);
	return true;
}

void
toml_skip_blanks(struct toml_reader *r)
{
	while (toml_peek(r) == ' ' || toml_peek(r) == '\t')
		toml_take(r);
}

static void
add(struct toml_text *text, const char *p, size_t n)
{
	if (!text->p)
		return;
	if (n > text->max - text->n) {
		text->too_long = true;
		return;
	}
	memcpy(text->p + text->n, p, n);
	text->n += n;
}

/* How many bytes the UTF-8 character has that begins with C; 1 for what begins none. */
static size_t
length_by_first(unsigned char c)
{
	if (c >= 0xf0)
		return 4;
	if (c >= 0xe0)
		return 3;
	return c >= 0xc0 ? 2 : 1;
}

/* Take the character, which is not ASCII's, that C begins. */
static bool
take_wide(struct toml_reader *r, int c, struct toml_text *ret)
{
	char bytes[4] = { (char)c };
	size_t n = length_by_first((unsigned char)c);

	toml_take(r);
	for (size_t i = 1; i < n; i++) {
		int next = toml_peek(r);

		if (next == TOML_END || (next & 0xc0) != 0x80)
			return toml_fail(r, "it is not UTF-8");
		bytes[i] = (char)next;
		toml_take(r);
	}
	if (str_utf8((struct str){ bytes, n }, NULL) != n)
		return toml_fail(r, "it is not UTF-8");
	add(ret, bytes, n);
	return true;
}

/* Take one character of a string or comment; newlines are the caller's. */
static bool
take_character(struct toml_reader *r, int c, struct toml_text *ret)
{
	char byte = (char)c;

	if (c == TOML_END)
		return false;
	if (c >= 0x80)
		return take_wide(r, c, ret);
	if ((c < ' ' && c != '\t') || c == 0x7f)
		return toml_fail(r, "there is a control character");
	add(ret, &byte, 1);
	toml_take(r);
	return true;
}

bool
toml_skip_comment(struct toml_reader *r)
{
	struct toml_text nobody = { 0 };

	if (toml_peek(r) != '#')
		return !r->why;
	while (toml_peek(r) != '\n' && toml_peek(r) != TOML_END)
		if (!take_character(r, toml_peek(r), &nobody))
			return false;
	return !r->why;
}

bool
toml_skip_space(struct toml_reader *r)
{
	for (;;) {
		toml_skip_blanks(r);
		if (!toml_skip_comment(r))
			return false;
		if (!toml_accept(r, '\n'))
			return !r->why;
	}
}

/* UTF-8 of CODE, which is no surrogate. */
static void
add_code(struct toml_text *text, uint32_t code)
{
	char b[4];
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; i-- > 1; code >>= 6)
		b[i] = (char)(0x80 | (code & 0x3f));
	b[0] = (char)(first[n] | code);
	add(text, b, n);
}

/* DIGITS hexadecimal digits of a character. */
static bool
take_code(struct toml_reader *r, unsigned digits, struct toml_text *ret)
{
	uint32_t code = 0;

	for (unsigned i = 0; i < digits; i++) {
		int c = toml_peek(r);
		char low = c > 0 && c < 0x80 ? str_lower((char)c) : 0;

		if (str_is_digit(low))
			code = code * 16 + (uint32_t)(low - '0');
		else if (low >= 'a' && low <= 'f')
			code = code * 16 + (uint32_t)(low - 'a') + 10;
		else
			return toml_fail(r, "an escaped character needs more hexadecimal digits");
		toml_take(r);
	}
	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return toml_fail(r, "an escaped character is none");
	add_code(ret, code);
	return true;
}

/* What follows a backslash, which is taken. */
static bool
take_escape(struct toml_reader *r, struct toml_text *ret)
{
	static const char letters[] = "btnfre\"\\";
	static const char meanings[] = "\b\t\n\f\r\x1b\"\\";
	int c = toml_peek(r);
	const char *at = c > 0 && c < 0x80 ? strchr(letters, c) : NULL;

	if (at) {
		add(ret, meanings + (at - letters), 1);
		toml_take(r);
		return true;
	}
	if (c != 'x' && c != 'u' && c != 'U')
		return toml_fail(r, "a backslash stands before what it cannot escape");
	toml_take(r);
	return take_code(r, c == 'x' ? 2 : c == 'u' ? 4 : 8, ret);
}

/* A backslash at the end of a line takes away all space that follows. True: it was
 * one. A blank between it and the newline is allowed. */
static bool
take_line_end(struct toml_reader *r)
{
	int c = toml_peek(r);

	if (c != ' ' && c != '\t' && c != '\n')
		return false;
	toml_skip_blanks(r);
	if (toml_peek(r) != '\n') {
		toml_fail(r, "a backslash stands before what it cannot escape");
		return true;
	}
	while (toml_peek(r) == '\n' || toml_peek(r) == ' ' || toml_peek(r) == '\t')
		toml_take(r);
	return true;
}

/* The quotes at the end of a text of lines: three, and up to two before them that
 * belong to it. True: it was the end. */
static bool
take_end(struct toml_reader *r, char quote, struct toml_text *ret)
{
	unsigned n = 0;

	while (n < 5 && toml_accept(r, quote))
		n++;
	for (unsigned i = 0; i < (n < 3 ? n : n - 3); i++)
		add(ret, &quote, 1);
	return n >= 3;
}

/* Behind the three quotes that begin it. */
static bool
take_lines(struct toml_reader *r, char quote, struct toml_text *ret)
{
	unsigned begin = r->line;

	(void)toml_accept(r, '\n');
	for (;;) {
		int c = toml_peek(r);

		if (c == TOML_END)
			return toml_fail_at(r, begin,
					    "a text that begins with three quotes has no "
					    "end");
		if (c == (unsigned char)quote) {
			if (take_end(r, quote, ret))
				return !r->why;
		} else if (c == '\n') {
			add(ret, "\n", 1);
			toml_take(r);
		} else if (c == '\\' && quote == '"') {
			toml_take(r);
			if (!take_line_end(r) && !take_escape(r, ret))
				return false;
		} else if (!take_character(r, c, ret)) {
			return false;
		}
	}
}

bool
toml_take_string(struct toml_reader *r, bool lines, struct toml_text *ret)
{
	char quote = (char)toml_peek(r);

	toml_take(r);
	if (toml_accept(r, quote)) {
		if (!toml_accept(r, quote))
			return !r->why;
		return lines ? take_lines(r, quote, ret)
			     : toml_fail(r, "a key cannot have three quotes");
	}
	for (;;) {
		int c = toml_peek(r);

		if (c == TOML_END || c == '\n')
			return toml_fail(r, "a quote is not closed on its line");
		if (toml_accept(r, quote))
			return true;
		if (c == '\\' && quote == '"') {
			toml_take(r);
			if (!take_escape(r, ret))
				return false;
		} else if (!take_character(r, c, ret)) {
			return false;
		}
	}
}
