/* SPDX-License-Identifier: MIT */
/* Sigstore bundles of which anything was changed: nothing of it holds. */
#include <config.h>

#include "sigstore_try.h"

struct mutating {
	const struct maker_shape *shape;
	json_t *bundle;
	size_t refused;
};

static void
expect_refused(struct mutating *m, const char *path, bool removed)
{
	const char *step = verify((struct try){ .bundle = json_incref(m->bundle),
						.by_key = m->shape->by_key,
						.identity = m->shape->identity });

	if (*step) {
		m->refused++;
		return;
	}
	if (!may_change(m->shape, path, removed))
		fail_msg("%s: %s %s, and accepted", m->shape->name, path,
			 removed ? "removed" : "changed");
}

/* Another value of the same kind: one character of a text is another. */
static json_t *
changed(const json_t *value, size_t round)
{
	cleanup_free char *text = NULL;
	size_t n;

	if (!json_is_string(value))
		return json_integer(3);
	n = json_string_length(value);
	if (n == 0)
		return json_string("AAAA");
	text = mem_strdup(json_string_value(value));
	n = round == 0	 ? 0
	    : round == 1 ? n / 2
			 : n - 1 - (n > 2 && text[n - 1] == '=') - (n > 2 && text[n - 2] == '=');
	text[n] = text[n] == 'B'	  ? 'C'
		  : str_is_digit(text[n]) ? (char)('0' + (text[n] - '0' + 1) % 10)
					  : 'B';
	return json_string(text);
}

static void mutate(struct mutating *m, json_t *at, const char *path);

static void
mutate_member(struct mutating *m, json_t *object, const char *key, const char *path)
{
	cleanup_free char *below = mem_printf("%s/%s", path, key);
	json_t *value = json_incref(json_object_get(object, key));

	json_object_del(object, key);
	expect_refused(m, below, true);
	json_object_set_new(object, key, json_true());
	expect_refused(m, below, false);
	for (size_t i = 0; i < 3 && !json_is_object(value) && !json_is_array(value); i++) {
		json_object_set_new(object, key, changed(value, i));
		expect_refused(m, below, false);
	}
	json_object_set(object, key, value);
	mutate(m, value, below);
	json_decref(value);
}

static void
mutate(struct mutating *m, json_t *at, const char *path)
{
	if (json_is_object(at)) {
		cleanup_strvec struct strvec keys = { 0 };
		const char *key;
		json_t *value;

		json_object_foreach(at, key, value)
			strvec_add(&keys, key);
		for (size_t i = 0; i < keys.count; i++)
			mutate_member(m, at, keys.items[i], path);
		json_object_set_new(at, "unknown", json_string("x"));
		expect_refused(m, "unknown", false);
		json_object_del(at, "unknown");
	}
	for (size_t i = 0; json_is_array(at) && i < json_array_size(at); i++) {
		cleanup_free char *below = mem_printf("%s/%zu", path, i);
		json_t *value = json_incref(json_array_get(at, i));

		json_array_remove(at, i);
		expect_refused(m, below, true);
		json_array_insert(at, i, value);
		json_array_append(at, value);
		/* More certificates are ignored; entries are each verified. */
		expect_refused(m,
			       strstr(below, "tlogEntries") || strstr(below, "x509Certificate")
				       ? "/keyid"
				       : below,
			       false);
		json_array_remove(at, json_array_size(at) - 1);
		mutate(m, value, below);
		json_decref(value);
	}
}

static void
test_mutations(void **state)
{
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		struct mutating m = { .shape = &shapes[i], .bundle = make(&shapes[i]) };

		mutate(&m, m.bundle, "");
		/* Whole again, or the last refusals mean nothing. */
		assert_string_equal(verify((struct try){ .bundle = m.bundle,
							 .by_key = shapes[i].by_key,
							 .identity = shapes[i].identity }),
				    "");
		refused += m.refused;
	}
	print_message("# %zu changed bundles refused\n", refused);
	assert_true(refused > 1000);
}

/* Each byte of one bundle, in its lowest bit and in the one that changes case. */
static void
test_each_byte(void **state)
{
	static const struct maker_shape shape = { .media = V03_DOTS,
						  .curve = "P-256",
						  .promise = true };
	struct try t = { .digest_only = true };
	cleanup_json json_t *bundle = make(&shape);
	cleanup_free char *text = json_dumps(bundle, JSON_COMPACT);
	size_t n = strlen(text);

	(void)state;
	assert_string_equal(verify_text(&t, str_from(text)), "");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 2; k++) {
			text[i] = (char)(text[i] ^ (k ? 0x20 : 1));
			if (!*verify_text(&t, (struct str){ text, n }))
				fail_msg("byte %zu of %zu: %.20s", i, n, text + i);
			text[i] = (char)(text[i] ^ (k ? 0x20 : 1));
		}
	for (size_t i = 0; i < n; i += 7)
		assert_string_not_equal(verify_text(&t, (struct str){ text, i }), "");
	print_message("# %zu bytes\n", n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_each_byte),
	};

	return cmocka_run_group_tests(tests, maker_setup, maker_teardown);
}
