/* SPDX-License-Identifier: MIT */
/* Addresses as text: parts, what may be shown, what may be asked. */
#include <config.h>

#include "io/url.h"

#include <string.h>

#include "base/buf.h"

struct str
url_scheme(const char *url)
{
	const char *end = strstr(url, "://");

	if (!end || end == url)
		return (struct str){ 0 };
	for (const char *p = url; p < end; p++)
		if (!str_is_alpha(*p) && !str_is_digit(*p) && !strchr("+-.", *p))
			return (struct str){ 0 };
	return (struct str){ url, (size_t)(end - url) };
}

bool
url_has_scheme(const char *url, const char *scheme)
{
	struct str s = url_scheme(url);

	if (s.n == 0 || s.n != strlen(scheme))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (str_lower(s.p[i]) != scheme[i])
			return false;
	return true;
}

/* What stands between "://" and the first of STOPS. */
static struct str
authority_until(const char *url, const char *stops)
{
	struct str scheme = url_scheme(url);

	if (scheme.n == 0)
		return (struct str){ 0 };

	const char *p = scheme.p + scheme.n + 3;

	return (struct str){ p, strcspn(p, stops) };
}

/* What stands between "://" and the path, query or fragment. A backslash ends it,
 * too: some readers take it for a slash. Others (libcurl) do not, so url_ok()
 * wants none there. */
static struct str
authority(const char *url)
{
	return authority_until(url, "/?#\\");
}

/* Length of "user:password@" at the start of AUTH. The last "@" counts, as
 * passwords are often written unencoded. */
static size_t
userinfo_len(struct str auth)
{
	for (size_t n = auth.n; n > 0; n--)
		if (auth.p[n - 1] == '@')
			return n;
	return 0;
}

struct str
url_host_port(const char *url)
{
	struct str auth = authority(url);

	return str_skip(auth, userinfo_len(auth));
}

struct str
url_host(const char *url)
{
	struct str auth = url_host_port(url);

	if (auth.n > 0 && auth.p[0] == '[')
		return (struct str){ auth.p + 1, str_find(str_skip(auth, 1), ']') };
	return (struct str){ auth.p, str_find(auth, ':') };
}

char *
url_host_shown(const char *url)
{
	struct str host = url_host(url);

	if (str_starts(host, STR_LIT("www.")) && host.n > 4)
		host = str_skip(host, 4);
	return mem_strndup(host.p ? host.p : "", host.n);
}

/* What follows the authority: path, query, fragment. */
static const char *
after_authority(const char *url)
{
	struct str auth = authority(url);

	return auth.p ? auth.p + auth.n : url;
}

struct str
url_base_name(const char *url)
{
	const char *path = after_authority(url);
	struct str base = { path, strcspn(path, "?#") };

	for (size_t n = base.n; n > 0; n--)
		if (base.p[n - 1] == '/')
			return str_skip(base, n);
	return base;
}

/* Letters, digits and marks of names and addresses; bytes of international names
 * as they are. */
static bool
host_ok(struct str host)
{
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (!str_is_alpha(c) && !str_is_digit(c) && !strchr("-._:", c) &&
		    (unsigned char)c < 128)
			return false;
	}
	return host.n > 0;
}

bool
url_ok(const char *url)
{
	size_t n = strlen(url);

	if (n > URL_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)url[i] <= ' ' || url[i] == 127)
			return false;
	if (url_has_scheme(url, "file")) {
		cleanup_free char *path = url_file_path(url);

		return path != NULL;
	}
	return (url_has_scheme(url, "https") || url_has_scheme(url, "http")) &&
	       authority_until(url, "/?#").n == authority(url).n && host_ok(url_host(url));
}

bool
url_is_loopback(const char *url)
{
	struct str host = url_host(url);
	struct str rest = host;
	struct str part;
	uint64_t number;
	unsigned parts = 0;

	if (str_eq_text(host, "localhost") || str_eq_text(host, "::1"))
		return true;
	/* All four numbers: "127.0.0.1.example.org" is a name like any other. And a
	 * number with a leading zero is octal: 0127.0.0.1 is 87.0.0.1. */
	while (str_split(&rest, '.', &part)) {
		if (!str_u64(part, 0, 255, &number) || (parts == 0 && number != 127) ||
		    (part.n > 1 && part.p[0] == '0'))
			return false;
		parts++;
	}
	return parts == 4;
}

char *
url_mask(const char *url)
{
	/* Rather too much than half a password that holds a backslash. */
	struct str auth = authority_until(url, "/?#");
	const char *tail = auth.p ? auth.p + auth.n : url;
	size_t path = strcspn(tail, "?#");
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	if (auth.p)
		buf_add(&b, url, (size_t)(auth.p - url));
	if (auth.p && userinfo_len(auth) > 0)
		buf_add_text(&b, "***@");
	if (auth.p)
		buf_add_str(&b, str_skip(auth, userinfo_len(auth)));
	buf_add(&b, tail, path);
	if (tail[path] != '\0')
		buf_printf(&b, "%c***", tail[path]);
	return mem_strdup(buf_text(&b));
}

char *
url_file_path(const char *url)
{
	struct str auth = authority(url);
	const char *p = after_authority(url);
	cleanup_buf struct buf b = BUF_INIT(URL_MAX);

	if (!url_has_scheme(url, "file") || *p != '/')
		return NULL;
	if (auth.n > 0 && !str_eq_text(auth, "localhost"))
		return NULL;
	for (; *p; p++) {
		int high = *p == '%' ? str_hex_digit(p[1]) : -1;
		int low = high >= 0 ? str_hex_digit(p[2]) : -1;

		if (*p == '%' && (low < 0 || (high == 0 && low == 0)))
			return NULL;
		buf_add_char(&b, *p == '%' ? (char)(high * 16 + low) : *p);
		if (*p == '%')
			p += 2;
	}
	return b.overflowed ? NULL : buf_take(&b);
}

char *
url_from_path(const char *path)
{
	cleanup_buf struct buf b = BUF_INIT(SIZE_MAX);

	buf_add_text(&b, "file://");
	for (; *path; path++)
		if (str_is_alpha(*path) || str_is_digit(*path) || strchr("/-._~+", *path))
			buf_add_char(&b, *path);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*path);
	return buf_take(&b);
}

char *
url_join(const char *base, const char *path)
{
	const char *host = strstr(base, "://");
	size_t least = host ? (size_t)(host - base) + strlen("://") : 0;
	size_t n = strlen(base);

	/* The slashes of file:/// are not its path's. */
	while (n > least && base[n - 1] == '/')
		n--;
	while (*path == '/')
		path++;
	return mem_printf("%.*s/%s", (int)n, base, path);
}
