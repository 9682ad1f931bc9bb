/* SPDX-License-Identifier: MIT */
/* Texts made harmless, sizes and durations in words. */
#include <config.h>

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "ui/out_state.h"

/* Longest text shown as one line; the rest is cut with an ellipsis. */
#define SHOWN_MAX ((size_t)16 * 1024)

/* Marks that turn the direction of writing, with which a name can pose as another,
 * and the two separators that break lines (Unicode's Bidi_Control; UAX 14). */
static bool
misleads(uint32_t code)
{
	return code == 0x61c || code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

size_t
out_showable(struct str s, uint32_t *ret_code)
{
	size_t n = str_utf8(s, ret_code);

	return n && !str_is_control(*ret_code) && !misleads(*ret_code) ? n : 0;
}

static void
add_safe(struct buf *b, struct str s)
{
	while (s.n) {
		uint32_t code;
		size_t n = out_showable(s, &code);

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

/* Can a path begin at TEXT[at], that is, does it follow nothing or a separator? Not
 * a quote: between quotes no shell knows what "~" is, and lines are pasted. */
static bool
path_starts_here(const char *text, size_t at)
{
	return at == 0 || strchr(" \t(=:,", text[at - 1]);
}

char *
out_people(const struct out *out, const char *text)
{
	cleanup_buf struct buf b = BUF_INIT(8 * SHOWN_MAX);
	cleanup_free char *safe = out_safe(text);
	/* pyenv writes paths in full. */
	size_t home_len = out->home && !(out->flags & OUT_PYENV) ? strlen(out->home) : 0;

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
		return mem_printf("%u min %u s", (unsigned)(seconds / 60),
				  (unsigned)(seconds % 60));
	return mem_printf("%u h %u min", (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60));
}
