/* SPDX-License-Identifier: MIT */
/* Options in one text, taken apart without a shell. */
#include <config.h>

#include "unit.h"

#include "base/words.h"

static void
words_are_split_as_a_shell_would_without_expanding(void **state)
{
	static const struct {
		const char *text;
		const char *words; /* with '|' after each */
	} rows[] = {
		{ NULL, "" },
		{ "", "" },
		{ "  \t\n ", "" },
		{ "--with-lto", "--with-lto|" },
		{ " --a  --b\t--c\n", "--a|--b|--c|" },
		{ "CFLAGS='-O2 -g' x", "CFLAGS=-O2 -g|x|" },
		{ "--with-openssl=\"/opt/my ssl\"", "--with-openssl=/opt/my ssl|" },
		{ "a\\ b c", "a b|c|" },
		{ "'' \"\"", "||" },
		{ "a''b\"\"c", "abc|" },
		{ "'it'\\''s'", "it's|" },
		{ "\"a\\\"b\\\\c\\$d\"", "a\"b\\c$d|" },
		{ "\"a\\nb\"", "a\\nb|" },
		{ "'a\\b'", "a\\b|" },
		{ "$HOME * ~ `id` $(id) ; | &", "$HOME|*|~|`id`|$(id)|;|||&|" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct strvec words = { 0 };
		struct err err = { 0 };
		char *joined;

		assert_ok(words_split(rows[i].text, "OPTS", &words, &err), &err);
		joined = mem_strdup("");
		for (size_t j = 0; j < words.count; j++) {
			char *longer = mem_printf("%s%s|", joined, words.items[j]);

			free(joined);
			joined = longer;
		}
		assert_string_equal(joined, rows[i].words);
		free(joined);
		strvec_reset(&words);
	}
}

static void
an_unfinished_quote_is_named(void **state)
{
	static const char *const rows[] = { "'a", "\"a", "a \"b\\\"", "a\\" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct strvec words = { 0 };
		struct err err = { 0 };

		assert_int_equal(words_split(rows[i], "MAKE_OPTS", &words, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.message, "MAKE_OPTS"));
		err_reset(&err);
		strvec_reset(&words);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_as_a_shell_would_without_expanding),
		cmocka_unit_test(an_unfinished_quote_is_named),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
