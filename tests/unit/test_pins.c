/* SPDX-License-Identifier: MIT */
/* Pins in all dialects: what their files say, and which file is asked. */
#include <config.h>

#include "selection_ground.h"

/* The words of TEXT with their lines, "3.12@1 3.11@2"; or why there are none. */
static char *
words_of(enum pin_dialect dialect, const char *text)
{
	struct pin_word words[PIN_WORDS_MAX];
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	unsigned line;
	size_t count;

	if (!pinfile_parse(dialect, str_from(text), words, &count, &line))
		return mem_strdup("too many");
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%.*s@%u", i ? "|" : "", STR_ARG(words[i].text), words[i].line);
	if (dialect == PIN_TOOLS && count == 0)
		buf_printf(&b, line ? "nothing@%u" : "no line", line);
	return buf_take(&b);
}

/* facts/pyenv.md 2, version-file-read: the first word of each line. */
static void
first_words_are_read(void **state)
{
	static const struct {
		const char *text;
		const char *pyenv;
		const char *pyvern; /* NULL: the same */
	} rows[] = {
		{ "", "", NULL },
		{ "3.12", "3.12@1", NULL },
		{ "3.12\n3.11\n", "3.12@1|3.11@2", NULL },
		{ "\r\n \t 3.12 \t x\r\n", "3.12@2", NULL },
		{ "# one\n3.12 # two\n3.11#c\n#", "3.12@2|3.11#c@3", NULL },
		/* In a range, blanks may stand around operators and commas. */
		{ ">=3.11,<3.13", ">=3.11,<3.13@1", NULL },
		{ ">=3.11, <3.13", ">=3.11,@1", ">=3.11, <3.13@1" },
		{ "\t>= 3.11 , < 3.13 , # and\r\n3.9", ">=@1|3.9@2", ">= 3.11 , < 3.13 ,@1|3.9@2" },
		{ ">=3.11 and more", ">=3.11@1", NULL },
		{ ">=3.11 <3.13", ">=3.11@1", ">=3.11 <3.13@1" },
		{ "cpython>=3.11, <4", "cpython>=3.11,@1", "cpython>=3.11, <4@1" },
		{ "~= 3.12.1\n^ 3.9", "~=@1|^@2", "~= 3.12.1@1|^ 3.9@2" },
		/* Other words have none. */
		{ "cpython >=3.11", "cpython@1", NULL },
		{ "3.12, 3.11", "3.12,@1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *pyenv = words_of(PIN_PYENV, rows[i].text);
		cleanup_free char *pyvern = words_of(PIN_LINES, rows[i].text);

		assert_string_equal(pyenv, rows[i].pyenv);
		assert_string_equal(pyvern, rows[i].pyvern ? rows[i].pyvern : rows[i].pyenv);
	}
}

/* asdf's and mise's .tool-versions: a tool and its versions on each line. */
static void
line_of_python_is_read(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		{ "", "no line" },
		{ "nodejs 20.1\n# python 3.12\n", "no line" },
		{ "python 3.12", "3.12@1" },
		{ "ruby 3.3\n \tpython\t3.12.1  3.11 system\r\nruby 3.4",
		  "3.12.1@2|3.11@2|system@2" },
		{ "python 3.12 # 3.11", "3.12@1" },
		{ "python 3.12#3.11", "3.12@1" },
		{ "python latest:3.12 prefix:3.11 ref:main path:/x", "latest:3.12@1|prefix:3.11@1|"
								     "ref:main@1|path:/x@1" },
		/* The first line of python counts, as with asdf. */
		{ "python 3.12\npython 3.11", "3.12@1" },
		{ "python\npython 3.11", "nothing@1" },
		{ "python # 3.12", "nothing@1" },
		/* Other tools. */
		{ "python3 3.12\npythons 1\nPython 3\nmicropython 1", "no line" },
		{ "python", "nothing@1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = words_of(PIN_TOOLS, rows[i].text);

		assert_string_equal(got, rows[i].expected);
	}
}

static void
write_or_remove(const char *path, const char *text)
{
	unlink(path);
	if (text)
		make_file(path, text, 0644);
}

/* In one folder .python-version, .python-versions, .tool-versions; a folder further
 * down before all of them. pyenv has only the first. */
static void
deepest_folder_with_a_pin_wins(void **state)
{
	static const struct {
		const char *version;   /* in home/project */
		const char *versions;  /* likewise */
		const char *tools;     /* likewise */
		const char *tools_src; /* in home/project/src */
		const char *expected;
		const char *pyenv;
	} rows[] = {
		{ NULL, NULL, NULL, NULL, "file home/.python-version: 3.9",
		  "file home/.python-version: 3.9" },
		{ "a", "b", "python c", NULL, "file home/project/.python-version: a",
		  "file home/project/.python-version: a" },
		{ NULL, "b\nc\n", "python d", NULL, "file home/project/.python-versions: b c",
		  "file home/.python-version: 3.9" },
		{ NULL, NULL, "go 1\npython 3.12 3.9", NULL,
		  "file home/project/.tool-versions: 3.12 3.9", "file home/.python-version: 3.9" },
		/* No line of python is no pin; one that says nothing is. */
		{ NULL, NULL, "go 1", NULL, "file home/.python-version: 3.9",
		  "file home/.python-version: 3.9" },
		{ NULL, NULL, "go 1\npython", NULL,
		  "file home/project/.tool-versions: (names no version)",
		  "file home/.python-version: 3.9" },
		{ NULL, "# nothing\n", "python 3.12", NULL,
		  "file home/project/.python-versions: (names no version)",
		  "file home/.python-version: 3.9" },
		{ "a", "b", "python c", "python d", "file home/project/src/.tool-versions: d",
		  "file home/project/.python-version: a" },
		{ "a", NULL, NULL, "go 1", "file home/project/.python-version: a",
		  "file home/project/.python-version: a" },
	};
	const struct fixture *f = *state;

	make_file("home/.python-version", "3.9\n", 0644);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection_input pyvern = input(f, "pyvern");
		struct selection_input pyenv = input(f, "pyenv");
		cleanup_free char *got = NULL;
		cleanup_free char *got_pyenv = NULL;

		write_or_remove(PIN, rows[i].version);
		write_or_remove("home/project/.python-versions", rows[i].versions);
		write_or_remove("home/project/.tool-versions", rows[i].tools);
		write_or_remove("home/project/src/.tool-versions", rows[i].tools_src);
		got = origin(f, &pyvern);
		got_pyenv = origin(f, &pyenv);
		assert_string_equal(got, rows[i].expected);
		assert_string_equal(got_pyenv, rows[i].pyenv);
	}
}

/* Care is taken with all of them, as with .python-version. */
static void
strange_files_of_other_dialects_are_passed_over(void **state)
{
	static const char *const names[] = { "home/project/src/.python-versions",
					     "home/project/src/.tool-versions" };
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	char *large = mem_zalloc(PIN_TOOLS_MAX + 2);

	make_file(PIN, "3.12\n", 0644);
	memset(large, '#', PIN_TOOLS_MAX + 1);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		cleanup_free char *expected = mem_printf("file %s: (larger than %s)", names[i],
							 i == 0 ? "4 KiB" : "16 KiB");
		char *got;

		assert_int_equal(mkfifo(names[i], 0644), 0);
		got = origin(f, &in);
		assert_string_equal(got, "file home/project/.python-version: 3.12");
		free(got);
		assert_int_equal(unlink(names[i]), 0);
		assert_int_equal(symlink("/dev/zero", names[i]), 0);
		got = origin(f, &in);
		assert_string_equal(got, "file home/project/.python-version: 3.12");
		free(got);
		assert_int_equal(unlink(names[i]), 0);
		make_file(names[i], large, 0644);
		got = origin(f, &in);
		assert_string_equal(got, expected);
		free(got);
		assert_int_equal(unlink(names[i]), 0);
	}
	free(large);
}

/* What words stand for, with the rules of both faces. */
static void
ranges_are_requests_in_one_face(void **state)
{
	static const struct {
		const char *word;
		enum item_state pyvern;
		const char *name;
		enum item_state pyenv;
	} rows[] = {
		{ ">=3.9,<3.13", ITEM_INSTALLED, "3.12.11", ITEM_MISSING },
		{ ">=3.9, <3.13", ITEM_INSTALLED, "3.12.11", ITEM_MISSING },
		{ "~=3.9.3", ITEM_INSTALLED, "3.9.23", ITEM_MISSING },
		{ "!=3.13.*", ITEM_INSTALLED, "3.12.11", ITEM_MISSING },
		{ ">=3.13.6rc1", ITEM_INSTALLED, "3.13.6rc1", ITEM_MISSING },
		{ ">3.13.5", ITEM_MISSING, "", ITEM_MISSING },
		{ "pypy>=3.10", ITEM_INSTALLED, "pypy3.11-7.3.20", ITEM_MISSING },
		{ "latest:3.9", ITEM_INSTALLED, "3.9.23", ITEM_INSTALLED },
		{ "path:/opt", ITEM_INVALID, "", ITEM_INVALID },
		/* A folder of that name is what it says. */
		{ ">=odd", ITEM_INSTALLED, ">=odd", ITEM_INSTALLED },
	};
	const struct fixture *f = *state;

	make_version(">=odd", "python");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection_input pyvern = input(f, "pyvern");
		struct selection_input pyenv = input(f, "pyenv");
		char name[VERSION_NAME_MAX + 1];
		struct str word = str_from(rows[i].word);

		assert_int_equal(selection_resolve_text(&pyvern, word, name, NULL), rows[i].pyvern);
		assert_string_equal(name, rows[i].name);
		assert_int_equal(selection_resolve_text(&pyenv, word, name, NULL), rows[i].pyenv);
	}
}

#define PROJECT "home/project/pyproject.toml"

/* DESIGN, "Which Python?", 3: what a pyproject.toml says of Python. */
static void
project_asks_for_a_range(void **state)
{
	static const struct {
		const char *text;
		const char *expected; /* "" before it: home/project/pyproject.toml */
	} rows[] = {
		{ "[project]\nrequires-python = '>=3.9'\n", ": >=3.9" },
		{ "[project]\nrequires-python = ' >=3.9, <4 '\n", ": >=3.9, <4" },
		{ "[tool.poetry.dependencies]\npython = '^3.9'\n", ": ^3.9" },
		{ "[tool.poetry.dependencies]\npython = '^2.7 || ^3.5'\n", ": ^2.7 || ^3.5" },
		{ "[tool.poetry.dependencies]\npython = '^3.9'\n"
		  "[project]\nrequires-python = '>=3.12'\n",
		  ": >=3.12" },
		/* Meant as a range by whoever wrote it. */
		{ "[project]\nrequires-python = '3.9'\n", ": 3.9" },
		{ "[project]\nrequires-python = '3.9.*'\n", ": 3.9.*" },
		/* What asks for nothing does not end the search. */
		{ "[project]\nname = 'x'\n", NULL },
		{ "", NULL },
		{ "[project]\nrequires-python = ''\n", NULL },
		{ "[tool.poetry.dependencies]\npython = '*'\n", NULL },
		/* A project names no version by its name. */
		{ "[project]\nrequires-python = 'work'\n", ": (each version in a range needs an "
							   "operator (>=3.11))" },
		{ "[project]\nrequires-python = 'system'\n",
		  ": (each version in a range needs an operator (>=3.11))" },
		{ "[project]\nrequires-python = '3.9.2/envs/x'\n",
		  ": (each version in a range needs an operator (>=3.11))" },
		{ "[project]\nrequires-python = '>=3.9\\u001b[31m'\n",
		  ": (what follows an operator is no version)" },
		{ "[project]\nrequires-python = \"\\u001b[31m\"\n",
		  ": (it has a character that no version has)" },
		{ "[project]\nrequires-python = 3.9\n", ": (what it asks of Python is no text)" },
		{ "[project\n", ": (a header is not closed with ])" },
	};
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	struct selection_input pyenv = input(f, "pyenv");

	make_file("home/pyproject.toml", "[project]\nrequires-python='>=3.12'\n", 0644);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *expected =
			rows[i].expected ? mem_printf("project " PROJECT "%s", rows[i].expected)
					 : mem_strdup("project home/pyproject.toml: >=3.12");
		cleanup_free char *got = NULL;
		cleanup_free char *got_pyenv = NULL;

		make_file(PROJECT, rows[i].text, 0644);
		got = origin(f, &in);
		assert_string_equal(got, expected);
		got_pyenv = origin(f, &pyenv);
		assert_string_equal(got_pyenv, "default : system");
	}
}

/* An explicit pin comes first wherever it is; the global file comes after. */
static void
project_is_asked_without_a_pin_only(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	struct selection s;
	char *got;

#define EXPECT(text)                            \
	do {                                    \
		got = origin(f, &in);           \
		assert_string_equal(got, text); \
		free(got);                      \
	} while (0)
	make_file(PROJECT, "[project]\nrequires-python='>=3.9,<3.13'\n", 0644);
	make_file("root/version", "3.13\n", 0644);
	EXPECT("project " PROJECT ": >=3.9,<3.13");
	make_file("home/.tool-versions", "python 3.9\n", 0644);
	EXPECT("file home/.tool-versions: 3.9");
	assert_true(selection_find_project(&in, &s));
	assert_int_equal(s.pin.words[0].line, 2);
	assert_int_equal(unlink("home/.tool-versions"), 0);
	setenv("PYENV_VERSION", "3.9", 1);
	EXPECT("variable PYENV_VERSION: 3.9");
	unsetenv("PYENV_VERSION");
	assert_int_equal(unlink(PROJECT), 0);
	EXPECT("global root/version: 3.13");
	assert_false(selection_find_project(&in, &s));
#undef EXPECT
}

/* A command is found by the rules of missing versions, as with pins. */
static void
command_is_found_by_what_the_project_asks(void **state)
{
	static const struct {
		const char *range;
		const char *command;
		const char *expected;
	} rows[] = {
		{ ">=3.9,<3.13", "python", "3.12.11" },
		{ ">=3.9", "python", "3.13.5" },
		/* One version is chosen: black is in 3.12.1 and not in what is newest. */
		{ ">=3.9,<3.13", "black", "no command" },
		{ ">=3.14", "python", "missing >=3.14" },
		{ ">=3.14", "black", "missing >=3.14" },
		{ "~=3.9.0", "python3.9", "3.9.23" },
		/* A command's own version, outside of what is asked for. */
		{ ">=3.12", "python3.9", "3.9.23" },
		{ ">=3.14", "python3.9", "3.9.23" },
		{ ">=3.12", "python3.10", "suffix 3.10" },
		{ "!= 3", "python3.11", "suffix 3.11" },
	};
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *text =
			mem_printf("[project]\nrequires-python = '%s'\n", rows[i].range);
		cleanup_free char *got = NULL;

		make_file(PROJECT, text, 0644);
		got = find(&in, rows[i].command);
		assert_string_equal(got, rows[i].expected);
		/* The same range as a pin. */
		make_file(PIN, rows[i].range, 0644);
		free(got);
		got = find(&in, rows[i].command);
		assert_string_equal(got, rows[i].expected);
		assert_int_equal(unlink(PIN), 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_words_are_read),
		cmocka_unit_test(line_of_python_is_read),
		TEST(deepest_folder_with_a_pin_wins),
		TEST(strange_files_of_other_dialects_are_passed_over),
		TEST(ranges_are_requests_in_one_face),
		TEST(project_asks_for_a_range),
		TEST(project_is_asked_without_a_pin_only),
		TEST(command_is_found_by_what_the_project_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
