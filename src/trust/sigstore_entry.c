/* SPDX-License-Identifier: MIT */
/* Does a log entry say what the bundle says: this digest, this signature, this key? */
#include <config.h>

#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "trust/sigstore_internal.h"

/* Else an entry of another artifact, which the log has as truly, would vouch for this
 * one (CVE-2022-36056). */
#define STEP "log entry"

struct shape {
	const struct verifying *v;
	const struct sigstore_entry *entry;
	const json_t *spec;
};

/* Member B of member A of OBJECT, as a text; "" when it is not there. */
static struct str
text_in(const json_t *object, const char *a, const char *b)
{
	return str_from(json_get_text(json_object_get(object, a), b));
}

static bool
is_base64_of(struct str text, struct str bytes)
{
	cleanup_bytes struct bytes decoded = { 0 };

	return bytes_from_base64(text, &decoded) && bytes_eq(&decoded, bytes);
}

static struct str
verifier_der(const struct verifying *v)
{
	return bytes_str(v->bundle->cert ? &v->bundle->cert_der : &v->key_der);
}

/* TEXT is base64 of our certificate's or key's PEM. */
static int
check_pem(const struct shape *s, struct str text, struct err *err)
{
	cleanup_bytes struct bytes pem = { 0 };
	const char *label = s->v->bundle->cert ? "CERTIFICATE" : "PUBLIC KEY";
	char *name = NULL;
	char *header = NULL;
	unsigned char *der = NULL;
	long n = 0;
	BIO *bio;
	bool same;

	if (!bytes_from_base64(text, &pem) || pem.n == 0)
		return sigstore_fail(err, STEP, "its key is no base64");
	bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	same = bio && PEM_read_bio(bio, &name, &header, &der, &n) == 1 &&
	       strcmp(name, label) == 0 &&
	       str_eq((struct str){ (const char *)der, (size_t)n }, verifier_der(s->v));
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(bio);
	return same ? 0 : sigstore_fail(err, STEP, "it is of another key");
}

/* The second version's verifier, a certificate or a key in DER. */
static int
check_verifier(const struct shape *s, const json_t *verifier, struct err *err)
{
	const char *member = s->v->bundle->cert ? "x509Certificate" : "publicKey";

	if (!is_base64_of(text_in(verifier, member, "rawBytes"), verifier_der(s->v)))
		return sigstore_fail(err, STEP, "it is of another key");
	return 0;
}

static int
check_signature(const struct shape *s, struct str text, struct err *err)
{
	if (!is_base64_of(text, bytes_str(&s->v->bundle->signature)))
		return sigstore_fail(err, STEP, "it is of another signature");
	return 0;
}

/* What was signed: the artifact, or the encoding of an envelope. */
static bool
signed_digest(const struct verifying *v, unsigned char ret[BYTES_SHA256])
{
	struct str piece = bytes_str(&v->signed_bytes);

	if (v->bundle->is_envelope)
		return bytes_sha256(&piece, 1, ret);
	memcpy(ret, v->digest.p, BYTES_SHA256);
	return true;
}

/* OBJECT has algorithm and value of WANTED, in the first version's spelling or the
 * second's. */
static bool
says_digest(const json_t *object, const unsigned char wanted[BYTES_SHA256])
{
	struct str bytes = { (const char *)wanted, BYTES_SHA256 };
	struct str algorithm = str_from(json_get_text(object, "algorithm"));
	cleanup_free char *hex = bytes_to_hex(bytes);

	if (str_eq_text(algorithm, "SHA2_256"))
		return is_base64_of(str_from(json_get_text(object, "digest")), bytes);
	return str_eq_text(algorithm, "sha256") &&
	       str_eq_text(str_from(json_get_text(object, "value")), hex);
}

static int
check_digest(const struct shape *s, const json_t *object, bool of_payload, struct err *err)
{
	struct str payload = bytes_str(&s->v->bundle->payload);
	unsigned char wanted[BYTES_SHA256];

	if (!(of_payload ? bytes_sha256(&payload, 1, wanted) : signed_digest(s->v, wanted)) ||
	    !says_digest(object, wanted))
		return sigstore_fail(err, STEP, "it is of another %s",
				     s->v->bundle->is_envelope ? "statement" : "artifact");
	return 0;
}

static int
check_hashedrekord_1(const struct shape *s, struct err *err)
{
	const json_t *signature = json_object_get(s->spec, "signature");

	if (check_digest(s, json_object_get(json_object_get(s->spec, "data"), "hash"), false, err) <
		    0 ||
	    check_signature(s, str_from(json_get_text(signature, "content")), err) < 0)
		return -1;
	return check_pem(s, text_in(signature, "publicKey", "content"), err);
}

static int
check_hashedrekord_2(const struct shape *s, struct err *err)
{
	const json_t *record = json_object_get(s->spec, "hashedRekordV002");
	const json_t *signature = json_object_get(record, "signature");

	if (check_digest(s, json_object_get(record, "data"), false, err) < 0 ||
	    check_signature(s, str_from(json_get_text(signature, "content")), err) < 0)
		return -1;
	return check_verifier(s, json_object_get(signature, "verifier"), err);
}

/* The one signature of a list of exactly one; NULL for another list. */
static const json_t *
only(const json_t *list)
{
	return json_array_size(list) == 1 ? json_array_get(list, 0) : NULL;
}

static int
check_dsse_1(const struct shape *s, struct err *err)
{
	const json_t *signature = only(json_object_get(s->spec, "signatures"));

	if (check_digest(s, json_object_get(s->spec, "payloadHash"), true, err) < 0 ||
	    check_signature(s, str_from(json_get_text(signature, "signature")), err) < 0)
		return -1;
	return check_pem(s, str_from(json_get_text(signature, "verifier")), err);
}

static int
check_dsse_2(const struct shape *s, struct err *err)
{
	const json_t *record = json_object_get(s->spec, "dsseV002");
	const json_t *signature = only(json_object_get(record, "signatures"));

	if (check_digest(s, json_object_get(record, "payloadHash"), true, err) < 0 ||
	    check_signature(s, str_from(json_get_text(signature, "content")), err) < 0)
		return -1;
	return check_verifier(s, json_object_get(signature, "verifier"), err);
}

/* The oldest form of envelopes: its signature is base64 of base64. */
static int
check_intoto_2(const struct shape *s, struct err *err)
{
	const json_t *content = json_object_get(s->spec, "content");
	const json_t *envelope = json_object_get(content, "envelope");
	const json_t *signature = only(json_object_get(envelope, "signatures"));
	cleanup_bytes struct bytes inner = { 0 };

	if (check_digest(s, json_object_get(content, "payloadHash"), true, err) < 0)
		return -1;
	if (!str_eq_text(str_from(json_get_text(envelope, "payloadType")),
			 s->v->bundle->payload_type))
		return sigstore_fail(err, STEP, "it is of another statement");
	if (!bytes_from_base64(str_from(json_get_text(signature, "sig")), &inner))
		return sigstore_fail(err, STEP, "its signature is no base64");
	if (check_signature(s, bytes_str(&inner), err) < 0)
		return -1;
	return check_pem(s, str_from(json_get_text(signature, "publicKey")), err);
}

static const struct {
	const char *kind;
	const char *version;
	bool envelope; /* for envelopes alone */
	int (*check)(const struct shape *s, struct err *err);
} kinds[] = {
	{ "hashedrekord", "0.0.1", false, check_hashedrekord_1 },
	{ "hashedrekord", "0.0.2", false, check_hashedrekord_2 },
	{ "dsse", "0.0.1", true, check_dsse_1 },
	{ "dsse", "0.0.2", true, check_dsse_2 },
	{ "intoto", "0.0.2", true, check_intoto_2 },
};

int
sigstore_entry_check(const struct verifying *v, const struct sigstore_entry *entry, struct err *err)
{
	struct shape s = { v, entry, json_object_get(entry->content, "spec") };

	if (!str_eq_text(str_from(json_get_text(entry->content, "kind")), entry->kind) ||
	    !str_eq_text(str_from(json_get_text(entry->content, "apiVersion")), entry->version))
		return sigstore_fail(err, STEP, "its body is of another kind than it says");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].kind, entry->kind) == 0 &&
		    strcmp(kinds[i].version, entry->version) == 0 &&
		    (!kinds[i].envelope || v->bundle->is_envelope))
			return kinds[i].check(&s, err);
	return sigstore_fail(err, STEP, "its kind %s %s is not known here", entry->kind,
			     entry->version);
}
