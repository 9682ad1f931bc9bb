/* SPDX-License-Identifier: MIT */
/* Names of versions and requests: safety, parts, order, matching. */
#include <config.h>

#include "unit.h"

#include "base/buf.h"
#include "core/version.h"
#include "request_rows.h"
#include "version_rows.h"

static void
add_numbers(struct buf *b, const uint32_t *numbers, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buf_printf(b, "%s%u", i ? "." : " ", numbers[i]);
	if (count == 0)
		buf_add_text(b, " -");
}

/* As name_rows has it. */
static char *
parts_of(const struct version *v)
{
	static const char *const stages[] = { "dev", "a", "b", "rc", "final" };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	if (v->family.n == 0 && v->env.n == 0)
		return mem_strdup("-");
	buf_printf(&b, "%.*s", STR_ARG(v->family.n ? v->family : STR_LIT("-")));
	add_numbers(&b, v->language, v->language_parts);
	add_numbers(&b, v->release, v->release_parts);
	buf_printf(&b, " %s", stages[v->stage]);
	if (v->stage != VERSION_DEV && v->stage != VERSION_FINAL)
		buf_printf(&b, "%u", v->stage_number);
	buf_printf(&b, "%s%s", v->free_threaded ? " t" : "", v->debug ? " debug" : "");
	if (v->env.n)
		buf_printf(&b, " env=%.*s:%.*s", STR_ARG(v->base), STR_ARG(v->env));
	return buf_take(&b);
}

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(name_rows); i++) {
		struct str name = str_from(name_rows[i].name);
		struct version v;
		bool is_safe = version_parse(name, &v);
		cleanup_free char *parts = is_safe ? parts_of(&v) : NULL;

		if (is_safe != version_name_ok(name))
			fail_msg("%s: version_name_ok does not agree", name_rows[i].name);
		if (!parts != !name_rows[i].parts ||
		    (parts && strcmp(parts, name_rows[i].parts) != 0))
			fail_msg("%s: %s instead of %s", name_rows[i].name,
				 parts ? parts : "refused",
				 name_rows[i].parts ? name_rows[i].parts : "refused");
		if (is_safe)
			assert_true(str_eq(v.name, name));
	}
}

static void
test_name_limits(void **state)
{
	char text[VERSION_NAME_MAX + 2];
	struct version v;

	(void)state;
	memset(text, 'a', sizeof(text));
	/* A component that no file system takes. */
	assert_true(version_name_ok((struct str){ text, 255 }));
	assert_false(version_name_ok((struct str){ text, 256 }));
	/* A zero byte would end the path early. */
	assert_false(version_name_ok(STR_LIT("3.12\0.1")));
	assert_false(version_name_ok(STR_LIT("\0")));
	assert_false(version_parse((struct str){ NULL, 0 }, &v));
	memcpy(text + 250, "/envs/", 6);
	assert_true(version_name_ok((struct str){ text, VERSION_NAME_MAX }));
	assert_false(version_name_ok((struct str){ text, VERSION_NAME_MAX + 1 }));
}

static struct version
parsed(const char *name)
{
	struct version v = { 0 };

	if (!version_parse(str_from(name), &v))
		fail_msg("%s is no name", name);
	return v;
}

static int
compare_names(const void *a, const void *b)
{
	struct version va = parsed(*(const char *const *)a);
	struct version vb = parsed(*(const char *const *)b);

	return version_compare(&va, &vb);
}

static void
test_order(void **state)
{
	const char *shuffled[COUNT_OF(order_rows)];
	/* A step without a common divisor with the count visits every row. */
	const size_t step = 61;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(order_rows); i++) {
		struct version a = parsed(order_rows[i]);

		assert_int_equal(version_compare(&a, &a), 0);
		for (size_t j = i + 1; j < COUNT_OF(order_rows); j++) {
			struct version b = parsed(order_rows[j]);

			if (version_compare(&a, &b) >= 0 || version_compare(&b, &a) <= 0)
				fail_msg("%s must come before %s", order_rows[i], order_rows[j]);
		}
		shuffled[i] = order_rows[i * step % COUNT_OF(order_rows)];
	}
	qsort(shuffled, COUNT_OF(shuffled), sizeof(*shuffled), compare_names);
	for (size_t i = 0; i < COUNT_OF(shuffled); i++)
		assert_string_equal(shuffled[i], order_rows[i]);
}

/* The best of order_rows for TEXT, which must be a request. */
static const char *
best_answer(const char *text)
{
	struct version best = { 0 };
	const char *found = NULL;
	const char *why = "";
	struct request r;

	if (!request_parse(str_from(text), &r, &why))
		fail_msg("%s is refused: %s", text, why);
	for (size_t i = 0; i < COUNT_OF(order_rows); i++) {
		struct version v = parsed(order_rows[i]);

		if (!request_matches(&r, &v) || (found && !request_prefers(&r, &v, &best)))
			continue;
		/* One of two is better, never both. */
		if (found)
			assert_false(request_prefers(&r, &best, &v));
		found = order_rows[i];
		best = v;
	}
	return found;
}

static void
test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(answer_rows); i++) {
		const char *best = best_answer(answer_rows[i].request);

		if (!best != !answer_rows[i].best ||
		    (best && strcmp(best, answer_rows[i].best) != 0))
			fail_msg("%s finds %s instead of %s", answer_rows[i].request,
				 best ? best : "nothing",
				 answer_rows[i].best ? answer_rows[i].best : "nothing");
	}
}

static void
test_refused(void **state)
{
	struct request r;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused_rows); i++) {
		const char *why = NULL;

		if (request_parse(str_from(refused_rows[i].text), &r, &why))
			fail_msg("%s is taken", refused_rows[i].text);
		if (!strstr(why, refused_rows[i].why))
			fail_msg("%s: %s", refused_rows[i].text, why);
		assert_false(request_parse(str_from(refused_rows[i].text), &r, NULL));
	}
	/* A zero byte is no end. */
	assert_false(request_parse(STR_LIT("3.12\0"), &r, NULL));
}

static void
test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(kind_rows); i++) {
		const char *name = kind_rows[i].name ? kind_rows[i].name : kind_rows[i].text;
		struct request r;

		if (!request_parse(str_from(kind_rows[i].text), &r, NULL))
			fail_msg("%s is refused", kind_rows[i].text);
		if (r.kind != kind_rows[i].kind || !str_eq_text(r.name, name))
			fail_msg("%s: kind %d, name %.*s", kind_rows[i].text, (int)r.kind,
				 STR_ARG(r.name));
		assert_true(str_eq_text(r.text, kind_rows[i].text));
	}
}

static void
test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(match_rows); i++) {
		struct version v = parsed(match_rows[i].name);
		struct request r;

		assert_true(request_parse(str_from(match_rows[i].request), &r, NULL));
		if (request_matches(&r, &v) != match_rows[i].matches)
			fail_msg("%s and %s", match_rows[i].request, match_rows[i].name);
		/* Whatever it is: a name that somebody has is found by that name. */
		assert_true(request_parse(v.name, &r, NULL));
		assert_true(r.kind == REQUEST_SYSTEM || request_matches(&r, &v));
	}
}

static void
test_aliases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(alias_rows); i++) {
		struct version v = parsed(alias_rows[i].name);
		char alias[VERSION_NAME_MAX + 1];

		if (version_alias_name(&v, alias) != (alias_rows[i].alias != NULL))
			fail_msg("%s", alias_rows[i].name);
		if (alias_rows[i].alias)
			assert_string_equal(alias, alias_rows[i].alias);
	}
}

static void
test_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(spell_rows); i++) {
		char text[VERSION_NAME_MAX + 1];
		struct request r;

		assert_true(request_parse(str_from(spell_rows[i].request), &r, NULL));
		if (request_spell(&r, text) != (spell_rows[i].spelled != NULL))
			fail_msg("%s", spell_rows[i].request);
		if (!spell_rows[i].spelled)
			continue;
		assert_string_equal(text, spell_rows[i].spelled);
		/* It asks for the same. */
		assert_true(request_parse(str_from(text), &r, NULL));
		assert_true(request_spell(&r, text));
		assert_string_equal(text, spell_rows[i].spelled);
	}
}

static void
test_free_threading(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(free_threading_rows); i++) {
		struct version v = parsed(free_threading_rows[i].name);

		if (version_can_be_free_threaded(&v) != free_threading_rows[i].can)
			fail_msg("%s", free_threading_rows[i].name);
	}
}

/* pyenv.md 2 (versions): pyenv's order is that of GNU sort's --version-sort, which made
 * this list. */
static void
test_text_order(void **state)
{
	static const char *const sorted[] = {
		"2.7",
		"2.7-dev",
		"2.7.18",
		"3.9.2",
		"3.9.10",
		"3.10.4",
		"3.12",
		"3.12.1",
		"3.13.5",
		"3.13.5t",
		"3.14-dev",
		"3.14.0rc2",
		"A",
		"a~",
		"a",
		"a1",
		"a b",
		"a-1",
		"brew",
		"empty",
		"miniconda3-4.7.12",
		"miniconda3-latest",
		"pypy3.9-7.3.9",
		"pypy3.10-7.3.17",
		"shop",
	};
	const size_t count = sizeof(sorted) / sizeof(*sorted);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = str_version_order(str_from(sorted[i]), str_from(sorted[j]));

			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("%s and %s: %d", sorted[i], sorted[j], order);
		}
	}
}

/* uv's long form names a machine; what is installed is found whatever it names. */
static void
test_platforms(void **state)
{
	static const struct {
		const char *request;
		const char *platform; /* NULL: no long form */
		bool here;	      /* may it be linux-x86_64-gnu, v3? */
	} rows[] = {
		{ "3.13", NULL, true },
		{ "cpython-3.13", NULL, true },
		{ "cpython-3.13-linux-x86_64-gnu", "linux-x86_64-gnu", true },
		{ "cpython-3.13-linux-x86_64", "linux-x86_64", true },
		{ "cpython-3.13-linux", "linux", true },
		{ "cpython-3.13-any", "any", true },
		{ "cpython-3.13-any-x86_64-any", "any-x86_64-any", true },
		{ "cpython-3.13-linux-x86_64_v3-gnu", "linux-x86_64_v3-gnu", true },
		{ "cpython-3.13-linux-x86_64_v2-gnu", "linux-x86_64_v2-gnu", false },
		{ "cpython-3.13-linux-x86_64-musl", "linux-x86_64-musl", false },
		{ "cpython-3.13-linux-aarch64-gnu", "linux-aarch64-gnu", false },
		{ "cpython-3.13-macos-x86_64-none", "macos-x86_64-none", false },
		{ "pypy-3.11-darwin", "darwin", false },
		{ "cpython-linux-x86_64-gnu", "linux-x86_64-gnu", true },
		/* Names, not versions of a machine. */
		{ "python-app-linux", NULL, true },
		{ "my-3.13-linux-x86_64-gnu", NULL, true },
		{ "cpython-3.13-linux-x86_64-gnu-2", NULL, true },
		{ "cpython-3.13-x86_64-linux-gnu", NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct request r;
		struct version own;

		assert_true(request_parse(str_from(rows[i].request), &r, NULL));
		if (!str_eq_text(r.platform, rows[i].platform ? rows[i].platform : ""))
			fail_msg("%s: %.*s", rows[i].request, STR_ARG(r.platform));
		if (request_takes_platform(&r, "linux", "x86_64", "gnu", "v3") != rows[i].here)
			fail_msg("%s", rows[i].request);
		/* A folder of that name, as uv has them. */
		assert_true(version_parse(str_from(rows[i].request), &own));
		if (rows[i].platform)
			assert_true(request_matches(&r, &own));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	  cmocka_unit_test(test_name_limits),
		cmocka_unit_test(test_order),	  cmocka_unit_test(test_answers),
		cmocka_unit_test(test_refused),	  cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_matches),	  cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_platforms), cmocka_unit_test(test_text_order),
		cmocka_unit_test(test_spelling),  cmocka_unit_test(test_free_threading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
