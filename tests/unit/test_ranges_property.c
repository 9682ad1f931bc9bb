/* SPDX-License-Identifier: MIT */
/* Ranges, and projects that ask for one, made at random, and what they say by numbers alone. */
#include <config.h>

#include "random_text.h"

#include "base/buf.h"
#include "core/selection.h"

/* A version of three numbers as one. */
static long
point(const int *v)
{
	return v[0] * 1000000L + v[1] * 1000L + v[2];
}

/* One condition, and what it says of V, by numbers. */
static bool
make_condition(uint64_t *state, struct text *t, const int *v)
{
	static const char *const operators[] = { "==", "!=", "<=",  ">=", "<",
						 ">",  "~=", "==*", "!=*" };
	size_t which = below(state, COUNT_OF(operators));
	const char *op = operators[which];
	bool star = op[strlen(op) - 1] == '*';
	/* As many numbers as are written; those that are not are 0. */
	int parts = (int)below(state, 3) + 1;
	int w[3] = { 0 };
	char text[64];
	bool prefix = true;

	if (which == 6 && parts == 1)
		parts = 2;
	for (int i = 0; i < parts; i++)
		w[i] = i == 0 ? 2 + (int)below(state, 2) : (int)below(state, 4);
	(void)snprintf(text, sizeof(text), "%.*s%s%d", star ? 2 : 3, op, below(state, 3) ? "" : " ",
		       w[0]);
	put(t, text);
	for (int i = 1; i < parts; i++) {
		(void)snprintf(text, sizeof(text), ".%d", w[i]);
		put(t, text);
	}
	if (star)
		put(t, ".*");
	for (int i = 0; i < parts - (which == 6); i++)
		prefix &= v[i] == w[i];
	switch (which) {
	case 0:
		return point(v) == point(w);
	case 1:
		return point(v) != point(w);
	case 2:
		return point(v) <= point(w);
	case 3:
		return point(v) >= point(w);
	case 4:
		return point(v) < point(w);
	case 5:
		return point(v) > point(w);
	case 6:
		return point(v) >= point(w) && prefix;
	case 7:
		return prefix;
	default:
		return !prefix;
	}
}

static void
ranges_allow_what_numbers_say(void **state)
{
	uint64_t seed = seed_of_run();
	uint64_t random = seed + 1;
	static struct text text;
	size_t allowed = 0;

	(void)state;
	for (int i = 0; i < CASES; i++) {
		int v[3] = { 2 + (int)below(&random, 2), (int)below(&random, 4),
			     (int)below(&random, 4) };
		size_t conditions = below(&random, 3) + 1;
		struct version version;
		struct request request;
		bool expected = true;
		char name[32];

		text.n = 0;
		for (size_t k = 0; k < conditions; k++) {
			if (k)
				put(&text, below(&random, 2) ? "," : " , ");
			expected &= make_condition(&random, &text, v);
		}
		(void)snprintf(name, sizeof(name), "%d.%d.%d", v[0], v[1], v[2]);
		assert_true(version_parse(str_from(name), &version));
		if (!request_parse((struct str){ text.p, text.n }, &request, NULL) ||
		    request_matches(&request, &version) != expected)
			fail_msg("seed %llu, case %d: %s and %s", (unsigned long long)seed, i,
				 text.p, name);
		allowed += expected;
	}
	assert_true(allowed > CASES / 20 && allowed < CASES - CASES / 20);
}

/* What stands around requires-python in a document, with a newline for each line. */
static const char *const decoys[] = {
	"# requires-python = \"<3\"\n",
	"\n",
	" \t\r\n",
	"name = \"shop\"\n",
	"\"requires-python \" = '<3'\n",
	"text = \"\"\"\n[project]\nrequires-python = '<3'\n\"\"\"\n",
	"text = '''\nrequires-python = \"<3\"\n''' # x\n",
	"list = [\n  'requires-python',\n  { requires-python = '<3' }, # ]\n]\n",
	"inline = { requires-python = '<3', a.b = 1 }\n",
	"date = 1979-05-27 07:32:00Z\n",
	"number = -1_000.5e-3 # \xc3\xa9\r\n",
	"dotted.requires-python = \"<3\"\n",
};

/* What stands before and behind the range. */
static const struct {
	const char *before;
	const char *behind;
} ways[] = {
	{ "requires-python = \"", "\"\n" },
	{ "requires-python='", "'# x\r\n" },
	{ "\t'requires-python' = \"\"\"", "\"\"\"\n" },
	{ "\"requires-\\u0070ython\" = '''\n", "''' \n" },
	{ "requires-python = \"\"\"\\\n  ", "\"\"\"\n" },
};

static const char *const other_tables[] = { "[project.urls]\n", "[tool.x]\n", "[[tool.y]]\n",
					    "[build-system]\n", "[a.project]\n" };

/* Decoys, each with keys of its own: a key may not be there twice. */
static void
put_decoys(uint64_t *state, struct text *t)
{
	static unsigned number;

	for (size_t i = below(state, 4); i > 0; i--) {
		const char *decoy = ONE_OF(state, decoys);
		char key[32];

		if (!strchr("# \n", decoy[0])) {
			(void)snprintf(key, sizeof(key), "k%u.", number++);
			put(t, key);
		}
		put(t, decoy);
	}
}

static unsigned
lines_in(const struct text *t)
{
	unsigned lines = 1;

	for (size_t i = 0; i < t->n; i++)
		lines += t->p[i] == '\n';
	return lines;
}

/* A project that asks for RANGE on the line that is returned, or for nothing (0). */
static unsigned
make_project(uint64_t *state, struct text *t, const char *range)
{
	unsigned line = 0;
	size_t way;
	char text[128];

	t->n = 0;
	t->p[0] = '\0';
	if (below(state, 4) == 0)
		put(t, "\xef\xbb\xbf");
	put_decoys(state, t);
	for (size_t i = below(state, 3); i > 0; i--) {
		(void)snprintf(text, sizeof(text), "[t%zu.project]\n", i);
		put(t, text);
		put_decoys(state, t);
	}
	if (below(state, 5) > 0) {
		put(t, below(state, 2) ? "[project]\n" : " [ \"project\" ] # x\r\n");
		put_decoys(state, t);
		if (below(state, 5) > 0) {
			line = lines_in(t);
			way = below(state, COUNT_OF(ways));
			put(t, ways[way].before);
			put(t, range);
			put(t, ways[way].behind);
			put_decoys(state, t);
		}
	}
	put(t, ONE_OF(state, other_tables));
	put_decoys(state, t);
	return line;
}

/* DESIGN, "Which Python?", 3. */
static void
projects_ask_for_what_was_written(void **state)
{
	static const char *const ranges[] = { ">=3.11", ">=3.9, <4", "~=3.12.1", "^3.9",
					      "==3.12.*" };
	uint64_t seed = seed_of_run();
	uint64_t random = seed + 2;
	static struct text text;
	static struct pin pin;

	(void)state;
	for (int i = 0; i < CASES; i++) {
		const char *range = ONE_OF(&random, ranges);
		unsigned line = make_project(&random, &text, range);
		bool same;

		pin.line = 0;
		pinfile_parse_project((struct toml_input){ .text = { text.p, text.n } }, &pin);
		same = line ? pin.status == PIN_READ && pin.words[0].line == line &&
				       str_eq_text(pin.words[0].text, range)
			    : pin.status == PIN_PASSED_OVER;
		if (!same)
			fail_msg("seed %llu, case %d: %s:%u instead of %u in \"%s\"",
				 (unsigned long long)seed, i, pin.why ? pin.why : "read", pin.line,
				 line, text.p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_allow_what_numbers_say),
		cmocka_unit_test(projects_ask_for_what_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
