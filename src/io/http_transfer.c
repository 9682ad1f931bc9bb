/* SPDX-License-Identifier: MIT */
/* One request and its answer. */
#include <config.h>

#include "io/http_transfer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "os/sig.h"

/* 64 KiB: most bytes of all headers of one answer. */
#define HEADERS_MAX ((size_t)64 * 1024)
/* 256 KiB: most bytes of a redirect's body, which nobody reads. */
#define SKIPPED_MAX ((uint64_t)256 * 1024)

/* End the transfer from a callback. */
static void
stop(struct transfer *t, enum transfer_end verdict)
{
	t->verdict = verdict;
}

static uint64_t
body_max(const struct transfer *t)
{
	return t->request->size ? t->request->size : t->request->limit;
}

/* "19.2 of 29.0 MB", as people read sizes. Owned by the caller (free). */
static char *
amount(uint64_t have, uint64_t total)
{
	if (total == 0)
		return mem_printf("%" PRIu64 " bytes", have);
	if (total < 1000 * 1000)
		return mem_printf("%" PRIu64 " of %" PRIu64 " bytes", have, total);
	return mem_printf("%.1f of %.1f MB", (double)have / 1e6, (double)total / 1e6);
}

static void
keep_etag(struct http_answer *answer, struct str value)
{
	if (answer && value.n <= HTTP_ETAG_MAX && http_etag_ok(value))
		(void)snprintf(answer->etag, sizeof(answer->etag), "%.*s", STR_ARG(value));
}

static size_t
on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	struct str line = { bytes, size * n };
	struct str value;

	t->header_bytes += line.n;
	if (t->header_bytes > HEADERS_MAX) {
		err_set(t->err, ERR_NETWORK, "%s sends more than %zu bytes of headers", t->host,
			HEADERS_MAX);
		stop(t, TRANSFER_FAILED);
		return 0;
	}
	/* An answer may be preceded by others (100, a proxy's 200). */
	if (str_starts(line, STR_LIT("HTTP/"))) {
		t->has_range = false;
		t->has_retry_after = false;
		if (t->request->answer)
			*t->request->answer = (struct http_answer){ 0 };
	} else if (http_header_value(line, "etag", &value)) {
		keep_etag(t->request->answer, value);
	} else if (http_header_value(line, "content-range", &value)) {
		t->has_range = http_content_range(value, &t->range);
	} else if (http_header_value(line, "retry-after", &value)) {
		t->has_retry_after = http_retry_after(value, time(NULL), &t->retry_after);
	}
	return line.n;
}

/* A body of another length is another file (or a login page): say so before
 * it is stored. */
static int
check_length(struct transfer *t, uint64_t expected)
{
	curl_off_t length = -1;
	char *type = NULL;

	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &type);
	if (t->request->size == 0 || length < 0 || (uint64_t)length == expected)
		return 0;
	stop(t, TRANSFER_FAILED);
	return err_set(t->err, ERR_CHECK,
		       "%s offers %" PRIu64 " bytes (%s) where %" PRIu64 " are expected", t->host,
		       (uint64_t)length, type ? type : "no type", expected);
}

/* The first byte of a body, or its end when it is empty. */
static int
begin_body(struct transfer *t)
{
	uint64_t first = 0;

	t->body_begun = true;
	if (t->status == 206) {
		first = t->asked;
		if (t->asked == 0 || !t->has_range || t->range.first != t->asked ||
		    (t->request->size && t->range.total && t->range.total != t->request->size)) {
			stop(t, TRANSFER_RESTART);
			return err_set(t->err, ERR_NETWORK,
				       "%s sends another part than the one asked for", t->host);
		}
	} else if (t->status != 200) {
		stop(t, TRANSFER_FAILED);
		return err_set(t->err, ERR_NETWORK, "%s answers %ld", t->host, t->status);
	}
	if (check_length(t, t->request->size - first) < 0)
		return -1;
	t->have = first;
	if (t->sink->begin(t->sink->ctx, first, t->err) < 0) {
		stop(t, TRANSFER_FAILED);
		return -1;
	}
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
	/* have <= body_max() always holds, so this does not wrap. */
	if (n > body_max(t) - t->have) {
		err_set(t->err, ERR_CHECK, "%s sends more than the %" PRIu64 " bytes expected",
			t->host, body_max(t));
		stop(t, TRANSFER_FAILED);
		return 0;
	}
	if (t->sink->write(t->sink->ctx, bytes, n, t->err) < 0) {
		stop(t, TRANSFER_FAILED);
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

/* CURLOPT_NOSIGNAL leaves SIGPIPE to us. Ignoring it for the whole process would
 * be inherited by the compilers that we start. */
static CURLcode
perform(CURL *curl)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction old;
	CURLcode code;

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGPIPE, &ignore, &old);
	code = curl_easy_perform(curl);
	sigaction(SIGPIPE, &old, NULL);
	return code;
}

static const char *
status_text(long status)
{
	static const struct {
		long status;
		const char *text;
	} texts[] = {
		{ 400, "bad request" },
		{ 401, "needs a login" },
		{ 403, "forbidden" },
		{ 404, "not found" },
		{ 407, "the proxy needs a login" },
		{ 408, "too slow" },
		{ 410, "gone" },
		{ 416, "no such part" },
		{ 429, "too many requests" },
		{ 500, "server error" },
		{ 502, "bad gateway" },
		{ 503, "unavailable" },
		{ 504, "gateway too slow" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return status >= 500 ? "server error" : "refused";
}

static enum transfer_end
end_by_status(struct transfer *t, struct err *err)
{
	static const long passing[] = { 408, 429, 500, 502, 503, 504 };

	err_set(err, ERR_NETWORK, "%s answers %ld (%s)", t->host, t->status,
		status_text(t->status));
	if (t->status == 416 && t->asked > 0)
		return TRANSFER_RESTART;
	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++)
		if (t->status == passing[i])
			return TRANSFER_AGAIN;
	return TRANSFER_FAILED;
}

static enum transfer_end
end_lost(struct transfer *t, const char *what, struct err *err)
{
	cleanup_free char *at = amount(t->have, t->request->size);

	err_set(err, ERR_NETWORK, "%s: %s at %s", t->host, what, at);
	return TRANSFER_AGAIN;
}

static enum transfer_end
end_unreachable(struct transfer *t, const char *why, struct err *err)
{
	t->unreachable = true;
	err_set(err, ERR_NETWORK, "%s cannot be reached: %s", t->host, why);
	return TRANSFER_FAILED;
}

/* Was it a proxy that did not answer? libcurl tells only in its text, where the
 * address that it tried stands: "Failed to connect to PROXY port 3128 …", later
 * versions "… to HOST port 443 via PROXY …". */
static bool
is_about_proxy(const struct transfer *t)
{
	return *t->error_text &&
	       (strstr(t->error_text, " via ") || !strstr(t->error_text, t->host));
}

static enum transfer_end
end_refused(struct transfer *t, struct err *err)
{
	cleanup_free char *proxy = NULL;
	const char *why = "no connection";
	long sys = 0;

	curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &sys);
	if (sys)
		why = err_errno_text((int)sys);
	if (!is_about_proxy(t))
		return end_unreachable(t, why, err);
	proxy = mem_printf("the proxy does not answer: %s", why);
	(void)end_unreachable(t, proxy, err);
	(void)err_detail(err, "to fix", "the variables https_proxy and http_proxy");
	return TRANSFER_FAILED;
}

static enum transfer_end
end_timed_out(struct transfer *t, struct err *err)
{
	curl_off_t connected = 0;

	curl_easy_getinfo(t->curl, CURLINFO_CONNECT_TIME_T, &connected);
	if (connected == 0)
		return end_unreachable(t, "no answer", err);
	return end_lost(t, "connection stalled", err);
}

static enum transfer_end
end_by_code(struct transfer *t, CURLcode code, struct err *err)
{
	const char *text = *t->error_text ? t->error_text : curl_easy_strerror(code);

	switch (code) {
	case CURLE_HTTP_RETURNED_ERROR:
		return end_by_status(t, err);
	case CURLE_COULDNT_RESOLVE_HOST:
		return end_unreachable(t, "its name cannot be resolved", err);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return end_unreachable(t, "the proxy's name cannot be resolved", err);
	case CURLE_COULDNT_CONNECT:
		return end_refused(t, err);
	case CURLE_OPERATION_TIMEDOUT:
		return end_timed_out(t, err);
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return end_lost(t, "connection lost", err);
	case CURLE_SSL_CONNECT_ERROR:
		err_set(err, ERR_NETWORK, "%s: no TLS connection: %s", t->host, text);
		return TRANSFER_AGAIN;
	case CURLE_FILESIZE_EXCEEDED:
		if (check_length(t, t->request->size - t->asked) == 0)
			err_set(err, ERR_CHECK,
				"%s offers more than the %" PRIu64 " bytes expected", t->host,
				body_max(t));
		return TRANSFER_FAILED;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		err_set(err, ERR_NETWORK, "%s: %s", t->host, text);
		err_detail(err, "to fix",
			   "PYVERN_CA_FILE=FILE with the certificates of your network");
		return TRANSFER_FAILED;
	default:
		err_set(err, ERR_NETWORK, "%s: %s", t->host, text);
		return TRANSFER_FAILED;
	}
}

static void
set_up(struct transfer *t, const char *url)
{
	CURL *curl = t->curl;

	t->header_bytes = 0;
	t->skipped = 0;
	t->has_range = false;
	t->has_retry_after = false;
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
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)body_max(t));
	/* Not CURLOPT_RESUME_FROM_LARGE: libcurl would end a 200 as an error
	 * where we start over. */
	if (t->asked > 0) {
		cleanup_free char *range = mem_printf("%" PRIu64 "-", t->asked);

		curl_easy_setopt(curl, CURLOPT_RANGE, range);
	} else {
		curl_easy_setopt(curl, CURLOPT_RANGE, NULL);
	}
}

/* Ask only for what has changed. */
static void
set_condition(struct transfer *t)
{
	cleanup_free char *line = NULL;

	if (!t->request->etag)
		return;
	line = mem_printf("If-None-Match: %s", t->request->etag);
	t->headers = curl_slist_append(NULL, line);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
}

static void
end_condition(struct transfer *t)
{
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
}

enum transfer_end
transfer_run(struct transfer *t, const char *url, struct err *err)
{
	CURLcode code;

	set_up(t, url);
	set_condition(t);
	t->err = err;
	code = perform(t->curl);
	end_condition(t);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
	/* The buffer must not outlive T. */
	curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, NULL);
	if (t->verdict != TRANSFER_DONE)
		return t->verdict;
	if (sig_received()) {
		err_set(err, ERR_INTERRUPTED, "interrupted");
		return TRANSFER_FAILED;
	}
	if (t->status == 304 && t->request->etag) {
		t->request->answer->not_modified = true;
		return TRANSFER_DONE;
	}
	if (t->status >= 300 && t->status < 400)
		return TRANSFER_REDIRECT;
	if (code != CURLE_OK)
		return end_by_code(t, code, err);
	if (!t->body_begun && begin_body(t) < 0)
		return t->verdict;
	if (t->have < t->request->size)
		return end_lost(t, "connection ended", err);
	return TRANSFER_DONE;
}
