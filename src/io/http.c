/* SPDX-License-Identifier: MIT */
/* Downloads: the session, redirects and tries. */
#include <config.h>

#include "io/http.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "io/http_transfer.h"
#include "os/platform.h"
#include "os/sig.h"

/* Seconds until a connection must stand: TCP's first three tries on a slow line. */
#define CONNECT_S 15L
/* Bytes a second that count as a connection that still lives. */
#define STALL_RATE 1024L
#define STALL_S 30
#define PAUSE_MS 500
#define RETRY_AFTER_S 30
/* 256 KiB: libcurl's receive buffer; fewer, larger writes. */
#define RECEIVE_SIZE 262144L

struct http {
	CURL *curl;
	pthread_mutex_t lock; /* one at a time */
	unsigned pause_ms;
	unsigned retry_after_s;
};

/* Who a name and password were written for. */
struct origin {
	char *scheme;
	char *host;
	char *port;
};

struct address {
	char *url; /* without user and password */
	char *user;
	char *password;
	struct origin origin;
};

static void
address_reset(struct address *a)
{
	free(a->url);
	free(a->user);
	free(a->password);
	free(a->origin.scheme);
	free(a->origin.host);
	free(a->origin.port);
	*a = (struct address){ 0 };
}
#define cleanup_address cleanup_with(address_reset)

static char *
url_part(CURLU *parts, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	char *copy = NULL;

	if (curl_url_get(parts, which, &text, flags) == CURLUE_OK)
		copy = mem_strdup(text);
	curl_free(text);
	return copy;
}

static void
url_parts_reset(CURLU **parts)
{
	curl_url_cleanup(*parts);
}

static int
address_parse(const char *url, struct address *ret, struct err *err)
{
	cleanup_with(url_parts_reset) CURLU *parts = curl_url();
	cleanup_free char *shown = url_mask(url);

	if (!parts || !url_ok(url) || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK)
		return err_set(err, ERR_NETWORK, "%s is no address that can be asked", shown);
	ret->user = url_part(parts, CURLUPART_USER, CURLU_URLDECODE);
	ret->password = url_part(parts, CURLUPART_PASSWORD, CURLU_URLDECODE);
	curl_url_set(parts, CURLUPART_USER, NULL, 0);
	curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
	ret->url = url_part(parts, CURLUPART_URL, 0);
	ret->origin.scheme = url_part(parts, CURLUPART_SCHEME, 0);
	ret->origin.host = url_part(parts, CURLUPART_HOST, 0);
	ret->origin.port = url_part(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (!ret->url || !ret->origin.scheme || !ret->origin.host || !ret->origin.port) {
		address_reset(ret);
		return err_set(err, ERR_NETWORK, "%s is no address that can be asked", shown);
	}
	return 0;
}

static bool
same_origin(const struct origin *a, const struct origin *b)
{
	return !strcmp(a->scheme, b->scheme) && !strcmp(a->host, b->host) &&
	       !strcmp(a->port, b->port);
}

/* SSL_CERT_FILE and SSL_CERT_DIR are OpenSSL's names, which closed networks set;
 * libcurl itself does not look at them. */
static void
set_authorities(CURL *curl, const char *ca_file)
{
	bool elevated = platform_is_elevated();
	const char *file = elevated ? NULL : getenv("SSL_CERT_FILE");
	const char *dir = elevated ? NULL : getenv("SSL_CERT_DIR");

	if (ca_file) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
		return;
	}
	if (file && *file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, file);
	if (dir && *dir)
		curl_easy_setopt(curl, CURLOPT_CAPATH, dir);
}

static void
set_session(CURL *curl, const struct http_options *options)
{
	set_authorities(curl, options->ca_file);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_UNRESTRICTED_AUTH, 0L);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, STALL_RATE);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
			 options->stall_s ? (long)options->stall_s : (long)STALL_S);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, RECEIVE_SIZE);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
}

int
http_open(const struct http_options *options, struct http **ret, struct err *err)
{
	/* Before libcurl starts OpenSSL: as in trust/digest, a configuration file
	 * must not bring code into this process. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_FAILED, "libcurl cannot start");

	struct http *http = mem_zalloc(sizeof(*http));

	pthread_mutex_init(&http->lock, NULL);
	http->curl = curl_easy_init();
	http->pause_ms = options->pause_ms ? options->pause_ms : PAUSE_MS;
	http->retry_after_s = options->retry_after_s ? options->retry_after_s : RETRY_AFTER_S;
	if (!http->curl) {
		http_close(http);
		return err_set(err, ERR_FAILED, "libcurl cannot start");
	}
	set_session(http->curl, options);
	*ret = http;
	return 0;
}

void
http_close(struct http *http)
{
	if (!http)
		return;
	if (http->curl)
		curl_easy_cleanup(http->curl);
	curl_global_cleanup();
	pthread_mutex_destroy(&http->lock);
	free(http);
}

static void
set_protocols(CURL *curl, bool allow_http)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, allow_http ? "https,http" : "https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS,
			 allow_http ? (long)(CURLPROTO_HTTPS | CURLPROTO_HTTP)
				    : (long)CURLPROTO_HTTPS);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
}

/* Where the answer sends us, in place of *NOW; ERR_NETWORK when we do not go. */
static int
next_address(struct transfer *t, struct address *now, struct err *err)
{
	struct address next = { 0 };
	char *url = NULL;
	bool secure;

	curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &url);
	if (!url)
		return err_set(err, ERR_NETWORK, "%s answers %ld", t->host, t->status);
	if (address_parse(url, &next, err) < 0)
		return err_wrap(err, "%s redirects", t->host);
	secure = !strcmp(next.origin.scheme, "https");
	if (next.user || next.password)
		err_set(err, ERR_NETWORK, "%s redirects to an address with a password", t->host);
	else if (!secure && !strcmp(now->origin.scheme, "https"))
		err_set(err, ERR_NETWORK, "%s redirects from https to %s", t->host,
			next.origin.scheme);
	else if (!secure && !t->request->allow_http)
		err_set(err, ERR_NETWORK, "%s redirects to %s", t->host, next.origin.scheme);
	address_reset(now);
	*now = next;
	return err->code == ERR_NONE ? 0 : -1;
}

/* One try: the request and the redirects that it meets. */
static enum transfer_end
try_once(struct transfer *t, const struct address *start, struct err *err)
{
	cleanup_address struct address now = { 0 };

	if (address_parse(start->url, &now, err) < 0)
		return TRANSFER_FAILED;
	for (unsigned hops = 0; hops <= HTTP_REDIRECTS_MAX; hops++) {
		bool ours = same_origin(&now.origin, &start->origin);
		enum transfer_end end;

		free(t->host);
		t->host = url_host_shown(now.url);
		curl_easy_setopt(t->curl, CURLOPT_USERNAME, ours ? start->user : NULL);
		curl_easy_setopt(t->curl, CURLOPT_PASSWORD, ours ? start->password : NULL);
		end = transfer_run(t, now.url, err);
		/* It is about the host that was asked, not one it sent us to. */
		t->unreachable = t->unreachable && hops == 0;
		if (end != TRANSFER_REDIRECT)
			return end;
		if (next_address(t, &now, err) < 0)
			return TRANSFER_FAILED;
	}
	err_set(err, ERR_NETWORK, "%s redirects more than %d times", t->host, HTTP_REDIRECTS_MAX);
	return TRANSFER_FAILED;
}

/* Wait, unless a signal comes. */
static int
pause_for(uint64_t ms, struct err *err)
{
	struct pollfd interrupt = { .fd = sig_fd(), .events = POLLIN };

	(void)poll(&interrupt, 1, (int)ms);
	return sig_check(err);
}

/* State of the tries of one http_get. */
struct tries {
	unsigned all;
	unsigned in_vain; /* in a row, without a byte that was not there before */
	uint64_t best;	  /* most bytes that were ever there */
};

/* After a try that may pass: 0 when the next one shall begin now. */
static int
before_next_try(const struct http *http, const struct transfer *t, struct tries *tries,
		struct err *err)
{
	cleanup_free char *why = NULL;
	uint64_t ms = (uint64_t)http->pause_ms;

	tries->in_vain = t->have > tries->best ? 1 : tries->in_vain + 1;
	if (t->have > tries->best)
		tries->best = t->have;
	if (t->has_retry_after && t->retry_after > http->retry_after_s) {
		err_detail(err, "because", "%s asks to wait %" PRIu64 " s", t->host,
			   t->retry_after);
		return -1;
	}
	if (tries->in_vain >= HTTP_TRIES || tries->all >= HTTP_TRIES_MAX) {
		enum err_code code = err->code;

		why = mem_strdup(err->message);
		err_reset(err);
		return err_set(err, code, "%s, %u tries", why, tries->all);
	}
	ms <<= tries->in_vain - 1;
	if (t->has_retry_after)
		ms = t->retry_after * 1000;
	err_reset(err);
	return pause_for(ms, err);
}

static int
run_tries(struct http *http, struct transfer *t, const struct address *start, struct tries *tries,
	  struct err *err)
{
	bool ranges = t->request->can_resume;

	for (;;) {
		enum transfer_end end;

		t->asked = ranges ? t->have : 0;
		tries->all++;
		end = try_once(t, start, err);
		if (end == TRANSFER_DONE)
			return 0;
		if (end == TRANSFER_RESTART && ranges) {
			ranges = false;
			err_reset(err);
			continue;
		}
		if (end != TRANSFER_AGAIN)
			return -1;
		if (before_next_try(http, t, tries, err) < 0)
			return -1;
	}
}

int
http_get(struct http *http, const struct http_request *request, const struct http_sink *sink,
	 bool *ret_unreachable, struct err *err)
{
	cleanup_address struct address start = { 0 };
	struct transfer t = { .curl = http->curl, .request = request, .sink = sink };
	struct tries tries = { 0 };
	int status;

	/* An offset beyond the end would be another file's: start over. */
	if (request->can_resume && (!request->size || request->offset <= request->size))
		t.have = request->offset;
	tries.best = t.have;
	*ret_unreachable = false;
	if (address_parse(request->url, &start, err) < 0)
		return -1;
	if (!request->allow_http && strcmp(start.origin.scheme, "https") != 0) {
		cleanup_free char *shown = url_mask(request->url);

		return err_set(err, ERR_NETWORK, "%s is not https", shown);
	}
	pthread_mutex_lock(&http->lock);
	set_protocols(http->curl, request->allow_http);
	status = run_tries(http, &t, &start, &tries, err);
	pthread_mutex_unlock(&http->lock);
	*ret_unreachable = t.unreachable;
	free(t.host);
	return status;
}
