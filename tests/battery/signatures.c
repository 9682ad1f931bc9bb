/* SPDX-License-Identifier: MIT */
/* For the battery: signatures KIND PERCENT changes what tests/unit/sigstore_maker.h makes, and
 * prints how many changes were tried and how many were accepted. Ends with 1, and the change,
 * when one was accepted that may not be. */
#include <config.h>

#include "signatures.h"

#define ARTIFACT "the bytes that are signed\n"

static struct {
	struct maker maker;
	char *pem; /* of the shape's key */
	json_t *root_json;
} made;

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
		policy = (struct sigstore_policy){ .key = str_from(made.pem) };
	maker_need(file && fputs(artifact, file) >= 0 && fflush(file) == 0, "write a file");
	maker_sha256(str_from(artifact), digest);
	hex = bytes_to_hex((struct str){ (const char *)digest, sizeof(digest) });
	subject = (struct sigstore_subject){ .fd = fileno(file), .sha256 = hex };
	if (sigstore_bundle_parse(text, "bundle", &bundle, &err) < 0)
		return false;
	return sigstore_verify(bundle, root, &policy, &subject, &report, &err) == 0;
}

static bool
bundle_holds(struct str text)
{
	return holds(text, the.root, ARTIFACT);
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
	differences(made.root_json, found, "", &paths);
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
	cleanup_free char *good = json_dumps(made.root_json, JSON_INDENT(1));
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
try_shape(const struct maker_shape *shape, const char *kind)
{
	cleanup_free char *text = NULL;

	the.shape = shape;
	the.holds = bundle_holds;
	the.foreign = maker_bundle(&made.maker, shape, STR_LIT(ARTIFACT));
	the.bundle = maker_bundle(&made.maker, shape, STR_LIT(ARTIFACT));
	made.pem = maker_pem(NULL, made.maker.user_key);
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
	free(made.pem);
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
	maker_begin(&made.maker);
	made.root_json = maker_root(&made.maker);
	text = json_dumps(made.root_json, 0);
	if (trust_root_parse(str_from(text), "root", &the.root, &err) < 0)
		return 99;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		try_shape(&shapes[i], argv[1]);
	printf("%zu %zu\n", the.tried, the.accepted);
	strvec_reset(&the.unsigned_paths);
	json_decref(made.root_json);
	trust_root_free(the.root);
	maker_end(&made.maker);
	return 0;
}
