/* SPDX-License-Identifier: MIT */
/* Sigstore bundles, verified offline: the order of the steps. */
#include <config.h>

#include <stdarg.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/mem.h"
#include "trust/sigstore_internal.h"

int
sigstore_fail(struct err *err, const char *step, const char *fmt, ...)
{
	va_list args;
	cleanup_free char *why = NULL;

	va_start(args, fmt);
	why = mem_vprintf(fmt, args);
	va_end(args);
	(void)err_set(err, ERR_CHECK, "%s: %s", step, why);
	return err_detail(err, "step", "%s", step);
}

static void
verifying_reset(struct verifying *v)
{
	EVP_PKEY_free(v->key);
	bytes_reset(&v->key_der);
	bytes_reset(&v->digest);
	bytes_reset(&v->signed_bytes);
	/* Nobody asks for OpenSSL's own words, and a thread that goes on must not find
	 * those of a verification that is over. */
	ERR_clear_error();
}

void
sigstore_report_reset(struct sigstore_report *report)
{
	free(report->identity);
	free(report->issuer);
	free(report->log);
	free(report->time_by);
	free(report->predicate);
	*report = (struct sigstore_report){ 0 };
}

static int
read_key(struct verifying *v, struct err *err)
{
	const struct sigstore_policy *policy = v->policy;
	bool by_key = policy->key.n > 0;
	unsigned char *der = NULL;
	int n;

	if (by_key == (policy->identity && policy->issuer) ||
	    (by_key && (policy->identity || policy->issuer)))
		return err_set(err, ERR_USAGE,
			       "a signature needs an identity and an issuer, or a key");
	if (by_key && v->bundle->cert)
		return sigstore_fail(err, "key", "the bundle is signed by a certificate's key");
	if (!by_key && !v->bundle->cert)
		return sigstore_fail(err, "key",
				     "the bundle has no certificate, only a key's hint");
	if (by_key && policy->key.n <= TRUST_ROOT_MAX) {
		BIO *bio = BIO_new_mem_buf(policy->key.p, (int)policy->key.n);

		v->key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
		BIO_free(bio);
		if (!v->key)
			return err_set(err, ERR_CHECK, "the key is no public key in PEM");
	} else if (!by_key) {
		v->key = X509_get_pubkey(v->bundle->cert);
	}
	if (!v->key || !sigstore_key_ok(v->key))
		return sigstore_fail(err, "key", "it is none of P-256, P-384, Ed25519");
	n = i2d_PUBKEY(v->key, &der);
	if (n <= 0)
		return sigstore_fail(err, "key", "it cannot be written");
	v->key_der = (struct bytes){ mem_zalloc((size_t)n), (size_t)n };
	memcpy(v->key_der.p, der, (size_t)n);
	OPENSSL_free(der);
	return 0;
}

/* DSSE's pre-authentication encoding. */
static void
encode_envelope(struct verifying *v)
{
	const struct sigstore_bundle *b = v->bundle;
	cleanup_free char *head = NULL;
	size_t n;

	if (!b->is_envelope)
		return;
	head = mem_printf("DSSEv1 %zu %s %zu ", strlen(b->payload_type), b->payload_type,
			  b->payload.n);
	n = strlen(head);
	v->signed_bytes = (struct bytes){ mem_zalloc(n + b->payload.n + 1), n + b->payload.n };
	memcpy(v->signed_bytes.p, head, n);
	memcpy(v->signed_bytes.p + n, b->payload.p, b->payload.n);
}

static int
check_entries(struct verifying *v, struct err *err)
{
	const struct sigstore_bundle *b = v->bundle;

	if (b->entry_count == 0 && b->cert)
		return sigstore_fail(err, "log", "the bundle has no log entry");
	for (size_t i = 0; i < b->entry_count; i++)
		if (sigstore_entry_check(v, &b->entries[i], err) < 0 ||
		    sigstore_log_check(v, &b->entries[i], err) < 0)
			return -1;
	if (sigstore_times_check(v, err) < 0)
		return -1;
	for (size_t i = 0; i < b->entry_count; i++)
		if (sigstore_log_windows(v, &b->entries[i], err) < 0)
			return -1;
	return 0;
}

static int
verify(struct verifying *v, struct err *err)
{
	const struct sigstore_bundle *b = v->bundle;

	if (read_key(v, err) < 0)
		return -1;
	if (!digest_hex_ok(str_from(v->subject->sha256)) ||
	    !bytes_from_hex(str_from(v->subject->sha256), &v->digest))
		return err_set(err, ERR_USAGE, "%s is no SHA-256", v->subject->sha256);
	encode_envelope(v);
	/* First what people make mistakes with: another file, another version's bundle. */
	if (sigstore_signature_check(v, err) < 0 ||
	    (b->is_envelope && sigstore_statement_check(v, err) < 0) || check_entries(v, err) < 0)
		return -1;
	return b->cert ? sigstore_cert_check(v, err) : 0;
}

int
sigstore_verify(const struct sigstore_bundle *bundle, const struct trust_root *root,
		const struct sigstore_policy *policy, const struct sigstore_subject *subject,
		struct sigstore_report *ret, struct err *err)
{
	struct sigstore_report report = { 0 };
	cleanup_with(verifying_reset) struct verifying v = { .bundle = bundle,
							     .root = root,
							     .policy = policy,
							     .subject = subject,
							     .report = &report };

	if (verify(&v, err) < 0) {
		/* Half a report of what does not hold would read like one of what does. */
		sigstore_report_reset(&report);
		return -1;
	}
	*ret = report;
	return 0;
}
