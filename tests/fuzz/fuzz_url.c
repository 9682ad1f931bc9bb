/* SPDX-License-Identifier: MIT */
/* Fuzz target: addresses. What we believe of a host, libcurl must believe, too. */
#include <config.h>

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "io/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The host that libcurl would connect to; NULL when it refuses URL. */
static char *
curl_host(const char *url)
{
	CURLU *parsed = curl_url();
	char *host = NULL;
	char *copy = NULL;

	if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		copy = mem_strdup(host);
	curl_free(host);
	curl_url_cleanup(parsed);
	return copy;
}

/* "127.1", "0x7f.0.0.1", "2130706433": libcurl writes them as four numbers. */
static bool
is_number(const char *host)
{
	return host[strspn(host, "0123456789abcdefABCDEFxX.")] == '\0';
}

static void
check_host(const char *url)
{
	struct str host = url_host(url);
	cleanup_free char *ours = mem_strndup(host.n ? host.p : "", host.n);
	cleanup_free char *theirs = curl_host(url);

	if (!theirs)
		return;
	/* libcurl keeps the brackets of an IPv6 address. */
	if (theirs[0] == '[') {
		theirs[strcspn(theirs, "]")] = '\0';
		memmove(theirs, theirs + 1, strlen(theirs));
		must(strchr(ours, ':') != NULL);
	} else if (!is_number(ours)) {
		must(strcasecmp(ours, theirs) == 0);
	}
	if (url_is_loopback(url))
		must(strncmp(theirs, "127.", 4) == 0 || strcmp(theirs, "localhost") == 0 ||
		     strcmp(theirs, "::1") == 0);
}

static void
check_mask(const char *url)
{
	cleanup_free char *mask = url_mask(url);
	struct str host = url_host(url);
	struct str masked = url_host(mask);
	const char *secret = strchr(mask, '?');

	/* What is no address is masked as if any @ in it had a password before it. */
	must(!url_ok(url) || str_eq(host, masked));
	must(!secret || strcmp(secret, "?***") == 0 || memchr(mask, '#', (size_t)(secret - mask)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *url = mem_strndup(size ? (const char *)data : "", size);
	cleanup_free char *joined = NULL;
	cleanup_free char *path = url_file_path(url);
	struct str base = url_base_name(url);

	must(str_find(base, '/') == base.n && str_find(base, '?') == base.n);
	must(!path || path[0] == '/');
	check_mask(url);
	if (!url_ok(url))
		return 0;
	for (const char *p = url; *p; p++)
		must((unsigned char)*p > ' ' && *p != 127);
	joined = url_join(url, "a/b.tgz");
	must(strlen(joined) > strlen("a/b.tgz") && str_ends(str_from(joined), STR_LIT("/a/b.tgz")));
	if (url_has_scheme(url, "file"))
		must(path != NULL);
	else
		check_host(url);
	return 0;
}
