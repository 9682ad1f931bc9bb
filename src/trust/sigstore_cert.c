/* SPDX-License-Identifier: MIT */
/* The certificate: its authority, its record in a certificate log, whose it is. */
#include <config.h>

#include <string.h>

#include <openssl/ct.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "trust/sigstore_internal.h"

#define CHAIN "certificate chain"
#define SCT_STEP "signed certificate timestamp"
#define WHOSE "identity"

/* Fulcio's extensions: who vouched for the identity (raw bytes; then DER), and a name
 * that is no mail address and no URI. */
#define ISSUER_RAW "1.3.6.1.4.1.57264.1.1"
#define ISSUER "1.3.6.1.4.1.57264.1.8"
#define OTHER_NAME "1.3.6.1.4.1.57264.1.7"

/* What may a certificate be that signs code: one for digital signatures and code alone. */
static int
check_profile(X509 *cert, struct err *err)
{
	EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	bool signs_code = false;

	for (int i = 0; usages && i < sk_ASN1_OBJECT_num(usages); i++)
		signs_code =
			signs_code || OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i)) == NID_code_sign;
	sk_ASN1_OBJECT_pop_free(usages, ASN1_OBJECT_free);
	if (!signs_code)
		return sigstore_fail(err, CHAIN, "the certificate is not for signing code");
	if (!(X509_get_extension_flags(cert) & EXFLAG_KUSAGE) ||
	    !(X509_get_key_usage(cert) & KU_DIGITAL_SIGNATURE))
		return sigstore_fail(err, CHAIN, "the certificate is not for signatures");
	if (X509_check_ca(cert) != 0)
		return sigstore_fail(err, CHAIN, "the certificate is an authority's");
	return 0;
}

/* OpenSSL's word on CERT by AUTHORITY at MILLISECONDS; X509_V_OK with the issuer, which
 * is owned (X509_free). */
static int
verify_at(X509 *cert, const struct trust_authority *authority, int64_t milliseconds,
	  X509 **ret_issuer)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *between = sk_X509_new_null();
	int why = X509_V_ERR_OUT_OF_MEM;
	bool ok = store && ctx && between &&
		  X509_STORE_add_cert(store, authority->certs[authority->count - 1]) == 1;

	for (size_t i = 0; ok && i + 1 < authority->count; i++)
		ok = sk_X509_push(between, authority->certs[i]) > 0;
	if (ok && X509_STORE_CTX_init(ctx, store, cert, between) == 1) {
		X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

		X509_VERIFY_PARAM_set_time(param, (time_t)(milliseconds / 1000));
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
		if (X509_verify_cert(ctx) == 1) {
			STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);

			why = X509_V_OK;
			*ret_issuer = sk_X509_value(chain, 1);
			if (!*ret_issuer || X509_up_ref(*ret_issuer) != 1)
				why = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
		} else {
			why = X509_STORE_CTX_get_error(ctx);
		}
	}
	sk_X509_free(between);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return why;
}

/* An authority whose window has the time and under which the certificate holds. */
static int
find_issuer(const struct verifying *v, int64_t milliseconds, X509 **ret_issuer, struct err *err)
{
	int why = X509_V_OK;
	cleanup_free char *time = trust_time_text(milliseconds);

	for (size_t i = 0; i < v->root->authority_count; i++) {
		const struct trust_authority *authority = &v->root->authorities[i];
		int found;

		if (!trust_window_has(&authority->window, milliseconds))
			continue;
		found = verify_at(v->bundle->cert, authority, milliseconds, ret_issuer);
		if (found == X509_V_OK)
			return 0;
		/* Of several, the one that knows the issuer says why. */
		if (why == X509_V_OK || found != X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
			why = found;
	}
	if (why == X509_V_OK)
		return sigstore_fail(err, CHAIN, "no authority of the trusted root is good at %s",
				     time);
	return sigstore_fail(err, CHAIN, "at %s: %s", time, X509_verify_cert_error_string(why));
}

static void
add_number(struct buf *b, uint64_t number, size_t bytes)
{
	while (bytes-- > 0)
		buf_add_char(b, (char)(number >> 8 * bytes & 255));
}

/* What a log signs of a certificate that is not there yet (RFC 6962, 3.2): it without
 * the list of such timestamps, and the digest of its issuer's key. */
static bool
sct_signed_bytes(X509 *cert, X509 *issuer, SCT *sct, struct buf *ret)
{
	X509 *bare = X509_dup(cert);
	unsigned char *tbs = NULL;
	unsigned char *key = NULL;
	unsigned char *extensions = NULL;
	unsigned char digest[BYTES_SHA256];
	size_t extensions_size = SCT_get0_extensions(sct, &extensions);
	int at = bare ? X509_get_ext_by_NID(bare, NID_ct_precert_scts, -1) : -1;
	int tbs_size = -1;
	int key_size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(issuer), &key);
	struct str key_str = { (const char *)key, key_size > 0 ? (size_t)key_size : 0 };
	bool ok = key_size > 0 && bytes_sha256(&key_str, 1, digest);

	if (at >= 0) {
		X509_EXTENSION_free(X509_delete_ext(bare, at));
		tbs_size = i2d_re_X509_tbs(bare, &tbs);
	}
	ok = ok && tbs_size > 0 && extensions_size <= UINT16_MAX;
	if (ok) {
		add_number(ret, 0, 1); /* version 1 */
		add_number(ret, 0, 1); /* a certificate's timestamp */
		add_number(ret, SCT_get_timestamp(sct), 8);
		add_number(ret, 1, 2); /* of a precertificate */
		buf_add(ret, digest, sizeof(digest));
		add_number(ret, (uint64_t)tbs_size, 3);
		buf_add(ret, tbs, (size_t)tbs_size);
		add_number(ret, extensions_size, 2);
		buf_add(ret, extensions, extensions_size);
	}
	OPENSSL_free(tbs);
	OPENSSL_free(key);
	X509_free(bare);
	return ok && !ret->overflowed;
}

/* One timestamp: *RET_HOLDS when a log of the root made it. Another log's is no matter;
 * one that a known log did not sign, or not while its key was good, is. */
static int
check_sct(const struct verifying *v, X509 *issuer, SCT *sct, bool *ret_holds, struct err *err)
{
	const struct trust_log *log = NULL;
	unsigned char *id = NULL;
	unsigned char *signature = NULL;
	size_t id_size = SCT_get0_log_id(sct, &id);
	size_t size = SCT_get0_signature(sct, &signature);
	cleanup_buf struct buf data = BUF_INIT(SIGSTORE_BUNDLE_MAX);

	for (size_t i = 0; i < v->root->ctlog_count; i++)
		if (bytes_eq(&v->root->ctlogs[i].id, (struct str){ (const char *)id, id_size }))
			log = &v->root->ctlogs[i];
	if (!log || SCT_get_version(sct) != SCT_VERSION_V1)
		return 0;
	if (!sct_signed_bytes(v->bundle->cert, issuer, sct, &data) ||
	    !sigstore_signed_by(log->key, EVP_sha256(),
				(struct str){ (const char *)signature, size }, buf_str(&data)))
		return sigstore_fail(err, SCT_STEP, "it is not signed by %s", log->uri);
	if (SCT_get_timestamp(sct) > INT64_MAX ||
	    !trust_window_has(&log->window, (int64_t)SCT_get_timestamp(sct)))
		return sigstore_fail(err, SCT_STEP, "the key of %s was not good at its time",
				     log->uri);
	*ret_holds = true;
	return 0;
}

static int
check_scts(const struct verifying *v, X509 *issuer, struct err *err)
{
	STACK_OF(SCT) *list = X509_get_ext_d2i(v->bundle->cert, NID_ct_precert_scts, NULL, NULL);
	bool holds = false;
	int status = 0;

	for (int i = 0; status == 0 && list && i < sk_SCT_num(list); i++)
		status = check_sct(v, issuer, sk_SCT_value(list, i), &holds, err);
	SCT_LIST_free(list);
	if (status < 0)
		return -1;
	return holds ? 0 : sigstore_fail(err, SCT_STEP, "the certificate has none of a known log");
}

/* The extension OID of CERT as a text: its bytes, or the UTF8String in them. Owned by
 * the caller (free); NULL when it is not there or no such text. */
static char *
extension_text(X509 *cert, const char *oid, bool is_der)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int at = object ? X509_get_ext_by_OBJ(cert, object, -1) : -1;
	const ASN1_OCTET_STRING *value =
		at >= 0 ? X509_EXTENSION_get_data(X509_get_ext(cert, at)) : NULL;
	const unsigned char *p = value ? ASN1_STRING_get0_data(value) : NULL;
	long n = value ? ASN1_STRING_length(value) : 0;
	char *text = NULL;

	ASN1_OBJECT_free(object);
	if (value && !is_der) {
		text = mem_strndup((const char *)p, (size_t)n);
	} else if (value) {
		const unsigned char *end = p + n;
		ASN1_UTF8STRING *utf8 = d2i_ASN1_UTF8STRING(NULL, &p, n);

		if (utf8 && p == end) {
			n = ASN1_STRING_length(utf8);
			text = mem_strndup((const char *)ASN1_STRING_get0_data(utf8), (size_t)n);
		}
		ASN1_UTF8STRING_free(utf8);
	}
	/* What has a NUL in it would be compared up to that. */
	if (text && strlen(text) != (size_t)n) {
		free(text);
		text = NULL;
	}
	return text;
}

static const ASN1_STRING *
name_text(const GENERAL_NAME *name)
{
	char oid[64];

	switch (name->type) {
	case GEN_EMAIL:
	case GEN_URI:
		return name->d.ia5;
	case GEN_OTHERNAME:
		if (OBJ_obj2txt(oid, sizeof(oid), name->d.otherName->type_id, 1) > 0 &&
		    strcmp(oid, OTHER_NAME) == 0 &&
		    name->d.otherName->value->type == V_ASN1_UTF8STRING)
			return name->d.otherName->value->value.utf8string;
		return NULL;
	default:
		return NULL;
	}
}

/* The one name of CERT. Owned by the caller (free); NULL for none or several. */
static char *
identity_of(X509 *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	const ASN1_STRING *value = names && sk_GENERAL_NAME_num(names) == 1
					   ? name_text(sk_GENERAL_NAME_value(names, 0))
					   : NULL;
	char *text = NULL;

	if (value)
		text = mem_strndup((const char *)ASN1_STRING_get0_data(value),
				   (size_t)ASN1_STRING_length(value));
	if (text && strlen(text) != (size_t)ASN1_STRING_length(value)) {
		free(text);
		text = NULL;
	}
	GENERAL_NAMES_free(names);
	return text;
}

/* The whole text, or with ANY_REF its beginning, which ends with the '@' that no path of a
 * repository or workflow has (so that "…/release.yml@" is not the beginning of another's). */
static bool
is_who(const struct sigstore_policy *policy, const char *identity)
{
	struct str wanted = str_from(policy->identity);

	if (!policy->any_ref)
		return strcmp(identity, policy->identity) == 0;
	return str_ends(wanted, STR_LIT("@")) && str_starts(str_from(identity), wanted);
}

static int
check_identity(const struct verifying *v, struct err *err)
{
	X509 *cert = v->bundle->cert;
	cleanup_free char *identity = identity_of(cert);
	cleanup_free char *raw = extension_text(cert, ISSUER_RAW, false);
	cleanup_free char *issuer = extension_text(cert, ISSUER, true);

	if (!identity)
		return sigstore_fail(err, WHOSE, "the certificate has not exactly one name");
	if (raw && issuer && strcmp(raw, issuer) != 0)
		return sigstore_fail(err, WHOSE, "the certificate has two issuers, %s and %s", raw,
				     issuer);
	if (!issuer)
		issuer = steal_ptr(&raw);
	if (!issuer)
		return sigstore_fail(err, WHOSE, "the certificate does not say who vouched for it");
	if (!is_who(v->policy, identity))
		return sigstore_fail(err, WHOSE, "it was signed by %s, not %s", identity,
				     v->policy->identity);
	if (strcmp(issuer, v->policy->issuer) != 0)
		return sigstore_fail(err, "issuer", "%s vouched for the identity, not %s", issuer,
				     v->policy->issuer);
	v->report->identity = steal_ptr(&identity);
	v->report->issuer = steal_ptr(&issuer);
	return 0;
}

int
sigstore_cert_check(struct verifying *v, struct err *err)
{
	X509 *issuer = NULL;

	if (v->time_count == 0)
		return sigstore_fail(err, "time", "nobody vouches for the time of the signature");
	for (size_t i = 0; i < v->time_count; i++) {
		X509_free(issuer);
		issuer = NULL;
		if (find_issuer(v, v->times[i], &issuer, err) < 0)
			return -1;
	}
	if (check_profile(v->bundle->cert, err) < 0 || check_scts(v, issuer, err) < 0) {
		X509_free(issuer);
		return -1;
	}
	X509_free(issuer);
	return check_identity(v, err);
}
