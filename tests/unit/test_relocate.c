/* SPDX-License-Identifier: MIT */
/* Texts and trees made for one place, moved to another. */
#include <config.h>

#include "folder.h"

#include <sys/time.h>

#include "supply/relocate.h"
#include "supply/relocate_elf.h"
#include "supply/relocate_internal.h"
#include "supply/relocate_literals.h"
#include "supply/relocate_text.h"

struct text_row {
	const char *from;
	const char *to;
	const char *old;
	const char *new; /* NULL: nothing is found */
};

static void
check_text(const struct text_row *row, enum text_kind kind)
{
	const struct text_move move = { str_from(row->from), str_from(row->to) };
	struct buf out = BUF_INIT(BUF_TEXT_MAX);
	struct buf again = BUF_INIT(BUF_TEXT_MAX);
	bool changed = text_move(&move, str_from(row->old), kind, &out);

	assert_string_equal(buf_text(&out), row->new ? row->new : row->old);
	assert_int_equal(changed, row->new != NULL);
	/* What is written is not found again, also where TO is below FROM. */
	assert_false(text_move(&move, buf_str(&out), kind, &again));
	assert_string_equal(buf_text(&again), buf_text(&out));
	buf_reset(&out);
	buf_reset(&again);
}

static void
a_place_is_found_where_a_path_can_be_and_nowhere_else(void **state)
{
	static const struct text_row rows[] = {
		{ "/install", "/n", "/install", "/n" },
		{ "/install", "/n", "/install/lib", "/n/lib" },
		{ "/install", "/n", "/usr/bin/install -c", NULL },
		{ "/install", "/n", "/installed /install-sh /install.sh /install_x /install2",
		  NULL },
		{ "/install", "/n", "$(srcdir)/install-sh ./install x/install", NULL },
		{ "/install", "/n", "-I/install/include -L/install/lib", "-I/n/include -L/n/lib" },
		{ "/install", "/n", "-Wl,-rpath,/install/lib,-R/install",
		  "-Wl,-rpath,/n/lib,-R/n" },
		{ "/install", "/n", "-isystem/install --x=/install:/install/b",
		  "-isystem/n --x=/n:/n/b" },
		{ "/install", "/n", "file:///install/x", "file:///n/x" },
		{ "/install", "/n", "s#/install#(/install)", "s#/n#(/n)" },
		{ "/usr/local", "/n", "./usr/local/lib x./usr/local", "./n/lib x./usr/local" },
		{ "/old", "/old/new", "/old/lib:/old/new/lib", "/old/new/lib:/old/new/lib" },
		{ "/a", "/b c", "/a/x", "/b c/x" },
		{ "/a b", "/c", "/a b/x", "/c/x" },
		{ "/a", "/b", "", NULL },
		{ "/a", "/b", "\xc3\xa4/a /a\xc3\xa4", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_text(&rows[i], TEXT_PLAIN);
}

static void
a_place_stays_one_word_of_a_shell(void **state)
{
	static const struct text_row rows[] = {
		{ "/i", "/n", "-L/i/lib", "-L/n/lib" },
		{ "/i", "/a b", "-L/i/lib -I/i", "-L'/a b'/lib -I'/a b'" },
		{ "/i", "/a b", "'--prefix=/i' 'LDFLAGS=-L/i/lib'",
		  "'--prefix=/a b' 'LDFLAGS=-L/a b/lib'" },
		{ "/i", "/it's", "'--prefix=/i' --x=/i", "'--prefix=/it'\\''s' --x='/it'\\''s'" },
		{ "/i", "/a$b", "\"-L/i/lib\" -I/i", "\"-L/a\\$b/lib\" -I'/a$b'" },
		{ "/a b", "/n", "-L'/a b'/lib -I/a\\ b/x \"/a b\"", "-L'/n'/lib -I/n/x \"/n\"" },
		{ "/a", "/a/b c", "-L'/a/b c'/lib -I/a", "-L'/a/b c'/lib -I'/a/b c'" },
		/* Behind the quotes goes on the same path. */
		{ "/i", "/a b", "-L/i/i \"$x\"/i", "-L'/a b'/i \"$x\"/i" },
		{ "/i", "/n", "-DX=\\\"/i\\\" -DY='\"/i\"'", "-DX=\\\"/n\\\" -DY='\"/n\"'" },
		{ "/i", "/i/(", "/i", "'/i/('" },
		{ "/i", "/a b", "don't /i", "don't /a b" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_text(&rows[i], TEXT_SHELL);
}

static void
a_script_has_comments_and_pkgconfig_has_backslashes(void **state)
{
	static const struct text_row scripts[] = {
		{ "/i", "/a b", "# don't: /i\nx=/i # it's /i\ny='/i#'",
		  "# don't: /a b\nx='/a b' # it's /a b\ny='/a b#'" },
		{ "/i", "/a b", "echo \"/i/lib\" | sed \"s#$p#$q#\"; x=/i",
		  "echo \"/a b/lib\" | sed \"s#$p#$q#\"; x='/a b'" },
	};
	static const struct text_row lines[] = {
		{ "/i", "/n", "prefix=/i\nlibdir=/i/lib\n", "prefix=/n\nlibdir=/n/lib\n" },
		{ "/i", "/a b", "prefix=/i\nLibs: -L/i/lib", "prefix=/a\\ b\nLibs: -L/a\\ b/lib" },
		{ "/a b", "/c d", "prefix=/a\\ b\n", "prefix=/c\\ d\n" },
		{ "/i", "/n", "prefix=${pcfiledir}/../..\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(scripts); i++)
		check_text(&scripts[i], TEXT_SCRIPT);
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		check_text(&lines[i], TEXT_PKGCONFIG);
}

/* Gives each value back in brackets, with its key before. */
static bool
bracket(void *ctx, struct str key, struct str value, struct buf *out)
{
	(void)ctx;
	if (str_eq_text(value, "stay"))
		return false;
	buf_printf(out, "%.*s[%.*s]", STR_ARG(key), STR_ARG(value));
	return true;
}

static bool
same(void *ctx, struct str key, struct str value, struct buf *out)
{
	(void)ctx;
	(void)key;
	buf_add_str(out, value);
	return true;
}

struct literal_row {
	enum literals_language language;
	const char *old;
	const char *new;
};

static void
check_literals(const struct literal_row *rows, size_t count, literals_fn *fn)
{
	for (size_t i = 0; i < count; i++) {
		struct buf out = BUF_INIT(BUF_TEXT_MAX);

		(void)literals_rewrite(str_from(rows[i].old), rows[i].language, fn, NULL, &out);
		assert_string_equal(buf_text(&out), rows[i].new);
		buf_reset(&out);
	}
}

static void
strings_are_found_with_their_keys(void **state)
{
	static const struct literal_row rows[] = {
		{ LITERALS_PYTHON, "v = {'K': 'a',\n 'N': 1,\n 'L': \"b\"}\n",
		  "v = {'K': 'K[a]',\n 'N': 1,\n 'L': \"L[b]\"}\n" },
		/* pprint breaks long strings. */
		{ LITERALS_PYTHON, "{'K': 'a '\n      'b' \"c\",\n 'L': 'd'}",
		  "{'K': 'K[a bc]',\n 'L': 'L[d]'}" },
		{ LITERALS_PYTHON, "{'K': 'stay',   # it's a comment\n 'L': 'x'}",
		  "{'K': 'stay',   # it's a comment\n 'L': 'L[x]'}" },
		{ LITERALS_PYTHON, "{'K': \"it's\"}", "{'K': \"K[it's]\"}" },
		{ LITERALS_PYTHON, "{'K': 'it\\'s \"x\"'}", "{'K': 'K[it\\'s \"x\"]'}" },
		{ LITERALS_PYTHON, "x = u'a'; y = b'a'; z = r'a\\b'; w = f'{a}'",
		  "x = '[a]'; y = b'a'; z = r'a\\b'; w = f'{a}'" },
		{ LITERALS_PYTHON, "'''doc 'a' ''' 'b'", "'''doc 'a' ''' 'b'" },
		{ LITERALS_PYTHON, "a = 'x", "a = 'x" },
		{ LITERALS_PYTHON, "a = 'x\n'b'", "a = 'x\n'b'" },
		{ LITERALS_PYTHON, "a = '\\N{DASH}'; b = 'y'", "a = '\\N{DASH}'; b = '[y]'" },
		{ LITERALS_PYTHON, "''", "'[]'" },
		{ LITERALS_JSON, "{\"a\": \"b\", \"c\": [1, \"d\"]}",
		  "{\"a\": \"a[b]\", \"c\": [1, \"c[d]\"]}" },
		{ LITERALS_JSON, "{\"a\": \"it's\"}", "{\"a\": \"a[it's]\"}" },
	};

	(void)state;
	check_literals(rows, COUNT_OF(rows), bracket);
}

static void
strings_mean_the_same_when_written(void **state)
{
	static const struct literal_row rows[] = {
		{ LITERALS_PYTHON, "'a\\n\\t\\\\\\x01\\x7f\\x85'", "'a\\n\\t\\\\\\x01\\x7f\\x85'" },
		{ LITERALS_PYTHON, "'\\u00e4\\U0001f40d\\344'",
		  "'\xc3\xa4\xf0\x9f\x90\x8d\xc3\xa4'" },
		/* A byte of a path that is no text. */
		{ LITERALS_PYTHON, "'\\udcff'", "'\\udcff'" },
		{ LITERALS_PYTHON, "'a\\\nb'", "'ab'" },
		{ LITERALS_PYTHON2, "'\\xc3\\xa4'", "'\\xc3\\xa4'" },
		{ LITERALS_JSON, "\"\\u00e4\\ud83d\\udc0d\\/\"", "\"\\u00e4\\ud83d\\udc0d/\"" },
		{ LITERALS_JSON, "\"\\b\\f\\n\\ud800\"", "\"\\u0008\\u000c\\n\\ud800\"" },
	};

	(void)state;
	check_literals(rows, COUNT_OF(rows), same);
}

static void
ways_between_folders(void **state)
{
	static const char *const rows[][3] = {
		{ "/a/b", "/a/b", "." },
		{ "/a/b", "/a/b/c", "c" },
		{ "/a/b/c", "/a/b", ".." },
		{ "/a/b/c", "/a/d", "../../d" },
		{ "/a/bc", "/a/b", "../b" },
		{ "/a/b", "/a/bc/d", "../bc/d" },
		{ "/a", "/b", "../b" },
		{ "/", "/b/c", "b/c" },
		{ "/p/lib/python3.13/lib-dynload", "/p/lib", "../.." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *way = relocate_relative(rows[i][0], rows[i][1]);

		assert_string_equal(way, rows[i][2]);
		free(way);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_is_found_where_a_path_can_be_and_nowhere_else),
		cmocka_unit_test(a_place_stays_one_word_of_a_shell),
		cmocka_unit_test(a_script_has_comments_and_pkgconfig_has_backslashes),
		cmocka_unit_test(strings_are_found_with_their_keys),
		cmocka_unit_test(strings_mean_the_same_when_written),
		cmocka_unit_test(ways_between_folders),
	};

	return cmocka_run_group_tests_name("relocate", tests, NULL, NULL);
}
