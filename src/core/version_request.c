/* SPDX-License-Identifier: MIT */
/* Requests: what people type or pin, and what satisfies it. */
#include <config.h>

#include <string.h>

#include "core/version_internal.h"

static bool
refuse(const char **ret_why, const char *why)
{
	if (ret_why)
		*ret_why = why;
	return false;
}

static bool
starts_without_case(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_lower(s.p[i]) != prefix[i])
			return false;
	return true;
}

static bool
is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!str_is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

/* Take the letter C off the end of *S. */
static bool
take_end(struct str *s, char c)
{
	if (s->n == 0 || s->p[s->n - 1] != c)
		return false;
	s->n--;
	return true;
}

/* "312" of a wheel tag, "313t", "313td": one digit of major, the rest minor. */
static bool
parse_tag(struct str s, struct version *want)
{
	struct version v = { .stage = VERSION_FINAL, .language_parts = 2 };
	uint64_t minor;

	v.debug = take_end(&s, 'd');
	v.free_threaded = take_end(&s, 't');
	if (s.n < 2 || s.n > 4 || (s.p[0] != '2' && s.p[0] != '3') || !is_digits(s) ||
	    !str_u64(str_skip(s, 1), 0, 999, &minor))
		return false;
	v.language[0] = (uint32_t)(s.p[0] - '0');
	v.language[1] = (uint32_t)minor;
	*want = v;
	return true;
}

/* The implementation words of uv, mise and pyenv, longest first. */
static const struct {
	const char *word;
	const char *family;
	bool tag; /* followed by a wheel tag's digits: cp312 */
} implementations[] = {
	{ "cpython", "cpython", false }, { "python", "cpython", false },
	{ "graalpy", "graalpy", false }, { "pypy", "pypy", false },
	{ "cp", "cpython", true },	 { "pp", "pypy", true },
	{ "gp", "graalpy", true },	 { "py", "cpython", true },
};

/* uv's "+freethreaded", "+debug" at the end of *S. */
static bool
take_variants(struct str *s, bool *ret_free_threaded, bool *ret_debug)
{
	size_t plus = str_find(*s, '+');
	struct str variants = str_skip(*s, plus + 1);
	struct str one;

	if (plus == s->n)
		return true;
	s->n = plus;
	if (variants.n == 0)
		return false;
	while (str_split(&variants, '+', &one)) {
		if (str_eq_text(one, "freethreaded"))
			*ret_free_threaded = true;
		else if (str_eq_text(one, "debug"))
			*ret_debug = true;
		else if (!str_eq_text(one, "gil"))
			return false;
	}
	return true;
}

/* A version of CPython: "3", "3.12", "3.12.1t", "3.14.0rc2", "312". */
static bool
want_cpython(struct str s, struct version *want)
{
	if (parse_tag(s, want)) {
		want->family = STR_LIT("cpython");
		memcpy(want->release, want->language, sizeof(want->language));
		want->release_parts = 2;
		return true;
	}
	return version_parse(s, want) && str_eq_text(want->family, "cpython");
}

/* "3.11" of "pypy@3.11", "311" of "pp311": a language of an implementation. */
static bool
want_language(struct str s, const char *family, struct version *want)
{
	struct version v;

	if (!parse_tag(s, &v) &&
	    (!version_parse(s, &v) || !str_eq_text(v.family, "cpython") || v.env.n))
		return false;
	if (v.stage != VERSION_FINAL || v.free_threaded || v.debug)
		return false;
	*want = (struct version){ .family = str_from(family),
				  .stage = VERSION_FINAL,
				  .language_parts = v.language_parts };
	memcpy(want->language, v.language, sizeof(want->language));
	return true;
}

/* What a text is for parse_implementation(). */
enum form {
	FORM_NONE, /* no implementation form */
	FORM_UNDERSTOOD,
	FORM_MALFORMED,
};

static enum form
want_latest(const char *family, struct request *r)
{
	r->kind = REQUEST_LATEST;
	r->want = (struct version){ .family = str_from(family) };
	return FORM_UNDERSTOOD;
}

static enum form
want_numbers(struct str s, const char *family, struct request *r)
{
	bool is_cpython = strcmp(family, "cpython") == 0;

	if (is_cpython ? !want_cpython(s, &r->want) : !want_language(s, family, &r->want))
		return FORM_NONE;
	r->kind = REQUEST_PREFIX;
	if (is_cpython)
		r->name = s;
	return FORM_UNDERSTOOD;
}

/* What follows "python-" or "cpython-". pyenv passes over the first, whatever
 * follows; the folder of the whole text has its turn later, so "python-tools"
 * finds either. */
static enum form
want_after_dash(struct str s, bool is_python, struct request *r)
{
	if (want_numbers(s, "cpython", r) == FORM_UNDERSTOOD)
		return FORM_UNDERSTOOD;
	if (!is_python || !version_name_ok(s))
		return FORM_NONE;
	r->name = s;
	r->kind = str_eq_text(s, "system") ? REQUEST_SYSTEM : REQUEST_NAME;
	return FORM_UNDERSTOOD;
}

/* An implementation form: WORD, WORD@VERSION, WORD-VERSION (CPython), WORDVERSION. */
static enum form
parse_implementation(struct str s, struct request *r)
{
	for (size_t i = 0; i < sizeof(implementations) / sizeof(*implementations); i++) {
		const char *word = implementations[i].word;
		const char *family = implementations[i].family;
		struct str rest;

		if (!starts_without_case(s, word))
			continue;
		rest = str_skip(s, strlen(word));
		if (rest.n && rest.p[0] == '@') {
			rest = str_skip(rest, 1);
			if (str_eq_text(rest, "latest"))
				return want_latest(family, r);
			return want_numbers(rest, family, r) == FORM_UNDERSTOOD ? FORM_UNDERSTOOD
										: FORM_MALFORMED;
		}
		if (rest.n == 0 && !implementations[i].tag)
			return want_latest(family, r);
		if (rest.n && rest.p[0] == '-' && strcmp(family, "cpython") == 0 &&
		    !implementations[i].tag)
			return want_after_dash(str_skip(rest, 1), strcmp(word, "python") == 0, r);
		if (rest.n && str_is_digit(rest.p[0]))
			return want_numbers(rest, family, r);
	}
	return FORM_NONE;
}

/* A text without an implementation: a name, or a version. */
static bool
parse_plain(struct str s, struct request *r)
{
	if (!version_parse(s, &r->want))
		return false;
	/* A plain number may also be a wheel tag (312). */
	if ((str_is_digit(s.p[0]) && want_cpython(s, &r->want)) ||
	    (r->want.family.n && !r->want.env.n))
		r->kind = REQUEST_PREFIX;
	return true;
}

/* What S without its variants asks for; NULL, or what is wrong with it. */
static const char *
parse_text(struct str s, struct request *r)
{
	r->name = s;
	if (!version_name_ok(s))
		return "it is no safe name";
	if (str_eq_text(s, "system")) {
		r->kind = REQUEST_SYSTEM;
		return NULL;
	}
	if (str_eq_text(s, "latest")) {
		(void)want_latest("cpython", r);
		return NULL;
	}
	switch (parse_implementation(s, r)) {
	case FORM_MALFORMED:
		return "what follows the @ is no version";
	case FORM_NONE:
		return parse_plain(s, r) ? NULL : "it is no safe name";
	case FORM_UNDERSTOOD:
		break;
	}
	return NULL;
}

/* May S be uv's long form: does it begin with an implementation and a dash? */
static bool
is_long_form(struct str s)
{
	for (size_t i = 0; i < sizeof(implementations) / sizeof(*implementations); i++) {
		const char *word = implementations[i].word;

		if (!implementations[i].tag && starts_without_case(s, word))
			return str_starts(str_skip(s, strlen(word)), STR_LIT("-"));
	}
	return false;
}

/* Where the operator of a range is, or S.n. */
static size_t
find_operator(struct str s)
{
	size_t i = 0;

	while (i < s.n && (!s.p[i] || !strchr("<>=~!^*,|", s.p[i])))
		i++;
	return i;
}

/* A range, whose operator is at AT: ">=3.11,<3.13", "pypy>=3.10", "cpython@>=3.12". */
static bool
parse_range(struct str s, size_t at, struct request *r, const char **ret_why)
{
	struct str word = str_trim((struct str){ s.p, at });

	r->kind = REQUEST_RANGE;
	r->name = (struct str){ NULL, 0 };
	r->want = (struct version){ .family = STR_LIT("cpython") };
	r->range = str_skip(s, word.n ? at : 0);
	if (word.n && word.p[word.n - 1] == '@')
		word.n--;
	for (size_t i = 0; word.n && i < sizeof(implementations) / sizeof(*implementations); i++) {
		if (implementations[i].tag || strlen(implementations[i].word) != word.n ||
		    !starts_without_case(word, implementations[i].word))
			continue;
		r->want.family = str_from(implementations[i].family);
		return specifier_check(r->range, ret_why);
	}
	/* "3.11,<3.13", "3.12.*": the check tells what is wrong with it. */
	if (word.n)
		r->range = s;
	return specifier_check(r->range, ret_why);
}

/* Prefixes of asdf and mise that ask for what is no version. */
static const char *
other_tools_prefix(struct str s)
{
	if (str_starts(s, STR_LIT("ref:")))
		return "ref: names a revision of a source tree, not a version";
	if (str_starts(s, STR_LIT("path:")))
		return "path: names a folder, not a version";
	if (str_starts(s, STR_LIT("sub-")) && str_find(s, ':') < s.n)
		return "sub-N: counts back from another version, which is not understood";
	return NULL;
}

/* A text without an operator: what is wrong with it, or NULL. */
static const char *
parse_one(struct str s, struct request *r)
{
	bool free_threaded = false;
	bool debug = false;
	const char *why;

	if (!take_variants(&s, &free_threaded, &debug))
		return "its variant (after +) is not known";
	why = parse_text(s, r);
	if (why || !(free_threaded || debug))
		return why;
	if (r->kind != REQUEST_LATEST && r->kind != REQUEST_PREFIX)
		return "a variant (after +) needs a version before it";
	r->name = (struct str){ NULL, 0 };
	r->want.free_threaded |= free_threaded;
	r->want.debug |= debug;
	return NULL;
}

/* uv's long form, "cpython-3.13+freethreaded-linux-x86_64-gnu"; false for all else
 * ("python-app-linux" is a name). */
static bool
parse_long_form(struct str s, struct request *ret)
{
	struct request r = { .text = ret->text, .kind = REQUEST_NAME };
	struct str whole = s;

	if (!is_long_form(s) || !version_take_platform(&s, &r.platform) || parse_one(s, &r) ||
	    (r.kind != REQUEST_LATEST && r.kind != REQUEST_PREFIX))
		return false;
	/* uv's own folders are called so. */
	r.name = version_name_ok(whole) ? whole : (struct str){ NULL, 0 };
	*ret = r;
	return true;
}

bool
request_parse(struct str text, struct request *ret_request, const char **ret_why)
{
	struct request r = { .text = text, .kind = REQUEST_NAME };
	struct str s = text;
	const char *why = other_tools_prefix(s);

	if (text.n == 0)
		return refuse(ret_why, "it is empty");
	if (why)
		return refuse(ret_why, why);
	if (find_operator(s) < s.n) {
		if (!parse_range(s, find_operator(s), &r, ret_why))
			return false;
		*ret_request = r;
		return true;
	}
	/* mise's and asdf's words for what a plain prefix is here. */
	if (str_starts(s, STR_LIT("prefix:")))
		s = str_skip(s, strlen("prefix:"));
	else if (str_starts(s, STR_LIT("latest:")))
		s = str_skip(s, strlen("latest:"));
	if (!parse_long_form(s, &r)) {
		why = parse_one(s, &r);
		if (why)
			return refuse(ret_why, why);
	}
	*ret_request = r;
	return true;
}

static bool
numbers_begin(const uint32_t *want, unsigned want_count, const uint32_t *have, unsigned have_count)
{
	return have_count >= want_count && memcmp(want, have, want_count * sizeof(*want)) == 0;
}

/* 3.14rc2 is 3.14.0rc2: a number that is not there is 0. */
static bool
numbers_equal(const uint32_t *a, unsigned a_count, const uint32_t *b, unsigned b_count)
{
	for (unsigned i = 0; i < a_count || i < b_count; i++)
		if ((i < a_count ? a[i] : 0) != (i < b_count ? b[i] : 0))
			return false;
	return true;
}

static bool
same_variant(const struct version *want, const struct version *have)
{
	return want->free_threaded == have->free_threaded && want->debug == have->debug;
}

/* How a version answers a request, from bad to good. */
enum fit {
	FIT_NONE,
	FIT_ANY_LANGUAGE, /* pypy-7.3 by pypy3.11-7.3.20: its release, with a language
			   * that nobody asked for */
	FIT_NUMBERS,
	FIT_LANGUAGE, /* miniconda3-3.12 by miniconda3-3.12-24.9.2-0 */
	FIT_NAME,
};

static enum fit
numbers_fit(const struct version *want, const struct version *have)
{
	bool release = numbers_begin(want->release, want->release_parts, have->release,
				     have->release_parts);
	uint32_t language[VERSION_LANGUAGE_MAX];
	unsigned parts = version_language(have, language);

	if (want->language_parts || want->release_parts == 0)
		return release && numbers_begin(want->language, want->language_parts, language,
						parts)
			       ? FIT_NUMBERS
			       : FIT_NONE;
	if (want->release_parts == 2 && parts && numbers_begin(want->release, 2, language, parts))
		return FIT_LANGUAGE;
	if (!release)
		return FIT_NONE;
	return have->language_parts ? FIT_ANY_LANGUAGE : FIT_NUMBERS;
}

static enum fit
fit(const struct request *request, const struct version *have)
{
	const struct version *want = &request->want;

	if (request->kind == REQUEST_SYSTEM)
		return FIT_NONE;
	if (request->name.n && str_eq(request->name, have->name))
		return FIT_NAME;
	/* An environment is asked for by its whole name. */
	if (request->kind == REQUEST_NAME || want->env.n || have->env.n ||
	    !str_eq(want->family, have->family) || !same_variant(want, have))
		return FIT_NONE;
	if (request->kind == REQUEST_LATEST)
		return have->stage == VERSION_FINAL ? FIT_NUMBERS : FIT_NONE;
	/* 3.16-dev is a branch, which has no place among the releases. */
	if (request->kind == REQUEST_RANGE)
		return have->stage != VERSION_DEV && specifier_allows(request->range, have, false)
			       ? FIT_NUMBERS
			       : FIT_NONE;
	if (want->stage != have->stage || want->stage_number != have->stage_number)
		return FIT_NONE;
	/* A pre-release is one build, not the beginning of others. */
	if (want->stage != VERSION_FINAL &&
	    !numbers_equal(want->release, want->release_parts, have->release, have->release_parts))
		return FIT_NONE;
	return numbers_fit(want, have);
}

bool
request_matches(const struct request *request, const struct version *version)
{
	return fit(request, version) != FIT_NONE;
}

bool
request_prefers(const struct request *request, const struct version *a, const struct version *b)
{
	enum fit a_fit = fit(request, a);
	enum fit b_fit = fit(request, b);

	/* Who allows pre-releases (>=3.13.0rc1) does not ask for the next alpha. */
	if (request->kind == REQUEST_RANGE &&
	    (a->stage == VERSION_FINAL) != (b->stage == VERSION_FINAL))
		return a->stage == VERSION_FINAL;
	return a_fit != b_fit ? a_fit > b_fit : version_compare(a, b) > 0;
}
