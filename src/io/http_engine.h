/* SPDX-License-Identifier: MIT */
/* The thread that moves all bytes of a session; private to io/http. */
#ifndef PYVERN_IO_HTTP_ENGINE_H
#define PYVERN_IO_HTTP_ENGINE_H

/*
 * libcurl's multi interface in one thread: requests of many callers share
 * connections, and streams of one connection where the server speaks HTTP/2.
 * A caller hands a handle over and waits; until it gets it back, the handle's
 * callbacks run in the engine's thread and the caller touches nothing of theirs.
 */

#include <curl/curl.h>

#include "base/err.h"

struct http_engine;

/* Owned by the caller (http_engine_close). */
int http_engine_open(struct http_engine **ret, struct err *err) __attribute__((warn_unused_result));
/* Nobody may be in http_engine_perform() any more. */
void http_engine_close(struct http_engine *engine);

/* As curl_easy_perform(); CURLE_ABORTED_BY_CALLBACK at once after a signal (os/sig). */
CURLcode http_engine_perform(struct http_engine *engine, CURL *curl);

#endif
