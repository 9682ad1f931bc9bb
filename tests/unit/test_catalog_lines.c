/* SPDX-License-Identifier: MIT */
/* The lines of a catalogue: what is refused, when, and how they are written. */
#include <config.h>

#include "catalog_ground.h"

#define FIELDS(version, kind, url, digest, size) \
	"cpython\t" version "\t\t" kind "\t\t\t\t\t\t" url "\t" digest "\t" size "\n"
#define GOOD_URL "https://example.org/Python-3.13.5.tgz"
#define GOOD LINE("3.13.4", ".tgz")

/* Line 3 or the line given is what is wrong, and the message says why. SHAPE: so
 * wrong that nothing is looked up in the file. */
static const struct {
	const char *text;
	const char *message;
	bool shape;
} bad_rows[] = {
	{ "", "x.tsv:1: the file is empty", true },
	{ "cpython\n", "x.tsv:1: this is no catalogue", true },
	{ "# pyvern catalogue 2\n", "x.tsv:1: this is no catalogue", true },
	{ "# pyvern catalogue 1\r\n", "x.tsv:1: this is no catalogue", true },
	{ "\n" HEADER, "x.tsv:1: this is no catalogue", true },
	{ HEADER GOOD "cpython\t3.13.5\n", "x.tsv:3: a line must have 12 columns", true },
	{ HEADER "#\n\n" GOOD "x\n", "x.tsv:5: a line must have 12 columns", true },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, "1\t2"),
	  "x.tsv:3: a line must have 12 columns", true },
	{ HEADER GOOD FIELDS("../3.13.5", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the version is no safe name", true },
	{ HEADER GOOD FIELDS("", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the version is no safe name", true },
	{ HEADER FIELDS("", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:2: the version is no safe name", true },
	{ HEADER GOOD FIELDS("3.13.5\r", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the version is no safe name", true },
	{ HEADER GOOD FIELDS("3.13.5", "wheel", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the kind is not known", false },
	{ HEADER GOOD FIELDS("3.13.5", "", GOOD_URL, DIGEST, "1"), "x.tsv:3: the kind is not known",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "", DIGEST, "1"), "x.tsv:3: the address is no",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "/tmp/Python.tgz", DIGEST, "1"),
	  "x.tsv:3: the address is no", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "ftp://example.org/x", DIGEST, "1"),
	  "x.tsv:3: the address is no", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "https://example.org/a b", DIGEST, "1"),
	  "x.tsv:3: the address is no", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, "0123", "1"),
	  "x.tsv:3: the sha256 is not 64", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST "0", "1"),
	  "x.tsv:3: the sha256 is not 64", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL,
			     "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
			     "1"),
	  "x.tsv:3: the sha256 is not 64", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, ""), "x.tsv:3: the size is no",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, "-1"), "x.tsv:3: the size is no",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, "8589934593"),
	  "x.tsv:3: the size is no", false },
	{ HEADER GOOD "cpython\t3.13.5\tx y\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST "\t1\n",
	  "x.tsv:3: a column holds what it cannot", false },
	{ HEADER GOOD "\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST "\t1\n",
	  "x.tsv:3: the implementation is missing", false },
	/* Order. */
	{ HEADER LINE("3.10.0", ".tgz") LINE("3.9.0", ".tgz"),
	  "x.tsv:3: it belongs before the line above", false },
	{ HEADER LINE("3.13.0", ".tgz") LINE("3.13.0rc1", ".tgz"),
	  "x.tsv:3: it belongs before the line above", false },
	{ HEADER LINE("3.13.5", ".tgz") "#\n" LINE("3.13.5", ".tar.xz"),
	  "x.tsv:4: it belongs before the line above", false },
	{ HEADER GOOD GOOD, "x.tsv:3: the same artifact again", false },
	{ HEADER GOOD FIELDS("3.13.4", "source", "https://example.org/Python-3.13.4.tgz", DIGEST,
			     "7"),
	  "x.tsv:3: the same artifact again", false },
};

static void
test_malformed(void **state)
{
	struct place *place = *state;

	for (size_t i = 0; i < COUNT_OF(bad_rows); i++) {
		cleanup_catalog struct catalog *catalog = NULL;
		cleanup_err struct err err = { 0 };
		struct str text = str_from(bad_rows[i].text);
		cleanup_artifacts struct artifacts found = { 0 };
		struct request r = requested("2.7");
		int looked;

		assert_int_equal(catalog_check_text(text, "x.tsv", &err), -1);
		if (!str_starts(str_from(err.message), str_from(bad_rows[i].message)))
			fail_msg("row %zu: %s", i, err.message);
		assert_fails(-1, ERR_CHECK, &err);
		write_catalog(place, "root", "x.tsv", bad_rows[i].text);
		assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
		looked = catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err);
		assert_int_equal(looked, bad_rows[i].shape ? -1 : 0);
		if (looked == 0)
			continue;
		assert_non_null(strstr(err.message, bad_rows[i].message));
		assert_fails(-1, ERR_CHECK, &err);
	}
}

/* A zero byte was a letter of any word. */
static void
test_zero_bytes(void **state)
{
	static const struct str texts[] = {
		STR_LIT(HEADER "cpy\0thon\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\0\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\t\tsource\0\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\0\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\0\n"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cleanup_err struct err err = { 0 };

		assert_fails(catalog_check_text(texts[i], "x", &err), ERR_CHECK, &err);
	}
}

/* A bad line is named when somebody asks for it, and harms nobody else. */
static void
test_malformed_when_asked(void **state)
{
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_artifacts struct artifacts bad = { 0 };
	cleanup_artifacts struct artifacts good = { 0 };
	cleanup_err struct err err = { 0 };
	struct request r = requested("3.13.5");

	write_catalog(place, "share", "x.tsv",
		      HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, "0123", "1"));
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	assert_int_equal(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &bad, &err), -1);
	assert_non_null(strstr(err.message, "share/catalog/x.tsv:3: the sha256 is not 64"));
	assert_fails(-1, ERR_CHECK, &err);
	r = requested("3.13.4");
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &good, &err), &err);
	assert_int_equal(good.count, 1);
}

/* What is written is what was read. */
static void
test_format_line(void **state)
{
	static const struct artifact a = { "cpython",	   "3.13.5",
					   "freethreaded", ARTIFACT_STANDALONE,
					   "linux",	   "x86_64",
					   "gnu",	   "v3",
					   "20250612",	   "https://example.org/a.tar.gz",
					   DIGEST,	   28400000 };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err err = { 0 };

	(void)state;
	buf_add_text(&b, HEADER);
	catalog_format_line(&a, &b);
	assert_string_equal(buf_text(&b), HEADER
			    "cpython\t3.13.5\tfreethreaded\tstandalone\tlinux\tx86_64\tgnu\tv3\t"
			    "20250612\thttps://example.org/a.tar.gz\t" DIGEST "\t28400000");
	assert_ok(catalog_check_text(buf_str(&b), "it", &err), &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_malformed, catalog_setup, catalog_teardown),
		cmocka_unit_test_setup_teardown(test_malformed_when_asked, catalog_setup,
						catalog_teardown),
		cmocka_unit_test(test_zero_bytes),
		cmocka_unit_test(test_format_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
