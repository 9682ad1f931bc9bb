/* SPDX-License-Identifier: MIT */
/* Fuzz target: a bundle, verified against a root that knows nothing, and the parts that are
 * reached only behind true signatures: checkpoints, and timestamps in DER. */
#include <config.h>

#include "trust/sigstore_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EVP_PKEY *
a_key(void)
{
	static EVP_PKEY *key;

	if (!key)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return key;
}

static void
try_bundle(struct str text)
{
	cleanup_err struct err err = { 0 };
	cleanup_sigstore_bundle struct sigstore_bundle *bundle = NULL;
	cleanup_sigstore_report struct sigstore_report report = { 0 };
	static struct trust_root root;
	struct sigstore_policy policy = { .identity = "a@b.example",
					  .issuer = "https://b.example" };
	struct sigstore_subject subject = {
		.sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		.fd = -1,
	};
	struct verifying v = {
		.root = &root, .policy = &policy, .subject = &subject, .report = &report
	};

	if (sigstore_bundle_parse(text, "bundle", &bundle, &err) < 0)
		return;
	if (sigstore_verify(bundle, &root, &policy, &subject, &report, &err) == 0)
		abort();
	err_reset(&err);
	/* Each step by itself: in their order the first stops them all. */
	v.bundle = bundle;
	v.key = a_key();
	if (!bytes_from_hex(str_from(subject.sha256), &v.digest))
		abort();
	if (sigstore_times_check(&v, &err) < 0)
		err_reset(&err);
	for (size_t i = 0; i < bundle->entry_count; i++) {
		struct sigstore_entry *entry = &bundle->entries[i];

		if (sigstore_entry_check(&v, entry, &err) < 0)
			err_reset(&err);
		if (entry->checkpoint &&
		    sigstore_checkpoint_check(entry->checkpoint, &entry->log_id, a_key(),
					      entry->tree, &entry->root, &err) < 0)
			err_reset(&err);
	}
	v.times[v.time_count++] = 1750000000000;
	if (bundle->cert && sigstore_cert_check(&v, &err) < 0)
		err_reset(&err);
	if (bundle->is_envelope && sigstore_statement_check(&v, &err) < 0)
		err_reset(&err);
	bytes_reset(&v.digest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_bundle((struct str){ (const char *)data, size });
	return 0;
}
