/* SPDX-License-Identifier: MIT */
/* For the battery: real_signatures FOLDER PERCENT changes the bundles in FOLDER (*.sigstore,
 * *.sigstore.json), as others have published them, and prints how many there are, how many
 * changes of fields, of characters and of decoded bytes were tried, and how many of all were
 * accepted, and then the fields in which those differ ("!": that was gone). The trusted root is FOLDER's trusted_root.json. Ends with 1, and the change, when
 * one was accepted that may not be. */
#include <config.h>

#include "os/fs.h"
#include "signatures.h"
#include "trust/sigstore_internal.h"

#define ROOT "trusted_root.json"
/* Bundles: more are not looked at. */
#define BUNDLES_MAX 1000

static struct {
	char *name;
	char *identity, *issuer;
	char *sha256; /* of what was signed */
} real;

static void
give_up(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

static bool
bundle_holds(struct str text)
{
	cleanup_err struct err err = { 0 };
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_sigstore_report struct sigstore_report report = { 0 };
	const struct sigstore_policy policy = { .identity = real.identity, .issuer = real.issuer };
	const struct sigstore_subject subject = { .sha256 = real.sha256, .fd = -1 };

	return sigstore_bundle_parse(text, "bundle", &bundle, &err) == 0 &&
	       sigstore_verify(bundle, the.root, &policy, &subject, &report, &err) == 0;
}

/* Who the certificate is for. */
static void
take_identity(X509 *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	const GENERAL_NAME *name = names ? sk_GENERAL_NAME_value(names, 0) : NULL;
	const ASN1_STRING *text = NULL;

	if (name && name->type == GEN_EMAIL)
		text = name->d.rfc822Name;
	else if (name && name->type == GEN_URI)
		text = name->d.uniformResourceIdentifier;
	if (!text)
		give_up(real.name, "its certificate is for nobody");
	real.identity = mem_strndup((const char *)ASN1_STRING_get0_data(text),
				    (size_t)ASN1_STRING_length(text));
	GENERAL_NAMES_free(names);
}

/* Who said so: the extension's bytes are the text in Fulcio's first form. */
static void
take_issuer(X509 *cert)
{
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.57264.1.1", 1);
	int at = X509_get_ext_by_OBJ(cert, oid, -1);
	const ASN1_STRING *text = NULL;

	ASN1_OBJECT_free(oid);
	if (at >= 0)
		text = X509_EXTENSION_get_data(X509_get_ext(cert, at));
	if (!text)
		give_up(real.name, "its certificate does not say who vouches for the identity");
	real.issuer = mem_strndup((const char *)ASN1_STRING_get0_data(text),
				  (size_t)ASN1_STRING_length(text));
}

/* What was signed, as the bundle itself says: its own digest, or the first subject's. */
static void
take_subject(const json_t *doc)
{
	const json_t *digest =
		json_object_get(json_object_get(doc, "messageSignature"), "messageDigest");
	const char *text = json_get_text(digest, "digest");
	const char *payload = json_get_text(json_object_get(doc, "dsseEnvelope"), "payload");
	cleanup_bytes struct bytes bytes = { 0 };
	cleanup_json json_t *statement = NULL;

	if (text && bytes_from_base64(str_from(text), &bytes)) {
		real.sha256 = bytes_to_hex(bytes_str(&bytes));
		return;
	}
	if (payload && bytes_from_base64(str_from(payload), &bytes))
		statement = json_loadb((const char *)bytes.p, bytes.n, 0, NULL);
	digest =
		json_object_get(json_array_get(json_object_get(statement, "subject"), 0), "digest");
	text = json_get_text(digest, "sha256");
	if (!text)
		give_up(real.name, "it does not say of what it is");
	real.sha256 = mem_strdup(text);
}

/* What of it is not signed depends on what it has (may_change). */
static struct maker_shape
shape_of(const json_t *doc)
{
	const json_t *material = json_object_get(doc, "verificationMaterial");
	const json_t *entry = json_array_get(json_object_get(material, "tlogEntries"), 0);
	const json_t *proof = json_object_get(entry, "inclusionProof");
	const json_t *times = json_object_get(
		json_object_get(material, "timestampVerificationData"), "rfc3161Timestamps");

	return (struct maker_shape){
		.name = real.name,
		.media = json_get_text(doc, "mediaType"),
		.promise = !is_absent(json_object_get(entry, "inclusionPromise")),
		.no_proof = is_absent(proof),
		.no_checkpoint = is_absent(json_object_get(proof, "checkpoint")),
		.token = !is_absent(times),
	};
}

/* The texts in AT, each with a bit of each character changed, and in TEXT, which is WHOLE's:
 * what a text is changed to stands there, and nothing else is different. */
static void
try_characters(json_t *whole, json_t *text, const char *path)
{
	cleanup_free char *good = mem_strdup(json_string_value(text));

	for (size_t i = 0; good[i]; i++) {
		cleanup_free char *changed = mem_strdup(good);
		cleanup_free char *as_json = NULL;
		cleanup_free char *where = mem_printf("%s, character %zu", path, i);

		changed[i] = (char)(good[i] ^ 1 << i % 5);
		/* The high bit stays as it is: what is no UTF-8 is no JSON. */
		if (!changed[i] || json_string_set(text, changed) < 0)
			continue;
		as_json = json_dumps(whole, 0);
		try_text(as_json, where);
	}
	(void)json_string_set(text, good);
}

/* One bit of each byte that TEXT has in base64. */
static size_t
try_decoded(json_t *whole, json_t *text, const char *path)
{
	cleanup_free char *good = mem_strdup(json_string_value(text));
	cleanup_bytes struct bytes bytes = { 0 };
	size_t before = the.tried;

	/* Numbers and names can be read as base64, too. */
	if (strlen(good) < 16 || !bytes_from_base64(str_from(good), &bytes))
		return 0;
	for (size_t i = 0; i < bytes.n; i++) {
		cleanup_free char *changed = NULL;
		cleanup_free char *as_json = NULL;
		cleanup_free char *where = mem_printf("%s, byte %zu", path, i);

		bytes.p[i] ^= (unsigned char)(1 << i % 8);
		changed = bytes_to_base64(bytes_str(&bytes));
		bytes.p[i] ^= (unsigned char)(1 << i % 8);
		(void)json_string_set(text, changed);
		as_json = json_dumps(whole, 0);
		try_text(as_json, where);
	}
	(void)json_string_set(text, good);
	return the.tried - before;
}

/* *RET_BYTES: how many changes were of decoded bytes. */
static void
try_leaves(json_t *whole, json_t *at, const char *path, size_t *ret_bytes)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(at)) {
		try_characters(whole, at, path);
		*ret_bytes += try_decoded(whole, at, path);
	}
	json_object_foreach(at, key, value) {
		cleanup_free char *below = mem_printf("%s/%s", path, key);

		try_leaves(whole, value, below, ret_bytes);
	}
	json_array_foreach(at, i, value) {
		cleanup_free char *below = mem_printf("%s/%zu", path, i);

		try_leaves(whole, value, below, ret_bytes);
	}
}

static void
reset_real(void)
{
	free(real.identity);
	free(real.issuer);
	free(real.sha256);
	memset(&real, 0, sizeof(real));
}

static void
take_bundle(char *name, const json_t *doc)
{
	cleanup_err struct err err = { 0 };
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_free char *text = json_dumps(doc, 0);

	reset_real();
	real.name = name;
	if (sigstore_bundle_parse(str_from(text), name, &bundle, &err) < 0)
		give_up(name, err.message);
	if (!bundle->cert)
		give_up(name, "it has no certificate");
	take_identity(bundle->cert);
	take_issuer(bundle->cert);
	take_subject(doc);
	if (!bundle_holds(str_from(text)))
		give_up(name, "it does not hold as it is");
}

static json_t *
read_json(const struct dir *folder, const char *name)
{
	cleanup_buf struct buf text = BUF_INIT(SIGSTORE_BUNDLE_MAX);
	struct err err = { 0 };
	json_t *doc;

	if (fs_read_file(folder, name, &text, &err) < 0)
		give_up(name, err.message);
	doc = json_loadb(buf_text(&text), text.len, 0, NULL);
	if (!doc)
		give_up(name, "it is no JSON");
	return doc;
}

static void
read_root(const struct dir *folder)
{
	cleanup_json json_t *doc = read_json(folder, ROOT);
	cleanup_free char *text = json_dumps(doc, 0);
	struct err err = { 0 };

	if (trust_root_parse(str_from(text), ROOT, &the.root, &err) < 0)
		give_up(ROOT, err.message);
}

static bool
is_bundle_name(const char *name)
{
	return str_ends(str_from(name), STR_LIT(".sigstore")) ||
	       str_ends(str_from(name), STR_LIT(".sigstore.json"));
}

int
main(int argc, char **argv)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	struct err err = { 0 };
	static json_t *docs[BUNDLES_MAX];
	static char *titles[BUNDLES_MAX];
	size_t count = 0;
	size_t fields = 0;
	size_t bytes = 0;

	if (argc != 3)
		return 2;
	the.percent = strtoul(argv[2], NULL, 10);
	the.holds = bundle_holds;
	if (fs_open_dir(argv[1], &folder, &err) < 0 || fs_list(&folder, &names, &err) < 0)
		give_up(argv[1], err.message);
	read_root(&folder);
	for (size_t i = 0; i < names.count && count < BUNDLES_MAX; i++) {
		if (!is_bundle_name(names.items[i]))
			continue;
		titles[count] = names.items[i];
		docs[count++] = read_json(&folder, names.items[i]);
	}
	for (size_t i = 0; i < count; i++) {
		struct maker_shape shape;
		size_t before = the.tried;
		cleanup_json json_t *whole = json_deep_copy(docs[i]);

		take_bundle(titles[i], docs[i]);
		shape = shape_of(docs[i]);
		the.shape = &shape;
		the.bundle = docs[i];
		the.foreign = docs[(i + 1) % count];
		try_fields(whole, whole, count > 1 ? the.foreign : NULL, "");
		fields += the.tried - before;
		try_leaves(whole, whole, "", &bytes);
		the.shape = NULL;
	}
	reset_real();
	for (size_t i = 0; i < count; i++)
		json_decref(docs[i]);
	trust_root_free(the.root);
	printf("%zu %zu %zu %zu %zu\n", count, fields, the.tried - fields - bytes, bytes,
	       the.accepted);
	for (size_t i = 0; i < the.unsigned_paths.count; i++)
		printf("not signed: %s\n", the.unsigned_paths.items[i]);
	strvec_reset(&the.unsigned_paths);
	return 0;
}
