/* SPDX-License-Identifier: MIT */
/* The bare shim's functions on bytes and text do what the C library's do. */
#include <config.h>

#include "unit.h"

/* The same source under other names, beside the C library's. */
#define BARE_FUNCTIONS(f)                                                                        \
	f(void *, memcpy, (void *, const void *, size_t)) f(void *, memmove,                     \
							    (void *, const void *, size_t))      \
		f(void *, memset, (void *, int, size_t)) f(int, memcmp,                          \
							   (const void *, const void *, size_t)) \
			f(void *, memchr, (const void *, int, size_t)) f(size_t, strlen,         \
									 (const char *))         \
				f(int, strncmp, (const char *, const char *, size_t))            \
					f(int, strcmp, (const char *, const char *))             \
						f(char *, strchr, (const char *, int))           \
							f(char *, strrchr, (const char *, int))  \
								f(char *, getenv, (const char *))
#define DECLARE(type, name, parameters) type bare_##name parameters;
BARE_FUNCTIONS(DECLARE)
#define memcpy bare_memcpy
#define memmove bare_memmove
#define memset bare_memset
#define memcmp bare_memcmp
#define memchr bare_memchr
#define strlen bare_strlen
#define strncmp bare_strncmp
#define strcmp bare_strcmp
#define strchr bare_strchr
#define strrchr bare_strrchr
#define getenv bare_getenv
#include "bare/text.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strncmp
#undef strcmp
#undef strchr
#undef strrchr
#undef getenv

#define BYTES 300

static void
fill(unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(i * 7 + 1);
}

/* Every length and alignment up to some words, and one past a page's worth of
 * cache lines; the bytes on both sides stay. */
static void
copying_and_setting(void **state)
{
	unsigned char from[BYTES];
	unsigned char ours[BYTES];
	unsigned char theirs[BYTES];

	(void)state;
	for (size_t at = 0; at < 9; at++)
		for (size_t n = 0; n < BYTES - 9; n += n < 40 ? 1 : 57) {
			fill(from, BYTES);
			memset(ours, 0x55, BYTES);
			memset(theirs, 0x55, BYTES);
			assert_ptr_equal(bare_memcpy(ours + at, from + 3, n), ours + at);
			memcpy(theirs + at, from + 3, n);
			assert_memory_equal(ours, theirs, BYTES);
			assert_ptr_equal(bare_memset(ours + at, 0x1ff, n), ours + at);
			memset(theirs + at, 0x1ff, n);
			assert_memory_equal(ours, theirs, BYTES);
		}
}

static void
moving_over_itself(void **state)
{
	unsigned char ours[BYTES];
	unsigned char theirs[BYTES];

	(void)state;
	for (size_t to = 0; to < 20; to++)
		for (size_t from = 0; from < 20; from++) {
			fill(ours, BYTES);
			fill(theirs, BYTES);
			assert_ptr_equal(bare_memmove(ours + to, ours + from, 64), ours + to);
			memmove(theirs + to, theirs + from, 64);
			assert_memory_equal(ours, theirs, BYTES);
		}
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static void
comparing(void **state)
{
	static const char *const texts[] = { "",    "a",    "b",    "ab",  "abc",
					     "abd", "\x80", "\xff", "\x7f" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		for (size_t j = 0; j < COUNT_OF(texts); j++) {
			const char *a = texts[i];
			const char *b = texts[j];
			size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

			assert_int_equal(sign(bare_strcmp(a, b)), sign(strcmp(a, b)));
			assert_int_equal(sign(bare_memcmp(a, b, n)), sign(memcmp(a, b, n)));
			for (size_t k = 0; k < 5; k++)
				assert_int_equal(sign(bare_strncmp(a, b, k)),
						 sign(strncmp(a, b, k)));
		}
}

static void
searching(void **state)
{
	static const char text[] = "/a/bb//\xff"
				   "c";

	(void)state;
	for (int c = 0; c < 256; c++) {
		assert_ptr_equal(bare_strchr(text, c), strchr(text, c));
		assert_ptr_equal(bare_strrchr(text, c), strrchr(text, c));
		assert_ptr_equal(bare_memchr(text, c, sizeof(text)), memchr(text, c, sizeof(text)));
	}
	assert_null(bare_strrchr("", '/'));
	assert_null(bare_memchr(text, 'c', 0));
	assert_int_equal(bare_strlen(""), 0);
	assert_int_equal(bare_strlen(text), strlen(text));
}

static void
variables(void **state)
{
	(void)state;
	setenv("PYVERN_TEST_A", "", 1);
	setenv("PYVERN_TEST_AB", "a=b", 1);
	assert_string_equal(bare_getenv("PYVERN_TEST_A"), "");
	assert_string_equal(bare_getenv("PYVERN_TEST_AB"), "a=b");
	assert_null(bare_getenv("PYVERN_TEST"));
	assert_null(bare_getenv("PYVERN_TEST_ABC"));
}

/* bare.h has declared it with its arguments. */
int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copying_and_setting), cmocka_unit_test(moving_over_itself),
		cmocka_unit_test(comparing),	       cmocka_unit_test(searching),
		cmocka_unit_test(variables),
	};

	(void)argc;
	(void)argv;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
