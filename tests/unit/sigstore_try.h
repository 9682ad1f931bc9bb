/* SPDX-License-Identifier: MIT */
/* A maker of Sigstore bundles with keys of its own, and the step that refuses what it made. */
#ifndef PYVERN_TESTS_SIGSTORE_TRY_H
#define PYVERN_TESTS_SIGSTORE_TRY_H

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
static inline const char *
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

static inline const char *
verify(struct try t)
{
	cleanup_json json_t *bundle = t.bundle;
	cleanup_json json_t *root = t.root;
	cleanup_free char *text = json_dumps(bundle, JSON_COMPACT);

	return verify_text(&t, str_from(text));
}

static inline json_t *
make(const struct maker_shape *shape)
{
	return maker_bundle(&maker, shape, STR_LIT(ARTIFACT));
}

static inline const char *
verify_shape(struct maker_shape shape)
{
	return verify((struct try){
		.bundle = make(&shape), .by_key = shape.by_key, .identity = shape.identity });
}

/* The maker and its root, for a group of tests. */
static inline int
maker_setup(void **state)
{
	cleanup_err struct err err = { 0 };
	cleanup_json json_t *root = NULL;
	cleanup_free char *text = NULL;

	(void)state;
	maker_begin(&maker);
	root = maker_root(&maker);
	text = json_dumps(root, 0);
	return trust_root_parse(str_from(text), "root", &maker_trust, &err);
}

static inline int
maker_teardown(void **state)
{
	(void)state;
	trust_root_free(maker_trust);
	maker_end(&maker);
	return 0;
}

#endif
