/* SPDX-License-Identifier: MIT */
/* Sigstore bundles: every shape holds, what is made otherwise does not. */
#include <config.h>

#include "sigstore_try.h"

static void
test_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		const char *step = verify_shape(shapes[i]);

		if (*step)
			fail_msg("%s: %s", shapes[i].name, step);
	}
}

/* Bundles that are made otherwise, and the step that must refuse them. */
static const struct {
	struct maker_shape shape;
	const char *step;
} bad_shapes[] = {
	{ { .media = V03_DOTS, .curve = "P-521", .promise = true }, "key" },
	{ { .media = V03_DOTS, .curve = "P-256" }, "time" },
	{ { .media = V03_DOTS, .curve = "P-256", .second = true }, "time" },
	{ { .media = V03_DOTS, .curve = "P-256", .no_entry = true, .token = true }, "log" },
	{ { .media = V02, .curve = "P-256", .promise = true, .no_proof = true },
	  "inclusion proof" },
	{ { .media = V03, .curve = "P-256", .promise = true, .no_checkpoint = true },
	  "checkpoint" },
	{ { .media = V01, .curve = "P-256", .token = true }, "signed entry timestamp" },
	{ { .media = V03, .curve = "P-256", .promise = true, .skew = 600 }, "certificate chain" },
	{ { .media = V03, .curve = "P-256", .promise = true, .skew = -1 }, "certificate chain" },
	{ { .media = V03, .curve = "P-256", .promise = true, .token = true, .token_skew = 600 },
	  "certificate chain" },
	{ { .media = V03, .curve = "P-256", .promise = true, .skew = -20000000 }, "log" },
	{ { .media = V03,
	    .curve = "P-256",
	    .second = true,
	    .token = true,
	    .token_skew = -20000000 },
	  "timestamp" },
	{ { .media = V03, .curve = "P-256", .promise = true, .no_sct = true },
	  "signed certificate timestamp" },
	{ { .media = V03, .curve = "P-256", .promise = true, .is_authority = true },
	  "certificate chain" },
	{ { .media = V03, .curve = "P-256", .promise = true, .no_code_signing = true },
	  "certificate chain" },
	{ { .media = V03, .curve = "P-256", .promise = true, .two_names = true }, "identity" },
	{ { .media = "application/vnd.dev.sigstore.bundle+json;version=99.9",
	    .curve = "P-256",
	    .promise = true },
	  "bundle" },
};

static void
test_bad_shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_shapes); i++) {
		const char *step = verify_shape(bad_shapes[i].shape);

		if (strcmp(step, bad_shapes[i].step) != 0)
			fail_msg("bad shape %zu: %s, not %s", i, step, bad_shapes[i].step);
	}
}

static void
test_policy(void **state)
{
	static const struct maker_shape plain = { .media = V03, .curve = "P-256", .promise = true };
	static const struct maker_shape ed = { .media = V03, .promise = true };
	static const struct maker_shape key = {
		.media = V03, .curve = "P-256", .promise = true, .by_key = true
	};

	(void)state;
	assert_string_equal(verify((struct try){ .bundle = make(&plain), .digest_only = true }),
			    "");
	assert_string_equal(
		verify((struct try){ .bundle = make(&plain), .identity = "maker@tests.exampl" }),
		"identity");
	assert_string_equal(
		verify((struct try){ .bundle = make(&plain), .identity = "Maker@tests.example" }),
		"identity");
	assert_string_equal(
		verify((struct try){ .bundle = make(&plain), .issuer = MAKER_ISSUER "/" }),
		"issuer");
	assert_string_equal(verify((struct try){ .bundle = make(&plain), .artifact = "other" }),
			    "digest");
	/* A whole file or nothing: Ed25519 signs no digest. */
	assert_string_equal(verify((struct try){ .bundle = make(&ed), .digest_only = true }),
			    "signature");
	assert_string_equal(verify((struct try){ .bundle = make(&plain), .by_key = true }), "key");
	assert_string_equal(verify((struct try){ .bundle = make(&key) }), "key");
	/* Of another artifact. */
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		const char *step = verify((struct try){ .bundle = make(&shapes[i]),
							.by_key = shapes[i].by_key,
							.identity = shapes[i].identity,
							.artifact = "other" });

		assert_string_equal(step,
				    shapes[i].content == MAKER_MESSAGE ? "digest" : "statement");
	}
}

/* CVE-2022-36056: a true entry of the same log, of another signature. */
static void
test_foreign_entry(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		json_t *other = make(&shapes[i]);
		json_t *mine = make(&shapes[i]);
		json_t *entries = json_object_get(json_object_get(other, "verificationMaterial"),
						  "tlogEntries");
		const char *step;

		if (entries)
			json_object_set(json_object_get(mine, "verificationMaterial"),
					"tlogEntries", entries);
		step = verify((struct try){ .bundle = mine,
					    .by_key = shapes[i].by_key,
					    .identity = shapes[i].identity });
		assert_string_equal(step, entries ? "log entry" : "");
		json_decref(other);
	}
}

static json_t *
root_entry(json_t *root, const char *list)
{
	return json_array_get(json_object_get(root, list), 0);
}

/* A root without one of its parts, or with one that is not good at the time. */
static void
test_roots(void **state)
{
	static const struct {
		const char *list;
		bool second;
		const char *step;
		const char *window_step;
	} lists[] = {
		{ "tlogs", false, "log", "log" },
		{ "ctlogs", false, "signed certificate timestamp", "signed certificate timestamp" },
		{ "certificateAuthorities", false, "certificate chain", "certificate chain" },
		{ "timestampAuthorities", true, "timestamp", "timestamp" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct maker_shape shape = { .media = V03,
					     .curve = "P-256",
					     .promise = !lists[i].second,
					     .second = lists[i].second,
					     .token = lists[i].second };
		static const char *const ends[] = { "2025-06-15T15:06:39Z",
						    "2025-06-15T15:06:40.700Z" };
		json_t *root = maker_root(&maker);
		json_t *holder;

		json_array_remove(json_object_get(root, lists[i].list), 0);
		assert_string_equal(verify((struct try){ .bundle = make(&shape), .root = root }),
				    lists[i].step);
		for (size_t k = 0; k < 2; k++) {
			/* The end is inside. */
			root = maker_root(&maker);
			holder = root_entry(root, lists[i].list);
			if (json_object_get(holder, "publicKey"))
				holder = json_object_get(holder, "publicKey");
			json_object_set_new(json_object_get(holder, "validFor"), "end",
					    json_string(ends[k]));
			assert_string_equal(
				verify((struct try){ .bundle = make(&shape), .root = root }),
				k ? "" : lists[i].window_step);
		}
		root = maker_root(&maker);
		holder = root_entry(root, lists[i].list);
		if (json_object_get(holder, "publicKey"))
			holder = json_object_get(holder, "publicKey");
		json_object_del(json_object_get(holder, "validFor"), "start");
		assert_string_equal(verify((struct try){ .bundle = make(&shape), .root = root }),
				    "root");
	}
}

static void
test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t milliseconds; /* -1: none */
	} times[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2025-06-15T15:06:40Z", MAKER_TIME * 1000 },
		{ "2024-02-29T23:59:59.999Z", 1709251199999 },
		{ "2000-03-01T00:00:00.5Z", 951868800500 },
		{ "9999-12-31T23:59:59.123456789Z", 253402300799123 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "2025-06-15T15:06:40", -1 },
		{ "2025-06-15T15:06:40+02:00", -1 },
		{ "2025-06-15T15:06:40.Z", -1 },
		{ "2025-13-15T15:06:40Z", -1 },
		{ "2025-06-15 15:06:40Z", -1 },
		/* Days that there are not: they were taken for some of the next month. */
		{ "2025-02-29T15:06:40Z", -1 },
		{ "2025-04-31T15:06:40Z", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		int64_t found = -1;

		assert_int_equal(trust_time_parse(str_from(times[i].text), &found),
				 times[i].milliseconds >= 0);
		assert_int_equal(found, times[i].milliseconds);
	}
}

static void
test_bytes(void **state)
{
	static const char *const none[] = {
		"A",   "AB",   "ABC",  "AB=C", "====",	 "A===", "AB==AAAA",
		"QQ=", "QR==", "QUJ=", "QU I", "QUJD\n", "QUJ-"
	};
	unsigned char all[256];

	(void)state;
	for (size_t i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	for (size_t n = 0; n <= 256; n++) {
		cleanup_free char *text = maker_base64(all, n);
		cleanup_free char *hex = bytes_to_hex((struct str){ (char *)all, n });
		cleanup_bytes struct bytes a = { 0 };
		cleanup_bytes struct bytes b = { 0 };

		assert_true(bytes_from_base64(str_from(text), &a));
		assert_true(bytes_eq(&a, (struct str){ (char *)all, n }));
		assert_true(bytes_from_hex(str_from(hex), &b));
		assert_true(bytes_eq(&b, (struct str){ (char *)all, n }));
	}
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		struct bytes a = { 0 };

		assert_false(bytes_from_base64(str_from(none[i]), &a));
		assert_null(a.p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),  cmocka_unit_test(test_times),
		cmocka_unit_test(test_shapes), cmocka_unit_test(test_bad_shapes),
		cmocka_unit_test(test_policy), cmocka_unit_test(test_foreign_entry),
		cmocka_unit_test(test_roots),
	};

	return cmocka_run_group_tests(tests, maker_setup, maker_teardown);
}
