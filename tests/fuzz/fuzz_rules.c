/* SPDX-License-Identifier: MIT */
/* Fuzz target: policy files, and what two of them say together. */
#include <config.h>

#include <stdlib.h>

#include "core/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* An answer has a line if it forbids, and only then. */
static void
check_line(const struct rules_line *line, bool forbids)
{
	must(forbids == (line->path != NULL));
	must(forbids == (line->number != 0));
}

static void
check(const struct rules *one, const struct rules *both)
{
	static const char *const versions[] = { "3.8.20",	  "3.11.3",	    "3.13-dev",
						"pypy3.10-7.3.1", "graalpy-24.1.0", "mine" };
	static const char *const hosts[] = { "www.python.org", "a.example.org", "127.0.0.1", "" };
	struct rules_line line;

	/* One more file makes nothing weaker. */
	for (int source = 0; source < RULES_SOURCES; source++) {
		enum rules_level level = rules_level(one, source, &line);

		check_line(&line, level != RULES_ANY);
		must(rules_level(both, source, &line) >= level);
	}
	must(rules_end_of_life(both, &line) >= rules_end_of_life(one, &line));
	check_line(&line, rules_end_of_life(one, &line) != RULES_END_ALLOW);
	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		struct version v;
		bool below;

		must(version_parse(str_from(versions[i]), &v));
		below = rules_minimum(one, &v, &line);
		check_line(&line, below);
		must(!below || rules_minimum(both, &v, &line));
	}
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		bool allowed = rules_host(one, str_from(hosts[i]), &line);

		check_line(&line, !allowed);
		must(allowed || !rules_host(both, str_from(hosts[i]), &line));
		must(allowed || rules_has_hosts(one));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_rules struct rules *one = rules_new();
	cleanup_rules struct rules *both = rules_new();
	cleanup_err struct err err = { 0 };
	struct str text = { (const char *)data, size };
	size_t half = str_find(text, '|');
	struct str rest = str_skip(text, half + 1);

	/* What is before a bar is the machine's file, what is behind it the user's. */
	text.n = half;
	if (rules_add(one, "a", text, &err) < 0 || rules_add(both, "a", text, &err) < 0 ||
	    rules_add(both, "b", rest, &err) < 0) {
		must(err.code == ERR_RULE && err_has_detail(&err, "to fix"));
		return 0;
	}
	check(one, both);
	return 0;
}
