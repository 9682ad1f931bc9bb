/* SPDX-License-Identifier: MIT */
/* What the end of a request means, and how it is said. */
#include <config.h>

#include "io/http_end.h"

#include <inttypes.h>
#include <string.h>

uint64_t
http_end_body_max(const struct transfer *t)
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

int
http_end_check_length(const struct transfer *t, uint64_t expected, struct err *err)
{
	curl_off_t length = -1;
	char *type = NULL;

	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &type);
	if (t->request->size == 0 || length < 0 || (uint64_t)length == expected)
		return 0;
	return err_set(err, ERR_CHECK,
		       "%s offers %" PRIu64 " bytes (%s) where %" PRIu64 " are expected", t->host,
		       (uint64_t)length, type ? type : "no type", expected);
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

static bool
may_pass(long status)
{
	static const long passing[] = { 408, 429, 500, 502, 503, 504 };

	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++)
		if (passing[i] == status)
			return true;
	return false;
}

static enum transfer_end
end_by_status(struct transfer *t, struct err *err)
{
	err_set(err, ERR_NETWORK, "%s answers %ld (%s)", t->host, t->status,
		status_text(t->status));
	if (t->status == 416 && t->asked > 0)
		return TRANSFER_RESTART;
	return may_pass(t->status) ? TRANSFER_AGAIN : TRANSFER_FAILED;
}

enum transfer_end
http_end_lost(const struct transfer *t, const char *what, struct err *err)
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

/* The proxy did not open the way to the host. */
static enum transfer_end
end_refused_by_proxy(struct transfer *t, long status, struct err *err)
{
	err_set(err, ERR_NETWORK, "%s: the proxy answers %ld (%s)", t->host, status,
		status == 407 ? "needs a login" : status_text(status));
	if (status == 407)
		err_detail(err, "to fix", "https_proxy=http://USER:PASSWORD@HOST:PORT");
	return may_pass(status) ? TRANSFER_AGAIN : TRANSFER_FAILED;
}

static enum transfer_end
end_timed_out(struct transfer *t, struct err *err)
{
	curl_off_t connected = 0;

	curl_easy_getinfo(t->curl, CURLINFO_CONNECT_TIME_T, &connected);
	/* A connection that others have opened has no such time. */
	if (connected == 0 && !strstr(t->error_text, "too slow"))
		return end_unreachable(t, "no answer", err);
	return http_end_lost(t, "connection stalled", err);
}

enum transfer_end
http_end_by_code(struct transfer *t, CURLcode code, struct err *err)
{
	const char *text = *t->error_text ? t->error_text : curl_easy_strerror(code);
	long proxy_status = 0;

	curl_easy_getinfo(t->curl, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (proxy_status >= 400)
		return end_refused_by_proxy(t, proxy_status, err);
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
		return http_end_lost(t, "connection lost", err);
	case CURLE_SSL_CONNECT_ERROR:
		err_set(err, ERR_NETWORK, "%s: no TLS connection: %s", t->host, text);
		return TRANSFER_AGAIN;
	case CURLE_FILESIZE_EXCEEDED:
		if (http_end_check_length(t, t->request->size - t->asked, err) == 0)
			err_set(err, ERR_CHECK,
				"%s offers more than the %" PRIu64 " bytes expected", t->host,
				http_end_body_max(t));
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
