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

/* The lines of all files made of two inputs (the second may be NULL), without the
 * headings. */
static char *
import(const char *first, const char *second, struct err *err)
{
	cleanup_buf struct buf all = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_strvec struct strvec stems = { 0 };
	struct catalog_import *import = catalog_import_new();
	char *lines = NULL;
	size_t added = 0;

	if (catalog_import_add(import, str_from(first), "first", &added, err) == 0 &&
	    (!second || catalog_import_add(import, str_from(second), "second", &added, err) == 0)) {
		catalog_import_stems(import, &stems);
		for (size_t i = 0; i < stems.count; i++) {
			cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);

			assert_ok(catalog_import_write(import, stems.items[i], &text, err), err);
			/* Whatever comes in: what goes out can be read. */
			assert_ok(catalog_check_text(buf_str(&text), "made", err), err);
			buf_add_text(&all, strchr(strchr(buf_text(&text), '\n') + 1, '\n') + 1);
		}
		lines = mem_strdup(buf_text(&all));
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

#define UV_BUILD(name, minor, os, arch, cpu, libc, variant, build, url, digest)             \
	"{\"name\": \"" name "\", \"arch\": {\"family\": \"" arch "\", \"variant\": " cpu   \
	"}, \"os\": \"" os "\", \"libc\": \"" libc "\", \"major\": 3, \"minor\": " minor    \
	", \"patch\": 5, \"prerelease\": \"\", \"url\": \"" url "\", \"sha256\": \"" digest \
	"\", \"variant\": " variant ", \"build\": \"" build "\"}"
#define PBS "https://github.com/x/releases/download/1/"
#define PYPY "https://downloads.python.org/pypy/"
#define GRAAL "https://github.com/oracle/graalpython/releases/download/g/"

static const struct {
	const char *story;
	const char *text;
	const char *lines; /* NULL: refused, and the error says … */
	const char *error;
} build_rows[] = {
	{ "uv's list: a build, one for a level of the CPU without the lock, and Windows",
	  "{\"a\": " UV_BUILD(
		  "cpython", "13", "linux", "x86_64", "null", "gnu", "null", "20260814",
		  PBS "a.tar.gz",
		  DIGEST_A) ", \"b\": " UV_BUILD("cpython", "13", "linux", "x86_64", "\"v3\"",
						 "musl", "\"freethreaded+debug\"", "20260814",
						 PBS "b.tar.zst",
						 DIGEST_B) ", \"c\": " UV_BUILD("cpython", "13",
										"windows", "x86_64",
										"null", "none",
										"null", "20260814",
										PBS "c.tar.gz",
										DIGEST_B) "}",
	  "cpython\t3.13.5\t\tstandalone\tlinux\tx86_64\tgnu\t\t20260814\t" PBS
	  "a.tar.gz\t" DIGEST_A "\t0\n"
	  "cpython\t3.13.5\tfreethreaded+debug\tstandalone\tlinux\tx86_64\tmusl\tv3\t20260814\t" PBS
	  "b.tar.zst\t" DIGEST_B "\t0\n",
	  NULL },
	{ "PyPy is called as its files are",
	  "{\"a\": " UV_BUILD("pypy", "11", "darwin", "aarch64", "null", "none", "null", "7.3.20",
			      PYPY "pypy3.11-v7.3.20-macos_arm64.tar.bz2", DIGEST_A) "}",
	  "pypy\tpypy3.11-7.3.20\t\tstandalone\tdarwin\taarch64\tnone\t\t\t" PYPY
	  "pypy3.11-v7.3.20-macos_arm64.tar.bz2\t" DIGEST_A "\t0\n",
	  NULL },
	{ "an entry without an address", "{\"a\": {\"name\": \"cpython\"}}", NULL,
	  "the entry a is malformed" },
	{ "a word that no column takes",
	  "{\"a\": " UV_BUILD("cpython", "13", "linux", "x86_64", "null", "g nu", "null", "1",
			      PBS "a.tar.gz", DIGEST_A) "}",
	  NULL, "is malformed" },
	{ "PyPy's own list has no digests",
	  "[{\"pypy_version\": \"7.3.20\", \"stable\": true, \"files\": [{\"download_url\": \"" PYPY
	  "pypy3.11-v7.3.20-linux64.tar.bz2\"}, {\"download_url\": \"" PYPY
	  "pypy3.11-v7.3.20-win64.zip\"}]}, {\"pypy_version\": \"nightly\", \"stable\": false, "
	  "\"files\": [{\"download_url\": \"" PYPY "pypy3.11-v9-linux64.tar.bz2\"}]}]",
	  "pypy\tpypy3.11-7.3.20\t\tstandalone\tlinux\tx86_64\tgnu\t\t\t" PYPY
	  "pypy3.11-v7.3.20-linux64.tar.bz2\t\t0\n",
	  NULL },
	{ "GraalPy's releases",
	  "[{\"tag_name\": \"g\", \"assets\": [{\"browser_download_url\": \"" GRAAL
	  "graalpy-community-24.2.1-linux-amd64.tar.gz\", \"digest\": \"sha256:" DIGEST_A
	  "\", \"size\": 77}, {\"browser_download_url\": \"" GRAAL "graalpy-24.2.1.pom\"}]}]",
	  "graalpy\tgraalpy-community-24.2.1\t\tstandalone\tlinux\tx86_64\tgnu\t\t\t" GRAAL
	  "graalpy-community-24.2.1-linux-amd64.tar.gz\t" DIGEST_A "\t77\n",
	  NULL },
	{ "a table: an installer for two machines, a source, and a name in another order",
	  "kind\tname\tplatforms\turl\tsha256\n"
	  "script\tminiforge3-25.1\tlinux-x86_64,darwin-arm64\thttps://x/M.sh\t" DIGEST_A "\n"
	  "archive\t3.13.5\tany\t" URL_5 "\t" DIGEST_B "\n",
	  OUT("3.13.5", URL_5, DIGEST_B,
	      "0") "miniforge\tminiforge3-25.1\t\tinstaller\tdarwin\taarch64\tnone\t\t\thttps://x/"
		   "M.sh\t" DIGEST_A "\t0\n"
		   "miniforge\tminiforge3-25.1\t\tinstaller\tlinux\tx86_64\tgnu\t\t\thttps://x/"
		   "M.sh\t" DIGEST_A "\t0\n",
	  NULL },
	{ "two lists that contradict each other on a build",
	  "{\"a\": " UV_BUILD(
		  "cpython", "13", "linux", "x86_64", "null", "gnu", "null", "1", PBS "a.tar.gz",
		  DIGEST_A) ", \"b\": " UV_BUILD("cpython", "13", "linux", "x86_64", "null", "gnu",
						 "null", "1", PBS "b.tar.gz", DIGEST_B) "}",
	  NULL, "contradicts" },
};

static void
test_builds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(build_rows); i++) {
		cleanup_err struct err err = { 0 };
		cleanup_free char *lines = import(build_rows[i].text, NULL, &err);

		if (!build_rows[i].lines) {
			if (lines || !strstr(err.message, build_rows[i].error))
				fail_msg("%s: %s", build_rows[i].story,
					 lines ? lines : err.message);
			continue;
		}
		if (!lines || strcmp(lines, build_rows[i].lines) != 0)
			fail_msg("%s:\n%s%s", build_rows[i].story, lines ? lines : "", err.message);
	}
}

/* What cannot be installed keeps its name and a reason, unless something else can be. */
static void
test_refused(void **state)
{
	static const char table[] =
		"name\tkind\tplatforms\turl\tsha256\n"
		"jython-2.7.3\tjar\tany\thttps://x/j.jar\t" DIGEST_A "\n"
		"pypy-dev\tnightly\tlinux-x86_64\thttps://x/*\t\n"
		"miniforge3-1\tscript\tlinux-x86_64\thttps://x/a.sh\t\n"
		"miniforge3-1\tscript\tdarwin-x86_64\thttps://x/b.sh\t" DIGEST_A "\n"
		"stackless-3.7.5\tarchive\tany\thttps://x/s.tar.gz\t" DIGEST_A "\n"
		"../x\tjar\tany\thttps://x/j.jar\t" DIGEST_A "\n";
	struct catalog_import *import = catalog_import_new();
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	struct err err = { 0 };
	size_t added = 0;

	(void)state;
	assert_ok(catalog_import_add(import, STR_LIT(table), "t", &added, &err), &err);
	assert_int_equal(added, 1);
	assert_ok(catalog_import_write_refused(import, &text, &err), &err);
	assert_string_equal(
		buf_text(&text), CATALOG_REFUSED_HEADER
		"\n# name\twhy it cannot be installed\n"
		"jython-2.7.3\tit is a program for Java, with an installer of its own\n"
		"pypy-dev\tit is another file every night, so that no digest can vouch for it\n"
		"stackless-3.7.5\tit has to be built from its source, which is only done for "
		"CPython\n");
	catalog_import_free(import);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source_names), cmocka_unit_test(test_import),
		cmocka_unit_test(test_added),	     cmocka_unit_test(test_builds),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
