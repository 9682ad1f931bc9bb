/* SPDX-License-Identifier: MIT */
/* The header values that downloads depend on. */
#include <config.h>

#include "io/http_header.h"

#include <string.h>

#include <curl/curl.h>

/* Largest file position that off_t and libcurl's curl_off_t can hold. */
#define RANGE_MAX ((uint64_t)INT64_MAX - 1)
/* Longest Retry-After value that we look at: an HTTP date has 29 characters. */
#define RETRY_AFTER_MAX 64

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

bool
http_retry_after(struct str value, time_t now, uint64_t *ret_seconds)
{
	char text[RETRY_AFTER_MAX + 1];
	time_t when;

	value = str_trim(value);
	if (str_u64(value, 0, UINT32_MAX, ret_seconds))
		return true;
	/* A date begins with the name of a day; curl_getdate() alone would take
	 * "12:00" and much else. */
	if (value.n == 0 || value.n > RETRY_AFTER_MAX || !str_is_alpha(value.p[0]))
		return false;
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	when = curl_getdate(text, NULL);
	if (when == -1)
		return false;
	*ret_seconds = when > now ? (uint64_t)(when - now) : 0;
	return true;
}
