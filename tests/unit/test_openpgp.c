/* SPDX-License-Identifier: MIT */
/* OpenPGP: tables of keys, files of keys, what gpgv says of a signature. */
#include <config.h>

#include "unit.h"

#include "trust/openpgp.h"

#define FPR_A "0123456789ABCDEF0123456789ABCDEF01234567"
#define FPR_B "FEDCBA9876543210FEDCBA9876543210FEDCBA98"
#define HEAD "# pyvern openpgp 1\n"
#define KEY_A "key\t" FPR_A "\t2015-03-11T00:00:00Z\t-\tA Name\tmQI=\n"
#define KEY_B "key\t" FPR_B "\t-\t2020-01-01T00:00:00Z\tAnother\t-\n"

static void
a_table_is_read(void **state)
{
	cleanup_openpgp_table struct openpgp_table table = { 0 };
	struct err err = { 0 };
	const struct openpgp_key *key;

	(void)state;
	assert_int_equal(openpgp_table_parse(STR_LIT(HEAD KEY_A KEY_B "# a comment\n\n"
								      "series\t3.7\t" FPR_B "\n"
								      "series\t3.7\t" FPR_A "\n"),
					     "table", &table, &err),
			 0);
	key = openpgp_table_find(&table, STR_LIT("3.7"), 0);
	assert_string_equal(key->fingerprint, FPR_B);
	assert_string_equal(key->name, "Another");
	assert_int_equal(key->block.n, 0);
	assert_true(trust_window_has(&key->window, 0));
	assert_false(trust_window_has(&key->window, INT64_C(1577836800001)));
	key = openpgp_table_find(&table, STR_LIT("3.7"), 1);
	assert_string_equal(key->fingerprint, FPR_A);
	assert_int_equal(key->block.n, 2);
	assert_null(openpgp_table_find(&table, STR_LIT("3.7"), 2));
	assert_null(openpgp_table_find(&table, STR_LIT("3.70"), 0));
	assert_null(openpgp_table_find(&table, STR_LIT("3"), 0));
}

static void
bad_tables_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"# pyvern openpgp 2\n",
		HEAD "key\n",
		HEAD "key\t" FPR_A "\t-\t-\tname\n",
		HEAD "key\tabc\t-\t-\tname\t-\n",
		/* Small letters, and one digit too many. */
		HEAD "key\t0123456789abcdef0123456789abcdef01234567\t-\t-\tname\t-\n",
		HEAD "key\t" FPR_A "0\t-\t-\tname\t-\n",
		HEAD "key\t" FPR_A "\tyesterday\t-\tname\t-\n",
		HEAD "key\t" FPR_A "\t-\t-\tname\t*\n",
		HEAD "key\t" FPR_A "\t-\t-\tname\t\n",
		HEAD KEY_A KEY_A,
		HEAD "series\t3.7\t" FPR_A "\n" KEY_A,
		HEAD KEY_A "series\t\t" FPR_A "\n",
		HEAD KEY_A "series\t3.7\n",
		HEAD "other\tx\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_openpgp_table struct openpgp_table table = { 0 };
		struct err err = { 0 };

		assert_int_equal(openpgp_table_parse(str_from(rows[i]), "table", &table, &err), -1);
		assert_int_equal(err.code, ERR_CHECK);
		err_reset(&err);
	}
}

static void
keys_are_decoded(void **state)
{
	static const struct {
		const char *text;
		const char *bytes; /* NULL: refused */
	} rows[] = {
		{ "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQI=\n=abcd\n"
		  "-----END PGP PUBLIC KEY BLOCK-----\n",
		  "\x99\x02" },
		/* Words before it, headers, line ends of other systems, two blocks. */
		{ "keys:\r\n-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nVersion: 1\r\n\r\nmQI=\r\n"
		  "-----END PGP PUBLIC KEY BLOCK-----\r\n"
		  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ\nM=\n"
		  "-----END PGP PUBLIC KEY BLOCK-----\n",
		  "\x99\x02\x99\x03" },
		{ "\x99\x02 and more", "\x99\x02 and more" },
		{ "\xC6\x02", "\xC6\x02" },
		{ "", NULL },
		{ "text", NULL },
		{ "\x89\x02", NULL }, /* a signature */
		{ "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQI=\n", NULL },
		{ "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n",
		  NULL },
		{ "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nm?I=\n"
		  "-----END PGP PUBLIC KEY BLOCK-----\n",
		  NULL },
		{ "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nmQI=\n"
		  "-----END PGP PRIVATE KEY BLOCK-----\n",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_buf struct buf keys = BUF_INIT(OPENPGP_KEYS_MAX);
		struct err err = { 0 };
		int status = openpgp_keys_decode(str_from(rows[i].text), "keys", &keys, &err);

		assert_int_equal(status, rows[i].bytes ? 0 : -1);
		if (rows[i].bytes)
			assert_true(str_eq_text(buf_str(&keys), rows[i].bytes));
		else
			assert_int_equal(err.code, ERR_CHECK);
		err_reset(&err);
	}
}

static void
signatures_begin_so(void **state)
{
	(void)state;
	assert_true(openpgp_is_signature(STR_LIT("-----BEGIN PGP SIGNATURE-----\n")));
	assert_true(openpgp_is_signature(STR_LIT("\x89\x02")));
	assert_true(openpgp_is_signature(STR_LIT("\xC2\x02")));
	assert_false(openpgp_is_signature(STR_LIT("<html>")));
	assert_false(openpgp_is_signature(STR_LIT("\x99\x02")));
	assert_false(openpgp_is_signature((struct str){ 0 }));
}

#define G "[GNUPG:] "
#define VALID(digest, class) \
	G "VALIDSIG " FPR_B " 2025-06-11 1749663954 0 4 0 1 " digest " " class " " FPR_A "\n"

static void
what_gpgv_says_is_read(void **state)
{
	struct openpgp_verdict verdict;
	struct err err = { 0 };

	(void)state;
	/* A subkey's signature is its primary key's. */
	assert_int_equal(openpgp_status_parse(STR_LIT(G "NEWSIG\n" G "GOODSIG 01 A Name\n" VALID(
						      "8", "00") "gpgv: words\n"),
					      &verdict, &err),
			 0);
	assert_string_equal(verdict.fingerprint, FPR_A);
	assert_int_equal(verdict.time, INT64_C(1749663954000));
	assert_int_equal(verdict.expires, INT64_MAX);
	assert_int_equal(openpgp_status_parse(STR_LIT(G "NEWSIG\n" G "KEYEXPIRED 1782998657\n" G
							"EXPKEYSIG 01 A Name\n" VALID("10", "00")),
					      &verdict, &err),
			 0);
	assert_int_equal(verdict.expires, INT64_C(1782998657000));
}

static void
what_gpgv_does_not_say_holds_not(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} rows[] = {
		{ "", "not one signature" },
		{ "gpgv: Good signature\n", "not one signature" },
		{ G "NEWSIG\n" G "GOODSIG 01 A Name\n", "not one signature" },
		/* Without the mark at its beginning a line is somebody's name. */
		{ G "NEWSIG\nx" VALID("8", "00"), "not one signature" },
		{ G "NEWSIG\n" VALID("8", "00") G "NEWSIG\n", "not one signature" },
		{ G "NEWSIG\n" G "NEWSIG\n" VALID("8", "00") VALID("8", "00"),
		  "not one signature" },
		{ G "NEWSIG\n" G "BADSIG 01 A\n" VALID("8", "00"), "not of these bytes" },
		{ G "NEWSIG\n" G "ERRSIG 01 1 8 00 0 9\n" G "NO_PUBKEY 01\n", "not known here" },
		{ G "NEWSIG\n" G "ERRSIG 01 1 8 00 0 4\n", "cannot be checked" },
		{ G "NEWSIG\n" G "REVKEYSIG 01 A\n" VALID("8", "00"), "revoked" },
		{ G "NEWSIG\n" G "EXPSIG 01 A\n" VALID("8", "00"), "expired" },
		{ G "NODATA 1\n", "no signature" },
		{ G "NEWSIG\n" VALID("2", "00"), "too weak" },	/* SHA-1 */
		{ G "NEWSIG\n" VALID("1", "00"), "too weak" },	/* MD5 */
		{ G "NEWSIG\n" VALID("11", "00"), "too weak" }, /* SHA-224 */
		{ G "NEWSIG\n" VALID("", "00"), "understood" },
		{ G "NEWSIG\n" VALID("8", "01"), "bytes of a file" }, /* text */
		{ G "NEWSIG\n" G "VALIDSIG " FPR_B "\n", "understood" },
		{ G "NEWSIG\n" G "VALIDSIG\n", "understood" },
		{ G "NEWSIG\n" G "KEYEXPIRED soon\n" VALID("8", "00"), "understood" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct openpgp_verdict verdict;
		struct err err = { 0 };

		assert_int_equal(openpgp_status_parse(str_from(rows[i].text), &verdict, &err), -1);
		assert_int_equal(err.code, ERR_CHECK);
		if (!strstr(err.message, rows[i].why))
			fail_msg("%zu: %s", i, err.message);
		err_reset(&err);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_read),
		cmocka_unit_test(bad_tables_are_refused),
		cmocka_unit_test(keys_are_decoded),
		cmocka_unit_test(signatures_begin_so),
		cmocka_unit_test(what_gpgv_says_is_read),
		cmocka_unit_test(what_gpgv_does_not_say_holds_not),
	};

	return cmocka_run_group_tests_name("openpgp", tests, NULL, NULL);
}
