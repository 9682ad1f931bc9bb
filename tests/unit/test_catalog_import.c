/* SPDX-License-Identifier: MIT */
/* Catalogues made from what upstreams publish. */
#include <config.h>

#include "unit.h"

#include "supply/catalog.h"
#include "supply/catalog_import.h"

#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define FTP "https://www.python.org/ftp/python/"

static void
test_source_names(void **state)
{
	static const struct {
		const char *url, *version, *type; /* version NULL: no source archive */
	} rows[] = {
		{ FTP "3.13.5/Python-3.13.5.tgz", "3.13.5", ".tgz" },
		{ FTP "3.13.5/Python-3.13.5.tar.xz", "3.13.5", ".tar.xz" },
		{ FTP "2.7.18/Python-2.7.18.tar.bz2", "2.7.18", ".tar.bz2" },
		{ FTP "3.15.0/Python-3.15.0b4.tar.xz", "3.15.0b4", ".tar.xz" },
		{ FTP "3.4.0/Python-3.4.0rc3.tgz", "3.4.0rc3", ".tgz" },
		{ "https://example.org/Python-3.13.5.tar.gz", "3.13.5", ".tar.gz" },
		{ "https://example.org/Python-3.13.5.tgz?token=x#y", "3.13.5", ".tgz" },
		/* The first of a series had two numbers. */
		{ FTP "2.2/Python-2.2.tgz", "2.2.0", ".tgz" },
		{ FTP "3.0/Python-3.0.tar.bz2", "3.0.0", ".tar.bz2" },
		{ "https://example.org/Python-3.15b4.tgz", "3.15.0b4", ".tgz" },
		{ "https://example.org/Python-3.tgz", "3.0.0", ".tgz" },
		{ FTP "3.13.5/Python-3.13.5.tgz.asc", NULL, NULL },
		{ FTP "3.13.5/Python-3.13.5.tar.xz.sigstore", NULL, NULL },
		{ FTP "3.13.5/Python-3.13.5.zip", NULL, NULL },
		{ FTP "3.13.5/python-3.13.5-macos11.pkg", NULL, NULL },
		{ FTP "3.13.5/python-3.13.5-amd64.exe", NULL, NULL },
		{ FTP "3.13.5/Python-3.13.5t.tgz", NULL, NULL },
		{ FTP "3.13.5/Python-3.13.5-debug.tgz", NULL, NULL },
		{ FTP "3.13.5/Python-3.13-dev.tgz", NULL, NULL },
		{ FTP "doc/Python-Docs-1.5.tgz", NULL, NULL },
		{ FTP "Python-.tgz", NULL, NULL },
		{ FTP "Python-3.13.5.tgz/", NULL, NULL },
		{ "https://example.org/?Python-3.13.5.tgz", NULL, NULL },
		{ "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *version = NULL;
		const char *type = NULL;

		if (catalog_import_source(rows[i].url, &version, &type) !=
		    (rows[i].version != NULL))
			fail_msg("%s", rows[i].url);
		if (!rows[i].version)
			continue;
		assert_string_equal(version, rows[i].version);
		assert_string_equal(type, rows[i].type);
	}
}

/* The lines made of two inputs (the second may be NULL), without the heading. */
static char *
import(const char *first, const char *second, struct err *err)
{
	struct catalog_import *import = catalog_import_new();
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	char *lines = NULL;
	size_t added = 0;

	if (catalog_import_add(import, str_from(first), "first", &added, err) == 0 &&
	    (!second || catalog_import_add(import, str_from(second), "second", &added, err) == 0) &&
	    catalog_import_write(import, &text, err) == 0) {
		/* Whatever comes in: what goes out can be read. */
		assert_ok(catalog_check_text(buf_str(&text), "made", err), err);
		lines = strchr(strchr(buf_text(&text), '\n') + 1, '\n') + 1;
		lines = mem_strdup(lines);
	}
	catalog_import_free(import);
	return lines;
}

#define OUT(version, url, digest, size) \
	"cpython\t" version "\t\tsource\t\t\t\t\t\t" url "\t" digest "\t" size "\n"
/* An object of python.org's list, cut down. */
#define FILE_OBJECT(url, digest, size, is_source)                                                \
	"{\"name\": \"XZ compressed source tarball\", \"url\": \"" url "\", \"filesize\": " size \
	", \"is_source\": " is_source ", \"sha256_sum\": \"" digest                              \
	"\", \"md5_sum\": \"\", \"os\": 3}"

#define URL_5 FTP "3.13.5/Python-3.13.5.tgz"
#define URL_5X FTP "3.13.5/Python-3.13.5.tar.xz"
#define URL_RC FTP "3.13.0/Python-3.13.0rc2.tgz"
#define LINE_5 URL_5 "\t" DIGEST_A "\t22\n"

static const struct {
	const char *story;
	const char *first;
	const char *second;
	const char *lines; /* NULL: refused … */
	const char *why;   /* … with this in the message or its details */
} import_rows[] = {
	{ "a list of python.org", "[" FILE_OBJECT(URL_5, DIGEST_A, "22", "true") "]", NULL,
	  OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "… inside an object", "{\"results\": [" FILE_OBJECT(URL_5, DIGEST_A, "22", "true") "]}",
	  NULL, OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "… under its older name",
	  "{\"meta\": {}, \"objects\": [" FILE_OBJECT(URL_5, DIGEST_A, "22", "true") "]}", NULL,
	  OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "installers, files without digest and other things are passed over",
	  "[" FILE_OBJECT(FTP "3.13.5/python-3.13.5.exe", DIGEST_B, "22", "false") "," FILE_OBJECT(
		  URL_5X, "", "22",
		  "true") "," FILE_OBJECT(URL_RC, DIGEST_B, "1",
					  "false") ", null, 7, [], {}, \"x\","
						   "{\"url\": 7, \"sha256_sum\": 8, \"is_source\": "
						   "true}," FILE_OBJECT(
							   FTP "doc/Python-Docs-1.5.tgz", DIGEST_B,
							   "1",
							   "true") "," FILE_OBJECT(URL_5, DIGEST_A,
										   "22",
										   "true") "]",
	  NULL, OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "in version order, whatever the input's",
	  "[" FILE_OBJECT(URL_5, DIGEST_A, "22", "true") "," FILE_OBJECT(
		  URL_5X, DIGEST_B, "20", "true") "," FILE_OBJECT(URL_RC, DIGEST_B, "19",
								  "true") "]",
	  NULL,
	  OUT("3.13.0rc2", URL_RC, DIGEST_B, "19") OUT("3.13.5", URL_5X, DIGEST_B, "20")
		  OUT("3.13.5", URL_5, DIGEST_A, "22"),
	  NULL },
	{ "an empty list", "[]", NULL, "", NULL },
	{ "lines, with a heading",
	  "version\turl\tsize\tsha256\tsigned\n3.13.5\t" URL_5 "\t22\t" DIGEST_A "\t\n", NULL,
	  OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "lines without a size", URL_5 "\t" DIGEST_A "\n", NULL,
	  OUT("3.13.5", URL_5, DIGEST_A, "0"), NULL },
	{ "lines that end as on DOS, the last without an end",
	  "x\r\n" URL_5 "\t" DIGEST_A "\t22\r\n" URL_5X "\t" DIGEST_B, NULL,
	  OUT("3.13.5", URL_5X, DIGEST_B, "0") OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "nothing", "", NULL, "", NULL },
	{ "the same twice", LINE_5, LINE_5, OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "the second list knows the size", URL_5 "\t" DIGEST_A "\n", LINE_5,
	  OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "the first list knows the size", LINE_5, URL_5 "\t" DIGEST_A "\n",
	  OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "one archive under two addresses", LINE_5,
	  "https://mirror.example.org/Python-3.13.5.tar.gz\t" DIGEST_A "\t22\n",
	  OUT("3.13.5", URL_5, DIGEST_A, "22"), NULL },
	{ "the size of the tar file inside is no size (2.1.3: 29143040, the file has a fifth)",
	  FTP "2.1.3/Python-2.1.3.tgz\t" DIGEST_A "\t29143040\n", NULL,
	  OUT("2.1.3", FTP "2.1.3/Python-2.1.3.tgz", DIGEST_A, "0"), NULL },
	{ "… and contradicts nobody", FTP "2.1.3/Python-2.1.3.tgz\t" DIGEST_A "\t29143040\n",
	  FTP "2.1.3/Python-2.1.3.tgz\t" DIGEST_A "\t6194432\n",
	  OUT("2.1.3", FTP "2.1.3/Python-2.1.3.tgz", DIGEST_A, "6194432"), NULL },
	{ "another compression may have whole blocks", URL_5X "\t" DIGEST_B "\t20520960\n", NULL,
	  OUT("3.13.5", URL_5X, DIGEST_B, "20520960"), NULL },
	{ "python.org without its https (3.3.4 in its list)",
	  "http://www.python.org/ftp/python/3.3.4/Python-3.3.4.tgz\t" DIGEST_A "\t22\n", NULL,
	  OUT("3.3.4", FTP "3.3.4/Python-3.3.4.tgz", DIGEST_A, "22"), NULL },
	{ "a scheme in capitals",
	  "[" FILE_OBJECT("HTTPS://example.org/Python-3.3.4.tgz", DIGEST_A, "22", "true") "]", NULL,
	  OUT("3.3.4", "https://example.org/Python-3.3.4.tgz", DIGEST_A, "22"), NULL },
	{ "somebody else's http stays", "http://example.org/Python-3.3.4.tgz\t" DIGEST_A "\n", NULL,
	  OUT("3.3.4", "http://example.org/Python-3.3.4.tgz", DIGEST_A, "0"), NULL },
	{ "digests that differ", LINE_5, URL_5 "\t" DIGEST_B "\t22\n", NULL,
	  "second contradicts an earlier list on " URL_5 },
	{ "digests that differ in one list", LINE_5 URL_5 "\t" DIGEST_B "\n", NULL, NULL,
	  "first contradicts" },
	{ "digests of one archive under two addresses", LINE_5,
	  "https://example.org/Python-3.13.5.tar.gz\t" DIGEST_B "\n", NULL, "contradicts" },
	{ "sizes that differ", LINE_5, URL_5 "\t" DIGEST_A "\t23\n", NULL, "22 before, 23 now" },
	{ "a digest that is none", "[" FILE_OBJECT(URL_5, "0123", "22", "true") "]", NULL, NULL,
	  "first: the address, digest or size of " URL_5 },
	{ "an address that is none",
	  "[" FILE_OBJECT("ftp://example.org/Python-3.13.5.tgz", DIGEST_A, "22", "true") "]", NULL,
	  NULL, "is malformed" },
	{ "more bytes than any Python has",
	  "[" FILE_OBJECT(URL_5, DIGEST_A, "8589934593", "true") "]", NULL, NULL, "is malformed" },
	{ "no JSON", "[{\"url\": ", NULL, NULL, "first" },
	{ "a key twice", "[{\"url\": \"a\", \"url\": \"b\"}]", NULL, NULL, "first" },
	{ "no list", "{\"count\": 7}", NULL, NULL, "first: there is no list of release files" },
	{ "a list of another kind", "{\"results\": \"none\"}", NULL, NULL,
	  "no list of release files" },
};

static void
test_import(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(import_rows); i++) {
		cleanup_err struct err err = { 0 };
		cleanup_free char *lines =
			import(import_rows[i].first, import_rows[i].second, &err);
		const char *said = err.message ? err.message : "";
		const char *detail = err.detail_count ? err.details[0].text : "";

		if (import_rows[i].lines) {
			if (!lines || strcmp(lines, import_rows[i].lines) != 0)
				fail_msg("%s: %s%s", import_rows[i].story, said,
					 lines ? lines : "");
		} else if (lines || err.code != ERR_CHECK ||
			   (!strstr(said, import_rows[i].why) &&
			    !strstr(detail, import_rows[i].why))) {
			fail_msg("%s: %s (%s)%s", import_rows[i].story, said, detail,
				 lines ? lines : "");
		}
	}
}

/* The number of new artifacts is told for each list. */
static void
test_added(void **state)
{
	struct catalog_import *import = catalog_import_new();
	cleanup_err struct err err = { 0 };
	size_t added = 9;

	(void)state;
	assert_ok(catalog_import_add(import, STR_LIT(LINE_5 URL_5X "\t" DIGEST_B "\n"), "a", &added,
				     &err),
		  &err);
	assert_int_equal(added, 2);
	assert_ok(catalog_import_add(import, STR_LIT(LINE_5 URL_RC "\t" DIGEST_B "\n"), "b", &added,
				     &err),
		  &err);
	assert_int_equal(added, 1);
	assert_ok(catalog_import_add(import, STR_LIT("[]"), "c", &added, &err), &err);
	assert_int_equal(added, 0);
	catalog_import_free(import);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source_names),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
