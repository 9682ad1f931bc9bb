/* SPDX-License-Identifier: MIT */
/* String views and strict parsing of numbers; allocates nothing. */
#include <config.h>

#include "base/str.h"

#include <string.h>

/* Bytes of a text that str_distance() looks at: bounds its table. */
#define DISTANCE_MAX 64

struct str
str_from(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_eq_text(struct str a, const char *text)
{
	return str_eq(a, str_from(text));
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_skip(s, s.n - suffix.n), suffix);
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Weight of a byte that is no number's. */
static int
version_weight(struct str s)
{
	if (!s.n || str_is_digit(*s.p))
		return 0;
	if (*s.p == '~')
		return -1;
	return str_is_alpha(*s.p) ? (unsigned char)*s.p : (unsigned char)*s.p + 256;
}

/* Take the number that S begins with, without leading zeros. */
static struct str
take_number(struct str *s)
{
	struct str number;
	size_t n = 0;

	while (s->n && *s->p == '0')
		*s = str_skip(*s, 1);
	while (n < s->n && str_is_digit(s->p[n]))
		n++;
	number = (struct str){ s->p, n };
	*s = str_skip(*s, n);
	return number;
}

int
str_version_order(struct str a, struct str b)
{
	while (a.n || b.n) {
		struct str x;
		struct str y;

		while ((a.n && !str_is_digit(*a.p)) || (b.n && !str_is_digit(*b.p))) {
			int order = version_weight(a) - version_weight(b);

			if (order)
				return order;
			a = str_skip(a, 1);
			b = str_skip(b, 1);
		}
		x = take_number(&a);
		y = take_number(&b);
		if (x.n != y.n)
			return x.n < y.n ? -1 : 1;
		if (str_cmp(x, y) != 0)
			return str_cmp(x, y);
	}
	return 0;
}

struct str
str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0]))
		s = str_skip(s, 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str
str_skip(struct str s, size_t n)
{
	if (n > s.n)
		n = s.n;
	return (struct str){ s.p ? s.p + n : NULL, s.n - n };
}

size_t
str_find(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

bool
str_split(struct str *rest, char sep, struct str *ret_part)
{
	size_t at;

	if (!rest->p)
		return false;
	at = str_find(*rest, sep);
	*ret_part = (struct str){ rest->p, at };
	if (at == rest->n)
		*rest = (struct str){ NULL, 0 };
	else
		*rest = str_skip(*rest, at + 1);
	return true;
}

bool
str_line(struct str *rest, struct str *ret_line)
{
	/* Unlike str_split, a newline ends a line: "a\n" is one line. */
	if (rest->n == 0)
		return false;
	return str_split(rest, '\n', ret_line);
}

bool
str_record(struct str *rest, struct str *ret_record)
{
	size_t n = str_find(*rest, '\0');

	if (n == rest->n)
		return false;
	*ret_record = (struct str){ rest->p, n };
	*rest = str_skip(*rest, n + 1);
	return true;
}

bool
str_word(struct str *rest, struct str *ret_word)
{
	size_t n = 0;

	while (rest->n && is_blank(rest->p[0]))
		*rest = str_skip(*rest, 1);
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	*ret_word = (struct str){ rest->p, n };
	*rest = str_skip(*rest, n);
	return n > 0;
}

bool
str_u64(struct str s, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit;

		if (!str_is_digit(s.p[i]))
			return false;
		digit = (uint64_t)(s.p[i] - '0');
		if (digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value < min)
		return false;
	*ret_value = value;
	return true;
}

char *
str_put_u64(char *at, uint64_t number)
{
	char digits[20];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	while (n)
		*at++ = digits[--n];
	return at;
}

size_t
str_utf8(struct str s, uint32_t *ret_code)
{
	/* What the shortest form of N bytes begins at. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t code = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));

	if (s.n < n || (p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	if (ret_code)
		*ret_code = code;
	return n;
}

bool
str_is_control(uint32_t code)
{
	return code < ' ' || (code >= 0x7f && code < 0xa0);
}

bool
str_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
str_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char
str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int
str_hex_digit(char c)
{
	if (str_is_digit(c))
		return c - '0';
	c = str_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Optimal string alignment; three rows of the table are enough. */
size_t
str_distance(struct str a, struct str b)
{
	size_t rows[3][DISTANCE_MAX + 1];

	if (a.n > DISTANCE_MAX)
		a.n = DISTANCE_MAX;
	if (b.n > DISTANCE_MAX)
		b.n = DISTANCE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t replace = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);

			row[j] = min3(above[j] + 1, row[j - 1] + 1, replace);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1]) {
				size_t swap = rows[(i + 1) % 3][j - 2] + 1;

				row[j] = swap < row[j] ? swap : row[j];
			}
		}
	}
	return rows[a.n % 3][b.n];
}
