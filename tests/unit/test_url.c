/* SPDX-License-Identifier: MIT */
/* Addresses and the header values of downloads. */
#include <config.h>

#include "unit.h"

#include "io/http_header.h"
#include "io/url.h"

static void
test_parts(void **state)
{
	static const struct {
		const char *url, *host, *shown, *base, *mask;
		bool ok, loopback;
	} rows[] = {
		{ "https://www.example.org/a/b.tgz", "www.example.org", "example.org", "b.tgz",
		  "https://www.example.org/a/b.tgz", true, false },
		{ "https://me:secret@example.org:8443/b", "example.org", "example.org", "b",
		  "https://***@example.org:8443/b", true, false },
		{ "https://me:se@cret@example.org/b", "example.org", "example.org", "b",
		  "https://***@example.org/b", true, false },
		{ "https://example.org/b?token=x", "example.org", "example.org", "b",
		  "https://example.org/b?***", true, false },
		{ "https://example.org/b#c", "example.org", "example.org", "b",
		  "https://example.org/b#***", true, false },
		{ "HTTP://127.0.0.1:80/", "127.0.0.1", "127.0.0.1", "", "HTTP://127.0.0.1:80/",
		  true, true },
		{ "http://127.0.0.1.example.org/", "127.0.0.1.example.org", "127.0.0.1.example.org",
		  "", "http://127.0.0.1.example.org/", true, false },
		{ "http://[::1]:8000/x", "::1", "::1", "x", "http://[::1]:8000/x", true, true },
		{ "http://localhost/x", "localhost", "localhost", "x", "http://localhost/x", true,
		  true },
		{ "http://127.0.0.1@example.org/x", "example.org", "example.org", "x",
		  "http://***@example.org/x", true, false },
		/* libcurl takes what is before the @ for a user, others for the host: it
		 * was accepted as example.org, and fetched from 127.0.0.1. */
		{ "http://example.org\\@127.0.0.1/x", "example.org", "example.org", "x",
		  "http://***@127.0.0.1/x", false, false },
		{ "https://me:se\\cret@example.org/x", "me", "me", "x", "https://***@example.org/x",
		  false, false },
		{ "https://example.org/a\\b", "example.org", "example.org", "a\\b",
		  "https://example.org/a\\b", true, false },
		{ "https://a=b/x", "a=b", "a=b", "x", "https://a=b/x", false, false },
		/* Octal: libcurl goes to 87.0.0.1. */
		{ "http://0127.0.0.1/x", "0127.0.0.1", "0127.0.0.1", "x", "http://0127.0.0.1/x",
		  true, false },
		{ "http://128.0.0.1/", "128.0.0.1", "128.0.0.1", "", "http://128.0.0.1/", true,
		  false },
		/* It was shown as nothing, and so taken for a file's address. */
		{ "https://www./x", "www.", "www.", "x", "https://www./x", true, false },
		{ "https://", "", "", "", "https://", false, false },
		{ "ftp://example.org/x", "example.org", "example.org", "x", "ftp://example.org/x",
		  false, false },
		{ "https://exa mple.org/x", "exa mple.org", "exa mple.org", "x",
		  "https://exa mple.org/x", false, false },
		{ "/just/a/path", "", "", "path", "/just/a/path", false, false },
		{ "file:///a/b.tgz", "", "", "b.tgz", "file:///a/b.tgz", true, false },
		{ "file://host/a", "host", "host", "a", "file://host/a", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str host = url_host(rows[i].url);
		struct str base = url_base_name(rows[i].url);
		cleanup_free char *host_text = mem_strndup(host.p ? host.p : "", host.n);
		cleanup_free char *base_text = mem_strndup(base.p ? base.p : "", base.n);
		cleanup_free char *shown = url_host_shown(rows[i].url);
		cleanup_free char *mask = url_mask(rows[i].url);

		assert_string_equal(host_text, rows[i].host);
		assert_string_equal(shown, rows[i].shown);
		assert_string_equal(base_text, rows[i].base);
		assert_string_equal(mask, rows[i].mask);
		if (url_ok(rows[i].url) != rows[i].ok ||
		    url_is_loopback(rows[i].url) != rows[i].loopback)
			fail_msg("%s", rows[i].url);
	}
}

static void
test_file_path(void **state)
{
	static const struct {
		const char *url, *path;
	} rows[] = {
		{ "file:///a/b", "/a/b" },
		{ "file://localhost/a", "/a" },
		{ "file:///a%20b%2fc", "/a b/c" },
		{ "file:///a?b#c", "/a?b#c" },
		{ "file:///a%00b", NULL },
		{ "file:///a%2", NULL },
		{ "file:///a%", NULL },
		{ "file:///a%zz", NULL },
		{ "file://a", NULL },
		{ "file://host/a", NULL },
		{ "https://host/a", NULL },
		{ "/a", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *path = url_file_path(rows[i].url);

		if (!path || !rows[i].path)
			assert_ptr_equal(path, rows[i].path);
		else
			assert_string_equal(path, rows[i].path);
	}
}

static void
test_join(void **state)
{
	cleanup_free char *a = url_join("https://h/x//", "/y");
	cleanup_free char *b = url_join("https://h", "y/z");
	/* It lost two of its slashes, and was no address any more. */
	cleanup_free char *c = url_join("file:///", "y/z");

	(void)state;
	assert_string_equal(a, "https://h/x/y");
	assert_string_equal(b, "https://h/y/z");
	assert_string_equal(c, "file:///y/z");
}

static void
test_content_range(void **state)
{
	static const struct {
		const char *value;
		bool ok;
		uint64_t first, last, total;
	} rows[] = {
		{ "bytes 0-0/1", true, 0, 0, 1 },
		{ "bytes 5-9/10", true, 5, 9, 10 },
		{ "Bytes  5-9/10 ", true, 5, 9, 10 },
		{ "bytes 5-9/*", true, 5, 9, 0 },
		{ "bytes 9-5/10", false, 0, 0, 0 },
		{ "bytes 5-9/9", false, 0, 0, 0 },
		{ "bytes 5-9", false, 0, 0, 0 },
		{ "bytes 5/9", false, 0, 0, 0 },
		{ "bytes */10", false, 0, 0, 0 },
		{ "bytes=5-9/10", false, 0, 0, 0 },
		{ "items 5-9/10", false, 0, 0, 0 },
		{ "bytes -9/10", false, 0, 0, 0 },
		{ "bytes 5-/10", false, 0, 0, 0 },
		{ "bytes 5-9/10/11", false, 0, 0, 0 },
		{ "bytes 0-18446744073709551615/*", false, 0, 0, 0 },
		{ "bytes 0-99999999999999999999/*", false, 0, 0, 0 },
		{ "", false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct http_range range = { 0 };

		if (http_content_range(str_from(rows[i].value), &range) != rows[i].ok)
			fail_msg("%s", rows[i].value);
		assert_int_equal(range.first, rows[i].first);
		assert_int_equal(range.last, rows[i].last);
		assert_int_equal(range.total, rows[i].total);
	}
}

static void
test_retry_after(void **state)
{
	/* 1994-11-06 08:49:37, the example of RFC 9110. */
	const time_t now = 784111777;
	static const struct {
		const char *value;
		bool ok;
		uint64_t seconds;
	} rows[] = {
		{ "0", true, 0 },
		{ " 120 ", true, 120 },
		{ "Sun, 06 Nov 1994 08:50:37 GMT", true, 60 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", true, 0 },
		{ "Sun, 06 Nov 1983 08:49:37 GMT", true, 0 },
		{ "Sunday, 06-Nov-94 08:50:37 GMT", true, 60 },
		{ "-1", false, 0 },
		{ "1.5", false, 0 },
		{ "12:00", false, 0 },
		{ "99999999999", false, 0 },
		{ "soon", false, 0 },
		{ "", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint64_t seconds = 0;

		if (http_retry_after(str_from(rows[i].value), now, &seconds) != rows[i].ok)
			fail_msg("%s", rows[i].value);
		if (rows[i].ok)
			assert_int_equal(seconds, rows[i].seconds);
	}
}

static void
test_etag(void **state)
{
	static const struct {
		struct str value;
		bool ok;
	} rows[] = {
		{ STR_LIT("\"5f1-a\""), true },
		{ STR_LIT("W/\"5f1-a\""), true },
		{ STR_LIT("\"\""), true },
		{ STR_LIT("\"!#$%&'()*+,-./:;<=>?@[]^_`{|}~\""), true },
		{ STR_LIT("5f1-a"), false },
		{ STR_LIT("w/\"5f1-a\""), false },
		{ STR_LIT("\"5f1-a"), false },
		{ STR_LIT("\""), false },
		{ STR_LIT("W/"), false },
		{ STR_LIT(""), false },
		/* What would be another header, or another tag, when it is sent back. */
		{ STR_LIT("\"a\"b\""), false },
		{ STR_LIT("\"a\r\nX: y\""), false },
		{ STR_LIT("\"a b\""), false },
		{ STR_LIT("\"a\0b\""), false },
		{ STR_LIT("\"\xc3\xa9\""), false },
		{ STR_LIT("\"\x7f\""), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (http_etag_ok(rows[i].value) != rows[i].ok)
			fail_msg("row %zu: %.*s", i, STR_ARG(rows[i].value));
}

/* A minute between the file's date and the answer's makes a date as good as a tag. */
static void
test_validator(void **state)
{
	static const struct {
		const char *etag;
		const char *modified;
		const char *date;
		const char *validator;
	} rows[] = {
		{ "\"a\"", "", "", "\"a\"" },
		{ "\"a\"", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 09:49:37 GMT",
		  "\"a\"" },
		{ "W/\"a\"", "", "", "" },
		{ "W/\"a\"", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT",
		  "Sun, 06 Nov 1994 08:49:37 GMT" },
		{ "a", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:51:37 GMT",
		  "Sunday, 06-Nov-94 08:49:37 GMT" },
		{ "", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:36 GMT", "" },
		{ "", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 07:49:37 GMT", "" },
		{ "", "Sun, 06 Nov 1994 08:49:37 GMT", "", "" },
		{ "", "yesterday", "Sun, 06 Nov 1994 08:50:37 GMT", "" },
		{ "", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str got = http_validator(str_from(rows[i].etag), str_from(rows[i].modified),
						str_from(rows[i].date));

		if (!str_eq_text(got, rows[i].validator))
			fail_msg("row %zu: %.*s", i, STR_ARG(got));
	}
	assert_false(http_date_ok(STR_LIT("Sun, 06 Nov 1994\r\n08:49:37 GMT")));
}

static void
test_header(void **state)
{
	struct str value = { 0 };

	(void)state;
	assert_true(http_header_value(STR_LIT("Retry-After:  5\r\n"), "retry-after", &value));
	assert_true(str_eq_text(value, "5"));
	assert_true(http_header_value(STR_LIT("retry-after:"), "retry-after", &value));
	assert_int_equal(value.n, 0);
	assert_false(http_header_value(STR_LIT("retry-afterwards: 5"), "retry-after", &value));
	assert_false(http_header_value(STR_LIT("retry-after"), "retry-after", &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),	    cmocka_unit_test(test_file_path),
		cmocka_unit_test(test_join),	    cmocka_unit_test(test_content_range),
		cmocka_unit_test(test_retry_after), cmocka_unit_test(test_header),
		cmocka_unit_test(test_etag),	    cmocka_unit_test(test_validator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
