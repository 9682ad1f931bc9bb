/* SPDX-License-Identifier: MIT */
/* The signature itself, over a digest, a file, or a statement about one. */
#include <config.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <openssl/ec.h>

#include "base/mem.h"
#include "trust/sigstore_internal.h"

#define STEP "signature"
#define STATEMENT "statement"
#define IN_TOTO "application/vnd.in-toto+json"

/* Most subjects of a statement that are looked at: builds have hundreds of files. */
#define SUBJECTS_MAX 65536

static bool
is_ed25519(EVP_PKEY *key)
{
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

bool
sigstore_key_ok(EVP_PKEY *key)
{
	char group[32];
	size_t n = 0;

	if (is_ed25519(key))
		return true;
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1 &&
	       (strcmp(group, SN_X9_62_prime256v1) == 0 || strcmp(group, SN_secp384r1) == 0);
}

bool
sigstore_signed_by(EVP_PKEY *key, const EVP_MD *md, struct str sig, struct str data)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok = ctx &&
		  EVP_DigestVerifyInit(ctx, NULL, is_ed25519(key) ? NULL : md, NULL, key) == 1 &&
		  EVP_DigestVerify(ctx, (const unsigned char *)sig.p, sig.n,
				   (const unsigned char *)data.p, data.n) == 1;

	EVP_MD_CTX_free(ctx);
	return ok;
}

/* Over a SHA-256 that is known. */
static bool
signs_digest(EVP_PKEY *key, struct str sig, const struct bytes *digest)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	bool ok = ctx && EVP_PKEY_verify_init(ctx) == 1 &&
		  EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
		  EVP_PKEY_verify(ctx, (const unsigned char *)sig.p, sig.n, digest->p, digest->n) ==
			  1;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* Ed25519 signs the bytes, in two passes over them: they must all be there. */
static int
check_file(const struct verifying *v, struct err *err)
{
	struct stat st;
	void *at = MAP_FAILED;
	struct str data;
	bool ok;

	if (v->subject->fd < 0)
		return sigstore_fail(err, STEP,
				     "its key signs whole files (Ed25519), a digest is not enough");
	if (fstat(v->subject->fd, &st) < 0)
		return err_sys(err, "cannot look at the artifact");
	if (st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, v->subject->fd, 0);
	if (st.st_size > 0 && at == MAP_FAILED)
		return err_sys(err, "cannot read the artifact");
	data = (struct str){ st.st_size > 0 ? at : "", (size_t)st.st_size };
	ok = sigstore_signed_by(v->key, NULL, bytes_str(&v->bundle->signature), data);
	if (st.st_size > 0)
		(void)munmap(at, (size_t)st.st_size);
	return ok ? 0 : sigstore_fail(err, STEP, "it is not the key's over the artifact");
}

static int
check_message(const struct verifying *v, struct err *err)
{
	const struct sigstore_bundle *b = v->bundle;

	if (b->digest.n && !bytes_eq(&b->digest, bytes_str(&v->digest)))
		return sigstore_fail(err, "digest", "the bundle is of another artifact");
	if (is_ed25519(v->key))
		return check_file(v, err);
	if (!signs_digest(v->key, bytes_str(&b->signature), &v->digest))
		return sigstore_fail(err, STEP, "it is not the key's over the artifact");
	return 0;
}

int
sigstore_signature_check(const struct verifying *v, struct err *err)
{
	struct str sig = bytes_str(&v->bundle->signature);
	struct str data = bytes_str(&v->signed_bytes);

	if (!v->bundle->is_envelope)
		return check_message(v, err);
	/* Clients differ in the digest that goes with P-384. */
	if (!sigstore_signed_by(v->key, EVP_sha256(), sig, data) &&
	    !sigstore_signed_by(v->key, EVP_sha384(), sig, data))
		return sigstore_fail(err, STEP, "it is not the key's over the statement");
	return 0;
}

static bool
is_subject(const json_t *subject, const char *sha256)
{
	const char *digest = json_get_text(json_object_get(subject, "digest"), "sha256");

	return digest && strcmp(digest, sha256) == 0;
}

int
sigstore_statement_check(const struct verifying *v, struct err *err)
{
	cleanup_json json_t *doc = NULL;
	const json_t *subjects;
	const char *type;
	const char *predicate;
	bool found = false;

	if (strcmp(v->bundle->payload_type, IN_TOTO) != 0)
		return sigstore_fail(err, STATEMENT, "its type %s is not known",
				     v->bundle->payload_type);
	if (json_parse(bytes_str(&v->bundle->payload), "statement", SIGSTORE_BUNDLE_MAX, &doc,
		       err) < 0)
		return err_detail(err, "step", STATEMENT);
	type = json_get_text(doc, "_type");
	predicate = json_get_text(doc, "predicateType");
	if (!type || (strcmp(type, "https://in-toto.io/Statement/v1") != 0 &&
		      strcmp(type, "https://in-toto.io/Statement/v0.1") != 0))
		return sigstore_fail(err, STATEMENT, "it is no in-toto statement");
	if (!predicate || !*predicate)
		return sigstore_fail(err, STATEMENT, "it has no predicate");
	subjects = json_object_get(doc, "subject");
	if (!json_is_array(subjects) || json_array_size(subjects) > SUBJECTS_MAX)
		return sigstore_fail(err, STATEMENT, "it has no subjects, or too many");
	for (size_t i = 0; !found && i < json_array_size(subjects); i++)
		found = is_subject(json_array_get(subjects, i), v->subject->sha256);
	if (!found)
		return sigstore_fail(err, STATEMENT, "the artifact is none of its subjects");
	v->report->is_statement = true;
	v->report->predicate = mem_strdup(predicate);
	return 0;
}
