/* SPDX-License-Identifier: MIT */
/* Texts for people: harmless, and in their units. */
#include <config.h>

#include "unit.h"

#include "ui/out_state.h"

static void
texts_are_made_harmless(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "plain", "plain" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d" },
		{ "a\x1b[31mb", "a\\x1b[31mb" },
		{ "bell\a", "bell\\x07" },
		{ "line\nline", "line\\x0aline" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" },	  /* C1: CSI in one character */
		{ "\xe2\x80\xae" "cod", "\\xe2\\x80\\xae" "cod" }, /* right-to-left override */
		{ "\xff\xc3", "\\xff\\xc3" },
		{ "\xc0\xaf", "\\xc0\\xaf" },		  /* overlong slash */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	  /* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = out_safe(rows[i].text);

		assert_string_equal(got, rows[i].shown);
	}
}

static void
home_is_a_tilde_for_people(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "/h/me/x", "~/x" },
		{ "cannot open /h/me/x: no", "cannot open ~/x: no" },
		{ "in /h/me: x", "in ~: x" },
		{ "(/h/me/x)", "(~/x)" },
		{ "/h/men", "/h/men" },
		{ "/y/h/me/x", "/y/h/me/x" },
		{ "PATH=/h/me/a:/h/me/b", "PATH=~/a:~/b" },
	};
	const struct out out = { .home = "/h/me" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = out_people(&out, rows[i].text);

		assert_string_equal(got, rows[i].shown);
	}
}

static void
sizes_and_durations(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0 bytes" },	    { 999, "999 bytes" },     { 1000, "1.0 kB" },
		{ 22856016, "22.9 MB" },    { 187000000, "187 MB" },  { 999949, "1.0 MB" },
		{ 1000000, "1.0 MB" },	    { 5000000000u, "5.0 GB" },
	};
	static const struct {
		uint64_t ms;
		const char *text;
	} durations[] = {
		{ 0, "0 ms" },		 { 41, "41 ms" },	 { 3100, "3.1 s" },
		{ 9960, "10 s" },	 { 59499, "59 s" },	 { 59500, "1 min 0 s" },
		{ 154000, "2 min 34 s" }, { 3600000, "1 h 0 min" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		cleanup_free char *got = out_size(sizes[i].bytes);

		assert_string_equal(got, sizes[i].text);
	}
	for (size_t i = 0; i < COUNT_OF(durations); i++) {
		cleanup_free char *got = out_duration(durations[i].ms);

		assert_string_equal(got, durations[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_made_harmless),
		cmocka_unit_test(home_is_a_tilde_for_people),
		cmocka_unit_test(sizes_and_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
