/* SPDX-License-Identifier: MIT */
/* Requests: what people type or pin, and what satisfies it. */
#include <config.h>

#include <string.h>

#include "core/version.h"

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

/* "312" of a wheel tag: one digit of major, the rest minor. */
static bool
parse_tag(struct str s, struct version *want)
{
	uint64_t minor;

	if (s.n < 2 || s.n > 4 || (s.p[0] != '2' && s.p[0] != '3') || !is_digits(s) ||
	    !str_u64(str_skip(s, 1), 0, 999, &minor))
		return false;
	want->language[0] = (uint32_t)(s.p[0] - '0');
	want->language[1] = (uint32_t)minor;
	want->language_parts = 2;
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
	if (s.n >= 2 && is_digits(s) && parse_tag(s, want)) {
		want->family = STR_LIT("cpython");
		want->stage = VERSION_FINAL;
		memcpy(want->release, want->language, sizeof(want->language));
		want->release_parts = 2;
		return true;
	}
	return version_parse(s, want) && str_eq_text(want->family, "cpython");
}

/* "pypy@3.11", "pp311": a language of an implementation. */
static bool
want_language(struct str s, const char *family, struct version *want)
{
	struct version numbers;

	want->stage = VERSION_FINAL;
	want->family = str_from(family);
	if (is_digits(s) && parse_tag(s, want))
		return true;
	if (!version_parse(s, &numbers) || !str_eq_text(numbers.family, "cpython") ||
	    numbers.stage != VERSION_FINAL)
		return false;
	memcpy(want->language, numbers.language, sizeof(want->language));
	want->language_parts = numbers.language_parts;
	return true;
}

/* An implementation form: WORD, WORD@VERSION, WORD-VERSION (CPython), WORDVERSION.
 * *RET_IS says whether it is one at all. */
static bool
parse_implementation(struct str s, struct request *r, bool *ret_is)
{
	for (size_t i = 0; i < sizeof(implementations) / sizeof(*implementations); i++) {
		bool cpython = strcmp(implementations[i].family, "cpython") == 0;
		struct str rest;

		if (!starts_without_case(s, implementations[i].word))
			continue;
		rest = str_skip(s, strlen(implementations[i].word));
		if (rest.n && (rest.p[0] == '@' || (cpython && rest.p[0] == '-')))
			rest = str_skip(rest, 1);
		else if (!cpython && !implementations[i].tag)
			return true; /* pypy3.11-7.3.20: a name as it stands */
		else if (rest.n && !str_is_digit(rest.p[0]))
			continue;
		if (rest.n == 0 && implementations[i].tag)
			continue;
		*ret_is = true;
		if (rest.n == 0 || str_eq_text(rest, "latest")) {
			r->kind = REQUEST_LATEST;
			r->want = (struct version){ .family = str_from(implementations[i].family) };
			return true;
		}
		r->kind = REQUEST_PREFIX;
		if (!cpython)
			return want_language(rest, implementations[i].family, &r->want);
		r->name = rest;
		return want_cpython(rest, &r->want);
	}
	return true;
}

bool
request_parse(struct str text, struct request *ret_request, const char **ret_why)
{
	struct request r = { .text = text, .kind = REQUEST_NAME, .name = text };
	struct str s = text;
	bool free_threaded = false;
	bool debug = false;
	bool is_implementation = false;

	if (text.n == 0)
		return refuse(ret_why, "it is empty");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] && strchr("<>=~!*,", s.p[i]))
			return refuse(ret_why, "ranges are not understood");
	if (str_starts(s, STR_LIT("prefix:")))
		s = str_skip(s, strlen("prefix:"));
	if (!take_variants(&s, &free_threaded, &debug))
		return refuse(ret_why, "its variant (after +) is not known");
	if (!version_name_ok(s) && str_find(s, '@') == s.n)
		return refuse(ret_why, "it is no safe name");
	r.name = s;
	if (str_eq_text(s, "system")) {
		r.kind = REQUEST_SYSTEM;
	} else if (str_eq_text(s, "latest")) {
		r.kind = REQUEST_LATEST;
		r.want = (struct version){ .family = STR_LIT("cpython") };
	} else if (!parse_implementation(s, &r, &is_implementation)) {
		return refuse(ret_why, "what follows the implementation is no version");
	} else if (!is_implementation) {
		if (!version_parse(s, &r.want))
			return refuse(ret_why, "it is no safe name");
		/* A plain number may also be a wheel tag (312). */
		if ((str_is_digit(s.p[0]) && want_cpython(s, &r.want)) ||
		    (r.want.family.n && !r.want.env.n))
			r.kind = REQUEST_PREFIX;
	}
	if (free_threaded || debug) {
		r.name = (struct str){ NULL, 0 };
		r.want.free_threaded |= free_threaded;
		r.want.debug |= debug;
	}
	*ret_request = r;
	return true;
}

static bool
numbers_begin(const uint32_t *want, unsigned want_count, const uint32_t *have, unsigned have_count)
{
	return have_count >= want_count &&
	       memcmp(want, have, want_count * sizeof(*want)) == 0;
}

static bool
same_variant(const struct version *want, const struct version *have)
{
	return want->free_threaded == have->free_threaded && want->debug == have->debug;
}

bool
request_matches(const struct request *request, const struct version *version)
{
	const struct version *want = &request->want;

	if (request->kind == REQUEST_SYSTEM)
		return false;
	if (request->name.n && str_eq(request->name, version->name))
		return true;
	/* An environment is asked for by its whole name. */
	if (request->kind == REQUEST_NAME || want->env.n || version->env.n || version->base.n ||
	    !str_eq(want->family, version->family) || !same_variant(want, version))
		return false;
	if (request->kind == REQUEST_LATEST)
		return version->stage == VERSION_FINAL;
	if (want->stage != version->stage || want->stage_number != version->stage_number)
		return false;
	/* A pre-release is one build, not the beginning of others. */
	if (want->stage != VERSION_FINAL && want->release_parts != version->release_parts)
		return false;
	return numbers_begin(want->language, want->language_parts, version->language,
			     version->language_parts) &&
	       numbers_begin(want->release, want->release_parts, version->release,
			     version->release_parts);
}

bool
request_prefers(const struct request *request, const struct version *a, const struct version *b)
{
	bool a_exact = request->name.n && str_eq(request->name, a->name);
	bool b_exact = request->name.n && str_eq(request->name, b->name);

	if (a_exact != b_exact)
		return a_exact;
	return version_compare(a, b) > 0;
}
