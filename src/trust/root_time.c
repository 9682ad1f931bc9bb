/* SPDX-License-Identifier: MIT */
/* Times of trust: windows, and RFC 3339 without the C library's zones. */
#include <config.h>

#include <inttypes.h>
#include <time.h>

#include "base/mem.h"
#include "trust/root.h"

bool
trust_window_has(const struct trust_window *window, int64_t milliseconds)
{
	return window->start <= milliseconds && milliseconds <= window->end;
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t
days_of_month(int64_t year, int64_t month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 in the calendar of today, which years from 1970 on need. */
static int64_t
days_from_date(int64_t year, int64_t month, int64_t day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int64_t past = year - 1;

	return year * 365 + past / 4 - past / 100 + past / 400 + before[month - 1] +
	       (month > 2 && is_leap(year)) + day - 1 - 719527;
}

/* The next N digits of *TEXT and SEP behind them (not when it is 0). */
static bool
take_number(struct str *text, size_t n, char sep, uint64_t min, uint64_t max, int64_t *ret)
{
	uint64_t number;

	if (text->n < n + (sep != '\0') || (sep && text->p[n] != sep) ||
	    !str_u64((struct str){ text->p, n }, min, max, &number))
		return false;
	*text = str_skip(*text, n + (sep != '\0'));
	*ret = (int64_t)number;
	return true;
}

bool
trust_time_parse(struct str text, int64_t *ret_milliseconds)
{
	int64_t year;
	int64_t month;
	int64_t day;
	int64_t hour;
	int64_t minute;
	int64_t second;
	int64_t fraction = 0;

	if (!take_number(&text, 4, '-', 1970, 9999, &year) ||
	    !take_number(&text, 2, '-', 1, 12, &month) ||
	    !take_number(&text, 2, 'T', 1, 31, &day) || !take_number(&text, 2, ':', 0, 23, &hour) ||
	    !take_number(&text, 2, ':', 0, 59, &minute) ||
	    !take_number(&text, 2, '\0', 0, 59, &second))
		return false;
	if (day > days_of_month(year, month))
		return false;
	if (text.n && text.p[0] == '.') {
		int64_t unit = 100;

		text = str_skip(text, 1);
		if (text.n < 2 || text.n > 10)
			return false;
		for (; text.n && str_is_digit(text.p[0]); text = str_skip(text, 1), unit /= 10)
			fraction += unit * (text.p[0] - '0');
	}
	if (!str_eq_text(text, "Z"))
		return false;
	*ret_milliseconds =
		(((days_from_date(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) *
			1000 +
		fraction;
	return true;
}

char *
trust_time_text(int64_t milliseconds)
{
	time_t seconds = (time_t)(milliseconds / 1000);
	struct tm tm;
	char text[64];

	if (!gmtime_r(&seconds, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		return mem_printf("%" PRId64 " ms", milliseconds);
	return mem_strdup(text);
}
