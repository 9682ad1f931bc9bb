/* SPDX-License-Identifier: MIT */
/* A bundle's JSON, read strictly: what is not known is refused, what is there decodes. */
#include <config.h>

#include <string.h>

#include <openssl/crypto.h>

#include "base/mem.h"
#include "trust/sigstore_internal.h"

#define MEDIA "application/vnd.dev.sigstore.bundle"

static const struct {
	const char *media_type;
	enum sigstore_format format;
} formats[] = {
	{ MEDIA "+json;version=0.1", SIGSTORE_0_1 },
	{ MEDIA "+json;version=0.2", SIGSTORE_0_2 },
	{ MEDIA "+json;version=0.3", SIGSTORE_0_3 },
	{ MEDIA ".v0.3+json", SIGSTORE_0_3 },
};

static int
bad(struct err *err, const char *what, const char *why)
{
	return sigstore_fail(err, "bundle", "%s %s", what, why);
}

/* OBJECT, called WHAT, is one, and has no members but KEYS (up to a NULL): protocol
 * buffers' JSON refuses unknown ones, and what is not understood could be what matters. */
static int
check_object(const json_t *object, const char *what, const char *const *keys, struct err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return bad(err, what, "is missing");
	json_object_foreach((json_t *)object, key, value) {
		bool known = false;

		for (size_t i = 0; keys[i]; i++)
			known = known || strcmp(keys[i], key) == 0;
		if (!known)
			return sigstore_fail(err, "bundle", "%s has a member %s that is not known",
					     what, key);
	}
	return 0;
}
#define KEYS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static int
read_bytes(const json_t *object, const char *key, struct bytes *ret, struct err *err)
{
	const char *text = json_get_text(object, key);

	if (!text || !*text)
		return bad(err, key, "is missing");
	if (!bytes_from_base64(str_from(text), ret))
		return bad(err, key, "is no base64");
	return 0;
}

/* Whole numbers are texts or numbers; 0 may be left out. */
static int
read_number(const json_t *object, const char *key, uint64_t *ret, struct err *err)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_get_text(object, key);

	*ret = 0;
	if (!value || json_get_u64(object, key, ret) ||
	    (text && str_u64(str_from(text), 0, INT64_MAX, ret)))
		return 0;
	return bad(err, key, "is no number");
}

static int
read_proof(const json_t *proof, struct sigstore_entry *entry, struct err *err)
{
	const json_t *hashes = json_object_get(proof, "hashes");
	const json_t *checkpoint = json_object_get(proof, "checkpoint");
	size_t i;
	const json_t *hash;

	if (check_object(proof, "inclusionProof",
			 KEYS("logIndex", "rootHash", "treeSize", "hashes", "checkpoint"), err) < 0)
		return -1;
	entry->has_proof = true;
	if (read_number(proof, "logIndex", &entry->leaf, err) < 0 ||
	    read_number(proof, "treeSize", &entry->tree, err) < 0 ||
	    read_bytes(proof, "rootHash", &entry->root, err) < 0)
		return -1;
	if ((hashes && !json_is_array(hashes)) || json_array_size(hashes) > SIGSTORE_HASHES)
		return bad(err, "inclusionProof", "has hashes that cannot be a path");
	json_array_foreach(hashes, i, hash) {
		struct bytes *to = &entry->hashes[entry->hash_count];

		if (!bytes_from_base64(str_from(json_string_value(hash)), to))
			return bad(err, "inclusionProof", "has a hash that is no base64");
		entry->hash_count++;
		if (to->n != BYTES_SHA256)
			return bad(err, "inclusionProof", "has a hash that is none");
	}
	if (!checkpoint)
		return 0;
	if (check_object(checkpoint, "checkpoint", KEYS("envelope"), err) < 0)
		return -1;
	entry->checkpoint = json_get_text(checkpoint, "envelope");
	return entry->checkpoint ? 0 : bad(err, "checkpoint", "has no envelope");
}

static int
read_entry(const json_t *item, struct sigstore_entry *entry, struct err *err)
{
	const json_t *id = json_object_get(item, "logId");
	const json_t *kind = json_object_get(item, "kindVersion");
	const json_t *promise = json_object_get(item, "inclusionPromise");
	const json_t *proof = json_object_get(item, "inclusionProof");

	if (check_object(item, "a log entry",
			 KEYS("logIndex", "logId", "kindVersion", "integratedTime",
			      "inclusionPromise", "inclusionProof", "canonicalizedBody"),
			 err) < 0 ||
	    check_object(id, "logId", KEYS("keyId"), err) < 0 ||
	    check_object(kind, "kindVersion", KEYS("kind", "version"), err) < 0 ||
	    read_bytes(id, "keyId", &entry->log_id, err) < 0 ||
	    read_number(item, "logIndex", &entry->index, err) < 0 ||
	    read_number(item, "integratedTime", &entry->seconds, err) < 0 ||
	    read_bytes(item, "canonicalizedBody", &entry->body, err) < 0)
		return -1;
	entry->kind = json_get_text(kind, "kind");
	entry->version = json_get_text(kind, "version");
	if (!entry->kind || !entry->version)
		return bad(err, "kindVersion", "is missing");
	/* Year 9999; beyond it times in milliseconds could overflow. */
	if (entry->seconds > 253402300799)
		return bad(err, "integratedTime", "is no time");
	if (promise &&
	    (check_object(promise, "inclusionPromise", KEYS("signedEntryTimestamp"), err) < 0 ||
	     read_bytes(promise, "signedEntryTimestamp", &entry->promise, err) < 0))
		return -1;
	if (proof && read_proof(proof, entry, err) < 0)
		return -1;
	return json_parse(bytes_str(&entry->body), "bundle: the log entry's body",
			  SIGSTORE_BUNDLE_MAX, &entry->content, err);
}

static int
read_certificate(const json_t *object, struct sigstore_bundle *b, struct err *err)
{
	const unsigned char *at;

	if (check_object(object, "certificate", KEYS("rawBytes"), err) < 0 ||
	    read_bytes(object, "rawBytes", &b->cert_der, err) < 0)
		return -1;
	at = b->cert_der.p;
	b->cert = d2i_X509(NULL, &at, (long)b->cert_der.n);
	if (!b->cert || at != b->cert_der.p + b->cert_der.n)
		return bad(err, "certificate", "cannot be read");
	return 0;
}

/* Of a chain only the first counts: the others are the root's to say. */
static int
read_chain(const json_t *object, struct sigstore_bundle *b, struct err *err)
{
	const json_t *list = json_object_get(object, "certificates");

	if (check_object(object, "x509CertificateChain", KEYS("certificates"), err) < 0)
		return -1;
	if (!json_is_array(list) || json_array_size(list) == 0 ||
	    json_array_size(list) > TRUST_ROOT_CHAIN)
		return bad(err, "x509CertificateChain", "has no certificates, or too many");
	if (b->format == SIGSTORE_0_3)
		return bad(err, "x509CertificateChain", "is not for media type 0.3");
	return read_certificate(json_array_get(list, 0), b, err);
}

static int
read_key(const json_t *material, struct sigstore_bundle *b, struct err *err)
{
	const json_t *cert = json_object_get(material, "certificate");
	const json_t *chain = json_object_get(material, "x509CertificateChain");
	const json_t *key = json_object_get(material, "publicKey");

	if (!!cert + !!chain + !!key != 1)
		return bad(err, "verificationMaterial",
			   "has not exactly one of certificate, x509CertificateChain, publicKey");
	if (cert)
		return read_certificate(cert, b, err);
	if (chain)
		return read_chain(chain, b, err);
	return check_object(key, "publicKey", KEYS("hint"), err);
}

static int
read_timestamps(const json_t *data, struct sigstore_bundle *b, struct err *err)
{
	const json_t *list = json_object_get(data, "rfc3161Timestamps");
	size_t i;
	const json_t *item;

	if (!data)
		return 0;
	if (check_object(data, "timestampVerificationData", KEYS("rfc3161Timestamps"), err) < 0)
		return -1;
	if ((list && !json_is_array(list)) || json_array_size(list) > SIGSTORE_TIMESTAMPS)
		return bad(err, "rfc3161Timestamps", "is no list, or too long");
	json_array_foreach(list, i, item) {
		struct bytes *to = &b->timestamps[b->timestamp_count];

		if (check_object(item, "a timestamp", KEYS("signedTimestamp"), err) < 0 ||
		    read_bytes(item, "signedTimestamp", to, err) < 0)
			return -1;
		for (size_t k = 0; k < b->timestamp_count; k++)
			if (bytes_eq(&b->timestamps[k], bytes_str(to))) {
				bytes_reset(to);
				return bad(err, "rfc3161Timestamps", "has the same one twice");
			}
		b->timestamp_count++;
	}
	return 0;
}

static int
read_material(const json_t *material, struct sigstore_bundle *b, struct err *err)
{
	const json_t *entries = json_object_get(material, "tlogEntries");
	size_t i;
	const json_t *item;

	if (check_object(material, "verificationMaterial",
			 KEYS("certificate", "x509CertificateChain", "publicKey", "tlogEntries",
			      "timestampVerificationData"),
			 err) < 0 ||
	    read_key(material, b, err) < 0 ||
	    read_timestamps(json_object_get(material, "timestampVerificationData"), b, err) < 0)
		return -1;
	if ((entries && !json_is_array(entries)) || json_array_size(entries) > SIGSTORE_ENTRIES)
		return bad(err, "tlogEntries", "is no list, or too long");
	json_array_foreach(entries, i, item) {
		/* Counted first: what was read so far is released with it. */
		if (read_entry(item, &b->entries[b->entry_count++], err) < 0)
			return -1;
	}
	return 0;
}

static int
read_message(const json_t *message, struct sigstore_bundle *b, struct err *err)
{
	const json_t *digest = json_object_get(message, "messageDigest");
	const char *algorithm = json_get_text(digest, "algorithm");

	if (check_object(message, "messageSignature", KEYS("messageDigest", "signature"), err) <
		    0 ||
	    read_bytes(message, "signature", &b->signature, err) < 0)
		return -1;
	if (!digest)
		return 0;
	if (check_object(digest, "messageDigest", KEYS("algorithm", "digest"), err) < 0 ||
	    read_bytes(digest, "digest", &b->digest, err) < 0)
		return -1;
	if (!algorithm || strcmp(algorithm, "SHA2_256") != 0)
		return bad(err, "messageDigest", "is no SHA2_256");
	return 0;
}

static int
read_envelope(const json_t *envelope, struct sigstore_bundle *b, struct err *err)
{
	const json_t *signatures = json_object_get(envelope, "signatures");
	const json_t *first = json_array_get(signatures, 0);

	b->is_envelope = true;
	b->payload_type = json_get_text(envelope, "payloadType");
	if (check_object(envelope, "dsseEnvelope", KEYS("payload", "payloadType", "signatures"),
			 err) < 0 ||
	    read_bytes(envelope, "payload", &b->payload, err) < 0)
		return -1;
	if (!b->payload_type)
		return bad(err, "payloadType", "is missing");
	if (!json_is_array(signatures) || json_array_size(signatures) != 1)
		return bad(err, "dsseEnvelope", "has not exactly one signature");
	if (check_object(first, "a signature", KEYS("sig", "keyid"), err) < 0)
		return -1;
	return read_bytes(first, "sig", &b->signature, err);
}

static int
read_bundle(struct sigstore_bundle *b, struct err *err)
{
	const char *type = json_get_text(b->doc, "mediaType");
	const json_t *message = json_object_get(b->doc, "messageSignature");
	const json_t *envelope = json_object_get(b->doc, "dsseEnvelope");
	bool known = false;

	if (check_object(
		    b->doc, "the document",
		    KEYS("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope"),
		    err) < 0)
		return -1;
	for (size_t i = 0; type && i < sizeof(formats) / sizeof(*formats); i++) {
		if (strcmp(formats[i].media_type, type) != 0)
			continue;
		b->format = formats[i].format;
		known = true;
	}
	if (!known)
		return sigstore_fail(err, "bundle", "its media type is %s, which is not known",
				     type ? type : "missing");
	if (!message == !envelope)
		return bad(err, "the document",
			   "has not exactly one of messageSignature, dsseEnvelope");
	if (read_material(json_object_get(b->doc, "verificationMaterial"), b, err) < 0)
		return -1;
	return message ? read_message(message, b, err) : read_envelope(envelope, b, err);
}

int
sigstore_bundle_parse(struct str text, const char *what, struct sigstore_bundle **ret,
		      struct err *err)
{
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = mem_zalloc(sizeof(*bundle));

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (json_parse(text, what, SIGSTORE_BUNDLE_MAX, &bundle->doc, err) < 0 ||
	    read_bundle(bundle, err) < 0)
		return -1;
	*ret = steal_ptr(&bundle);
	return 0;
}

static void
entry_reset(struct sigstore_entry *entry)
{
	bytes_reset(&entry->log_id);
	bytes_reset(&entry->promise);
	bytes_reset(&entry->body);
	bytes_reset(&entry->root);
	for (size_t i = 0; i < entry->hash_count; i++)
		bytes_reset(&entry->hashes[i]);
	json_decref(entry->content);
}

void
sigstore_bundle_free(struct sigstore_bundle *bundle)
{
	if (!bundle)
		return;
	for (size_t i = 0; i < bundle->entry_count; i++)
		entry_reset(&bundle->entries[i]);
	for (size_t i = 0; i < bundle->timestamp_count; i++)
		bytes_reset(&bundle->timestamps[i]);
	X509_free(bundle->cert);
	bytes_reset(&bundle->cert_der);
	bytes_reset(&bundle->signature);
	bytes_reset(&bundle->digest);
	bytes_reset(&bundle->payload);
	json_decref(bundle->doc);
	free(bundle);
}
