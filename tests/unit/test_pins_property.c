/* SPDX-License-Identifier: MIT */
/* Pin files of all dialects and trees of them, made at random and read a second time by
 * the simplest code that will do. */
#include <config.h>

#include "random_text.h"
#include "selection_ground.h"

/* Files are slower than texts. */
#define TREES 1000
#define WORDS_HERE 200

/* What lines of pins are made of. */
static const char *const pieces[] = {
	"3.12",	  "3.12.1", "system", "python", "python", "nodejs", "pypy3.11",	  "shop",
	">=3.11", "<3.13",  ">=",     "<",	"~=3.12", "!=3.9",  "cpython>=3", "^3.9",
	",",	  ", ",	    " ",      "\t",	"  ",	  "\r",	    "\v",	  "#",
	" # x",	  "\n",	    "\n",     "\n",	"\r\n",	  "..",	    "prefix:3",	  "\xc3\xa9",
};

static void
make_pin(uint64_t *state, struct text *t)
{
	size_t count = below(state, 40);

	t->n = 0;
	t->p[0] = '\0';
	/* Now and then more versions than a pin may have. */
	if (below(state, 50) == 0)
		for (size_t i = below(state, 80); i > 0; i--)
			put(t, below(state, 8) ? "3.12\n" : "python 3.12 3.11\n");
	for (size_t i = 0; i < count; i++)
		put(t, ONE_OF(state, pieces));
}

/* The second reader: lines, then tokens as strings of their own, then rules. */
struct naive {
	size_t count;
	bool too_many;
	bool has_python;
	char *words[WORDS_HERE];
	unsigned lines[WORDS_HERE];
};

static void
naive_reset(struct naive *naive)
{
	for (size_t i = 0; i < naive->count; i++)
		free(naive->words[i]);
}

static void
naive_add(struct naive *naive, const char *word, unsigned line)
{
	if (naive->count == PIN_WORDS_MAX) {
		naive->too_many = true;
		return;
	}
	naive->words[naive->count] = mem_strdup(word);
	naive->lines[naive->count++] = line;
}

/* Does the text, which may have blanks, end in a byte that a range goes on after? */
static bool
ends_open(const char *s)
{
	return strchr(",<>=!~^", s[strlen(s) - 1]) != NULL;
}

/* The range at the start of LINE, which TOKENS are the words of, as the line spells it. */
static char *
naive_range(const char *line, char **tokens, size_t count)
{
	size_t last = 0;
	const char *at = line;
	const char *begin;

	while (last + 1 < count && tokens[last + 1][0] != '#' &&
	       (ends_open(tokens[last]) || strchr(",<>=!~^", tokens[last + 1][0])))
		last++;
	begin = strstr(line, tokens[0]);
	for (size_t i = 0; i <= last; i++)
		at = strstr(at, tokens[i]) + strlen(tokens[i]);
	return mem_strndup(begin, (size_t)(at - begin));
}

static void
naive_line(struct naive *naive, enum pin_dialect dialect, char *line, unsigned number)
{
	cleanup_free char *copy = NULL;
	char *tokens[WORDS_HERE];
	size_t count = 0;
	char *rest = NULL;

	if (naive->too_many)
		return;
	if (dialect == PIN_TOOLS && strchr(line, '#'))
		*strchr(line, '#') = '\0';
	copy = mem_strdup(line);
	for (char *token = strtok_r(copy, " \t\r\v\f", &rest); token;
	     token = strtok_r(NULL, " \t\r\v\f", &rest))
		tokens[count++] = token;
	if (count == 0)
		return;
	if (dialect == PIN_TOOLS) {
		if (strcmp(tokens[0], "python") != 0 || naive->has_python)
			return;
		naive->has_python = true;
		for (size_t i = 1; i < count; i++)
			naive_add(naive, tokens[i], number);
	} else if (tokens[0][0] == '#') {
		return;
	} else if (dialect == PIN_LINES && strpbrk(tokens[0], "<>=!~^")) {
		cleanup_free char *range = naive_range(line, tokens, count);

		naive_add(naive, range, number);
	} else {
		naive_add(naive, tokens[0], number);
	}
}

static void
naive_read(enum pin_dialect dialect, const char *text, struct naive *ret)
{
	cleanup_free char *copy = mem_strdup(text);
	char *line = copy;
	unsigned number = 1;

	*ret = (struct naive){ 0 };
	while (line && *line) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		naive_line(ret, dialect, line, number++);
		line = end ? end + 1 : NULL;
	}
}

/* facts/pyenv.md 2, version-file-read; uv's and asdf's files. */
static void
pins_are_read_as_by_the_second_reader(void **state)
{
	static const enum pin_dialect dialects[] = { PIN_PYENV, PIN_LINES, PIN_TOOLS };
	uint64_t seed = seed_of_run();
	uint64_t random = seed;
	static struct text text;
	size_t words_seen = 0;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < CASES; i++) {
		make_pin(&random, &text);
		for (size_t d = 0; d < COUNT_OF(dialects); d++) {
			struct pin_word words[PIN_WORDS_MAX];
			struct naive naive;
			unsigned python;
			size_t count;
			bool all = pinfile_parse(dialects[d], (struct str){ text.p, text.n }, words,
						 &count, &python);
			bool same;

			naive_read(dialects[d], text.p, &naive);
			same = all == !naive.too_many && count == naive.count &&
			       (dialects[d] != PIN_TOOLS || !python == !naive.has_python);
			for (size_t k = 0; same && k < count; k++)
				same = str_eq_text(words[k].text, naive.words[k]) &&
				       words[k].line == naive.lines[k];
			words_seen += count;
			naive_reset(&naive);
			if (!same)
				fail_msg("seed %llu, case %d, dialect %zu: \"%s\"",
					 (unsigned long long)seed, i, d, text.p);
		}
	}
	/* It is not that nothing was made. */
	assert_true(words_seen > CASES);
}

/* The folders of the fixture from the project upwards, and files in them. */
static const char *const folders[] = { "home/project/src", "home/project", "home" };
static const char *const names[] = { ".python-version", ".python-versions", ".tool-versions",
				     "pyproject.toml" };

/* Something in the file, or nothing; which is remembered. */
enum content { NO_FILE, ASKS, ASKS_NOTHING, CONTENTS };

static void
make_tree(uint64_t *state, enum content tree[3][4])
{
	static const char *const asks[] = { "3.9\n", "3.9\n", "go 1\npython 3.9\n",
					    "[project]\nrequires-python = '>=3.9'\n" };
	/* In a version file, nothing is an error; elsewhere the search goes on. */
	static const char *const nothing[] = { NULL, NULL, "go 1\n", "[project]\n" };

	for (size_t f = 0; f < COUNT_OF(folders); f++) {
		for (size_t n = 0; n < COUNT_OF(names); n++) {
			cleanup_free char *path = path_join(folders[f], names[n], NULL);

			(void)unlink(path);
			tree[f][n] = below(state, 3) ? NO_FILE : 1 + below(state, CONTENTS - 1);
			if (tree[f][n] == ASKS_NOTHING && !nothing[n])
				tree[f][n] = NO_FILE;
			if (tree[f][n] != NO_FILE)
				make_file(path, tree[f][n] == ASKS ? asks[n] : nothing[n], 0644);
		}
	}
}

/* "file home/.python-version", by the rules in the order of their sentences. */
static char *
naive_search(enum content tree[3][4], bool is_pyenv)
{
	for (size_t f = 0; f < COUNT_OF(folders); f++)
		for (size_t n = 0; n < (is_pyenv ? 1 : 3); n++)
			if (tree[f][n] == ASKS)
				return mem_printf("file %s/%s: 3.9", folders[f], names[n]);
	for (size_t f = 0; !is_pyenv && f < COUNT_OF(folders); f++)
		if (tree[f][3] == ASKS)
			return mem_printf("project %s/%s: >=3.9", folders[f], names[3]);
	return mem_strdup("default : system");
}

static void
trees_are_searched_as_by_the_second_search(void **state)
{
	const struct fixture *f = *state;
	struct selection_input pyvern = input(f, "pyvern");
	struct selection_input pyenv = input(f, "pyenv");
	uint64_t seed = seed_of_run();
	uint64_t random = seed + 3;
	enum content tree[3][4];

	for (int i = 0; i < TREES; i++) {
		cleanup_free char *got = NULL;
		cleanup_free char *got_pyenv = NULL;
		cleanup_free char *expected = NULL;
		cleanup_free char *expected_pyenv = NULL;

		make_tree(&random, tree);
		got = origin(f, &pyvern);
		got_pyenv = origin(f, &pyenv);
		expected = naive_search(tree, false);
		expected_pyenv = naive_search(tree, true);
		if (strcmp(got, expected) != 0 || strcmp(got_pyenv, expected_pyenv) != 0)
			fail_msg("seed %llu, tree %d: %s instead of %s; %s instead of %s",
				 (unsigned long long)seed, i, got, expected, got_pyenv,
				 expected_pyenv);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pins_are_read_as_by_the_second_reader),
		TEST(trees_are_searched_as_by_the_second_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
