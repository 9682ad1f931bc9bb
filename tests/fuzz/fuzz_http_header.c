/* SPDX-License-Identifier: MIT */
/* Fuzz target: header lines and addresses that a server sends. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "io/http_header.h"
#include "io/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_url(const char *url)
{
	cleanup_free char *mask = url_mask(url);
	cleanup_free char *again = url_mask(mask);
	cleanup_free char *path = url_file_path(url);
	cleanup_free char *shown = url_host_shown(url);

	/* What was masked has nothing left to mask. */
	if (strcmp(mask, again) != 0 || (path && path[0] != '/') || strlen(shown) > strlen(url))
		abort();
	(void)url_ok(url);
	(void)url_is_loopback(url);
	(void)url_base_name(url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str line = { (const char *)data, size };
	cleanup_free char *text = mem_strndup(size ? line.p : "", size);
	struct str value = line;
	struct http_range range;
	uint64_t seconds;

	(void)http_header_value(line, "content-range", &value);
	/* A range that is taken must be one that arithmetic can trust. */
	if (http_content_range(value, &range) &&
	    (range.first > range.last || (range.total && range.last >= range.total)))
		abort();
	/* What is sent back later must be one word of one line. */
	if (http_etag_ok(value))
		for (size_t i = 0; i < value.n; i++)
			if (value.p[i] <= ' ' || value.p[i] > '~')
				abort();
	/* Nor may a date end the line. */
	if (http_date_ok(value) &&
	    (memchr(value.p, '\n', value.n) || memchr(value.p, '\r', value.n)))
		abort();
	(void)http_validator(value, value, STR_LIT("Sun, 06 Nov 1994 08:49:37 GMT"));
	(void)http_retry_after(value, 784111777, &seconds);
	check_url(text);
	return 0;
}
