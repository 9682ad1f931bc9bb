/* SPDX-License-Identifier: MIT */
/* One request and its answer. */
#include <config.h>

#include "io/http_transfer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/http_end.h"
#include "os/sig.h"

/* 64 KiB: most bytes of all headers of one answer. */
#define HEADERS_MAX ((size_t)64 * 1024)
/* 256 KiB: most bytes of a redirect's body, which nobody reads. */
#define SKIPPED_MAX ((uint64_t)256 * 1024)

static void
headers_reset(struct headers *headers)
{
	free(headers->etag);
	free(headers->modified);
	free(headers->date);
	*headers = (struct headers){ 0 };
}

static void
keep(struct str value, char **to)
{
	free(*to);
	*to = mem_strndup(value.p, value.n);
}

/* An answer may be preceded by others (100, a proxy's 200): STATUS LINE begins anew. */
static void
read_header(struct headers *h, struct str line)
{
	size_t bytes = h->bytes;
	struct str value;

	if (str_starts(line, STR_LIT("HTTP/"))) {
		headers_reset(h);
		h->bytes = bytes;
	} else if (http_header_value(line, "content-range", &value)) {
		h->has_range = http_content_range(value, &h->range);
	} else if (http_header_value(line, "retry-after", &value)) {
		h->has_retry_after = http_retry_after(value, time(NULL), &h->retry_after);
	} else if (http_header_value(line, "etag", &value)) {
		keep(value, &h->etag);
	} else if (http_header_value(line, "last-modified", &value)) {
		keep(value, &h->modified);
	} else if (http_header_value(line, "date", &value)) {
		keep(value, &h->date);
	}
}

static size_t
on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct str line = { bytes, size * n };

	t->headers.bytes += line.n;
	if (t->headers.bytes > HEADERS_MAX) {
		t->verdict = TRANSFER_FAILED;
		err_set(t->err, ERR_NETWORK, "%s sends more than %zu bytes of headers", t->host,
			HEADERS_MAX);
		return 0;
	}
	read_header(&t->headers, line);
	return line.n;
}

/* Of this answer, for a later request to the same address. Owned by the caller (free). */
static char *
new_validator(const struct transfer *t)
{
	struct str found = http_validator(str_from(t->headers.etag), str_from(t->headers.modified),
					  str_from(t->headers.date));

	return found.n ? mem_strndup(found.p, found.n) : NULL;
}

/* Is a part from another version of the file than the bytes that are there? Servers
 * that do not know If-Range send it. */
static bool
is_other_version(const struct transfer *t, const char *validator)
{
	bool both_tags = t->validator && validator && *t->validator == '"' && *validator == '"';

	return both_tags && strcmp(t->validator, validator) != 0;
}

/* Is it the part that was asked for? */
static bool
is_right_part(const struct transfer *t)
{
	const struct http_range *range = &t->headers.range;
	uint64_t size = t->request->size;

	return t->asked > 0 && t->headers.has_range && range->first == t->asked &&
	       !(size && range->total && range->total != size);
}

/* The first byte of a body, or its end when it is empty. */
static int
begin_body(struct transfer *t)
{
	cleanup_free char *validator = new_validator(t);
	uint64_t first = t->status == 206 ? t->asked : 0;

	t->body_begun = true;
	t->verdict = TRANSFER_RESTART;
	if (t->status == 206 && !is_right_part(t))
		return err_set(t->err, ERR_NETWORK, "%s sends another part than the one asked for",
			       t->host);
	if (t->status == 206 && is_other_version(t, validator))
		return err_set(t->err, ERR_NETWORK, "%s has another version of the file by now",
			       t->host);
	t->verdict = TRANSFER_FAILED;
	if (t->status != 200 && t->status != 206)
		return err_set(t->err, ERR_NETWORK, "%s answers %ld", t->host, t->status);
	if (http_end_check_length(t, t->request->size - first, t->err) < 0)
		return -1;
	t->have = first;
	if (t->sink->begin(t->sink->ctx, first, validator, t->err) < 0)
		return -1;
	t->verdict = TRANSFER_DONE;
	free(t->validator);
	t->validator = steal_ptr(&validator);
	return 0;
}

static size_t
on_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t n = size * count;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	if (t->status >= 300 && t->status < 400) {
		t->skipped += n;
		return t->skipped > SKIPPED_MAX ? 0 : n;
	}
	if (!t->body_begun && begin_body(t) < 0)
		return 0;
	/* have <= http_end_body_max() always holds, so this does not wrap. */
	if (n > http_end_body_max(t) - t->have) {
		err_set(t->err, ERR_CHECK, "%s sends more than the %" PRIu64 " bytes expected",
			t->host, http_end_body_max(t));
		t->verdict = TRANSFER_FAILED;
		return 0;
	}
	if (t->sink->write(t->sink->ctx, bytes, n, t->err) < 0) {
		t->verdict = TRANSFER_FAILED;
		return 0;
	}
	t->have += n;
	return n;
}

static int
on_progress(void *ctx, curl_off_t dl_total, curl_off_t dl_now, curl_off_t ul_total,
	    curl_off_t ul_now)
{
	struct transfer *t = ctx;

	(void)dl_total;
	(void)dl_now;
	(void)ul_total;
	(void)ul_now;
	if (t->sink->progress && t->body_begun)
		t->sink->progress(t->sink->ctx, t->have, t->request->size);
	return sig_received() != 0;
}

static void
slist_reset(struct curl_slist **list)
{
	curl_slist_free_all(*list);
	*list = NULL;
}

static void
add_header(struct curl_slist **list, const char *name, const char *value)
{
	cleanup_free char *line = mem_printf("%s: %s", name, value);

	*list = curl_slist_append(*list, line);
}

/* Not CURLOPT_RESUME_FROM_LARGE: libcurl would end a 200 as an error where we start
 * over. */
static void
set_conditions(struct transfer *t, struct curl_slist **ret_headers)
{
	const struct http_request *request = t->request;
	cleanup_free char *range = t->asked ? mem_printf("%" PRIu64 "-", t->asked) : NULL;

	curl_easy_setopt(t->curl, CURLOPT_RANGE, range);
	if (t->asked && t->validator)
		add_header(ret_headers, "If-Range", t->validator);
	if (request->etag)
		add_header(ret_headers, "If-None-Match", request->etag);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, *ret_headers);
}

static void
set_up(struct transfer *t, const char *url)
{
	CURL *curl = t->curl;

	headers_reset(&t->headers);
	t->skipped = 0;
	t->body_begun = false;
	t->unreachable = false;
	t->status = 0;
	t->verdict = TRANSFER_DONE;
	*t->error_text = '\0';
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error_text);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)http_end_body_max(t));
}

void
transfer_reset(struct transfer *t)
{
	headers_reset(&t->headers);
	free(t->host);
	free(t->validator);
	*t = (struct transfer){ 0 };
}

static void
tell_answer(const struct transfer *t)
{
	struct str etag = str_from(t->headers.etag);
	struct http_answer *answer = t->request->answer;

	if (!answer)
		return;
	*answer = (struct http_answer){ .not_modified = t->status == 304 && t->request->etag };
	if (etag.n <= HTTP_ETAG_MAX && http_etag_ok(etag))
		(void)snprintf(answer->etag, sizeof(answer->etag), "%.*s", STR_ARG(etag));
}

enum transfer_end
transfer_run(struct transfer *t, const char *url, struct err *err)
{
	cleanup_with(slist_reset) struct curl_slist *headers = NULL;
	CURLcode code;

	set_up(t, url);
	set_conditions(t, &headers);
	t->err = err;
	code = http_engine_perform(t->engine, t->curl);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	/* Neither may outlive this call. */
	curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
	if (t->verdict != TRANSFER_DONE)
		return t->verdict;
	if (sig_received()) {
		err_set(err, ERR_INTERRUPTED, "interrupted");
		return TRANSFER_FAILED;
	}
	tell_answer(t);
	if (t->status == 304 && t->request->etag)
		return TRANSFER_DONE;
	if (t->status >= 300 && t->status < 400)
		return TRANSFER_REDIRECT;
	if (code != CURLE_OK)
		return http_end_by_code(t, code, err);
	if (!t->body_begun && begin_body(t) < 0)
		return t->verdict;
	if (t->have < t->request->size)
		return http_end_lost(t, "connection ended", err);
	return TRANSFER_DONE;
}
