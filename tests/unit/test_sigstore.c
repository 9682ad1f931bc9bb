/* SPDX-License-Identifier: MIT */
/* Sigstore bundles: every shape holds, nothing that was changed does. */
#include <config.h>

#include "unit.h"

#include "base/vec.h"
#include "sigstore_shapes.h"
#include "trust/root.h"
#include "trust/sigstore.h"

#define ARTIFACT "the bytes that are signed\n"

static struct maker maker;
static struct trust_root *maker_trust; /* its root, read once: there are many tries */

struct
try {
	json_t *bundle; /* taken */
	json_t *root;	/* taken; NULL: the maker's */
	const char *identity;
	const char *issuer;
	bool by_key;
	const char *artifact;
	bool digest_only;
};

/* The step that fails; "" when all hold. Borrowed until the next call. */
static const char *
verify_text(const struct try *t, struct str text)
{
	static char step[64];
	cleanup_err struct err err = { 0 };
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_trust_root struct trust_root *root = NULL;
	cleanup_sigstore_report struct sigstore_report report = { 0 };
	cleanup_free char *root_text = t->root ? json_dumps(t->root, 0) : NULL;
	cleanup_free char *pem = t->by_key ? maker_pem(NULL, maker.user_key) : NULL;
	struct sigstore_policy policy = { .identity = t->identity ? t->identity : MAKER_IDENTITY,
					  .issuer = t->issuer ? t->issuer : MAKER_ISSUER };
	const char *artifact = t->artifact ? t->artifact : ARTIFACT;
	unsigned char digest[BYTES_SHA256];
	cleanup_free char *hex = NULL;
	cleanup_file FILE *file = t->digest_only ? NULL : tmpfile();
	struct sigstore_subject subject = { .fd = file ? fileno(file) : -1 };

	if (t->by_key)
		policy = (struct sigstore_policy){ .key = str_from(pem) };
	assert_true(!file || (fputs(artifact, file) >= 0 && fflush(file) == 0));
	maker_sha256(str_from(artifact), digest);
	hex = bytes_to_hex((struct str){ (const char *)digest, sizeof(digest) });
	subject.sha256 = hex;
	step[0] = '\0';
	if (t->root && trust_root_parse(str_from(root_text), "root", &root, &err) < 0) {
		assert_int_equal(err.code, ERR_CHECK);
		return "root";
	}
	if (sigstore_bundle_parse(text, "bundle", &bundle, &err) == 0 &&
	    sigstore_verify(bundle, root ? root : maker_trust, &policy, &subject, &report, &err) ==
		    0) {
		assert_true(t->by_key || strcmp(report.identity, policy.identity) == 0);
		assert_true(t->by_key || report.time >= MAKER_TIME * 1000);
		return "";
	}
	/* Nothing is said of what does not hold. */
	assert_null(report.identity);
	assert_int_equal(err.code, ERR_CHECK);
	(void)snprintf(step, sizeof(step), "json");
	for (size_t i = 0; i < err.detail_count; i++)
		if (strcmp(err.details[i].label, "step") == 0)
			(void)snprintf(step, sizeof(step), "%s", err.details[i].text);
	return step;
}

static const char *
verify(struct try t)
{
	cleanup_json json_t *bundle = t.bundle;
	cleanup_json json_t *root = t.root;
	cleanup_free char *text = json_dumps(bundle, JSON_COMPACT);

	return verify_text(&t, str_from(text));
}

static json_t *
make(const struct maker_shape *shape)
{
	return maker_bundle(&maker, shape, STR_LIT(ARTIFACT));
}

static const char *
verify_shape(struct maker_shape shape)
{
	return verify((struct try){
		.bundle = make(&shape), .by_key = shape.by_key, .identity = shape.identity });
}

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
		cmocka_unit_test(test_bytes),	  cmocka_unit_test(test_times),
		cmocka_unit_test(test_shapes),	  cmocka_unit_test(test_bad_shapes),
		cmocka_unit_test(test_policy),	  cmocka_unit_test(test_foreign_entry),
		cmocka_unit_test(test_mutations), cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_roots),
	};
	int status;
	cleanup_err struct err err = { 0 };
	cleanup_json json_t *root = NULL;
	cleanup_free char *text = NULL;

	maker_begin(&maker);
	root = maker_root(&maker);
	text = json_dumps(root, 0);
	if (trust_root_parse(str_from(text), "root", &maker_trust, &err) < 0)
		return 99;
	status = cmocka_run_group_tests(tests, NULL, NULL);
	trust_root_free(maker_trust);
	maker_end(&maker);
	return status;
}
