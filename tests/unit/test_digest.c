/* SPDX-License-Identifier: MIT */
/* SHA-256: the standard's vectors, pieces, files. */
#include <config.h>

#include "unit.h"

#include "trust/digest.h"

/* FIPS 180-4's examples and the empty text. */
static const struct {
	const char *text;
	size_t times;
	const char *hex;
} vectors[] = {
	{ "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ "a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

static void
test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		cleanup_err struct err err = { 0 };
		cleanup_digest struct digest *d = NULL;
		char hex[DIGEST_HEX_SIZE];

		assert_ok(digest_new(&d, &err), &err);
		for (size_t k = 0; k < vectors[i].times; k++)
			assert_ok(digest_add(d, vectors[i].text, strlen(vectors[i].text), &err),
				  &err);
		assert_ok(digest_finish(d, hex, &err), &err);
		assert_string_equal(hex, vectors[i].hex);
	}
}

static void
test_file(void **state)
{
	cleanup_err struct err err = { 0 };
	cleanup_file FILE *file = tmpfile();
	char hex[DIGEST_HEX_SIZE];
	uint64_t size = 0;

	(void)state;
	assert_non_null(file);
	for (size_t k = 0; k < vectors[3].times; k++)
		assert_int_equal(fputc('a', file), 'a');
	assert_int_equal(fflush(file), 0);
	/* Wherever the offset stands, the whole file counts. */
	assert_ok(digest_fd(fileno(file), hex, &size, &err), &err);
	assert_string_equal(hex, vectors[3].hex);
	assert_int_equal(size, vectors[3].times);
	assert_int_equal(lseek(fileno(file), 0, SEEK_CUR), 0);
}

static void
test_unreadable(void **state)
{
	cleanup_err struct err err = { 0 };
	cleanup_fd int in = -1;
	cleanup_fd int out = -1;
	char hex[DIGEST_HEX_SIZE];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	in = ends[0];
	out = ends[1];
	/* A pipe has no start to go back to: its bytes cannot be hashed AND used. */
	assert_fails(digest_fd(in, hex, NULL, &err), ERR_FAILED, &err);
}

static void
test_hex(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true },
		{ "E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false },
		{ "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", false },
		{ "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555", false },
		{ "g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(digest_hex_ok(str_from(rows[i].text)), rows[i].ok);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
