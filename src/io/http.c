/* SPDX-License-Identifier: MIT */
/* Downloads: the session, redirects and tries. */
#include <config.h>

#include "io/http.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "io/http_handle.h"
#include "io/http_transfer.h"
#include "os/platform.h"
#include "os/sig.h"

#define PAUSE_MS 500
#define RETRY_AFTER_S 30

struct http {
	struct http_engine *engine;
	struct http_options options;
	char *ca_file; /* what the options point to */
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

int
http_open(const struct http_options *options, struct http **ret, struct err *err)
{
	/* Before libcurl starts OpenSSL: as in trust/digest, a configuration file
	 * must not bring code into this process. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_FAILED, "libcurl cannot start");

	struct http *http = mem_zalloc(sizeof(*http));

	http->options = *options;
	http->ca_file = mem_strdup(options->ca_file);
	http->options.ca_file = http->ca_file;
	if (!options->pause_ms)
		http->options.pause_ms = PAUSE_MS;
	if (!options->retry_after_s)
		http->options.retry_after_s = RETRY_AFTER_S;
	if (http_engine_open(&http->engine, err) < 0) {
		http_close(http);
		return -1;
	}
	*ret = http;
	return 0;
}

void
http_close(struct http *http)
{
	if (!http)
		return;
	http_engine_close(http->engine);
	curl_global_cleanup();
	free(http->ca_file);
	free(http);
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

/* Does the gate let the host of NOW be asked? */
static int
pass_gate(const struct http *http, const struct address *now, struct err *err)
{
	struct str host = str_from(now->origin.host);

	if (!http->options.gate)
		return 0;
	if (host.n > 2 && host.p[0] == '[')
		host = (struct str){ host.p + 1, host.n - 2 };
	return http->options.gate(http->options.gate_ctx, host, err);
}

/* One try: the request and the redirects that it meets. */
static enum transfer_end
try_once(const struct http *http, struct transfer *t, const struct address *start, struct err *err)
{
	cleanup_address struct address now = { 0 };

	if (address_parse(start->url, &now, err) < 0)
		return TRANSFER_FAILED;
	for (unsigned hops = 0; hops <= HTTP_REDIRECTS_MAX; hops++) {
		bool ours = same_origin(&now.origin, &start->origin);
		enum transfer_end end;

		if (pass_gate(http, &now, err) < 0) {
			if (hops > 0)
				(void)err_wrap(err, "%s redirects", t->host);
			return TRANSFER_FAILED;
		}
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
	uint64_t ms = http->options.pause_ms;

	tries->in_vain = t->have > tries->best ? 1 : tries->in_vain + 1;
	if (t->have > tries->best)
		tries->best = t->have;
	if (t->headers.has_retry_after && t->headers.retry_after > http->options.retry_after_s) {
		err_detail(err, "because", "%s asks to wait %" PRIu64 " s", t->host,
			   t->headers.retry_after);
		return -1;
	}
	if (tries->in_vain >= HTTP_TRIES || tries->all >= HTTP_TRIES_MAX) {
		enum err_code code = err->code;

		why = mem_strdup(err->message);
		err_reset(err);
		return err_set(err, code, "%s, %u tries", why, tries->all);
	}
	ms <<= tries->in_vain - 1;
	if (t->headers.has_retry_after)
		ms = t->headers.retry_after * 1000;
	err_reset(err);
	return pause_for(ms, err);
}

static int
run_tries(const struct http *http, struct transfer *t, const struct address *start,
	  struct tries *tries, struct err *err)
{
	bool ranges = t->request->can_resume;

	for (;;) {
		enum transfer_end end;

		t->asked = ranges ? t->have : 0;
		tries->all++;
		end = try_once(http, t, start, err);
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

/* Where T begins: with the bytes from earlier, or at the start. An offset beyond the
 * end would be another file's. */
static void
set_start(struct transfer *t, const struct http_request *request)
{
	bool fits = !request->size || request->offset <= request->size;
	struct str validator = str_from(request->validator);
	const struct str none = { 0 };

	if (!request->can_resume || !fits)
		return;
	t->have = request->offset;
	if (http_validator(validator, none, none).n || http_date_ok(validator))
		t->validator = mem_strdup(request->validator);
}

int
http_get(struct http *http, const struct http_request *request, const struct http_sink *sink,
	 bool *ret_unreachable, struct err *err)
{
	cleanup_http_handle CURL *curl = http_handle_new(&http->options, request->allow_http);
	cleanup_address struct address start = { 0 };
	cleanup_transfer struct transfer t = {
		.engine = http->engine, .curl = curl, .request = request, .sink = sink
	};
	struct tries tries = { 0 };
	int status;

	*ret_unreachable = false;
	if (!curl)
		return err_set(err, ERR_FAILED, "libcurl cannot start");
	if (address_parse(request->url, &start, err) < 0)
		return -1;
	if (!request->allow_http && strcmp(start.origin.scheme, "https") != 0) {
		cleanup_free char *shown = url_mask(request->url);

		return err_set(err, ERR_NETWORK, "%s is not https", shown);
	}
	set_start(&t, request);
	tries.best = t.have;
	status = run_tries(http, &t, &start, &tries, err);
	*ret_unreachable = t.unreachable;
	return status;
}
