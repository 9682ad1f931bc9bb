/* SPDX-License-Identifier: MIT */
/* The header values that downloads depend on. */
#include <config.h>

#include "io/http_header.h"

#include <string.h>

#include <curl/curl.h>

#include "io/http.h"

/* Largest file position that off_t and libcurl's curl_off_t can hold. */
#define RANGE_MAX ((uint64_t)INT64_MAX - 1)
/* Longest date that we look at: an HTTP date has 29 characters. */
#define DATE_MAX 64
/* Seconds between a file's date and the answer's that make the first one sure. */
#define DATE_MARGIN 60

bool
http_header_value(struct str line, const char *name, struct str *ret_value)
{
	size_t n = strlen(name);

	if (line.n <= n || line.p[n] != ':')
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_lower(line.p[i]) != name[i])
			return false;
	*ret_value = str_trim(str_skip(line, n + 1));
	return true;
}

bool
http_etag_ok(struct str value)
{
	if (str_starts(value, STR_LIT("W/")))
		value = str_skip(value, 2);
	if (value.n < 2 || value.p[0] != '"' || value.p[value.n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] == '"' || value.p[i] > '~')
			return false;
	return true;
}

bool
http_content_range(struct str value, struct http_range *ret)
{
	struct http_range range = { 0 };
	struct str unit, positions, first;

	if (!str_word(&value, &unit) || unit.n != 5)
		return false;
	for (size_t i = 0; i < unit.n; i++)
		if (str_lower(unit.p[i]) != "bytes"[i])
			return false;
	value = str_trim(value);
	if (str_find(value, '/') == value.n || !str_split(&value, '/', &positions) ||
	    str_find(positions, '-') == positions.n || !str_split(&positions, '-', &first))
		return false;
	if (!str_u64(first, 0, RANGE_MAX, &range.first) ||
	    !str_u64(positions, range.first, RANGE_MAX, &range.last))
		return false;
	if (!str_eq_text(value, "*") &&
	    !str_u64(value, range.last + 1, RANGE_MAX + 1, &range.total))
		return false;
	*ret = range;
	return true;
}

/* -1: it is none. A date begins with the name of a day; curl_getdate() alone would take
 * "12:00" and much else. */
static time_t
parse_date(struct str value)
{
	char text[DATE_MAX + 1];

	if (value.n == 0 || value.n > DATE_MAX || !str_is_alpha(value.p[0]))
		return -1;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] < ' ' || value.p[i] > '~')
			return -1;
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	return curl_getdate(text, NULL);
}

bool
http_date_ok(struct str value)
{
	return parse_date(value) != -1;
}

bool
http_retry_after(struct str value, time_t now, uint64_t *ret_seconds)
{
	time_t when;

	value = str_trim(value);
	if (str_u64(value, 0, UINT32_MAX, ret_seconds))
		return true;
	when = parse_date(value);
	if (when == -1)
		return false;
	*ret_seconds = when > now ? (uint64_t)(when - now) : 0;
	return true;
}

struct str
http_validator(struct str etag, struct str modified, struct str date)
{
	time_t changed = parse_date(modified);
	time_t now = parse_date(date);

	if (etag.n <= HTTP_ETAG_MAX && http_etag_ok(etag) && etag.p[0] == '"')
		return etag;
	if (changed != -1 && now != -1 && now - changed >= DATE_MARGIN)
		return modified;
	return (struct str){ "", 0 };
}
