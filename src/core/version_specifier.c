/* SPDX-License-Identifier: MIT */
/* Version specifiers (PEP 440): which versions a range allows. */
#include <config.h>

#include <string.h>

#include "core/version.h"

/* Largest number in a specifier; no Python has one of nine digits. */
#define NUMBER_MAX 99999999u

enum op {
	OP_ARBITRARY,  /* === */
	OP_EQUAL,      /* ==, with or without .* */
	OP_NOT_EQUAL,  /* !=, likewise */
	OP_AT_MOST,    /* <= */
	OP_AT_LEAST,   /* >= */
	OP_COMPATIBLE, /* ~= */
	OP_LESS,       /* < */
	OP_MORE,       /* > */
	OP_CARET,      /* ^, Poetry's: up to the next major */
	OP_TILDE,      /* ~, Poetry's: up to the next minor */
};

/* Longest first. */
static const struct {
	const char *text;
	enum op op;
} operators[] = {
	{ "===", OP_ARBITRARY }, { "==", OP_EQUAL },	{ "!=", OP_NOT_EQUAL },
	{ "<=", OP_AT_MOST },	 { ">=", OP_AT_LEAST }, { "~=", OP_COMPATIBLE },
	{ "<", OP_LESS },	 { ">", OP_MORE },	{ "^", OP_CARET },
	{ "~", OP_TILDE },
};

/* A version in PEP 440's order: release, pre-release, post, development. */
struct point {
	uint32_t release[VERSION_PARTS_MAX];
	unsigned parts;
	enum version_stage stage; /* DEV: a development release of the final itself */
	uint32_t stage_number;
	uint32_t post; /* 0: none; else its number and 1 */
	uint32_t dev;  /* UINT32_MAX: none, which comes after all of them */
};

struct clause {
	enum op op;
	bool any_after;	 /* .* */
	struct point at; /* not for ARBITRARY */
	struct str text; /* what follows the operator */
};

static bool
refuse(const char **ret_why, const char *why)
{
	if (ret_why)
		*ret_why = why;
	return false;
}

/* Take TEXT (lower case) off *S, whatever the case there. */
static bool
take_word(struct str *s, const char *text)
{
	size_t n = strlen(text);

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_lower(s->p[i]) != text[i])
			return false;
	*s = str_skip(*s, n);
	return true;
}

static bool
take_number(struct str *s, uint32_t *ret)
{
	uint64_t value;
	size_t n = 0;

	while (n < s->n && str_is_digit(s->p[n]))
		n++;
	if (!str_u64((struct str){ s->p, n }, 0, NUMBER_MAX, &value))
		return false;
	*s = str_skip(*s, n);
	*ret = (uint32_t)value;
	return true;
}

static void
take_separator(struct str *s)
{
	if (s->n && (s->p[0] == '.' || s->p[0] == '-' || s->p[0] == '_'))
		*s = str_skip(*s, 1);
}

/* Take ".rc1", "-alpha_2", "post" (which is post0) off *S: one of WORDS with a
 * separator before it and a number behind. Its index, or -1. */
static int
take_suffix(struct str *s, const char *const *words, uint32_t *ret_number)
{
	struct str rest = *s;

	take_separator(&rest);
	for (int i = 0; words[i]; i++) {
		struct str number;

		if (!take_word(&rest, words[i]))
			continue;
		number = rest;
		take_separator(&number);
		*ret_number = 0;
		if (number.n && str_is_digit(number.p[0]) && take_number(&number, ret_number))
			rest = number;
		*s = rest;
		return i;
	}
	return -1;
}

static void
take_suffixes(struct str *s, struct point *p)
{
	static const char *const pre[] = { "alpha", "beta", "preview", "pre", "rc",
					   "a",	    "b",    "c",       NULL };
	static const enum version_stage stages[] = {
		VERSION_ALPHA,	   VERSION_BETA,  VERSION_CANDIDATE, VERSION_CANDIDATE,
		VERSION_CANDIDATE, VERSION_ALPHA, VERSION_BETA,	     VERSION_CANDIDATE,
	};
	static const char *const post[] = { "post", "rev", "r", NULL };
	static const char *const dev[] = { "dev", NULL };
	uint32_t number;
	int i = take_suffix(s, pre, &p->stage_number);

	if (i >= 0)
		p->stage = stages[i];
	if (take_suffix(s, post, &number) >= 0)
		p->post = number + 1;
	if (take_suffix(s, dev, &number) < 0)
		return;
	p->dev = number;
	if (i < 0 && !p->post)
		p->stage = VERSION_DEV;
}

/* A version of PEP 440, with ".*" behind it if *RET_ANY_AFTER. */
static bool
parse_point(struct str s, struct point *ret, bool *ret_any_after, const char **ret_why)
{
	struct point p = { .stage = VERSION_FINAL, .dev = UINT32_MAX };
	bool has_suffix;

	if (s.n && str_lower(s.p[0]) == 'v')
		s = str_skip(s, 1);
	do {
		if (p.parts == VERSION_PARTS_MAX || !take_number(&s, &p.release[p.parts++]))
			return refuse(ret_why, "what follows an operator is no version");
	} while (s.n > 1 && s.p[0] == '.' && str_is_digit(s.p[1]) && take_word(&s, "."));
	if (s.n && s.p[0] == '!')
		return refuse(ret_why, "no Python has an epoch (N!)");
	has_suffix = s.n;
	*ret_any_after = str_eq_text(s, ".*");
	if (*ret_any_after)
		s.n = 0;
	take_suffixes(&s, &p);
	has_suffix = has_suffix && !*ret_any_after;
	if (s.n && s.p[0] == '+')
		return refuse(ret_why, "no Python has a local version (+...)");
	if (has_suffix && str_ends(s, STR_LIT("*")))
		return refuse(ret_why, "a * stands only behind whole numbers (==3.12.*)");
	if (s.n)
		return refuse(ret_why, "what follows an operator is no version");
	*ret = p;
	return true;
}

static bool
parse_clause(struct str text, struct clause *ret, const char **ret_why)
{
	struct clause c = { .any_after = false };
	size_t i = 0;

	/* "3.12.*" alone is Poetry's and conda's word for "==3.12.*". */
	if (str_ends(text, STR_LIT(".*")) && str_is_digit(text.p[0])) {
		c.op = OP_EQUAL;
		*ret = c;
		return parse_point(text, &ret->at, &ret->any_after, ret_why);
	}
	for (; i < sizeof(operators) / sizeof(*operators); i++)
		if (take_word(&text, operators[i].text))
			break;
	if (i == sizeof(operators) / sizeof(*operators))
		return refuse(ret_why, text.n == 0 ? "a condition is missing at a comma"
						   : "each version in a range needs an operator "
						     "(>=3.11)");
	c.op = operators[i].op;
	c.text = str_trim(text);
	if (c.op == OP_ARBITRARY) {
		struct str word;
		struct str rest = c.text;

		if (!str_word(&rest, &word) || rest.n)
			return refuse(ret_why, "what follows an operator is no version");
		*ret = c;
		return true;
	}
	if (!parse_point(c.text, &c.at, &c.any_after, ret_why))
		return false;
	if (c.any_after && c.op != OP_EQUAL && c.op != OP_NOT_EQUAL)
		return refuse(ret_why, "a * stands only behind == and !=");
	if (c.op == OP_COMPATIBLE && c.at.parts < 2)
		return refuse(ret_why, "~= needs two numbers or more (~=3.12)");
	*ret = c;
	return true;
}

/* The next clause of *REST; false at the end. A comma at the very end separates
 * nothing (PEP 508 allows it). */
static bool
next_clause(struct str *rest, struct str *ret)
{
	if (str_trim(*rest).n == 0 || !str_split(rest, ',', ret))
		return false;
	*ret = str_trim(*ret);
	return true;
}

/* The next alternative of *REST (Poetry's "^2.7 || ^3.5"); false at the end. */
static bool
next_alternative(struct str *rest, struct str *ret)
{
	while (str_split(rest, '|', ret))
		if (str_trim(*ret).n)
			return true;
	return false;
}

static bool
check_clauses(struct str rest, const char **ret_why)
{
	struct str part;
	struct clause clause;

	while (next_clause(&rest, &part))
		if (!parse_clause(part, &clause, ret_why))
			return false;
	return true;
}

bool
specifier_check(struct str text, const char **ret_why)
{
	struct str rest = text;
	struct str alternative;
	bool any = false;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\t' && (text.p[i] < ' ' || text.p[i] > '~'))
			return refuse(ret_why, "it has a character that no version has");
	while (next_alternative(&rest, &alternative)) {
		if (!check_clauses(alternative, ret_why))
			return false;
		any = true;
	}
	return any || refuse(ret_why, "it is empty");
}

static int
compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* Order of two releases; numbers that are not there are 0. */
static int
compare_releases(const struct point *a, const struct point *b)
{
	int order = 0;

	for (unsigned i = 0; !order && i < VERSION_PARTS_MAX; i++)
		order = compare_numbers(i < a->parts ? a->release[i] : 0,
					i < b->parts ? b->release[i] : 0);
	return order;
}

static int
compare(const struct point *a, const struct point *b)
{
	int order = compare_releases(a, b);

	if (!order)
		order = (int)a->stage - (int)b->stage;
	if (!order)
		order = compare_numbers(a->stage_number, b->stage_number);
	if (!order)
		order = compare_numbers(a->post, b->post);
	return order ? order : compare_numbers(a->dev, b->dev);
}

/* Does V begin with the first COUNT numbers of P? */
static bool
begins_with(const struct point *v, const struct point *p, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if ((i < v->parts ? v->release[i] : 0) != p->release[i])
			return false;
	return true;
}

/* "<3.13" does not mean 3.13.0rc1, whatever else is said of pre-releases. */
static bool
is_less(const struct point *v, const struct point *p)
{
	bool is_pre = p->stage != VERSION_FINAL || p->dev != UINT32_MAX;

	if (compare(v, p) >= 0)
		return false;
	return is_pre || v->stage == VERSION_FINAL || compare_releases(v, p) != 0;
}

/* NAME is what V is called, for ===. */
static bool
clause_allows(const struct clause *c, const struct point *v, struct str name)
{
	bool same = c->any_after ? begins_with(v, &c->at, c->at.parts) : compare(v, &c->at) == 0;
	int order = compare(v, &c->at);

	switch (c->op) {
	case OP_ARBITRARY:
		return str_eq(c->text, name);
	case OP_EQUAL:
		return same;
	case OP_NOT_EQUAL:
		return !same;
	case OP_AT_MOST:
		return order <= 0;
	case OP_AT_LEAST:
		return order >= 0;
	case OP_COMPATIBLE:
		return order >= 0 && begins_with(v, &c->at, c->at.parts - 1);
	case OP_LESS:
		return is_less(v, &c->at);
	case OP_MORE:
		return order > 0;
	case OP_CARET:
		return order >= 0 && begins_with(v, &c->at, 1);
	case OP_TILDE:
		return order >= 0 && begins_with(v, &c->at, c->at.parts < 2 ? 1 : 2);
	}
	return false;
}

/* Only a condition that names one asks for pre-releases; what is excluded by != is
 * not asked for. */
static bool
names_pre_release(const struct clause *c)
{
	struct version v;

	if (c->op == OP_ARBITRARY)
		return version_parse(c->text, &v) && v.stage != VERSION_FINAL;
	return c->op != OP_NOT_EQUAL && (c->at.stage != VERSION_FINAL || c->at.dev != UINT32_MAX);
}

/* All conditions of one alternative. */
static bool
clauses_allow(struct str rest, const struct point *v, const struct version *version, bool any_stage)
{
	bool may_be_pre = any_stage || version->stage == VERSION_FINAL;
	struct str part;
	struct clause clause;

	while (next_clause(&rest, &part)) {
		if (!parse_clause(part, &clause, NULL) || !clause_allows(&clause, v, version->name))
			return false;
		may_be_pre |= names_pre_release(&clause);
	}
	return may_be_pre;
}

bool
specifier_allows(struct str text, const struct version *version, bool any_stage)
{
	bool is_cpython = str_eq_text(version->family, "cpython");
	struct point v = { .stage = version->stage,
			   .stage_number = version->stage_number,
			   .parts = version->release_parts,
			   .dev = version->stage == VERSION_DEV ? 0 : UINT32_MAX };
	struct str alternative;

	memcpy(v.release, version->release, sizeof(version->release));
	if (!is_cpython)
		v.parts = version_language(version, v.release);
	/* What is not known of it (an environment's name) is in no range. */
	while (v.parts && next_alternative(&text, &alternative))
		if (clauses_allow(alternative, &v, version, any_stage))
			return true;
	return false;
}
