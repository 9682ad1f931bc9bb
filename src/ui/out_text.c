/* SPDX-License-Identifier: MIT */
/* Texts made harmless, sizes and durations in words. */
#include <config.h>

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "ui/out_state.h"

/* Longest text shown as one line; the rest is cut with an ellipsis. */
#define SHOWN_MAX ((size_t)16 * 1024)

/* Decode the UTF-8 character at S; its length, or 0 when it is none (also for
 * overlong forms, surrogates and what is beyond U+10FFFF). */
static size_t
decode(struct str s, uint32_t *ret_code)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t code;
	size_t n;

	*ret_code = p[0];
	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.n < n)
		return 0;
	code = p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && code < 0x800) || (n == 4 && (code < 0x10000 || code > 0x10ffff)) ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}

size_t
out_utf8_length(struct str s)
{
	uint32_t code;

	return decode(s, &code);
}

/* Length of the character at S if it may be shown, or 0. Control characters
 * (also C1, which some terminals obey) and marks that turn the direction of
 * writing, with which a name can pose as another, may not. */
static size_t
showable(struct str s)
{
	uint32_t code;
	size_t n = decode(s, &code);

	if (code < ' ' || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069))
		return 0;
	return n;
}

static void
add_safe(struct buf *b, struct str s)
{
	while (s.n) {
		size_t n = showable(s);

		if (n)
			buf_add(b, s.p, n);
		else
			buf_printf(b, "\\x%02x", (unsigned char)s.p[0]);
		s = str_skip(s, n ? n : 1);
	}
}

char *
out_safe(const char *text)
{
	cleanup_buf struct buf b = BUF_INIT(4 * SHOWN_MAX);
	struct str s = str_from(text);
	bool cut = s.n > SHOWN_MAX;

	if (cut)
		s.n = SHOWN_MAX;
	add_safe(&b, s);
	if (cut)
		buf_add_text(&b, "...");
	return buf_take(&b);
}

/* Can a path begin at TEXT[at], that is, does it follow nothing or a separator? */
static bool
path_starts_here(const char *text, size_t at)
{
	return at == 0 || strchr(" \t'\"(=:,", text[at - 1]);
}

char *
out_people(const struct out *out, const char *text)
{
	cleanup_buf struct buf b = BUF_INIT(8 * SHOWN_MAX);
	cleanup_free char *safe = out_safe(text);
	size_t home_len = out->home ? strlen(out->home) : 0;

	while (home_len > 1 && out->home[home_len - 1] == '/')
		home_len--;
	for (size_t i = 0; safe[i];) {
		if (home_len > 1 && path_starts_here(safe, i) &&
		    strncmp(safe + i, out->home, home_len) == 0 &&
		    strchr("/ :,'\")", safe[i + home_len])) {
			buf_add_char(&b, '~');
			i += home_len;
		} else {
			buf_add_char(&b, safe[i++]);
		}
	}
	return buf_take(&b);
}

char *
out_size(uint64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double value = (double)bytes / 1000;
	size_t unit = 0;

	if (bytes < 1000)
		return mem_printf("%u bytes", (unsigned)bytes);
	while (value >= 999.5 && unit + 1 < sizeof(units) / sizeof(*units)) {
		value /= 1000;
		unit++;
	}
	return mem_printf(value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

char *
out_duration(uint64_t milliseconds)
{
	uint64_t seconds = (milliseconds + 500) / 1000;

	if (milliseconds < 1000)
		return mem_printf("%u ms", (unsigned)milliseconds);
	if (milliseconds < 9950)
		return mem_printf("%.1f s", (double)milliseconds / 1000);
	if (seconds < 60)
		return mem_printf("%u s", (unsigned)seconds);
	if (seconds < 3600)
		return mem_printf("%u min %u s", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
	return mem_printf("%u h %u min", (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60));
}
