/* SPDX-License-Identifier: MIT */
/* The policy files: their text. */
#include <config.h>

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/vec.h"
#include "core/rules_internal.h"

/* The longest line is that of three words. */
#define WORDS_MAX 3

struct reader {
	struct rules_file *file;
	unsigned line;
	struct str words[WORDS_MAX]; /* of this line; all that are missing are empty */
	size_t count;
};

/* Say what is wrong with the line, and what would be right. */
static int bad(const struct reader *r, struct err *err, const char *right, const char *fmt, ...)
	MEM_PRINTF(4, 5);

static int
bad(const struct reader *r, struct err *err, const char *right, const char *fmt, ...)
{
	cleanup_free char *what = NULL;
	va_list args;

	va_start(args, fmt);
	what = mem_vprintf(fmt, args);
	va_end(args);
	(void)err_set(err, ERR_RULE, "%s:%u: %s", r->file->path, r->line, what);
	return err_detail(err, "to fix", "%s", right);
}

static int
bad_count(const struct reader *r, const char *right, struct err *err)
{
	return bad(r, err, right, "%.*s takes %s", STR_ARG(r->words[0]),
		   str_eq_text(r->words[0], "require") ? "a source and a level" : "one word");
}

#define REQUIRE_RIGHT "require SOURCE LEVEL, as in `require standalone sha256`"
#define LEVELS_RIGHT "a level: any, sha256, signature or refuse"
#define SOURCES_RIGHT                                                  \
	"a source: cpython-source, standalone, pypy, graalpy, conda, " \
	"definition, branch, file, or * for what no other line speaks of"

static int
read_require(struct reader *r, struct err *err)
{
	struct rules_required *required;
	int source = 0;
	int level = RULES_ANY;

	if (r->count != 3)
		return bad_count(r, REQUIRE_RIGHT, err);
	while (source < RULES_SOURCES && !str_eq_text(r->words[1], rules_source_word(source)))
		source++;
	while (level <= RULES_REFUSE && !str_eq_text(r->words[2], rules_level_word(level)))
		level++;
	if (source == RULES_SOURCES)
		return bad(r, err, SOURCES_RIGHT, "%.*s is no source", STR_ARG(r->words[1]));
	if (level > RULES_REFUSE)
		return bad(r, err, LEVELS_RIGHT, "%.*s is no level", STR_ARG(r->words[2]));
	required = &r->file->required[source];
	if (required->line)
		return bad(r, err, "one line for each source", "line %u says what %s requires, too",
			   required->line, rules_source_word(source));
	*required = (struct rules_required){ (enum rules_level)level, r->line };
	return 0;
}

static int
read_end(struct reader *r, struct err *err)
{
	static const char right[] = "end-of-life refuse, warn or allow";
	static const char *const words[] = { [RULES_END_ALLOW] = "allow",
					     [RULES_END_WARN] = "warn",
					     [RULES_END_REFUSE] = "refuse" };
	int end = RULES_END_ALLOW;

	if (r->count != 2)
		return bad_count(r, right, err);
	while (end <= RULES_END_REFUSE && !str_eq_text(r->words[1], words[end]))
		end++;
	if (end > RULES_END_REFUSE)
		return bad(r, err, right, "%.*s is nothing that can be done with it",
			   STR_ARG(r->words[1]));
	if (r->file->end_line)
		return bad(r, err, "one such line", "line %u says so, too", r->file->end_line);
	r->file->end = (enum rules_end)end;
	r->file->end_line = r->line;
	return 0;
}

static void
add(struct rules_words *to, char *text, unsigned line)
{
	to->items = vec_grow(to->items, to->count, sizeof(*to->items));
	to->items[to->count++] = (struct rules_word){ text, line };
}

/* Of a release, or of a series. */
static bool
is_comparable(struct str word)
{
	struct version v;

	if (!version_parse(word, &v) || !v.family.n || v.env.n || v.free_threaded || v.debug ||
	    v.stage == VERSION_DEV)
		return false;
	return v.language_parts >= 2 || (v.release_parts && !str_eq_text(v.family, "cpython"));
}

static int
read_minimum(struct reader *r, struct err *err)
{
	static const char right[] = "minimum VERSION: 3.11.4 of a series, 3.9 of all of them";
	struct str word = r->words[1];

	if (r->count != 2)
		return bad_count(r, right, err);
	if (!is_comparable(word))
		return bad(r, err, right, "%.*s is no version that others could be compared with",
			   STR_ARG(word));
	add(&r->file->minimums, mem_strndup(word.p, word.n), r->line);
	return 0;
}

/* One colon alone is that of a port. */
static bool
has_port(struct str text)
{
	size_t colon = str_find(text, ':');

	return colon < text.n && str_find(str_skip(text, colon + 1), ':') == text.n - colon - 1;
}

static bool
is_host(struct str text)
{
	if (str_starts(text, STR_LIT("*.")))
		text = str_skip(text, 2);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		/* Colons are those of IPv6. */
		if (!str_is_alpha(c) && !str_is_digit(c) && c != '-' && c != '.' && c != '_' &&
		    c != ':')
			return false;
	}
	return text.n > 0 && text.p[0] != '.' && !has_port(text);
}

static int
read_host(struct reader *r, struct err *err)
{
	static const char right[] = "host NAME: www.python.org, or *.example.org for all below it";
	char *host;

	if (r->count != 2)
		return bad_count(r, right, err);
	if (!is_host(r->words[1]))
		return bad(r, err, right, "%.*s is no host: no scheme, port or path belongs here",
			   STR_ARG(r->words[1]));
	host = mem_strndup(r->words[1].p, r->words[1].n);
	for (char *c = host; *c; c++)
		*c = str_lower(*c);
	add(&r->file->hosts, host, r->line);
	return 0;
}

static const struct {
	const char *word;
	int (*read)(struct reader *r, struct err *err);
} rules[] = {
	{ "require", read_require },
	{ "end-of-life", read_end },
	{ "minimum", read_minimum },
	{ "host", read_host },
};

/* Cut LINE into words, as far as a comment. One too many counts, and is not kept. */
static void
cut(struct reader *r, struct str line)
{
	struct str word;

	memset(r->words, 0, sizeof(r->words));
	for (r->count = 0; r->count <= WORDS_MAX && str_word(&line, &word); r->count++) {
		if (word.p[0] == '#')
			break;
		if (r->count < WORDS_MAX)
			r->words[r->count] = word;
	}
}

static int
read_line(struct reader *r, struct err *err)
{
	if (r->count == 0)
		return 0;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (str_eq_text(r->words[0], rules[i].word))
			return rules[i].read(r, err);
	return bad(r, err, "a rule begins with require, end-of-life, minimum or host",
		   "there is no rule %.*s", STR_ARG(r->words[0]));
}

int
rules_add(struct rules *to, const char *path, struct str text, struct err *err)
{
	struct reader r = { 0 };
	struct str line;

	assert(to->count < RULES_FILES_MAX);
	r.file = &to->files[to->count++];
	*r.file = (struct rules_file){ .path = mem_strdup(path) };
	for (r.line = 1; str_line(&text, &line); r.line++) {
		cut(&r, line);
		if (read_line(&r, err) < 0)
			return -1;
	}
	return 0;
}
