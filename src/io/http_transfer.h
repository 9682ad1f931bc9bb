/* SPDX-License-Identifier: MIT */
/* One request and its answer; private to io/http. */
#ifndef PYVERN_IO_HTTP_TRANSFER_H
#define PYVERN_IO_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "io/http.h"
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

struct transfer {
	CURL *curl;
	const struct http_request *request;
	const struct http_sink *sink;
	char *host;    /* for messages */
	uint64_t have; /* bytes that the sink has */

	/* of the request that runs */
	uint64_t asked; /* first byte asked for */
	size_t header_bytes;
	uint64_t skipped; /* body bytes of a redirect */
	bool has_range;
	struct http_range range;
	bool has_retry_after;
	uint64_t retry_after;	    /* seconds */
	struct curl_slist *headers; /* of ours, beyond libcurl's */
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

#endif
