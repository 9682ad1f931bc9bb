/* SPDX-License-Identifier: MIT */
/* A Sigstore of our own: authorities, logs, and bundles of every shape, for tests. */
#ifndef PYVERN_TESTS_SIGSTORE_MAKER_H
#define PYVERN_TESTS_SIGSTORE_MAKER_H

/*
 *	struct maker m;
 *	maker_begin(&m);
 *	json_t *bundle = maker_bundle(&m, &shape, STR_LIT("bytes"));
 *	char *root = maker_root(&m);
 *
 * Keys are made anew each time. What cannot be made ends the program.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ct.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/json.h"
#include "trust/bytes.h"

#define MAKER_TIME ((int64_t)1750000000) /* 2025-06-15 15:06:40 UTC */
#define MAKER_IDENTITY "maker@tests.example"
#define MAKER_ISSUER "https://issuer.tests.example"
#define MAKER_LEAVES 7
#define MAKER_LEAF 4

enum maker_content { MAKER_MESSAGE, MAKER_DSSE, MAKER_DSSE_HASHED, MAKER_INTOTO };

struct maker_shape {
	const char *name;
	const char *media;
	const char *curve; /* "P-256", "P-384"; NULL: Ed25519 */
	enum maker_content content;
	bool second; /* Rekor's second version */
	bool promise;
	bool no_proof;
	bool no_checkpoint;
	bool token;
	bool by_key;
	bool no_entry;
	const char *issuer;    /* NULL: the usual one */
	const char *identity;  /* NULL: the usual one */
	const char *predicate; /* a statement's; NULL: the usual one */
	int64_t skew;	       /* seconds from the certificate's start to the times */
	int64_t token_skew;
	bool no_sct;
	bool is_authority;
	bool no_code_signing;
	bool two_names;
};

struct maker {
	EVP_PKEY *root_key, *between_key, *ct_key, *log_key, *log2_key, *tsa_root_key, *tsa_key;
	EVP_PKEY *user_key; /* of the last bundle */
	X509 *root, *between, *tsa_root, *tsa;
};

static inline void
maker_need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "the maker of signatures cannot %s\n", what);
	exit(99);
}

static inline EVP_PKEY *
maker_key(const char *curve)
{
	EVP_PKEY *key = curve ? EVP_EC_gen(curve) : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	maker_need(key != NULL, "make a key");
	return key;
}

static inline struct bytes
maker_der(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct bytes bytes = { mem_zalloc((size_t)n + 1), (size_t)n };

	memcpy(bytes.p, der, bytes.n);
	OPENSSL_free(der);
	return bytes;
}

static inline struct bytes
maker_cert_der(X509 *cert)
{
	unsigned char *der = NULL;
	int n = i2d_X509(cert, &der);
	struct bytes bytes = { mem_zalloc((size_t)n + 1), (size_t)n };

	memcpy(bytes.p, der, bytes.n);
	OPENSSL_free(der);
	return bytes;
}

static inline struct bytes
maker_sign(EVP_PKEY *key, struct str data)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const EVP_MD *md = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256();
	struct bytes sig = { mem_zalloc(512), 512 };

	maker_need(EVP_DigestSignInit(ctx, NULL, md, NULL, key) == 1 &&
			   EVP_DigestSign(ctx, sig.p, &sig.n, (const unsigned char *)data.p,
					  data.n) == 1,
		   "sign");
	EVP_MD_CTX_free(ctx);
	return sig;
}

static inline void
maker_sha256(struct str data, unsigned char ret[BYTES_SHA256])
{
	maker_need(bytes_sha256(&data, 1, ret), "hash");
}

static inline void
maker_id(EVP_PKEY *key, unsigned char ret[BYTES_SHA256])
{
	cleanup_bytes struct bytes der = maker_der(key);

	maker_sha256(bytes_str(&der), ret);
}

static inline char *
maker_base64(const void *p, size_t n)
{
	return bytes_to_base64((struct str){ p, n });
}

/* Taken by the object. */
static inline void
maker_set64(json_t *object, const char *key, struct str bytes)
{
	cleanup_free char *text = bytes_to_base64(bytes);

	maker_need(json_object_set_new(object, key, json_string(text)) == 0, "set");
}

static inline void
maker_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	maker_need(extension && X509_add_ext(cert, extension, -1) == 1, value);
	X509_EXTENSION_free(extension);
}

static inline void
maker_raw_extension(X509 *cert, const char *oid, const void *p, size_t n)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	maker_need(ASN1_OCTET_STRING_set(data, p, (int)n) == 1, "set bytes");
	extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, data);
	maker_need(extension && X509_add_ext(cert, extension, -1) == 1, oid);
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(data);
	ASN1_OBJECT_free(object);
}

static inline X509 *
maker_cert(EVP_PKEY *key, const char *name, X509 *issuer, int64_t start, int64_t end)
{
	static long serial = 1000;
	X509 *cert = X509_new();
	X509_NAME *subject = X509_NAME_new();

	maker_need(cert && subject && X509_set_version(cert, 2) == 1 &&
			   ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++) == 1 &&
			   ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)start) &&
			   ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)end) &&
			   X509_set_pubkey(cert, key) == 1,
		   "begin a certificate");
	if (name)
		X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name,
					   -1, -1, 0);
	X509_set_subject_name(cert, subject);
	X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject);
	X509_NAME_free(subject);
	return cert;
}

static inline X509 *
maker_ca(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *cert = maker_cert(key, name, issuer, MAKER_TIME - 10000000, MAKER_TIME + 100000000);

	maker_extension(cert, issuer ? issuer : cert, NID_basic_constraints, "critical,CA:TRUE");
	maker_extension(cert, issuer ? issuer : cert, NID_key_usage,
			"critical,keyCertSign,cRLSign");
	maker_extension(cert, issuer ? issuer : cert, NID_subject_key_identifier, "hash");
	if (issuer)
		maker_extension(cert, issuer, NID_authority_key_identifier, "keyid:always");
	maker_need(X509_sign(cert, issuer_key, EVP_sha256()) > 0, "sign a certificate");
	return cert;
}

static inline void
maker_begin(struct maker *m)
{
	*m = (struct maker){ 0 };
	m->root_key = maker_key("P-384");
	m->between_key = maker_key("P-384");
	m->ct_key = maker_key("P-256");
	m->log_key = maker_key("P-256");
	m->log2_key = maker_key(NULL);
	m->tsa_root_key = maker_key("P-384");
	m->tsa_key = maker_key("P-256");
	m->root = maker_ca(m->root_key, "tests root", NULL, m->root_key);
	m->between = maker_ca(m->between_key, "tests between", m->root, m->root_key);
	m->tsa_root = maker_ca(m->tsa_root_key, "tests times root", NULL, m->tsa_root_key);
	m->tsa = maker_cert(m->tsa_key, "tests times", m->tsa_root, MAKER_TIME - 10000000,
			    MAKER_TIME + 100000000);
	maker_extension(m->tsa, m->tsa_root, NID_key_usage, "critical,digitalSignature");
	maker_extension(m->tsa, m->tsa_root, NID_ext_key_usage, "critical,timeStamping");
	maker_extension(m->tsa, m->tsa_root, NID_subject_key_identifier, "hash");
	maker_extension(m->tsa, m->tsa_root, NID_authority_key_identifier, "keyid:always");
	maker_need(X509_sign(m->tsa, m->tsa_root_key, EVP_sha256()) > 0, "sign a certificate");
}

static inline void
maker_end(struct maker *m)
{
	EVP_PKEY *keys[] = { m->root_key, m->between_key,  m->ct_key,  m->log_key,
			     m->log2_key, m->tsa_root_key, m->tsa_key, m->user_key };
	X509 *certs[] = { m->root, m->between, m->tsa_root, m->tsa };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		EVP_PKEY_free(keys[i]);
	for (size_t i = 0; i < sizeof(certs) / sizeof(*certs); i++)
		X509_free(certs[i]);
}

static inline void
maker_number(struct buf *b, uint64_t number, size_t n)
{
	while (n-- > 0)
		buf_add_char(b, (char)(number >> 8 * n & 255));
}

/* The list of one timestamp of the certificate log, 700 ms into the second of the log
 * entry: logs of certificates count milliseconds, logs of entries seconds. */
static inline void
maker_add_sct(const struct maker *m, X509 *cert, int64_t seconds)
{
	cleanup_buf struct buf data = BUF_INIT(SIZE_MAX);
	cleanup_buf struct buf sct = BUF_INIT(SIZE_MAX);
	cleanup_buf struct buf list = BUF_INIT(SIZE_MAX);
	unsigned char *tbs = NULL;
	unsigned char hash[BYTES_SHA256];
	cleanup_bytes struct bytes sig = { 0 };
	uint64_t time = (uint64_t)seconds * 1000 + 700;
	int n = i2d_re_X509_tbs(cert, &tbs);

	maker_id(m->between_key, hash);
	maker_number(&data, 0, 2);
	maker_number(&data, time, 8);
	maker_number(&data, 1, 2);
	buf_add(&data, hash, sizeof(hash));
	maker_number(&data, (uint64_t)n, 3);
	buf_add(&data, tbs, (size_t)n);
	maker_number(&data, 0, 2);
	OPENSSL_free(tbs);
	sig = maker_sign(m->ct_key, buf_str(&data));
	maker_id(m->ct_key, hash);
	maker_number(&sct, 0, 1);
	buf_add(&sct, hash, sizeof(hash));
	maker_number(&sct, time, 8);
	maker_number(&sct, 0, 2);
	maker_number(&sct, 0x0403, 2);
	maker_number(&sct, sig.n, 2);
	buf_add(&sct, sig.p, sig.n);
	/* An OCTET STRING of less than 256 bytes within the extension's. */
	maker_number(&list, 0x0481, 2);
	maker_number(&list, sct.len + 4, 1);
	maker_number(&list, sct.len + 2, 2);
	maker_number(&list, sct.len, 2);
	buf_add_str(&list, buf_str(&sct));
	maker_raw_extension(cert, "1.3.6.1.4.1.11129.2.4.2", list.data, list.len);
}

static inline X509 *
maker_leaf(const struct maker *m, const struct maker_shape *shape, EVP_PKEY *key)
{
	X509 *cert = maker_cert(key, NULL, m->between, MAKER_TIME, MAKER_TIME + 600);
	const char *identity = shape->identity ? shape->identity : MAKER_IDENTITY;
	const char *issuer = shape->issuer ? shape->issuer : MAKER_ISSUER;
	cleanup_free char *name =
		mem_printf("critical,%s:%s%s", strncmp(identity, "https:", 6) ? "email" : "URI",
			   identity, shape->two_names ? ",email:b@b.example" : "");
	cleanup_free char *der = mem_printf("\x0c%c%s", (int)strlen(issuer), issuer);

	maker_extension(cert, m->between, NID_key_usage, "critical,digitalSignature");
	maker_extension(cert, m->between, NID_ext_key_usage,
			shape->no_code_signing ? "clientAuth" : "codeSigning");
	if (shape->is_authority)
		maker_extension(cert, m->between, NID_basic_constraints, "critical,CA:TRUE");
	maker_extension(cert, m->between, NID_subject_key_identifier, "hash");
	maker_extension(cert, m->between, NID_authority_key_identifier, "keyid:always");
	maker_extension(cert, m->between, NID_subject_alt_name, name);
	maker_raw_extension(cert, "1.3.6.1.4.1.57264.1.1", issuer, strlen(issuer));
	maker_raw_extension(cert, "1.3.6.1.4.1.57264.1.8", der, strlen(der));
	maker_need(X509_sign(cert, m->between_key, EVP_sha384()) > 0, "sign a certificate");
	if (!shape->no_sct) {
		maker_add_sct(m, cert, MAKER_TIME);
		maker_need(X509_sign(cert, m->between_key, EVP_sha384()) > 0, "sign it again");
	}
	return cert;
}

/* A tree of leaves, RFC 6962: its root, and the path of one. */
static inline void
maker_tree(unsigned char (*leaves)[BYTES_SHA256], size_t n, size_t at, json_t *path,
	   unsigned char ret[BYTES_SHA256])
{
	unsigned char sides[2][BYTES_SHA256];
	struct str pieces[] = { { "\x01", 1 },
				{ (const char *)sides[0], BYTES_SHA256 },
				{ (const char *)sides[1], BYTES_SHA256 } };
	size_t k = 1;

	if (n == 1) {
		memcpy(ret, leaves[0], BYTES_SHA256);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	maker_tree(leaves, k, at, at < k ? path : NULL, sides[0]);
	maker_tree(leaves + k, n - k, at - k, at >= k ? path : NULL, sides[1]);
	if (path) {
		cleanup_free char *text = maker_base64(sides[at < k], BYTES_SHA256);

		json_array_append_new(path, json_string(text));
	}
	maker_need(bytes_sha256(pieces, 3, ret), "hash");
}

static inline json_t *
maker_proof(const struct maker *m, const struct maker_shape *shape, struct str body)
{
	unsigned char leaves[MAKER_LEAVES][BYTES_SHA256];
	unsigned char root[BYTES_SHA256];
	unsigned char id[BYTES_SHA256];
	EVP_PKEY *key = shape->second ? m->log2_key : m->log_key;
	json_t *hashes = json_array();
	json_t *proof;
	cleanup_free char *root64 = NULL;
	cleanup_free char *text = NULL;
	cleanup_free char *hinted64 = NULL;
	cleanup_bytes struct bytes sig = { 0 };
	cleanup_buf struct buf hinted = BUF_INIT(SIZE_MAX);

	for (size_t i = 0; i < MAKER_LEAVES; i++) {
		char other[2] = { 0, (char)i };
		struct str pieces[] = { { "\0", 1 },
					i == MAKER_LEAF ? body : (struct str){ other, 2 } };

		maker_need(bytes_sha256(pieces, 2, leaves[i]), "hash");
	}
	maker_tree(leaves, MAKER_LEAVES, MAKER_LEAF, hashes, root);
	root64 = maker_base64(root, sizeof(root));
	text = mem_printf("log.tests.example%s\n%d\n%s\n", shape->second ? "" : " - 77",
			  MAKER_LEAVES, root64);
	sig = maker_sign(key, str_from(text));
	maker_id(key, id);
	buf_add(&hinted, id, 4);
	buf_add(&hinted, sig.p, sig.n);
	hinted64 = bytes_to_base64(buf_str(&hinted));
	proof = json_pack("{s:s,s:s,s:s,s:o}", "logIndex", "4", "treeSize", "7", "rootHash", root64,
			  "hashes", hashes);
	if (!shape->no_checkpoint) {
		cleanup_free char *note =
			mem_printf("%s\n\xe2\x80\x94 log.tests.example %s\n", text, hinted64);

		json_object_set_new(proof, "checkpoint", json_pack("{s:s}", "envelope", note));
	}
	return proof;
}

/* What is asked of a bundle's one signature. */
struct maker_signed {
	X509 *cert; /* NULL: a key alone */
	struct bytes der;
	char *pem64;
	struct bytes sig;
	struct str payload;
	unsigned char digest[BYTES_SHA256]; /* of what is signed */
};

static inline json_t *
maker_body(const struct maker_shape *shape, const struct maker_signed *s)
{
	unsigned char payload[BYTES_SHA256];
	cleanup_free char *sig = bytes_to_base64(bytes_str(&s->sig));
	cleanup_free char *sig64 = maker_base64(sig, strlen(sig));
	cleanup_free char *der = bytes_to_base64(bytes_str(&s->der));
	cleanup_free char *hex = bytes_to_hex((struct str){ (char *)s->digest, BYTES_SHA256 });
	cleanup_free char *digest = maker_base64(s->digest, BYTES_SHA256);
	cleanup_free char *payload_hex = NULL;
	cleanup_free char *payload64 = NULL;
	const char *verifier = s->cert ? "x509Certificate" : "publicKey";

	maker_sha256(s->payload, payload);
	payload_hex = bytes_to_hex((struct str){ (char *)payload, BYTES_SHA256 });
	payload64 = maker_base64(payload, BYTES_SHA256);
	if (shape->content == MAKER_INTOTO)
		return json_pack("{s:s,s:s,s:{s:{s:{s:s,s:[{s:s,s:s}]},s:{s:s,s:s}}}}", "kind",
				 "intoto", "apiVersion", "0.0.2", "spec", "content", "envelope",
				 "payloadType", "application/vnd.in-toto+json", "signatures",
				 "publicKey", s->pem64, "sig", sig64, "payloadHash", "algorithm",
				 "sha256", "value", payload_hex);
	if (shape->content == MAKER_DSSE && shape->second)
		return json_pack("{s:s,s:s,s:{s:{s:{s:s,s:s},s:[{s:s,s:{s:{s:s}}}]}}}", "kind",
				 "dsse", "apiVersion", "0.0.2", "spec", "dsseV002", "payloadHash",
				 "algorithm", "SHA2_256", "digest", payload64, "signatures",
				 "content", sig, "verifier", verifier, "rawBytes", der);
	if (shape->content == MAKER_DSSE)
		return json_pack("{s:s,s:s,s:{s:{s:s,s:s},s:[{s:s,s:s}]}}", "kind", "dsse",
				 "apiVersion", "0.0.1", "spec", "payloadHash", "algorithm",
				 "sha256", "value", payload_hex, "signatures", "signature", sig,
				 "verifier", s->pem64);
	if (shape->second)
		return json_pack("{s:s,s:s,s:{s:{s:{s:s,s:s},s:{s:s,s:{s:{s:s}}}}}}", "kind",
				 "hashedrekord", "apiVersion", "0.0.2", "spec", "hashedRekordV002",
				 "data", "algorithm", "SHA2_256", "digest", digest, "signature",
				 "content", sig, "verifier", verifier, "rawBytes", der);
	return json_pack("{s:s,s:s,s:{s:{s:{s:s,s:s}},s:{s:s,s:{s:s}}}}", "kind", "hashedrekord",
			 "apiVersion", "0.0.1", "spec", "data", "hash", "algorithm", "sha256",
			 "value", hex, "signature", "content", sig, "publicKey", "content",
			 s->pem64);
}

static inline json_t *
maker_entry(const struct maker *m, const struct maker_shape *shape, const struct maker_signed *s)
{
	json_t *body = maker_body(shape, s);
	cleanup_free char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	cleanup_free char *text64 = maker_base64(text, strlen(text));
	unsigned char id[BYTES_SHA256];
	int64_t time = shape->promise ? MAKER_TIME + shape->skew : 0;
	cleanup_free char *seconds = mem_printf("%" PRId64, time);
	json_t *entry;

	maker_id(shape->second ? m->log2_key : m->log_key, id);
	entry = json_pack("{s:s,s:{s:s,s:s},s:s,s:s}", "logIndex", shape->second ? "4" : "1004",
			  "kindVersion", "kind", json_get_text(body, "kind"), "version",
			  json_get_text(body, "apiVersion"), "integratedTime", seconds,
			  "canonicalizedBody", text64);
	json_object_set_new(entry, "logId", json_object());
	maker_set64(json_object_get(entry, "logId"), "keyId",
		    (struct str){ (const char *)id, sizeof(id) });
	if (shape->promise) {
		cleanup_free char *hex = bytes_to_hex((struct str){ (const char *)id, sizeof(id) });
		cleanup_free char *said = mem_printf("{\"body\":\"%s\",\"integratedTime\":%s,"
						     "\"logID\":\"%s\",\"logIndex\":1004}",
						     text64, seconds, hex);
		cleanup_bytes struct bytes set = maker_sign(m->log_key, str_from(said));

		json_object_set_new(entry, "inclusionPromise", json_object());
		maker_set64(json_object_get(entry, "inclusionPromise"), "signedEntryTimestamp",
			    bytes_str(&set));
	}
	if (!shape->no_proof)
		json_object_set_new(entry, "inclusionProof", maker_proof(m, shape, str_from(text)));
	json_decref(body);
	return entry;
}

static inline int
maker_token_time(struct TS_resp_ctx *ctx, void *data, long *seconds, long *micros)
{
	(void)ctx;
	*seconds = (long)*(int64_t *)data;
	*micros = 0;
	return 1;
}

static inline ASN1_INTEGER *
maker_token_serial(struct TS_resp_ctx *ctx, void *data)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();

	(void)ctx;
	(void)data;
	ASN1_INTEGER_set(serial, 7);
	return serial;
}

/* A response (RFC 3161) without certificates, as Sigstore's authority gives them. */
static inline struct bytes
maker_token(const struct maker *m, struct str sig, int64_t time)
{
	TS_REQ *request = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.3.6.1.4.1.57264.2", 1);
	unsigned char hash[BYTES_SHA256];
	unsigned char *der = NULL;
	struct bytes bytes;
	TS_RESP *response;
	BIO *bio;
	int n;

	maker_sha256(sig, hash);
	X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL);
	TS_MSG_IMPRINT_set_algo(imprint, algorithm);
	TS_MSG_IMPRINT_set_msg(imprint, hash, sizeof(hash));
	TS_REQ_set_version(request, 1);
	TS_REQ_set_msg_imprint(request, imprint);
	n = i2d_TS_REQ(request, &der);
	bio = BIO_new_mem_buf(der, n);
	TS_RESP_CTX_set_signer_cert(ctx, m->tsa);
	TS_RESP_CTX_set_signer_key(ctx, m->tsa_key);
	TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256());
	TS_RESP_CTX_set_def_policy(ctx, policy);
	TS_RESP_CTX_add_md(ctx, EVP_sha256());
	TS_RESP_CTX_set_time_cb(ctx, maker_token_time, &time);
	TS_RESP_CTX_set_serial_cb(ctx, maker_token_serial, NULL);
	response = TS_RESP_create_response(ctx, bio);
	maker_need(response && TS_RESP_get_token(response), "make a timestamp");
	OPENSSL_free(der);
	der = NULL;
	n = i2d_TS_RESP(response, &der);
	bytes = (struct bytes){ mem_zalloc((size_t)n), (size_t)n };
	memcpy(bytes.p, der, bytes.n);
	OPENSSL_free(der);
	BIO_free(bio);
	TS_RESP_free(response);
	TS_RESP_CTX_free(ctx);
	TS_REQ_free(request);
	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(algorithm);
	ASN1_OBJECT_free(policy);
	return bytes;
}

static inline char *
maker_pem(X509 *cert, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	char *text;
	long n;

	maker_need((cert ? PEM_write_bio_X509(bio, cert) : PEM_write_bio_PUBKEY(bio, key)) == 1,
		   "write PEM");
	n = BIO_get_mem_data(bio, &p);
	text = mem_strndup(p, (size_t)n);
	BIO_free(bio);
	return text;
}

static inline json_t *
maker_bundle(struct maker *m, const struct maker_shape *shape, struct str artifact)
{
	unsigned char digest[BYTES_SHA256];
	EVP_PKEY *key = maker_key(shape->curve);
	struct maker_signed s = { .cert = shape->by_key ? NULL : maker_leaf(m, shape, key) };
	cleanup_free char *pem = maker_pem(s.cert, key);
	cleanup_free char *payload = NULL;
	cleanup_free char *pae = NULL;
	cleanup_free char *hex = NULL;
	struct str signed_text = artifact;
	json_t *bundle = json_pack("{s:s,s:{}}", "mediaType", shape->media, "verificationMaterial");
	json_t *material = json_object_get(bundle, "verificationMaterial");
	json_t *raw = json_object();

	EVP_PKEY_free(m->user_key);
	m->user_key = key;
	maker_sha256(artifact, digest);
	hex = bytes_to_hex((struct str){ (const char *)digest, sizeof(digest) });
	s.der = s.cert ? maker_cert_der(s.cert) : maker_der(key);
	s.pem64 = maker_base64(pem, strlen(pem));
	if (shape->content != MAKER_MESSAGE) {
		payload = mem_printf(
			"{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":"
			"[{\"name\":\"other\",\"digest\":{\"sha1\":\"00\"}},"
			"{\"name\":\"a\",\"digest\":{\"sha256\":\"%s\"}}],"
			"\"predicateType\":\"%s\",\"predicate\":{}}",
			hex, shape->predicate ? shape->predicate : "https://tests.example/made");
		pae = mem_printf("DSSEv1 28 application/vnd.in-toto+json %zu %s", strlen(payload),
				 payload);
		signed_text = str_from(pae);
		s.payload = str_from(payload);
	}
	s.sig = maker_sign(key, signed_text);
	maker_sha256(signed_text, s.digest);
	maker_set64(raw, "rawBytes", bytes_str(&s.der));
	if (!s.cert) {
		json_object_set_new(material, "publicKey", json_pack("{s:s}", "hint", "k"));
		json_decref(raw);
	} else if (strstr(shape->media, "0.3")) {
		json_object_set_new(material, "certificate", raw);
	} else {
		json_object_set_new(material, "x509CertificateChain",
				    json_pack("{s:[o]}", "certificates", raw));
	}
	if (!shape->no_entry)
		json_object_set_new(material, "tlogEntries",
				    json_pack("[o]", maker_entry(m, shape, &s)));
	if (shape->token) {
		cleanup_bytes struct bytes token = maker_token(
			m, bytes_str(&s.sig), MAKER_TIME + shape->skew + shape->token_skew);
		cleanup_free char *text = bytes_to_base64(bytes_str(&token));

		json_object_set_new(
			material, "timestampVerificationData",
			json_pack("{s:[{s:s}]}", "rfc3161Timestamps", "signedTimestamp", text));
	}
	if (shape->content == MAKER_MESSAGE) {
		json_t *message = json_pack("{s:{s:s}}", "messageDigest", "algorithm", "SHA2_256");

		maker_set64(json_object_get(message, "messageDigest"), "digest",
			    (struct str){ (const char *)digest, sizeof(digest) });
		maker_set64(message, "signature", bytes_str(&s.sig));
		json_object_set_new(bundle, "messageSignature", message);
	} else {
		json_t *envelope = json_pack("{s:s,s:[{}]}", "payloadType",
					     "application/vnd.in-toto+json", "signatures");

		maker_set64(envelope, "payload", str_from(payload));
		maker_set64(json_array_get(json_object_get(envelope, "signatures"), 0), "sig",
			    bytes_str(&s.sig));
		json_object_set_new(bundle, "dsseEnvelope", envelope);
	}
	X509_free(s.cert);
	bytes_reset(&s.der);
	bytes_reset(&s.sig);
	free(s.pem64);
	return bundle;
}

static inline json_t *
maker_root_log(EVP_PKEY *key, const char *uri)
{
	unsigned char id[BYTES_SHA256];
	cleanup_bytes struct bytes der = maker_der(key);
	json_t *log =
		json_pack("{s:s,s:s,s:{s:{s:s}},s:{}}", "baseUrl", uri, "hashAlgorithm", "SHA2_256",
			  "publicKey", "validFor", "start", "2025-01-01T00:00:00Z", "logId");

	maker_id(key, id);
	maker_set64(json_object_get(log, "publicKey"), "rawBytes", bytes_str(&der));
	maker_set64(json_object_get(log, "logId"), "keyId",
		    (struct str){ (const char *)id, sizeof(id) });
	return log;
}

static inline json_t *
maker_root_authority(X509 *first, X509 *last, const char *uri)
{
	json_t *list = json_array();
	X509 *certs[] = { first, last };

	for (size_t i = 0; i < 2; i++) {
		json_t *raw = json_object();
		cleanup_bytes struct bytes der = maker_cert_der(certs[i]);

		maker_set64(raw, "rawBytes", bytes_str(&der));
		json_array_append_new(list, raw);
	}
	return json_pack("{s:s,s:{s:o},s:{s:s}}", "uri", uri, "certChain", "certificates", list,
			 "validFor", "start", "2025-01-01T00:00:00Z");
}

/* The trusted root, in Sigstore's format. Owned by the caller (json_decref). */
static inline json_t *
maker_root(const struct maker *m)
{
	return json_pack("{s:s,s:[o,o],s:[o],s:[o],s:[o]}", "mediaType",
			 "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs",
			 maker_root_log(m->log_key, "https://log.tests.example"),
			 maker_root_log(m->log2_key, "https://log2.tests.example"), "ctlogs",
			 maker_root_log(m->ct_key, "https://ct.tests.example"),
			 "certificateAuthorities",
			 maker_root_authority(m->between, m->root, "https://ca.tests.example"),
			 "timestampAuthorities",
			 maker_root_authority(m->tsa, m->tsa_root, "https://times.tests.example"));
}

#endif
