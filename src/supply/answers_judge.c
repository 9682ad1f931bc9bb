/* SPDX-License-Identifier: MIT */
/* Which answers of a configure may be kept? */
#include <config.h>

#include "supply/answers.h"

#include <string.h>

#include "base/map.h"
#include "base/shell.h"

/* The part of config.log that has the answers, and the next one. */
#define LOG_BEGIN "## Cache variables. ##"
#define LOG_END "## "
#define ANSWER_PREFIX "ac_cv_"
/* What the environment was, of which configure itself makes sure. */
#define ENV_PREFIX "ac_cv_env_"
/* Longest value that is kept: most are "yes". */
#define VALUE_MAX 200

/* What the text of configure says of one answer. */
enum verdict { ASKED_FIRST = 1, USED_FIRST, HAS_EFFECTS };

static char verdicts[] = { 0, ASKED_FIRST, USED_FIRST, HAS_EFFECTS };

static enum verdict
verdict_get(const struct map *map, const char *name)
{
	const char *found = map_get(map, name);

	return found ? (enum verdict) * found : 0;
}

static void
verdict_set(struct map *map, const char *name, enum verdict verdict)
{
	(void)map_set(map, name, &verdicts[verdict]);
}

static bool
is_name_char(char c)
{
	return str_is_alpha(c) || str_is_digit(c) || c == '_';
}

/* The name of a variable that S begins with; its length. */
static size_t
name_length(struct str s)
{
	size_t n = 0;

	if (s.n && str_is_digit(*s.p))
		return 0;
	while (n < s.n && is_name_char(s.p[n]))
		n++;
	return n;
}

/* Where NAME follows on in LINE, at AT, is it asked whether it is known already
 * ("${ac_cv_x+y}", "${ac_cv_x+:}", "${ac_cv_x+set}"), or handed to a function that asks
 * ("$LINENO" "x" "ac_cv_x")? */
static bool
is_question(struct str line, size_t at, size_t n)
{
	bool guarded = at >= 2 && line.p[at - 2] == '$' && line.p[at - 1] == '{' &&
		       at + n < line.n && line.p[at + n] == '+';
	bool named = at >= 1 && line.p[at - 1] == '"' && at + n < line.n && line.p[at + n] == '"';

	return guarded || named;
}

/* Is NAME= something that a question may set: its answer, autoconf's own, and flags
 * that it puts back? */
static bool
may_set(struct str name, const char *answer)
{
	static const char *const flags[] = { "CFLAGS", "CPPFLAGS", "LDFLAGS", "LIBS", "IFS" };

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (str_eq_text(name, flags[i]))
			return true;
	return str_eq_text(name, answer) || str_starts(name, STR_LIT("ac_")) ||
	       str_starts(name, STR_LIT("as_")) || str_starts(name, STR_LIT("save")) ||
	       str_starts(name, STR_LIT("_save")) || str_ends(name, STR_LIT("_save")) ||
	       str_starts(name, STR_LIT("py_save"));
}

/* Questions that are open in the text: one may be asked inside of another. */
#define OPEN_MAX 16

struct questions {
	struct {
		char *answer;	/* the variable */
		unsigned depth; /* of the `if` that asks whether it is known */
	} open[OPEN_MAX];
	size_t count;
	unsigned depth;	      /* of `if` in which the text is */
	struct str here_mark; /* what ends the document that is being read; empty: none */
};

static void
close_question(struct questions *q)
{
	free(q->open[--q->count].answer);
}

/* "cat >conftest.c <<_ACEOF": what follows is no shell until a line _ACEOF. */
static struct str
here_document(struct str line)
{
	for (size_t at = 0; at + 2 < line.n; at++) {
		struct str mark = str_skip(line, at + 2);

		if (line.p[at] != '<' || line.p[at + 1] != '<')
			continue;
		if (*mark.p == '\\' || *mark.p == '-')
			mark = str_skip(mark, 1);
		mark.n = name_length(mark);
		if (mark.n)
			return mark;
	}
	return (struct str){ 0 };
}

static bool
is_word(struct str code, const char *word)
{
	struct str first = { code.p, strlen(word) };

	return code.n >= first.n && str_eq_text(first, word) &&
	       (code.n == first.n || !is_name_char(code.p[first.n]));
}

/* Follow `if` and `fi`, as autoconf writes them: at the beginnings of lines. */
static void
follow(struct str code, struct questions *q)
{
	if (is_word(code, "if") && !str_ends(code, STR_LIT("; fi")))
		q->depth++;
	else if (is_word(code, "fi") && q->depth)
		q->depth--;
	while (q->count && q->open[q->count - 1].depth > q->depth)
		close_question(q);
}

static void
look_inside(struct str code, const struct questions *q, struct map *verdicts_of)
{
	size_t n = name_length(code);
	bool sets = n && n < code.n && code.p[n] == '=';
	cleanup_free char *text = q->count ? mem_strndup(code.p, code.n) : NULL;
	bool defines = text && (strstr(text, ">>confdefs.h") || strstr(text, ">> confdefs.h"));

	for (size_t i = 0; i < q->count; i++)
		if (defines || (sets && !may_set((struct str){ code.p, n }, q->open[i].answer)))
			verdict_set(verdicts_of, q->open[i].answer, HAS_EFFECTS);
}

static void
open_question(struct questions *q, const char *name, struct map *verdicts_of)
{
	if (q->count == OPEN_MAX) {
		verdict_set(verdicts_of, name, HAS_EFFECTS);
		return;
	}
	q->open[q->count].answer = mem_strdup(name);
	q->open[q->count++].depth = q->depth;
}

/* All answers that LINE mentions. */
static void
look_at_line(struct str line, struct map *verdicts_of, struct questions *q)
{
	for (size_t at = 0; at + sizeof(ANSWER_PREFIX) <= line.n; at++) {
		struct str rest = str_skip(line, at);
		cleanup_free char *name = NULL;
		bool asks;
		size_t n;

		if (line.p[at] != 'a' || !str_starts(rest, STR_LIT(ANSWER_PREFIX)) ||
		    (at && is_name_char(line.p[at - 1])))
			continue;
		n = name_length(rest);
		name = mem_strndup(rest.p, n);
		asks = is_question(line, at, n);
		if (!verdict_get(verdicts_of, name))
			verdict_set(verdicts_of, name, asks ? ASKED_FIRST : USED_FIRST);
		if (asks && line.p[at - 1] == '{' && is_word(str_trim(line), "if"))
			open_question(q, name, verdicts_of);
		at += n;
	}
}

static void
read_configure(struct str text, struct map *verdicts_of)
{
	struct questions q = { 0 };
	struct str line;

	while (str_line(&text, &line)) {
		struct str code = str_trim(line);

		if (q.here_mark.n) {
			if (str_eq(line, q.here_mark))
				q.here_mark.n = 0;
			continue;
		}
		q.here_mark = here_document(line);
		follow(code, &q);
		look_inside(code, &q, verdicts_of);
		look_at_line(line, verdicts_of, &q);
	}
	/* What never ended has told nothing. */
	for (; q.count; close_question(&q))
		verdict_set(verdicts_of, q.open[q.count - 1].answer, HAS_EFFECTS);
}

/* A value as config.log has it, one word of a shell, without its quotes. */
static bool
take_value(struct str text, struct str *ret)
{
	bool quoted = text.n >= 2 && text.p[0] == '\'' && text.p[text.n - 1] == '\'';

	*ret = quoted ? (struct str){ text.p + 1, text.n - 2 } : text;
	if (ret->n > VALUE_MAX)
		return false;
	for (size_t i = 0; i < ret->n; i++) {
		char c = ret->p[i];
		bool plain = is_name_char(c) || strchr("-+./:,@%=", c);

		/* An answer of several words has blanks; quotes in quotes are left out. */
		if (c == '\0' || (!plain && !(quoted && c == ' ')))
			return false;
	}
	return true;
}

static void
take_answer(struct str line, const struct map *verdicts_of, struct buf *ret)
{
	size_t n = name_length(line);
	cleanup_free char *name = mem_strndup(line.p, n);
	cleanup_free char *value = NULL;
	struct str text;

	if (n == line.n || line.p[n] != '=' || !str_starts(line, STR_LIT(ANSWER_PREFIX)) ||
	    str_starts(line, STR_LIT(ENV_PREFIX)) || !take_value(str_skip(line, n + 1), &text))
		return;
	/* Some questions are put in loops, where the text has no whole names. */
	switch (verdict_get(verdicts_of, name)) {
	case USED_FIRST:
	case HAS_EFFECTS:
		return;
	case ASKED_FIRST:
		break;
	}
	value = mem_strndup(text.p, text.n);
	buf_printf(ret, "test \"${%s+set}\" || %s=", name, name);
	shell_quote_sh(ret, value);
	buf_add(ret, "\n", 1);
}

void
answers_judge(struct str configure, struct str log, struct buf *ret_site)
{
	cleanup_map struct map verdicts_of = { 0 };
	bool inside = false;
	struct str line;

	read_configure(configure, &verdicts_of);
	while (str_line(&log, &line)) {
		if (str_eq_text(line, LOG_BEGIN))
			inside = true;
		else if (inside && str_starts(line, STR_LIT(LOG_END)) &&
			 !str_ends(line, STR_LIT("- ##")))
			return;
		else if (inside)
			take_answer(line, &verdicts_of, ret_site);
	}
}
