/* SPDX-License-Identifier: MIT */
/* JSON: what is refused, what is read, what is written. */
#include <config.h>

#include "unit.h"

#include "io/json.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "{}", true },
		{ "[]", true },
		{ " {\"a\": [1, 2, {\"b\": null}]} \n", true },
		{ "{\"a\": \"}}}]]][[[{{{\\\"[\"}", true },
		{ "", false },
		{ "{", false },
		{ "{} {}", false },
		{ "{} x", false },
		{ "{\"a\": 1, \"a\": 2}", false },
		{ "{\"a\": 1,}", false },
		{ "{'a': 1}", false },
		{ "{\"a\": NaN}", false },
		{ "{\"a\": \"\xff\"}", false },
		{ "{\"a\": 1e999}", false },
		{ "// no\n{}", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_err struct err err = { 0 };
		cleanup_json json_t *doc = NULL;
		int status = json_parse(str_from(rows[i].text), "it", 1000, &doc, &err);

		if ((status == 0) != rows[i].ok)
			fail_msg("row %zu: %s", i, rows[i].text);
		if (!rows[i].ok)
			assert_int_equal(err.code, ERR_CHECK);
	}
}

static void
test_limits(void **state)
{
	cleanup_err struct err err = { 0 };
	cleanup_json json_t *doc = NULL;
	cleanup_json json_t *deepest = NULL;
	char text[2 * JSON_DEPTH_MAX + 3] = { 0 };

	(void)state;
	assert_fails(json_parse(STR_LIT("[1, 2]"), "it", 5, &doc, &err), ERR_CHECK, &err);
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_ok(json_parse(str_from(text), "it", 1000, &deepest, &err), &err);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_fails(json_parse(str_from(text), "it", 1000, &doc, &err), ERR_CHECK, &err);
}

static void
test_get(void **state)
{
	cleanup_err struct err err = { 0 };
	cleanup_json json_t *doc = NULL;
	uint64_t n = 7;

	(void)state;
	assert_ok(json_parse(STR_LIT("{\"t\": \"x\", \"nul\": \"a\\u0062\", \"n\": 12, \"m\": -1,"
				     " \"r\": 1.5, \"z\": null}"),
			     "it", 1000, &doc, &err),
		  &err);
	assert_string_equal(json_get_text(doc, "t"), "x");
	assert_string_equal(json_get_text(doc, "nul"), "ab");
	assert_null(json_get_text(doc, "n"));
	assert_null(json_get_text(doc, "z"));
	assert_null(json_get_text(doc, "none"));
	assert_true(json_get_u64(doc, "n", &n));
	assert_int_equal(n, 12);
	assert_false(json_get_u64(doc, "m", &n));
	assert_false(json_get_u64(doc, "r", &n));
	assert_false(json_get_u64(doc, "t", &n));
}

static void
test_render(void **state)
{
	cleanup_err struct err err = { 0 };
	cleanup_buf struct buf b = BUF_INIT(1000);
	cleanup_buf struct buf small = BUF_INIT(4);
	cleanup_json json_t *doc = json_pack("{s:s, s:i}", "z", "first\n", "a", 2);

	(void)state;
	assert_ok(json_render(doc, &b, &err), &err);
	assert_string_equal(buf_text(&b), "{\n  \"z\": \"first\\n\",\n  \"a\": 2\n}\n");
	assert_fails(json_render(doc, &small, &err), ERR_FAILED, &err);
}

/* JSON is UTF-8; a path or a variable need not be. */
static void
test_text(void **state)
{
	static const struct {
		const char *text;
		const char *value;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "caf\xe9", "caf\\xe9" },
		{ "\xc3\xa9 \xff", "\\xc3\\xa9 \\xff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_json json_t *value = json_text(rows[i].text);

		assert_string_equal(json_string_value(value), rows[i].value);
	}
	assert_true(json_is_null(json_text(NULL)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_get),   cmocka_unit_test(test_render),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
