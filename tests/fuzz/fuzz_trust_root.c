/* SPDX-License-Identifier: MIT */
/* Fuzz target: trusted roots, in both formats. */
#include <config.h>

#include "trust/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_err struct err err = { 0 };
	cleanup_trust_root struct trust_root *root = NULL;
	struct str text = { (const char *)data, size };

	if (trust_root_parse(text, "root", &root, &err) < 0)
		return 0;
	for (size_t i = 0; i < root->log_count; i++)
		if (!root->logs[i].key || root->logs[i].id.n != BYTES_SHA256)
			abort();
	return 0;
}
