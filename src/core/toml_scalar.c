/* SPDX-License-Identifier: MIT */
/* TOML: numbers, dates and truths. They are checked and not kept. */
#include <config.h>

#include "core/toml_internal.h"

/* Take the digits of BASE (2, 8, 10, 16) with single underscores between off *S;
 * false when there is none, or an underscore that is not between two. */
static bool
take_digits(struct str *s, unsigned base)
{
	bool after_digit = false;
	size_t i = 0;

	for (; i < s->n; i++) {
		char c = str_lower(s->p[i]);
		unsigned value = str_is_digit(c)	? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
							: 16;

		if (c == '_' ? !after_digit : value >= base)
			break;
		after_digit = c != '_';
	}
	*s = str_skip(*s, i);
	return after_digit;
}

static bool
take_one(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_skip(*s, 1);
	return true;
}

static bool
take_sign(struct str *s)
{
	return take_one(s, '+') || take_one(s, '-');
}

static bool
based_ok(struct str s)
{
	static const struct {
		struct str prefix;
		unsigned base;
	} bases[] = { { STR_LIT("0x"), 16 }, { STR_LIT("0o"), 8 }, { STR_LIT("0b"), 2 } };

	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (!str_starts(s, bases[i].prefix))
			continue;
		s = str_skip(s, 2);
		return take_digits(&s, bases[i].base) && s.n == 0;
	}
	return false;
}

static bool
number_ok(struct str s)
{
	struct str whole;

	if (based_ok(s))
		return true;
	(void)take_sign(&s);
	if (str_eq_text(s, "inf") || str_eq_text(s, "nan"))
		return true;
	whole = s;
	if (!take_digits(&s, 10))
		return false;
	/* 07 is no number; 0, 0.7 and 0e7 are. */
	if (whole.p[0] == '0' && whole.n - s.n > 1)
		return false;
	if (take_one(&s, '.') && !take_digits(&s, 10))
		return false;
	if (take_one(&s, 'e') || take_one(&s, 'E')) {
		(void)take_sign(&s);
		if (!take_digits(&s, 10))
			return false;
	}
	return s.n == 0;
}

/* Take a number of exactly N digits from MIN to MAX off *S. */
static bool
take_fixed(struct str *s, size_t n, uint64_t min, uint64_t max, uint64_t *ret)
{
	if (s->n < n || !str_u64((struct str){ s->p, n }, min, max, ret))
		return false;
	*s = str_skip(*s, n);
	return true;
}

/* HH:MM, HH:MM:SS, HH:MM:SS.FRACTION. */
static bool
take_time(struct str *s)
{
	uint64_t number;
	size_t n = 0;

	if (!take_fixed(s, 2, 0, 23, &number) || !take_one(s, ':') ||
	    !take_fixed(s, 2, 0, 59, &number))
		return false;
	if (!take_one(s, ':'))
		return true;
	/* RFC 3339 has leap seconds. */
	if (!take_fixed(s, 2, 0, 60, &number))
		return false;
	if (!take_one(s, '.'))
		return true;
	while (n < s->n && str_is_digit(s->p[n]))
		n++;
	*s = str_skip(*s, n);
	return n > 0;
}

/* A time of day, and if it belongs to a date, a zone. */
static bool
zoned_time_ok(struct str s, bool may_have_zone)
{
	uint64_t number;

	if (!take_time(&s))
		return false;
	if (s.n == 0)
		return true;
	if (!may_have_zone)
		return false;
	if (take_one(&s, 'Z') || take_one(&s, 'z'))
		return s.n == 0;
	return take_sign(&s) && take_fixed(&s, 2, 0, 23, &number) && take_one(&s, ':') &&
	       take_fixed(&s, 2, 0, 59, &number) && s.n == 0;
}

bool
toml_time_ok(struct str s)
{
	return zoned_time_ok(s, true);
}

/* YYYY-MM-DD off *S. */
static bool
take_date(struct str *s)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t year;
	uint64_t month;
	uint64_t day;
	bool leap;

	if (!take_fixed(s, 4, 0, 9999, &year) || !take_one(s, '-') ||
	    !take_fixed(s, 2, 1, 12, &month) || !take_one(s, '-') || !take_fixed(s, 2, 1, 31, &day))
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool
is_date_alone(struct str s)
{
	return take_date(&s) && s.n == 0;
}

bool
toml_scalar_ok(struct str s)
{
	struct str rest = s;

	if (str_eq_text(s, "true") || str_eq_text(s, "false") || number_ok(s) || is_date_alone(s) ||
	    zoned_time_ok(s, false))
		return true;
	return take_date(&rest) && (take_one(&rest, 'T') || take_one(&rest, 't')) &&
	       zoned_time_ok(rest, true);
}

/* Take what can be a part of a number or date. */
static bool
take_word(struct toml_reader *r, char *text, size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		int c = toml_peek(r);

		if (!toml_is_bare(c) && c != '+' && c != '.' && c != ':')
			break;
		if (n == TOML_WORD_MAX)
			return toml_fail(r, "a number has more than 256 digits");
		text[n++] = (char)c;
		toml_take(r);
	}
	*ret_n = n;
	return !r->why;
}

bool
toml_take_scalar(struct toml_reader *r)
{
	char text[TOML_WORD_MAX];
	struct str word = { text, 0 };
	int next;

	if (!take_word(r, text, &word.n))
		return false;
	if (word.n == 0)
		return toml_fail(r, "a value is missing");
	if (!toml_scalar_ok(word))
		return toml_fail(r, "a value is no text, number, date, true or false");
	if (!is_date_alone(word) || toml_peek(r) != ' ')
		return true;
	/* A blank may stand between a date and its time. */
	toml_take(r);
	next = toml_peek(r);
	if (next <= 0 || next >= 0x80 || !str_is_digit((char)next))
		return true;
	if (!take_word(r, text, &word.n))
		return false;
	return toml_time_ok(word) || toml_fail(r, "what follows a date is no time");
}
