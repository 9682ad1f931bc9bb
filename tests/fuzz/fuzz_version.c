/* SPDX-License-Identifier: MIT */
/* Fuzz target: names, requests and their order. The input's lines are names; the
 * first is a request, too. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "core/version.h"

#define NAMES 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static int
sign(int order)
{
	return (order > 0) - (order < 0);
}

/* A safe name stays below versions/. */
static void
check_name(struct str name, const struct version *v)
{
	struct str rest = name;
	struct str part;

	must(name.n > 0 && name.n <= VERSION_NAME_MAX && name.p[0] != '-');
	for (size_t i = 0; i < name.n; i++)
		must((unsigned char)name.p[i] > ' ' && name.p[i] != ':' && name.p[i] != 127);
	while (str_split(&rest, '/', &part))
		must(part.n > 0 && part.p[0] != '.');
	must(v->language_parts <= 3 && v->release_parts <= VERSION_PARTS_MAX);
	must(str_eq(v->name, name) && v->base.n + v->env.n < name.n);
}

/* An alias asks for what it is the alias of. */
static void
check_alias(const struct version *v)
{
	char alias[VERSION_NAME_MAX + 1];
	struct request r;
	struct version parsed;

	if (!version_alias_name(v, alias))
		return;
	must(request_parse(str_from(alias), &r, NULL) && request_matches(&r, v));
	must(version_parse(str_from(alias), &parsed) && parsed.release_parts == 2);
}

static void
check_request(struct str text, const struct version *names, size_t count)
{
	char spelled[VERSION_NAME_MAX + 1];
	char again[VERSION_NAME_MAX + 1];
	struct request r;
	const char *why = NULL;

	if (!request_parse(text, &r, &why)) {
		must(why != NULL);
		return;
	}
	must(r.name.n == 0 || version_name_ok(r.name));
	if (request_spell(&r, spelled)) {
		must(request_parse(str_from(spelled), &r, NULL));
		must(request_spell(&r, again) && strcmp(spelled, again) == 0);
		must(request_parse(text, &r, NULL));
	}
	for (size_t i = 0; i < count; i++) {
		must(!request_prefers(&r, &names[i], &names[i]));
		for (size_t j = 0; j < i; j++)
			must(str_eq(names[i].name, names[j].name) ||
			     request_prefers(&r, &names[i], &names[j]) !=
				     request_prefers(&r, &names[j], &names[i]));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct version names[NAMES];
	struct str first = { 0 };
	struct str line;
	size_t count = 0;

	for (bool is_first = true; str_line(&rest, &line) && count < NAMES; is_first = false) {
		bool is_name = version_parse(line, &names[count]);

		must(is_name == version_name_ok(line));
		if (is_first)
			first = line;
		if (!is_name)
			continue;
		check_name(line, &names[count]);
		check_alias(&names[count]);
		count++;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int order = version_compare(&names[i], &names[j]);

			must(sign(order) == -sign(version_compare(&names[j], &names[i])));
			must((order == 0) == str_eq(names[i].name, names[j].name));
			for (size_t k = 0; k < count; k++)
				must(order > 0 || version_compare(&names[j], &names[k]) > 0 ||
				     version_compare(&names[i], &names[k]) <= 0);
		}
	check_request(first, names, count);
	return 0;
}
