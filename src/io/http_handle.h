/* SPDX-License-Identifier: MIT */
/* A handle of libcurl with what holds for every request; private to io/http. */
#ifndef PYVERN_IO_HTTP_HANDLE_H
#define PYVERN_IO_HTTP_HANDLE_H

#include <curl/curl.h>

#include "io/http.h"

/* NULL: libcurl cannot start. Owned by the caller. */
CURL *http_handle_new(const struct http_options *options, bool allow_http);

static inline void
http_handle_cleanup_handler(CURL **curl)
{
	curl_easy_cleanup(*curl);
}
#define cleanup_http_handle cleanup_with(http_handle_cleanup_handler)

#endif
