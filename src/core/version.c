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
	"pypy",	      "graalpython", "graalpy",	 "miniforge", "mambaforge", "miniconda",
	"anaconda",   "micropython", "stackless", "jython",    "ironpython", "pyston",
	"activepython", "cinder",    "nogil",	 "circuitpython", "pyodide",
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

/* Take "1.2.3" off *S, appending to RELEASE. */
static bool
take_release(struct str *s, uint32_t *release, unsigned *count)
{
	do {
		uint32_t number;

		if (*count == VERSION_PARTS_MAX || !take_number(s, &number))
			return false;
		release[(*count)++] = number;
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
	if (!take_release(&s, v->release, &v->release_parts) || !take_stage(&s, v))
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

/* The first segment: "pypy3.11" gives pypy and a language, "miniforge3" is a
 * family as it stands. */
static bool
parse_family(struct str segment, struct version *v)
{
	size_t letters = 0;
	struct str rest;

	while (letters < segment.n && str_is_alpha(segment.p[letters]))
		letters++;
	v->family = (struct str){ segment.p, letters };
	rest = str_skip(segment, letters);
	if (!known_family(v->family))
		return false;
	if (rest.n == 0)
		return true;
	if (!str_eq_text(v->family, "pypy") && !str_eq_text(v->family, "graalpy")) {
		v->family = segment;
		return true;
	}
	return take_release(&rest, v->language, &v->language_parts) && rest.n == 0;
}

/* One segment after the family: a number, a word that belongs to the family
 * ("community"), or a stage. */
static bool
parse_segment(struct str segment, struct version *v, bool *had_release)
{
	struct str s = segment;

	if (take_text(&s, "v") && s.n && str_is_digit(s.p[0]))
		segment = s;
	s = segment;
	if (segment.n && str_is_digit(segment.p[0])) {
		/* miniconda3-3.12-24.9.2-0: the first of two releases is the language. */
		if (*had_release && v->language_parts == 0 && v->release_parts == 2 &&
		    v->release[0] == 3 && str_find(segment, '.') < segment.n) {
			memcpy(v->language, v->release, 2 * sizeof(*v->language));
			v->language_parts = 2;
			v->release_parts = 0;
		}
		*had_release = true;
		return take_release(&s, v->release, &v->release_parts) && take_stage(&s, v) &&
		       s.n == 0;
	}
	if (str_eq_text(segment, "dev") || str_eq_text(segment, "src") ||
	    str_eq_text(segment, "nightly") || str_eq_text(segment, "latest")) {
		v->stage = VERSION_DEV;
		return true;
	}
	/* A word: it belongs to the family while no number came. */
	if (*had_release || segment.n == 0)
		return false;
	v->family.n = (size_t)(segment.p + segment.n - v->family.p);
	return true;
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
version_alias_name(const struct version *version, char *buf)
{
	char digits[2][12];
	size_t used = 0;

	if (!str_eq_text(version->family, "cpython") || version->release_parts < 3 ||
	    version->stage != VERSION_FINAL || version->debug || version->env.n)
		return false;
	for (int i = 0; i < 2; i++) {
		uint32_t n = version->release[i];
		size_t at = sizeof(digits[i]);

		do {
			digits[i][--at] = (char)('0' + n % 10);
			n /= 10;
		} while (n);
		if (i)
			buf[used++] = '.';
		memcpy(buf + used, digits[i] + at, sizeof(digits[i]) - at);
		used += sizeof(digits[i]) - at;
	}
	if (version->free_threaded)
		buf[used++] = 't';
	buf[used] = '\0';
	return true;
}
