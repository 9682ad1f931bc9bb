/* SPDX-License-Identifier: MIT */
/* Downloads: GET with limits, tries, resuming, conditions and redirects. */
#ifndef PYVERN_IO_HTTP_H
#define PYVERN_IO_HTTP_H

/*
 *	cleanup_http struct http *http = NULL;
 *	if (http_open(&options, &http, err) < 0)
 *		return -1;
 *	if (http_get(http, &request, &sink, &unreachable, err) < 0)
 *		…
 *
 * Several threads may be in http_get at once, on one session: one thread of its own
 * moves the bytes of all, with as few connections as will do (HTTP/2 streams share
 * one). It runs the sinks' functions: what they do keeps the others waiting. A
 * session costs a thread; http_open and http_close are for one thread at a time,
 * because libcurl's own start is process-wide.
 *
 * What is never done: an unchecked certificate, a redirect from https to http,
 * more than five redirects, sending a user's name or password to another host
 * than the one it was written for, decoding a body, reading .netrc. Bodies that
 * are larger than the request allows are stopped at the first byte too many.
 *
 * http_get tries again after what may pass (lost connections, stalls, 408, 429,
 * 5xx): HTTP_TRIES times in a row without a new byte, HTTP_TRIES_MAX times in
 * all, with growing pauses, or the pause that the server asks for. It does not
 * try again where that only costs time: a name that does not resolve, a port
 * that nobody listens on, a certificate that does not hold, other answers.
 *
 * Going on where a try has ended: with a validator (a strong ETag, or a date that is
 * as good) the request says If-Range, and a server whose file has changed sends the
 * whole of it. Without one the caller's digest decides alone.
 *
 * Proxies are libcurl's: https_proxy, http_proxy, all_proxy and no_proxy.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define HTTP_TRIES 3
#define HTTP_TRIES_MAX 10
/* Redirects that are followed. */
#define HTTP_REDIRECTS_MAX 5
/* 256 bytes: longest validator that is kept; object stores' have 34 to 70. */
#define HTTP_ETAG_MAX 256

struct http;

struct http_options {
	const char *ca_file;	/* PEM, in place of the system's; NULL: SSL_CERT_FILE, else those */
	unsigned stall_s;	/* slower than 1 KiB/s for so long is a lost connection; 0: 30 s */
	unsigned pause_ms;	/* before the second try, doubled for each further one; 0: 500 ms */
	unsigned retry_after_s; /* longest pause a server may ask for; 0: 30 s */
	unsigned ip;		/* 4 or 6: hosts by such addresses only; 0: by any */
	/* Asked before each request, also before one that a redirect leads to, with the host
	 * (no port, no brackets): 0, or -1 with ERR set, and the request is not made. From
	 * several threads. NULL: any host will do. */
	int (*gate)(const void *gate_ctx, struct str host, struct err *err);
	const void *gate_ctx;
};

/* Where a body goes. Both functions return 0, or -1 with ERR set, which ends
 * http_get at once with that error. */
struct http_sink {
	/* The next byte to come has position OFFSET: where the sink stands, or 0
	 * when the body is sent anew from its start. VALIDATOR is what a later
	 * request to this address can say in `validator`; NULL: nothing. */
	int (*begin)(void *ctx, uint64_t offset, const char *validator, struct err *err);
	int (*write)(void *ctx, const void *bytes, size_t n, struct err *err);
	/* DONE of TOTAL bytes (0: unknown) are there. May be NULL. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

/* What an answer says besides its body. */
struct http_answer {
	bool not_modified; /* the body is still the one of the request's etag: no byte came */
	char etag[HTTP_ETAG_MAX + 1]; /* the validator as it was sent, or "" */
};

struct http_request {
	const char *url; /* may hold user:password@ */
	bool allow_http; /* http: may be asked (the caller knows the digest) */
	bool can_resume; /* the caller checks the whole body afterwards by a digest
			  * known beforehand, so that parts from different tries
			  * and hosts may be joined without an ETag */
	uint64_t offset; /* bytes that the sink has from earlier; needs can_resume */
	uint64_t size;	 /* size of the whole body, if known, or 0 */
	uint64_t limit;	 /* most bytes accepted when size is 0 */
	/* What If-Range may say of the bytes from earlier: the sink was told it when
	 * they came from this address. NULL: nothing. */
	const char *validator;
	/* Of a body that the caller has: is asked for only if it has changed
	 * (If-None-Match); NULL: none. */
	const char *etag;
	struct http_answer *answer; /* is filled in; NULL: nobody asks. Needed with ETAG */
};

/* Start libcurl. *RET is owned (http_close); several threads may use it at once. */
int http_open(const struct http_options *options, struct http **ret, struct err *err)
	__attribute__((warn_unused_result));
void http_close(struct http *http);

static inline void
http_cleanup_handler(struct http **http)
{
	http_close(*http);
}
#define cleanup_http cleanup_with(http_cleanup_handler)

/* Get REQUEST's body into SINK. *RET_UNREACHABLE, which a failure sets: nothing was
 * heard from the host, and others need not try it. ERR_NETWORK for whatever the
 * network and the server do; ERR_CHECK when the body is longer than the size or
 * limit; ERR_INTERRUPTED after a signal; or the sink's or the gate's error. Addresses in messages
 * are masked (io/url). */
int http_get(struct http *http, const struct http_request *request, const struct http_sink *sink,
	     bool *ret_unreachable, struct err *err) __attribute__((warn_unused_result));

#endif
