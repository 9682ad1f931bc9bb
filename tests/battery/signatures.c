/* SPDX-License-Identifier: MIT */
/* For the battery: signatures KIND PERCENT changes what tests/unit/sigstore_maker.h makes, and
 * prints how many changes were tried and how many were accepted. Ends with 1, and the change,
 * when one was accepted that may not be. */
#include <config.h>

#include "base/buf.h"
#include "base/vec.h"
#include "trust/root.h"
#include "trust/sigstore.h"
#include "unit/sigstore_shapes.h"

#define ARTIFACT "the bytes that are signed\n"

static struct {
	struct maker maker;
	struct trust_root *root;
	char *pem; /* of the shape's key */
	const struct maker_shape *shape;
	json_t *bundle;	 /* the good one */
	json_t *foreign; /* as good, of another key and time of making */
	json_t *root_json;
	size_t percent, turn;
	size_t tried, accepted;
} the;

/* Spread evenly: is this one of the PERCENT? */
static bool
is_chosen(void)
{
	size_t before = the.turn++ * the.percent / 100;

	return the.turn * the.percent / 100 > before;
}

static bool
holds(struct str text, const struct trust_root *root, const char *artifact)
{
	cleanup_err struct err err = { 0 };
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_sigstore_report struct sigstore_report report = { 0 };
	cleanup_file FILE *file = tmpfile();
	cleanup_free char *hex = NULL;
	unsigned char digest[BYTES_SHA256];
	struct sigstore_policy policy = {
		.identity = the.shape->identity ? the.shape->identity : MAKER_IDENTITY,
		.issuer = MAKER_ISSUER,
	};
	struct sigstore_subject subject = { 0 };

	if (the.shape->by_key)
		policy = (struct sigstore_policy){ .key = str_from(the.pem) };
	maker_need(file && fputs(artifact, file) >= 0 && fflush(file) == 0, "write a file");
	maker_sha256(str_from(artifact), digest);
	hex = bytes_to_hex((struct str){ (const char *)digest, sizeof(digest) });
	subject = (struct sigstore_subject){ .fd = fileno(file), .sha256 = hex };
	if (sigstore_bundle_parse(text, "bundle", &bundle, &err) < 0)
		return false;
	return sigstore_verify(bundle, root, &policy, &subject, &report, &err) == 0;
}

static void
wrong(const char *what, const char *where)
{
	fprintf(stderr, "%s: %s %s, and accepted\n", the.shape->name, where, what);
	exit(1);
}

/* In protocol buffers' JSON null and an empty list are as good as nothing. */
static bool
is_absent(const json_t *value)
{
	return !value || json_is_null(value) ||
	       (json_is_array(value) && json_array_size(value) == 0);
}

/* The paths in which A and B differ, one a line with "!" before what B lacks. */
static void
differences(const json_t *a, const json_t *b, const char *path, struct strvec *ret)
{
	if (json_is_object(a) && json_is_object(b)) {
		const char *key;
		json_t *value;

		json_object_foreach((json_t *)a, key, value) {
			cleanup_free char *below = mem_printf("%s/%s", path, key);
			cleanup_free char *lacks = mem_printf("!%s", below);

			if (!is_absent(json_object_get(b, key)))
				differences(value, json_object_get(b, key), below, ret);
			else
				strvec_add(ret, lacks);
		}
		json_object_foreach((json_t *)b, key, value) {
			cleanup_free char *below = mem_printf("%s/+%s", path, key);

			if (!json_object_get(a, key))
				strvec_add(ret, below);
		}
	} else if (json_is_array(a) && json_is_array(b) &&
		   json_array_size(a) == json_array_size(b)) {
		for (size_t i = 0; i < json_array_size(a); i++) {
			cleanup_free char *below = mem_printf("%s/%zu", path, i);

			differences(json_array_get(a, i), json_array_get(b, i), below, ret);
		}
	} else if (!json_equal(a, b)) {
		strvec_add(ret, path);
	}
}

/* What a token's authority signed: its TSTInfo in DER. Outside of it CMS has numbers and hints
 * (RFC 5652, 5.3: version, parameters of algorithms, certificates) that no signature covers. */
static struct bytes
token_info(const json_t *bundle)
{
	const json_t *list =
		json_object_get(json_object_get(json_object_get(bundle, "verificationMaterial"),
						"timestampVerificationData"),
				"rfc3161Timestamps");
	const char *text =
		json_string_value(json_object_get(json_array_get(list, 0), "signedTimestamp"));
	cleanup_bytes struct bytes der = { 0 };
	struct bytes info = { 0 };
	const unsigned char *p;
	unsigned char *out = NULL;
	TS_RESP *response;
	int n;

	if (!text || !bytes_from_base64(str_from(text), &der))
		return info;
	p = der.p;
	response = d2i_TS_RESP(NULL, &p, (long)der.n);
	n = response ? i2d_TS_TST_INFO(TS_RESP_get_tst_info(response), &out) : -1;
	if (n > 0) {
		info = (struct bytes){ mem_zalloc((size_t)n), (size_t)n };
		memcpy(info.p, out, info.n);
	}
	OPENSSL_free(out);
	TS_RESP_free(response);
	return info;
}

static bool
same_token(const json_t *found)
{
	cleanup_bytes struct bytes a = token_info(the.bundle);
	cleanup_bytes struct bytes b = token_info(found);

	return a.p && b.p && bytes_eq(&a, bytes_str(&b));
}

static const char *
checkpoint(const json_t *bundle)
{
	const json_t *material = json_object_get(bundle, "verificationMaterial");
	const json_t *entry = json_array_get(json_object_get(material, "tlogEntries"), 0);
	const json_t *proof = json_object_get(entry, "inclusionProof");

	return json_string_value(json_object_get(json_object_get(proof, "checkpoint"), "envelope"));
}

/* The text of a note ends with an empty line; lines of more signatures may follow. */
static bool
same_note(const json_t *found)
{
	const char *a = checkpoint(the.bundle);
	const char *b = checkpoint(found);
	const char *end = a ? strstr(a, "\n\n") : NULL;

	return end && b && strncmp(a, b, (size_t)(end - a) + 2) == 0;
}

/* Nothing signs the format's version, and whoever makes a bundle chooses it: what that version
 * asks for was checked. */
static bool
other_version(const json_t *found)
{
	const char *text = json_string_value(json_object_get(found, "mediaType"));

	return text && (strcmp(text, V01) == 0 || strcmp(text, V02) == 0 || strcmp(text, V03) == 0);
}

/* TEXT was accepted: all in which it differs from the good bundle must be unsigned. */
static void
judge_bundle(struct str text, const char *where)
{
	cleanup_json json_t *found = json_loadb(text.p, text.n, 0, NULL);
	cleanup_strvec struct strvec paths = { 0 };

	the.accepted++;
	if (!found)
		wrong("is no JSON", where);
	differences(the.bundle, found, "", &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.items[i];
		bool removed = *path == '!';

		if (strcmp(path, "/mediaType") == 0 && other_version(found))
			continue;
		if (strstr(path, "/signedTimestamp") && same_token(found))
			continue;
		if (strstr(path, "/checkpoint/envelope") && same_note(found))
			continue;
		if (!may_change(the.shape, path + removed, removed))
			wrong(path, where);
	}
}

static void
try_bundle(void)
{
	cleanup_free char *text = json_dumps(the.bundle, JSON_INDENT(1));
	size_t n = strlen(text);

	for (size_t i = 0; i < n * 8; i++) {
		cleanup_free char *where = NULL;
		char kept = text[i / 8];

		if (!is_chosen())
			continue;
		the.tried++;
		text[i / 8] = (char)(kept ^ 1 << i % 8);
		where = mem_printf("bit %zu", i);
		if (holds((struct str){ text, n }, the.root, ARTIFACT))
			judge_bundle((struct str){ text, n }, where);
		text[i / 8] = kept;
	}
}

static void
try_artifact(void)
{
	cleanup_free char *text = json_dumps(the.bundle, 0);
	char artifact[] = ARTIFACT;

	for (size_t i = 0; i < strlen(ARTIFACT) * 8; i++) {
		char kept = artifact[i / 8];
		char other = (char)(kept ^ 1 << i % 8);

		/* It is a C string. */
		if (other == '\0' || !is_chosen())
			continue;
		the.tried++;
		artifact[i / 8] = other;
		if (holds(str_from(text), the.root, artifact))
			wrong(artifact, "artifact");
		artifact[i / 8] = kept;
	}
}

/* Is NAME's entry one without which the shape cannot be verified? */
static bool
key_is_needed(const char *path)
{
	const struct maker_shape *s = the.shape;

	if (strstr(path, "/tlogs/"))
		return !s->no_entry && strstr(path, s->second ? "/tlogs/1/" : "/tlogs/0/");
	if (strstr(path, "/timestampAuthorities/"))
		return s->token && !s->promise;
	return !s->by_key;
}

/* Is the log's key at PATH ("/tlogs/1/publicKey/rawBytes") the same in ROOT? DER has more than
 * one spelling of some: bits that no byte of an Ed25519 key uses, for one. */
static bool
is_same_log_key(const char *path, const struct trust_root *root)
{
	const char *at = strchr(path + 1, '/');
	size_t index = at ? (size_t)strtoul(at + 1, NULL, 10) : 0;
	bool is_log = strncmp(path, "/tlogs/", 7) == 0;
	bool is_ctlog = strncmp(path, "/ctlogs/", 8) == 0;
	const struct trust_log *mine = is_log ? the.root->logs : the.root->ctlogs;
	const struct trust_log *theirs = is_log ? root->logs : root->ctlogs;
	size_t count = is_log ? root->log_count : root->ctlog_count;

	return (is_log || is_ctlog) && strstr(path, "/publicKey/rawBytes") && index < count &&
	       EVP_PKEY_eq(mine[index].key, theirs[index].key) == 1;
}

/* A root that is accepted with other bytes: its used keys are the same. The last certificate
 * of a chain is trusted for its name and key alone, whatever else it says. */
static void
judge_root(struct str text, const struct trust_root *root, const char *where)
{
	cleanup_json json_t *found = json_loadb(text.p, text.n, 0, NULL);
	cleanup_strvec struct strvec paths = { 0 };
	const X509 *mine = the.root->authorities[0].certs[the.root->authorities[0].count - 1];
	const X509 *last;

	the.accepted++;
	if (!found)
		wrong("is no JSON", where);
	differences(the.root_json, found, "", &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.items[i];
		bool is_key = strstr(path, "/rawBytes") || strstr(path, "/keyId");

		if (!is_key || !key_is_needed(path) || is_same_log_key(path, root))
			continue;
		if (strcmp(path, "/certificateAuthorities/0/certChain/certificates/1/rawBytes") ==
		    0) {
			last = root->authorities[0].certs[root->authorities[0].count - 1];
			if (EVP_PKEY_eq(X509_get0_pubkey(mine), X509_get0_pubkey(last)) == 1 &&
			    X509_NAME_cmp(X509_get_subject_name(mine),
					  X509_get_subject_name(last)) == 0)
				continue;
		}
		if (strcmp(path, "/timestampAuthorities/0/certChain/certificates/1/rawBytes") ==
		    0) {
			mine = the.root->timestampers[0].certs[1];
			last = root->timestampers[0].certs[1];
			if (EVP_PKEY_eq(X509_get0_pubkey(mine), X509_get0_pubkey(last)) == 1)
				continue;
		}
		wrong(path, where);
	}
}

static void
try_root(void)
{
	cleanup_free char *good = json_dumps(the.root_json, JSON_INDENT(1));
	cleanup_free char *bundle = json_dumps(the.bundle, 0);
	size_t n = strlen(good);

	for (size_t i = 0; i < n; i++) {
		cleanup_err struct err err = { 0 };
		cleanup_trust_root struct trust_root *root = NULL;
		cleanup_free char *where = NULL;
		char kept = good[i];

		if (!is_chosen())
			continue;
		the.tried++;
		good[i] = (char)(kept ^ 1 << i % 7);
		where = mem_printf("byte %zu", i);
		if (trust_root_parse((struct str){ good, n }, "root", &root, &err) == 0 &&
		    holds(str_from(bundle), root, ARTIFACT))
			judge_root((struct str){ good, n }, root, where);
		good[i] = kept;
	}
}

static void
try_text(const char *text, const char *where)
{
	if (!is_chosen())
		return;
	the.tried++;
	if (holds(str_from(text), the.root, ARTIFACT))
		judge_bundle(str_from(text), where);
}

/* KEY of OBJECT stands twice in the text, each way round. */
static void
try_doubled(json_t *whole, json_t *object, const char *key, const char *where)
{
	static const char mark[] = "\"a mark for what stands twice\"";
	cleanup_json json_t *value = json_incref(json_object_get(object, key));
	cleanup_free char *inner = json_dumps(value, JSON_ENCODE_ANY);

	json_object_set_new(object, key, json_string("a mark for what stands twice"));
	for (int round = 0; round < 2; round++) {
		cleanup_free char *text = json_dumps(whole, 0);
		const char *at = strstr(text, mark);
		cleanup_free char *twice = mem_printf("%.*s%s, \"%s\": %s%s", (int)(at - text),
						      text, round ? inner : "null", key,
						      round ? "null" : inner, at + strlen(mark));

		try_text(twice, where);
	}
	json_object_set(object, key, value);
}

/* Each other form of VALUE; FOREIGN is what another bundle has there, or NULL. */
static json_t *
other_forms(const json_t *value, const json_t *foreign)
{
	json_t *forms = json_pack("[n,b,i,i,f,s,s,s,s,[],{},[n],[{}],{s:s}]", 1, 0, -1, 0.5, "",
				  "A", "AAAA", "\n", "x", "y");

	if (foreign)
		json_array_append(forms, (json_t *)foreign);
	json_array_append_new(forms, json_pack("[O]", value));
	json_array_append_new(forms, json_pack("{s:O}", "value", value));
	if (json_is_string(value)) {
		cleanup_free char *longer = mem_printf("%sA", json_string_value(value));
		cleanup_free char *blank = mem_printf(" %s", json_string_value(value));
		cleanup_free char *line = mem_printf("%s\n", json_string_value(value));

		json_array_append_new(forms, json_string(longer));
		json_array_append_new(forms, json_string(blank));
		json_array_append_new(forms, json_string(line));
	}
	return forms;
}

static void try_fields(json_t *whole, json_t *at, const json_t *foreign, const char *path);

static void
try_member(json_t *whole, json_t *object, const char *key, const json_t *foreign, const char *path)
{
	cleanup_free char *below = mem_printf("%s/%s", path, key);
	cleanup_json json_t *value = json_incref(json_object_get(object, key));
	cleanup_json json_t *forms = other_forms(value, foreign);
	cleanup_free char *without = NULL;

	for (size_t i = 0; i < json_array_size(forms); i++) {
		cleanup_free char *text = NULL;

		json_object_set(object, key, json_array_get(forms, i));
		text = json_dumps(whole, 0);
		try_text(text, below);
	}
	json_object_del(object, key);
	without = json_dumps(whole, 0);
	try_text(without, below);
	json_object_set(object, key, value);
	try_doubled(whole, object, key, below);
	try_fields(whole, value, foreign, below);
}

static void
try_fields(json_t *whole, json_t *at, const json_t *foreign, const char *path)
{
	if (json_is_object(at)) {
		cleanup_strvec struct strvec keys = { 0 };
		const char *key;
		json_t *value;

		json_object_foreach(at, key, value)
			strvec_add(&keys, key);
		for (size_t i = 0; i < keys.count; i++)
			try_member(whole, at, keys.items[i],
				   json_object_get(foreign, keys.items[i]), path);
	}
	for (size_t i = 0; json_is_array(at) && i < json_array_size(at); i++) {
		cleanup_free char *below = mem_printf("%s/%zu", path, i);

		try_fields(whole, json_array_get(at, i), json_array_get(foreign, i), below);
	}
}

static void
try_shape(const struct maker_shape *shape, const char *kind)
{
	cleanup_free char *text = NULL;

	the.shape = shape;
	the.foreign = maker_bundle(&the.maker, shape, STR_LIT(ARTIFACT));
	the.bundle = maker_bundle(&the.maker, shape, STR_LIT(ARTIFACT));
	the.pem = maker_pem(NULL, the.maker.user_key);
	text = json_dumps(the.bundle, 0);
	maker_need(holds(str_from(text), the.root, ARTIFACT), "make a good bundle");
	if (strcmp(kind, "bundle") == 0) {
		try_bundle();
	} else if (strcmp(kind, "artifact") == 0) {
		try_artifact();
	} else if (strcmp(kind, "root") == 0) {
		try_root();
	} else {
		cleanup_json json_t *whole = json_deep_copy(the.bundle);

		try_fields(whole, whole, the.foreign, "");
	}
	json_decref(the.foreign);
	json_decref(the.bundle);
	free(the.pem);
}

int
main(int argc, char **argv)
{
	cleanup_err struct err err = { 0 };
	cleanup_free char *text = NULL;

	if (argc != 3)
		return 2;
	the.percent = strtoul(argv[2], NULL, 10);
	if (the.percent > 100)
		the.percent = 100;
	maker_begin(&the.maker);
	the.root_json = maker_root(&the.maker);
	text = json_dumps(the.root_json, 0);
	if (trust_root_parse(str_from(text), "root", &the.root, &err) < 0)
		return 99;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		try_shape(&shapes[i], argv[1]);
	printf("%zu %zu\n", the.tried, the.accepted);
	json_decref(the.root_json);
	trust_root_free(the.root);
	maker_end(&the.maker);
	return 0;
}
