/* SPDX-License-Identifier: MIT */
/* The machine that a request names, in uv's long form: cpython-3.13-linux-x86_64-gnu. */
#include <config.h>

#include "core/version_internal.h"

/* Parts of a platform: system, architecture, C library. */
#define PARTS_MAX 3
/* uv's word for a part that does not matter. */
#define ANY "any"

static const struct {
	const char *word;
	const char *os; /* as the catalogue has it */
} systems[] = {
	{ "linux", "linux" },	  { "macos", "darwin" }, { "darwin", "darwin" },
	{ "windows", "windows" }, { ANY, NULL },
};

static const char *const architectures[] = {
	"x86_64", "aarch64", "armv7", "i686", "powerpc64le", "ppc64le", "s390x", "riscv64", ANY,
};

static const char *const libraries[] = { "gnu", "musl", "gnueabi", "gnueabihf", "none", ANY };

static bool
is_one_of(struct str word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_text(word, words[i]))
			return true;
	return false;
}
#define is_in(word, words) is_one_of(word, words, sizeof(words) / sizeof(*(words)))

/* Cut "_v3" off *ARCHITECTURE; its "v3", or nothing. */
static struct str
take_level(struct str *architecture)
{
	struct str level = { NULL, 0 };
	size_t n = architecture->n;

	if (n > 3 && architecture->p[n - 3] == '_' && architecture->p[n - 2] == 'v' &&
	    str_is_digit(architecture->p[n - 1])) {
		level = (struct str){ architecture->p + n - 2, 2 };
		architecture->n = n - 3;
	}
	return level;
}

static bool
is_system(struct str word)
{
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++)
		if (str_eq_text(word, systems[i].word))
			return true;
	return false;
}

/* Is TEXT a system, perhaps with what follows it in that order? */
static bool
is_platform(struct str text)
{
	struct str part;
	unsigned parts = 0;

	while (str_split(&text, '-', &part)) {
		if (parts == 1)
			(void)take_level(&part);
		if (parts == PARTS_MAX || (parts == 0 && !is_system(part)) ||
		    (parts == 1 && !is_in(part, architectures)) ||
		    (parts == 2 && !is_in(part, libraries)))
			return false;
		parts++;
	}
	return parts > 0;
}

bool
version_take_platform(struct str *s, struct str *ret_platform)
{
	for (size_t i = 1; i + 1 < s->n; i++) {
		struct str rest = str_skip(*s, i + 1);

		if (s->p[i] != '-' || !is_platform(rest))
			continue;
		*ret_platform = rest;
		s->n = i;
		return true;
	}
	return false;
}

bool
request_takes_platform(const struct request *request, const char *os, const char *arch,
		       const char *libc, const char *cpu)
{
	struct str rest = request->platform;
	struct str part;
	struct str level;
	const char *wanted = NULL;

	if (!str_split(&rest, '-', &part))
		return true;
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++)
		if (str_eq_text(part, systems[i].word))
			wanted = systems[i].os;
	if (wanted && !str_eq_text(str_from(wanted), os))
		return false;
	if (!str_split(&rest, '-', &part))
		return true;
	level = take_level(&part);
	if (level.n && cpu && !str_eq_text(level, cpu))
		return false;
	if (str_eq_text(part, "ppc64le"))
		part = STR_LIT("powerpc64le");
	if (!str_eq_text(part, ANY) && !str_eq_text(part, arch))
		return false;
	return !str_split(&rest, '-', &part) || str_eq_text(part, ANY) || str_eq_text(part, libc);
}
