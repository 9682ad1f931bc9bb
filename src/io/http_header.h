/* SPDX-License-Identifier: MIT */
/* The header values that downloads depend on. */
#ifndef PYVERN_IO_HTTP_HEADER_H
#define PYVERN_IO_HTTP_HEADER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/str.h"

/* "bytes FIRST-LAST/TOTAL". */
struct http_range {
	uint64_t first;
	uint64_t last;	/* at least first */
	uint64_t total; /* larger than last; 0: the server said "*" */
};

/* Read a Content-Range value; false when it is malformed or contradicts itself.
 * Source: RFC 9110, 14.4. */
bool http_content_range(struct str value, struct http_range *ret);

/* Read a Retry-After value: seconds from NOW (0 for a time that has passed).
 * False when it is neither a number nor an HTTP date. Source: RFC 9110, 10.2.3. */
bool http_retry_after(struct str value, time_t now, uint64_t *ret_seconds);

/* Is VALUE an entity tag ("x", W/"x") that can be sent back as it is? Source: RFC 9110,
 * 8.8.3. */
bool http_etag_ok(struct str value);

/* Is VALUE a date in one of HTTP's forms? Source: RFC 9110, 5.6.7. */
bool http_date_ok(struct str value);

/* What If-Range may say of an answer with these headers (empty: it has none): a
 * strong ETAG, else MODIFIED when it is a minute older than DATE, so that nothing can
 * have changed within its second. Empty: nothing. Source: RFC 9110, 8.8.2.2, 13.1.5. */
struct str http_validator(struct str etag, struct str modified, struct str date);

/* If LINE is the header NAME (lower case), its value without blanks around. */
bool http_header_value(struct str line, const char *name, struct str *ret_value);

#endif
