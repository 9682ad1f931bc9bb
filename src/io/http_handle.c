/* SPDX-License-Identifier: MIT */
/* A handle of libcurl with what holds for every request. */
#include <config.h>

#include "io/http_handle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "os/platform.h"

/* Seconds until a connection must stand: TCP's first three tries on a slow line. */
#define CONNECT_S 15L
/* Bytes a second that count as a connection that still lives. */
#define STALL_RATE 1024L
#define STALL_S 30
/* 256 KiB: libcurl's receive buffer; fewer, larger writes. */
#define RECEIVE_SIZE 262144L

static void
set_for_both(CURL *curl, CURLoption host, CURLoption proxy, const char *value)
{
	curl_easy_setopt(curl, host, value);
	curl_easy_setopt(curl, proxy, value);
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
		set_for_both(curl, CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO, ca_file);
		set_for_both(curl, CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH, NULL);
		return;
	}
	if (file && *file)
		set_for_both(curl, CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO, file);
	if (dir && *dir)
		set_for_both(curl, CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH, dir);
}

/* Compilers that run meanwhile must not inherit connections; libcurl's own socket()
 * lets them. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	int fd;

	(void)ctx;
	(void)purpose;
#ifdef SOCK_CLOEXEC
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
	fd = socket(address->family, address->socktype, address->protocol);
	if (fd >= 0)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static void
set_common(CURL *curl, const struct http_options *options)
{
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
	/* Rather wait for a connection that others open than open one more: it may
	 * carry many requests. */
	curl_easy_setopt(curl, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, STALL_RATE);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
			 options->stall_s ? (long)options->stall_s : (long)STALL_S);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, RECEIVE_SIZE);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	if (options->ip)
		curl_easy_setopt(curl, CURLOPT_IPRESOLVE,
				 options->ip == 4 ? (long)CURL_IPRESOLVE_V4
						  : (long)CURL_IPRESOLVE_V6);
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

CURL *
http_handle_new(const struct http_options *options, bool allow_http)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		return NULL;
	set_authorities(curl, options->ca_file);
	set_common(curl, options);
	set_protocols(curl, allow_http);
	return curl;
}
