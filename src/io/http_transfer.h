/* SPDX-License-Identifier: MIT */
/* One request and its answer; private to io/http. */
#ifndef PYVERN_IO_HTTP_TRANSFER_H
#define PYVERN_IO_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "io/http.h"
#include "io/http_engine.h"
#include "io/http_header.h"
#include "io/url.h"

/* How a request ended. ERR is set for the last three. */
enum transfer_end {
	TRANSFER_DONE,
	TRANSFER_REDIRECT, /* to CURLINFO_REDIRECT_URL */
	TRANSFER_AGAIN,	   /* may pass: a lost connection, a busy server */
	TRANSFER_RESTART,  /* the server cannot go on from where we stand */
	TRANSFER_FAILED,   /* will not pass */
};

/* Headers of an answer that we look at. */
struct headers {
	size_t bytes; /* all of them */
	bool has_range;
	struct http_range range;
	bool has_retry_after;
	uint64_t retry_after; /* seconds */
	char *etag;	      /* these three NULL when not sent */
	char *modified;
	char *date;
};

struct transfer {
	struct http_engine *engine;
	CURL *curl;
	const struct http_request *request;
	const struct http_sink *sink;
	char *host;	 /* for messages */
	uint64_t have;	 /* bytes that the sink has */
	char *validator; /* of those bytes at this address; NULL: none */

	/* of the request that runs */
	uint64_t asked; /* first byte asked for */
	struct headers headers;
	uint64_t skipped; /* body bytes of a redirect */
	bool body_begun;
	bool unreachable;
	long status;
	enum transfer_end verdict; /* of a callback that ended it; else TRANSFER_DONE */
	struct err *err;	   /* where that callback says why */
	char error_text[CURL_ERROR_SIZE];
};

/* Run the request that T->curl is set up for (all but the address and what the
 * session keeps), beginning at T->asked. */
enum transfer_end transfer_run(struct transfer *t, const char *url, struct err *err);

/* Release what T holds; the engine and the handle are not its own. */
void transfer_reset(struct transfer *t);
#define cleanup_transfer cleanup_with(transfer_reset)

#endif
