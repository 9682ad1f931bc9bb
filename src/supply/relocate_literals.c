/* SPDX-License-Identifier: MIT */
/* The strings in a Python or JSON text, rewritten where they stand. */
#include <config.h>

#include "supply/relocate_literals.h"

#include <string.h>

/* 4 MiB: the longest single string; the longest met (DIST) has some KiB. */
#define LITERAL_MAX ((size_t)4 * 1024 * 1024)

struct scan {
	struct str text;
	size_t at;
	enum literals_language language;
	literals_fn *fn;
	void *ctx;
	struct buf key;
	struct buf value;
	struct buf changed;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

/* CODE in UTF-8; halves of a surrogate pair, which Python has for bytes that are no
 * text, too, as three bytes. */
static void
add_code(struct buf *out, uint32_t code)
{
	if (code < 0x80) {
		buf_add_char(out, (char)code);
	} else if (code < 0x800) {
		buf_add_char(out, (char)(0xc0 | code >> 6));
		buf_add_char(out, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		buf_add_char(out, (char)(0xe0 | code >> 12));
		buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_add_char(out, (char)(0x80 | (code & 0x3f)));
	} else {
		buf_add_char(out, (char)(0xf0 | code >> 18));
		buf_add_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
		buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_add_char(out, (char)(0x80 | (code & 0x3f)));
	}
}

/* A number of 1 to MOST digits (LEAST at least) in BASE at the start of S; their count. */
static size_t
read_number(struct str s, int base, size_t least, size_t most, uint32_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < most && n < s.n; n++) {
		int digit = str_hex_digit(s.p[n]);

		if (digit < 0 || digit >= base)
			break;
		*ret = *ret * (uint32_t)base + (uint32_t)digit;
	}
	return n >= least ? n : 0;
}

/* JSON writes what is above U+FFFF as a pair of \u. *CODE is the first of them; bytes of
 * the second. */
static size_t
read_second_half(struct str s, uint32_t *code)
{
	uint32_t low;

	if (*code < 0xd800 || *code > 0xdbff || s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u' ||
	    read_number(str_skip(s, 2), 16, 4, 4, &low) == 0 || low < 0xdc00 || low > 0xdfff)
		return 0;
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	return 6;
}

/* A backslash and what follows it, at the start of S. Number of bytes; 0: unknown. */
static size_t
read_escape(const struct scan *scan, struct str s, struct buf *out)
{
	static const char names[] = "ntrbfav\\'\"/";
	static const char meanings[] = "\n\t\r\b\f\a\v\\'\"/";
	bool is_json = scan->language == LITERALS_JSON;
	char c = s.n > 1 ? s.p[1] : 0;
	const char *name = c ? strchr(names, c) : NULL;
	uint32_t code = 0;
	size_t n = 0;

	if (name && !(c == '/' && !is_json)) {
		buf_add_char(out, meanings[name - names]);
		return 2;
	}
	if (c == '\n' && !is_json)
		return 2;
	if (c == 'u' && scan->language != LITERALS_PYTHON2)
		n = read_number(str_skip(s, 2), 16, 4, 4, &code);
	else if (c == 'U' && scan->language == LITERALS_PYTHON)
		n = read_number(str_skip(s, 2), 16, 8, 8, &code);
	else if (c == 'x' && !is_json)
		n = read_number(str_skip(s, 2), 16, 2, 2, &code);
	if (n) {
		n += 2;
		if (is_json)
			n += read_second_half(str_skip(s, n), &code);
	} else if (!is_json && (n = read_number(str_skip(s, 1), 8, 1, 3, &code)) > 0) {
		n++;
	}
	if (n == 0 || code > 0x10ffff)
		return 0;
	if (scan->language == LITERALS_PYTHON2)
		buf_add_char(out, (char)code);
	else
		add_code(out, code);
	return n;
}

/* Bytes of the prefix of a Python string at S ("u", "rb"), when a quote follows. */
static size_t
prefix_length(const struct scan *scan, struct str s)
{
	size_t n = 0;

	if (scan->language == LITERALS_JSON)
		return 0;
	while (n < 2 && n < s.n && strchr("rRuUbBfF", s.p[n]))
		n++;
	return n < s.n && (s.p[n] == '"' || s.p[n] == '\'') ? n : 0;
}

/* One string at the start of S, its value added to OUT. Its length in bytes; 0: none that
 * we understand, and then *RET_SKIP bytes are to be passed over (0: it has no end). */
static size_t
read_string(const struct scan *scan, struct str s, struct buf *out, size_t *ret_skip)
{
	size_t prefix = prefix_length(scan, s);
	size_t at = prefix + 1;
	char quote = s.p[prefix];
	/* Bytes, formats and raw strings are met in no such file: left alone. */
	bool understood = prefix == 0 || (prefix == 1 && str_lower(s.p[0]) == 'u');
	size_t quotes = 1;

	if (s.n - prefix >= 3 && scan->language != LITERALS_JSON && s.p[at] == quote &&
	    s.p[at + 1] == quote) {
		understood = false;
		quotes = 3;
		at += 2;
	}
	*ret_skip = 0;
	while (at + quotes <= s.n) {
		bool ends = s.p[at] == quote &&
			    (quotes == 1 || (s.p[at + 1] == quote && s.p[at + 2] == quote));
		size_t n = 1;

		if (ends) {
			*ret_skip = at + quotes;
			return understood ? at + quotes : 0;
		}
		if (s.p[at] == '\n' && quotes == 1)
			return 0;
		if (s.p[at] != '\\')
			buf_add_char(out, s.p[at]);
		else if ((n = read_escape(scan, str_skip(s, at), out)) == 0)
			understood = false;
		/* An unknown escape: past the backslash and what it protects. */
		at += n ? n : 2;
	}
	return 0;
}

/* Does another string that belongs to the one before follow? *RET_GAP: after so many bytes. */
static bool
another_follows(const struct scan *scan, struct str s, size_t *ret_gap)
{
	size_t n = 0;

	if (scan->language == LITERALS_JSON)
		return false;
	while (n < s.n &&
	       (is_blank(s.p[n]) || (s.p[n] == '\\' && n + 1 < s.n && s.p[n + 1] == '\n')))
		n++;
	*ret_gap = n;
	s = str_skip(s, n);
	return s.n && (s.p[0] == '"' || s.p[0] == '\'' || prefix_length(scan, s));
}

static void
add_hex(struct buf *out, char letter, int digits, uint32_t code)
{
	buf_printf(out, "\\%c%0*x", letter, digits, code);
}

/* A character that cannot stand in the string as it is. */
static void
add_code_escaped(struct buf *out, enum literals_language language, uint32_t code)
{
	if (language != LITERALS_JSON && code < 0x100) {
		add_hex(out, 'x', 2, code);
	} else if (language == LITERALS_JSON && code > 0xffff) {
		code -= 0x10000;
		add_hex(out, 'u', 4, 0xd800 + (code >> 10));
		add_hex(out, 'u', 4, 0xdc00 + (code & 0x3ff));
	} else {
		add_hex(out, 'u', 4, code);
	}
}

/* The character above 0x7f at the start of S. Bytes taken. */
static size_t
add_above_ascii(struct buf *out, enum literals_language language, struct str s)
{
	uint32_t code = 0;
	size_t n = language == LITERALS_PYTHON2 ? 0 : str_utf8(s, &code);
	const unsigned char *p = (const unsigned char *)s.p;

	if (n && language == LITERALS_PYTHON && !str_is_control(code)) {
		buf_add(out, s.p, n);
		return n;
	}
	if (n) {
		add_code_escaped(out, language, code);
		return n;
	}
	if (language == LITERALS_PYTHON2) {
		add_hex(out, 'x', 2, p[0]);
		return 1;
	}
	/* Half a pair, as add_code() wrote it; else a byte of a name that is no text, as
	 * PEP 383 has it. */
	if (s.n >= 3 && p[0] == 0xed && p[1] >= 0xa0 && p[1] < 0xc0 && (p[2] & 0xc0) == 0x80) {
		add_hex(out, 'u', 4, 0xd000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu));
		return 3;
	}
	add_hex(out, 'u', 4, 0xdc00u + p[0]);
	return 1;
}

static void
add_string(struct buf *out, enum literals_language language, char quote, struct str value)
{
	static const char controls[] = "\n\r\t";
	static const char names[] = "nrt";

	buf_add_char(out, quote);
	while (value.n) {
		char c = value.p[0];
		const char *control = c ? strchr(controls, c) : NULL;
		size_t n = 1;

		if (c == '\\' || c == quote) {
			buf_add_char(out, '\\');
			buf_add_char(out, c);
		} else if (control) {
			buf_add_char(out, '\\');
			buf_add_char(out, names[control - controls]);
		} else if ((unsigned char)c < 0x20 || c == 0x7f) {
			add_code_escaped(out, language, (unsigned char)c);
		} else if ((unsigned char)c & 0x80) {
			n = add_above_ascii(out, language, value);
		} else {
			buf_add_char(out, c);
		}
		value = str_skip(value, n);
	}
	buf_add_char(out, quote);
}

/* All strings that make one value, from the one at scan->at. False: left alone, and
 * scan->at is past what was looked at. */
static bool
read_value(struct scan *scan, char *ret_quote)
{
	struct str rest = str_skip(scan->text, scan->at);
	size_t skip;
	size_t gap;
	size_t n = read_string(scan, rest, &scan->value, &skip);
	bool understood = n > 0;

	*ret_quote = rest.p[prefix_length(scan, rest)];
	scan->at += skip ? skip : scan->text.n - scan->at;
	while (skip && another_follows(scan, str_skip(scan->text, scan->at), &gap)) {
		rest = str_skip(scan->text, scan->at + gap);
		n = read_string(scan, rest, &scan->value, &skip);
		understood = understood && n;
		scan->at = skip ? scan->at + gap + skip : scan->text.n;
	}
	return understood && skip && !scan->value.overflowed;
}

static bool
is_key(const struct scan *scan)
{
	size_t at = scan->at;

	while (at < scan->text.n && is_blank(scan->text.p[at]))
		at++;
	return at < scan->text.n && scan->text.p[at] == ':';
}

/* The value at scan->at: rewritten, or copied. */
static bool
rewrite_value(struct scan *scan, struct buf *out)
{
	size_t start = scan->at;
	char quote;
	bool changed = false;

	buf_truncate(&scan->value, 0);
	buf_truncate(&scan->changed, 0);
	if (read_value(scan, &quote)) {
		if (is_key(scan)) {
			buf_truncate(&scan->key, 0);
			buf_add_str(&scan->key, buf_str(&scan->value));
		} else {
			changed = scan->fn(scan->ctx, buf_str(&scan->key), buf_str(&scan->value),
					   &scan->changed) &&
				  !scan->changed.overflowed;
			buf_truncate(&scan->key, 0);
		}
	}
	if (changed)
		add_string(out, scan->language, quote, buf_str(&scan->changed));
	else
		buf_add(out, scan->text.p + start, scan->at - start);
	return changed;
}

bool
literals_rewrite(struct str text, enum literals_language language, literals_fn *fn, void *ctx,
		 struct buf *out)
{
	struct scan scan = { .text = text,
			     .language = language,
			     .fn = fn,
			     .ctx = ctx,
			     .key = BUF_INIT(LITERAL_MAX),
			     .value = BUF_INIT(LITERAL_MAX),
			     .changed = BUF_INIT(2 * LITERAL_MAX) };
	bool changed = false;
	bool in_name = false;

	while (scan.at < text.n) {
		struct str rest = str_skip(text, scan.at);
		char c = rest.p[0];

		if (c == '"' || (c == '\'' && language != LITERALS_JSON) ||
		    (!in_name && prefix_length(&scan, rest))) {
			changed |= rewrite_value(&scan, out);
			in_name = false;
			continue;
		}
		if (c == '#' && language != LITERALS_JSON) {
			size_t n = str_find(rest, '\n');

			buf_add(out, rest.p, n);
			scan.at += n;
			continue;
		}
		in_name = str_is_alpha(c) || str_is_digit(c) || c == '_';
		buf_add_char(out, c);
		scan.at++;
	}
	buf_reset(&scan.key);
	buf_reset(&scan.value);
	buf_reset(&scan.changed);
	return changed;
}
