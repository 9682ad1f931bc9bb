/* SPDX-License-Identifier: MIT */
/* Names of versions: taking them apart, and their order. */
#include <config.h>

#include "core/version.h"

#include <string.h>

#include "base/path.h"

/* Largest number in a release; larger ones make a name no version. */
#define NUMBER_MAX 99999999u

/* Words with which a family's name begins. Only names of these are versions;
 * what users call their environments ("shop-2.0") is not. */
static const char *const families[] = {
	"pypy",		"graalpython", "graalpy",   "miniforge",     "mambaforge", "miniconda",
	"anaconda",	"micropython", "stackless", "jython",	     "ironpython", "pyston",
	"activepython", "cinder",      "nogil",	    "circuitpython", "pyodide",
};

static bool
component_ok(struct str s)
{
	if (!path_component_ok(s) || s.p[0] == '-' || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++)
		/* ':' separates versions in PYENV_VERSION, blanks in pins. */
		if (s.p[i] == ':' || s.p[i] == ' ')
			return false;
	return true;
}

bool
version_name_ok(struct str name)
{
	struct str rest = name;
	struct str part;
	unsigned parts = 0;

	if (name.n == 0 || name.n > VERSION_NAME_MAX)
		return false;
	while (str_split(&rest, '/', &part)) {
		if (!component_ok(part) || ++parts > 3)
			return false;
		if (parts == 2 && !str_eq(part, STR_LIT("envs")))
			return false;
	}
	return parts == 1 || parts == 3;
}

/* Take a number off the front of *S. */
static bool
take_number(struct str *s, uint32_t *ret)
{
	size_t n = 0;
	uint64_t value;

	while (n < s->n && str_is_digit(s->p[n]))
		n++;
	if (!str_u64((struct str){ s->p, n }, 0, NUMBER_MAX, &value))
		return false;
	*s = str_skip(*s, n);
	*ret = (uint32_t)value;
	return true;
}

/* Take a prefix TEXT off *S. */
static bool
take_text(struct str *s, const char *text)
{
	if (!str_starts(*s, str_from(text)))
		return false;
	*s = str_skip(*s, strlen(text));
	return true;
}

/* Take "1.2.3" off *S, appending to the *COUNT of at most MAX numbers. */
static bool
take_release(struct str *s, uint32_t *numbers, unsigned max, unsigned *count)
{
	do {
		uint32_t number;

		if (*count >= max || !take_number(s, &number))
			return false;
		numbers[(*count)++] = number;
		/* "3.12." is no release: the dot must be followed by a digit. */
	} while (s->n > 1 && s->p[0] == '.' && str_is_digit(s->p[1]) && take_text(s, "."));
	return true;
}

/* Take a stage ("rc2", "a1", "-dev", …) off *S; nothing there is FINAL. */
static bool
take_stage(struct str *s, struct version *v)
{
	static const struct {
		const char *text;
		enum version_stage stage;
	} stages[] = {
		{ "rc", VERSION_CANDIDATE },
		{ "a", VERSION_ALPHA },
		{ "b", VERSION_BETA },
		{ "c", VERSION_CANDIDATE },
	};

	v->stage = VERSION_FINAL;
	for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
		struct str after = *s;

		if (!take_text(&after, stages[i].text) || !after.n || !str_is_digit(after.p[0]))
			continue;
		*s = after;
		v->stage = stages[i].stage;
		return take_number(s, &v->stage_number);
	}
	return true;
}

/* "3.13.5", "3.13.5t", "3.14.0rc2t", "3.13-dev", "3.13t-dev", "3.13.5-debug",
 * "3.13d": what is left must be empty. */
static bool
parse_cpython(struct str s, struct version *v)
{
	/* An environment called "2024" is no CPython, least of all the newest. */
	if (s.n > 1 && str_is_digit(s.p[1]))
		return false;
	if (!take_release(&s, v->release, VERSION_PARTS_MAX, &v->release_parts) ||
	    !take_stage(&s, v))
		return false;
	v->free_threaded = take_text(&s, "t");
	v->debug = take_text(&s, "d");
	if (take_text(&s, "-dev"))
		v->stage = VERSION_DEV;
	v->debug |= take_text(&s, "-debug");
	v->family = STR_LIT("cpython");
	v->language_parts = v->release_parts < 3 ? v->release_parts : 3;
	memcpy(v->language, v->release, v->language_parts * sizeof(*v->language));
	return s.n == 0;
}

static bool
known_family(struct str word)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (str_eq_text(word, families[i]))
			return true;
	return false;
}

static struct str
first_letters(struct str s)
{
	size_t n = 0;

	while (n < s.n && str_is_alpha(s.p[n]))
		n++;
	return (struct str){ s.p, n };
}

bool
version_is_implementation(struct str word)
{
	return known_family(word) || str_eq_text(word, "cpython");
}

struct str
version_implementation(const struct version *version)
{
	return first_letters(version->family.n ? version->family : version->name);
}

/* The first segment: "pypy3.11" gives pypy and a language, "miniforge3" is a
 * family as it stands. */
static bool
parse_family(struct str segment, struct version *v)
{
	struct str rest;

	v->family = first_letters(segment);
	rest = str_skip(segment, v->family.n);
	if (!known_family(v->family))
		return false;
	if (rest.n == 0)
		return true;
	if (!str_eq_text(v->family, "pypy") && !str_eq_text(v->family, "graalpy")) {
		v->family = segment;
		return true;
	}
	/* "pypy27" is for requests, which read it as 2.7. */
	if (rest.n > 1 && str_is_digit(rest.p[1]))
		return false;
	return take_release(&rest, v->language, VERSION_LANGUAGE_MAX, &v->language_parts) &&
	       rest.n == 0;
}

/* A word after the family belongs to it: "graalpy-community". */
static bool
add_word(struct str word, struct version *v)
{
	if (word.n == 0)
		return false;
	if (v->language_parts == 0) {
		v->family.n = (size_t)(word.p + word.n - v->family.p);
		return true;
	}
	/* A language stands between them (graalpy3.12-community-25.1.3), so that
	 * the text has no view of both. */
	if (!str_eq_text(v->family, "graalpy") || !str_eq_text(word, "community"))
		return false;
	v->family = STR_LIT("graalpy-community");
	return true;
}

/* "dev", "src", "alpha1", "beta", "rc1" as a segment of its own. */
static bool
parse_stage_word(struct str s, struct version *v)
{
	static const struct {
		const char *text;
		enum version_stage stage;
		bool may_have_number;
	} words[] = {
		{ "dev", VERSION_DEV, false },	   { "src", VERSION_DEV, false },
		{ "nightly", VERSION_DEV, false }, { "latest", VERSION_DEV, false },
		{ "alpha", VERSION_ALPHA, true },  { "beta", VERSION_BETA, true },
		{ "rc", VERSION_CANDIDATE, true },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct str after = s;
		uint32_t number = 0;

		if (!take_text(&after, words[i].text) ||
		    (after.n && !(words[i].may_have_number && take_number(&after, &number))) ||
		    after.n)
			continue;
		v->stage = words[i].stage;
		v->stage_number = number;
		return true;
	}
	return false;
}

/* miniconda3-3.12-24.9.2-0: the first of two releases is the language. */
static void
first_is_language(struct version *v)
{
	if (!str_starts(v->family, STR_LIT("miniconda")) || v->language_parts ||
	    v->release_parts != 2)
		return;
	memcpy(v->language, v->release, 2 * sizeof(*v->language));
	v->language_parts = 2;
	v->release_parts = 0;
}

/* One segment after the family: a number, a word that belongs to the family
 * ("community"), or a stage. */
static bool
parse_segment(struct str segment, struct version *v, bool *had_release)
{
	struct str s = segment;

	if (!take_text(&s, "v") || !s.n || !str_is_digit(s.p[0]))
		s = segment;
	if (s.n && str_is_digit(s.p[0])) {
		if (*had_release)
			first_is_language(v);
		*had_release = true;
		return take_release(&s, v->release, VERSION_PARTS_MAX, &v->release_parts) &&
		       take_stage(&s, v) && s.n == 0;
	}
	return parse_stage_word(segment, v) || (!*had_release && add_word(segment, v));
}

static bool
parse_other(struct str s, struct version *v)
{
	struct str segment;
	bool had_release = false;

	if (!str_split(&s, '-', &segment) || !parse_family(segment, v))
		return false;
	v->stage = VERSION_FINAL;
	while (str_split(&s, '-', &segment))
		if (!parse_segment(segment, v, &had_release))
			return false;
	return true;
}

bool
version_parse(struct str name, struct version *ret_version)
{
	struct version v = { .name = name };
	struct str plain = name;
	size_t slash = str_find(name, '/');
	bool understood;

	if (!version_name_ok(name))
		return false;
	if (slash < name.n) {
		v.base = plain = (struct str){ name.p, slash };
		v.env = str_skip(name, slash + strlen("/envs/"));
	}
	understood = str_is_digit(plain.p[0]) ? parse_cpython(plain, &v) : parse_other(plain, &v);
	if (!understood) {
		struct version none = { .name = v.name, .base = v.base, .env = v.env };

		none.stage = VERSION_FINAL;
		v = none;
	}
	*ret_version = v;
	return true;
}

static int
compare_numbers(const uint32_t *a, unsigned a_count, const uint32_t *b, unsigned b_count)
{
	for (unsigned i = 0; i < a_count && i < b_count; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return (a_count > b_count) - (a_count < b_count);
}

/* CPython first, then the others by name, names that are no version last. */
static int
compare_families(struct str a, struct str b)
{
	int a_class = a.n == 0 ? 2 : !str_eq_text(a, "cpython");
	int b_class = b.n == 0 ? 2 : !str_eq_text(b, "cpython");

	return a_class != b_class ? a_class - b_class : str_cmp(a, b);
}

int
version_compare(const struct version *a, const struct version *b)
{
	int order = compare_families(a->family, b->family);

	if (!order)
		order = compare_numbers(a->language, a->language_parts, b->language,
					b->language_parts);
	if (!order)
		order = compare_numbers(a->release, a->release_parts, b->release, b->release_parts);
	if (!order)
		order = (int)a->stage - (int)b->stage;
	if (!order)
		order = (a->stage_number > b->stage_number) - (a->stage_number < b->stage_number);
	if (!order)
		order = (int)a->free_threaded - (int)b->free_threaded;
	if (!order)
		order = (int)a->debug - (int)b->debug;
	return order ? order : str_cmp(a->name, b->name);
}

bool
version_can_be_free_threaded(const struct version *version)
{
	const uint32_t *language = version->language;

	return str_eq_text(version->family, "cpython") && version->language_parts > 0 &&
	       (language[0] > 3 ||
		(language[0] == 3 && version->language_parts > 1 && language[1] >= 13));
}

unsigned
version_language(const struct version *version, uint32_t *ret)
{
	/* Release from which on (two numbers), and its Python: uv's list of builds, and
	 * GraalPy's notes on releases. */
	static const uint32_t graalpy[][4] = {
		{ 25, 0, 3, 12 }, { 24, 1, 3, 11 }, { 23, 0, 3, 10 }, { 20, 0, 3, 8 }
	};
	const uint32_t *release = version->release;

	memcpy(ret, version->language, sizeof(version->language));
	if (version->language_parts || version->release_parts < 2 ||
	    !str_starts(version->family, STR_LIT("graalpy")))
		return version->language_parts;
	for (size_t i = 0; i < sizeof(graalpy) / sizeof(*graalpy); i++) {
		if (release[0] < graalpy[i][0] ||
		    (release[0] == graalpy[i][0] && release[1] < graalpy[i][1]))
			continue;
		ret[0] = graalpy[i][2];
		ret[1] = graalpy[i][3];
		return 2;
	}
	return 0;
}
