/* SPDX-License-Identifier: MIT */
/* The TOML reader: what it finds, what it refuses, where. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>

#include "base/buf.h"
#include "core/toml.h"

#define KEY "project.requires-python"

/* "LINE TEXT", "LINE (no text)", "none", or "LINE: WHY". */
static char *
reading(struct toml_input input)
{
	struct toml_value values[] = { { .path = KEY }, { .path = "tool.poetry.python" } };
	struct toml_problem problem;
	const struct toml_value *value = values;

	if (!toml_read(input, values, COUNT_OF(values), &problem))
		return mem_printf("%u: %s", problem.line, problem.why);
	if (!value->line)
		return mem_strdup("none");
	if (!value->is_text)
		return mem_printf("%u (no text)", value->line);
	return mem_printf("%u %.*s", value->line, (int)value->n, value->text);
}

static char *
reading_of(const char *text)
{
	return reading((struct toml_input){ .text = str_from(text) });
}

static void
texts_are_found(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		{ "", "none" },
		{ "\n\n", "none" },
		{ "# requires-python = 1", "none" },
		{ "[project]\nrequires-python = \">=3.11\"\n", "2 >=3.11" },
		{ "[project]\nrequires-python = '>=3.11'", "2 >=3.11" },
		{ "\xef\xbb\xbf[project]\r\nrequires-python = \">=3.11\"\r\n", "2 >=3.11" },
		{ "project.requires-python = 'x'", "1 x" },
		{ "project = { name = 'a', requires-python = 'x' }", "1 x" },
		{ "project = {\n name = 'a', # TOML 1.1\n requires-python = 'x',\n}", "3 x" },
		{ "project = { a.b = 1, requires-python = 'x' }", "1 x" },
		{ "  [ project ]  # note\n\t\"requires-python\"\t=\t'x' # note", "2 x" },
		{ "[\"project\"]\n'requires-python' = 'x'", "2 x" },
		{ "[pr\\u006fject]\n", "1: a header is not closed with ]" },
		{ "[\"pr\\u006fject\"]\n\"requires-\\x70ython\" = 'x'", "2 x" },
		{ "[project.a]\n[project]\nrequires-python = 'x'\n[project.b]", "3 x" },
		{ "[[a.project]]\nrequires-python = 'y'\n[project]\nrequires-python = 'x'", "4 x" },
		{ "[tool.project]\nrequires-python = 'y'", "none" },
		{ "[project]\n[project.requires]\npython = 'y'\n[x]\nrequires-python = 'y'",
		  "none" },
		{ "requires-python = 'y'\n[project]\nname = 'requires-python'", "none" },
		{ "x = { project.requires-python = 'y' }", "none" },
		{ "x = [ { requires-python = 'y' } ]", "none" },
		{ "x = \"\"\"\n[project]\nrequires-python = 'y'\n\"\"\"", "none" },
		{ "x = '''\n[project]\nrequires-python = 'y'\n'''", "none" },
		/* Every kind of text. */
		{ "project.requires-python = \"\"", "1 " },
		{ "project.requires-python = '' # x", "1 " },
		{ "project.requires-python = \"a\\tb\\\"\\\\\\u00e9\\U0001F600\\e\\x41\"",
		  "1 a\tb\"\\\xc3\xa9\xf0\x9f\x98\x80\x1b\x41" },
		{ "project.requires-python = 'a\\tb'", "1 a\\tb" },
		{ "\nproject.requires-python = \"\"\"\nx\ny\"\"\"", "2 x\ny" },
		{ "project.requires-python = \"\"\"x \\\n\n   y\"\"\"", "1 x y" },
		{ "project.requires-python = \"\"\"x\\  \r\n y\"\"\"", "1 xy" },
		{ "project.requires-python = '''x\r\n'y'''", "1 x\n'y" },
		{ "project.requires-python = \"\"\"\"\"x\"\"\"\"\"", "1 \"\"x\"\"" },
		{ "project.requires-python = ''''x''''", "1 'x'" },
		{ "project.requires-python = \"\"\"\"\"\"", "1 " },
		/* Not a text. */
		{ "project.requires-python = 3.11", "1 (no text)" },
		{ "project.requires-python = ['>=3.11']", "1 (no text)" },
		{ "[project.requires-python]\nx = 'y'", "1 (no text)" },
		{ "[project]\nrequires-python.x = 'y'", "2 (no text)" },
		/* Other values, all of TOML. */
		{ "a = [1, +2, -3, 1_000, 0x1F_e, 0o17, 0b1_0, 0, -0]", "none" },
		{ "a = [1.5, -0.1e1_0, 1e3, 6.02E-23, inf, -inf, +nan]", "none" },
		{ "a = [true, false, [], {}, [[1, 2,], ['a',],],\n # x\n]", "none" },
		{ "a = [1979-05-27, 1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5-08:00]", "none" },
		{ "a = [1979-05-27t07:32:00z, 1979-05-27T07:32, 07:32:00, 07:32:60.9]", "none" },
		{ "a = 1979-05-27 # x\nb = 2024-02-29 ", "none" },
		{ "1979-05-27 = 1\n3.14 = 'pi'\n- = 1\n_ = 1\n\"\" = 1\n'' . x = 1", "none" },
		{ "a = \"\xc3\xa9\" # \xf0\x9f\x98\x80\n\"\xc3\xa9\" = 1", "none" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = reading_of(rows[i].text);

		if (strcmp(got, rows[i].expected) != 0)
			fail_msg("row %zu, %s: %s instead of %s", i, rows[i].text, got,
				 rows[i].expected);
	}
}

/* Line and a part of the reason. */
static void
malformed_is_refused(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		/* Lines */
		{ "a", "1: a key has no =" },
		{ "a b = 1", "1: a key has no =" },
		{ "= 1", "1: a key is missing" },
		{ "a. = 1", "1: a key is missing" },
		{ ".a = 1", "1: a key is missing" },
		{ "a..b = 1", "1: a key is missing" },
		{ "\xc3\xa9 = 1", "1: a key is missing" },
		{ "a = 1 b = 2", "1: a line goes on" },
		{ "\n\n[a] b = 1", "3: a line goes on" },
		{ "a = 'x' 'y'", "1: a line goes on" },
		{ "a =", "1: a value is missing" },
		{ "a = # x", "1: a value is missing" },
		{ "a =\n1", "1: a value is missing" },
		{ "a = 1\rb = 2", "1: a CR stands without LF" },
		{ "a = 1\r", "1: a CR stands without LF" },
		{ "a = 1\n\nb\n", "3: a key has no =" },
		{ "\"\"\"a\"\"\" = 1", "1: a key cannot have three quotes" },
		{ "'''a''' = 1", "1: a key cannot have three quotes" },
		/* Headers */
		{ "[]", "1: a key is missing" },
		{ "[a", "1: a header is not closed with ]" },
		{ "[a\n]", "1: a header is not closed with ]" },
		{ "[a]]", "1: a line goes on" },
		{ "[[a]", "1: a header is not closed with ]]" },
		{ "[[a] ]", "1: a header is not closed with ]]" },
		{ "[a.]", "1: a key is missing" },
		{ "[a b]", "1: a header is not closed with ]" },
		{ "[[project]]", "1: this must be a table" },
		{ "[[tool.poetry]]", "1: this must be a table" },
		/* Twice, on the way to what is looked for */
		{ "[project]\n[project]", "2: a table is defined twice" },
		{ "[project]\nrequires-python = 'x'\nrequires-python = 'y'",
		  "3: a key is defined twice" },
		{ "[project]\nrequires-python = 'x'\n\"requires-python\" = 'y'",
		  "3: a key is defined twice" },
		{ "project.requires-python = 'x'\n[project]", "2: a table is defined twice" },
		{ "project = {}\n[project]", "2: a table is defined twice" },
		{ "project = {}\nproject.x = 1", "2: nothing can be added" },
		{ "project = {}\n[project.x]", "2: nothing can be added" },
		{ "project = 1\n[project.x]", "2: nothing can be added" },
		{ "project = { requires-python = 'x', requires-python = 'y' }",
		  "1: a key is defined twice" },
		{ "project = { requires-python = 'x', requires-python.y = 1 }",
		  "1: nothing can be added" },
		{ "[project]\nrequires-python = 'x'\n[project.requires-python]",
		  "3: a table is defined twice" },
		{ "[tool.poetry]\n[tool]\npoetry.python = 'x'", "3: a dotted key adds" },
		{ "[tool]\npoetry.python = 'x'\n[tool.poetry]", "3: a table is defined twice" },
		{ "[tool]\npoetry.x = 1\n[tool.y]\n[tool.poetry]", "4: a table is defined twice" },
		/* Texts */
		{ "a = \"x", "1: a quote is not closed" },
		{ "a = 'x\n'", "1: a quote is not closed" },
		{ "a = \"x\\", "1: a backslash" },
		{ "a = \"\\q\"", "1: a backslash" },
		{ "a = \"\\u12\"", "1: an escaped character needs" },
		{ "a = \"\\ud800\"", "1: an escaped character is none" },
		{ "a = \"\\U00110000\"", "1: an escaped character is none" },
		{ "a = \"\\xg0\"", "1: an escaped character needs" },
		{ "a = \"x\x01\"", "1: there is a control character" },
		{ "a = 'x\x7f'", "1: there is a control character" },
		{ "# x\x08", "1: there is a control character" },
		{ "a = '\xff'", "1: it is not UTF-8" },
		{ "a = '\xc3'", "1: it is not UTF-8" },
		{ "a = '\xc0\x80'", "1: it is not UTF-8" },
		{ "a = '\xed\xa0\x80'", "1: it is not UTF-8" },
		{ "# \xf5\x80\x80\x80", "1: it is not UTF-8" },
		{ "\na = \"\"\"x\n\n\"\"", "2: a text that begins with three quotes" },
		{ "a = '''x''", "1: a text that begins with three quotes" },
		{ "a = \"\"\"x\\ y\"\"\"", "1: a backslash" },
		{ "a = \"\"\"\"\"\"\"\"\"", "1: a line goes on" },
		/* Values */
		{ "a = x", "1: a value is no text" },
		{ "a = tru", "1: a value is no text" },
		{ "a = True", "1: a value is no text" },
		{ "a = 01", "1: a value is no text" },
		{ "a = 1__0", "1: a value is no text" },
		{ "a = _1", "1: a value is no text" },
		{ "a = 1_", "1: a value is no text" },
		{ "a = 1.", "1: a value is no text" },
		{ "a = .5", "1: a value is no text" },
		{ "a = 1.e5", "1: a value is no text" },
		{ "a = 1e", "1: a value is no text" },
		{ "a = +0x1", "1: a value is no text" },
		{ "a = 0x", "1: a value is no text" },
		{ "a = 0b2", "1: a value is no text" },
		{ "a = +-1", "1: a value is no text" },
		{ "a = 1979-13-01", "1: a value is no text" },
		{ "a = 2023-02-29", "1: a value is no text" },
		{ "a = 1979-05-27T24:00:00", "1: a value is no text" },
		{ "a = 07:32:00Z", "1: a value is no text" },
		{ "a = 1979-05-27 07:32:0", "1: what follows a date" },
		{ "a = [1 2]", "1: an array needs" },
		{ "a = [,]", "1: a value is missing" },
		{ "a = [1,,2]", "1: a value is missing" },
		{ "a = [1,\n2", "2: an array needs" },
		{ "a = { b = 1 c = 2 }", "1: an inline table needs" },
		{ "a = { , }", "1: a key is missing" },
		{ "a = { b }", "1: a key has no =" },
		{ "a = { b = 1", "1: an inline table needs" },
		{ "a = {}}", "1: a line goes on" },
		{ "a = ]", "1: a value is missing" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = reading_of(rows[i].text);

		if (!str_starts(str_from(got), str_from(rows[i].expected)))
			fail_msg("row %zu, %s: %s instead of %s", i, rows[i].text, got,
				 rows[i].expected);
	}
	/* A zero byte is a character like others that may not stand there. */
	{
		cleanup_free char *got =
			reading((struct toml_input){ .text = STR_LIT("a = 'x\0'") });

		assert_string_equal(got, "1: there is a control character");
	}
}

/* TEXT, COUNT times. */
static void
repeat(struct buf *b, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_text(b, text);
}

static void
limits_are_limits(void **state)
{
	cleanup_buf struct buf b = BUF_INIT(2 * TOML_FILE_MAX);
	char *got;

	(void)state;
#define EXPECT(text)                            \
	do {                                    \
		got = reading_of(buf_text(&b)); \
		assert_string_equal(got, text); \
		free(got);                      \
		buf_truncate(&b, 0);            \
	} while (0)
	buf_add_text(&b, "a = ");
	repeat(&b, "[", TOML_DEPTH_MAX);
	repeat(&b, "]", TOML_DEPTH_MAX);
	EXPECT("none");
	buf_add_text(&b, "a = ");
	repeat(&b, "[{a=", TOML_DEPTH_MAX);
	EXPECT("1: arrays and tables are nested too deeply");
	buf_add_text(&b, "a = 1.");
	repeat(&b, "0", TOML_WORD_MAX);
	EXPECT("1: a number has more than 256 digits");
	/* A longer key is another one. */
	buf_add_text(&b, KEY);
	repeat(&b, "x", TOML_WORD_MAX);
	buf_add_text(&b, " = 'y'\n" KEY " = '");
	repeat(&b, "x", TOML_TEXT_MAX + 1);
	buf_add_text(&b, "'");
	EXPECT("2 (no text)");
#undef EXPECT
}

/* A file is read in pieces: nothing depends on where one ends. */
static void
files_are_read_in_pieces(void **state)
{
	cleanup_free char *folder = unit_make_folder();
	cleanup_free char *path = mem_printf("%s/x", folder);
	FILE *file = fopen(path, "w");
	char *got;
	int fd;

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 4000; i++)
		assert_true(fprintf(file, "# %d \xf0\x9f\x98\x80\r\nk%d = '''\r\n'''\r\n", i, i) >
			    0);
	assert_true(fprintf(file, KEY "2 = 1\r\n" KEY " = 'x'\r\n") > 0);
	assert_int_equal(fclose(file), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = reading((struct toml_input){ .fd = fd });
	assert_string_equal(got, "12002 x");
	free(got);
	close(fd);
	assert_int_equal(truncate(path, TOML_FILE_MAX + 1), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = reading((struct toml_input){ .fd = fd });
	/* What truncate() has added are zeros. */
	assert_string_equal(got, "12003: a key is missing");
	free(got);
	close(fd);
	assert_int_equal(unlink(path), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	for (size_t i = 0; i <= TOML_FILE_MAX; i++)
		assert_true(fputc('\n', file) != EOF);
	assert_int_equal(fclose(file), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	got = reading((struct toml_input){ .fd = fd });
	assert_non_null(strstr(got, "larger than 1 MiB"));
	free(got);
	close(fd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_found),
		cmocka_unit_test(malformed_is_refused),
		cmocka_unit_test(limits_are_limits),
		cmocka_unit_test(files_are_read_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
