/* SPDX-License-Identifier: MIT */
/* RFC 3161 timestamps over the signature, by the authorities of the trusted root. */
#include <config.h>

#include <string.h>

#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include "base/mem.h"
#include "trust/sigstore_internal.h"

#define STEP "timestamp"

/* Milliseconds since 1970. */
static bool
time_of(const TS_TST_INFO *info, int64_t *ret)
{
	const ASN1_GENERALIZEDTIME *time = TS_TST_INFO_get_time(info);
	struct tm tm;
	char text[32];

	/* By our own calendar: timegm() is in no standard, mktime() knows zones. A
	 * fraction of a second is left out, as OpenSSL does. */
	if (!time || ASN1_TIME_to_tm(time, &tm) != 1 ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return false;
	return trust_time_parse(str_from(text), ret);
}

/* Is what INFO vouches for the digest of SIGNATURE? */
static bool
is_of(TS_TST_INFO *info, struct str signature)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const X509_ALGOR *algorithm = TS_MSG_IMPRINT_get_algo(imprint);
	const ASN1_OCTET_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
	const ASN1_OBJECT *object = NULL;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	const EVP_MD *md;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	switch (OBJ_obj2nid(object)) {
	case NID_sha256:
		md = EVP_sha256();
		break;
	case NID_sha384:
		md = EVP_sha384();
		break;
	case NID_sha512:
		md = EVP_sha512();
		break;
	default:
		return false;
	}
	return EVP_Digest(signature.p, signature.n, digest, &n, md, NULL) == 1 &&
	       (unsigned int)ASN1_STRING_length(said) == n &&
	       memcmp(ASN1_STRING_get0_data(said), digest, n) == 0;
}

/* Is TOKEN signed by AUTHORITY, whose certificates were good at MILLISECONDS? */
static bool
is_signed(PKCS7 *token, const struct trust_authority *authority, int64_t milliseconds)
{
	TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *certs = sk_X509_new_null();
	X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new();
	bool ok = ctx && store && certs && param &&
		  X509_STORE_add_cert(store, authority->certs[authority->count - 1]) == 1;

	for (size_t i = 0; ok && i + 1 < authority->count; i++)
		ok = X509_up_ref(authority->certs[i]) == 1 &&
		     sk_X509_push(certs, authority->certs[i]) > 0;
	if (ok && authority->count == 1)
		ok = X509_up_ref(authority->certs[0]) == 1 &&
		     sk_X509_push(certs, authority->certs[0]) > 0;
	if (ok) {
		X509_VERIFY_PARAM_set_time(param, (time_t)(milliseconds / 1000));
		ok = X509_STORE_set1_param(store, param) == 1;
	}
	if (ok) {
		TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_SIGNATURE);
		/* Both are the context's from here on. */
		TS_VERIFY_CTX_set_store(ctx, store);
		TS_VERIFY_CTX_set_certs(ctx, certs);
		store = NULL;
		certs = NULL;
		ok = TS_RESP_verify_token(ctx, token) == 1;
	}
	X509_VERIFY_PARAM_free(param);
	X509_STORE_free(store);
	sk_X509_pop_free(certs, X509_free);
	TS_VERIFY_CTX_free(ctx);
	return ok;
}

/* Add the time that RESPONSE vouches for. */
static int
check_response(struct verifying *v, TS_RESP *response, struct err *err)
{
	PKCS7 *token = TS_RESP_get_token(response);
	TS_TST_INFO *info = TS_RESP_get_tst_info(response);
	const TS_STATUS_INFO *status = TS_RESP_get_status_info(response);
	int64_t time;
	bool known = false;

	if (!token || !info || !status || ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status)) > 1)
		return sigstore_fail(err, STEP, "it was not granted");
	if (!is_of(info, bytes_str(&v->bundle->signature)))
		return sigstore_fail(err, STEP, "it is of another signature");
	if (!time_of(info, &time))
		return sigstore_fail(err, STEP, "its time cannot be read");
	for (size_t i = 0; i < v->root->timestamper_count; i++) {
		const struct trust_authority *authority = &v->root->timestampers[i];

		if (!is_signed(token, authority, time))
			continue;
		known = true;
		/* The window of this very authority: another's is no matter. */
		if (!trust_window_has(&authority->window, time))
			continue;
		v->times[v->time_count++] = time;
		if (!v->report->time_by) {
			v->report->time = time;
			v->report->time_by = mem_strdup(authority->uri);
		}
		return 0;
	}
	return sigstore_fail(err, STEP, "%s",
			     known ? "its authority is not good at its time"
				   : "it is not signed by an authority of the trusted root");
}

int
sigstore_times_check(struct verifying *v, struct err *err)
{
	for (size_t i = 0; i < v->bundle->timestamp_count; i++) {
		const struct bytes *der = &v->bundle->timestamps[i];
		const unsigned char *at = der->p;
		TS_RESP *response = d2i_TS_RESP(NULL, &at, (long)der->n);
		int status = -1;

		if (response && at == der->p + der->n)
			status = check_response(v, response, err);
		else
			(void)sigstore_fail(err, STEP, "it cannot be read");
		TS_RESP_free(response);
		if (status < 0)
			return -1;
	}
	return 0;
}
