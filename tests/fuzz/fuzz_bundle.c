/* SPDX-License-Identifier: MIT */
/* Fuzz target: a bundle's manifest. What is read is safe, and written again the same. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "supply/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_with(bundle_manifest_reset) struct bundle_manifest manifest = { 0 };
	cleanup_buf struct buf again = BUF_INIT(BUNDLE_MANIFEST_MAX);
	cleanup_buf struct buf third = BUF_INIT(BUNDLE_MANIFEST_MAX);
	cleanup_with(bundle_manifest_reset) struct bundle_manifest second = { 0 };
	cleanup_err struct err err = { 0 };

	if (bundle_manifest_parse((struct str){ (const char *)data, size }, &manifest, &err) < 0)
		return 0;
	for (size_t i = 0; i < manifest.count; i++) {
		const char *path = manifest.items[i].path;

		must(path[0] != '/' && path[0] != '.' && !strstr(path, "..//") &&
		     !strstr(path, "/../") && !strstr(path, "/."));
		must(digest_hex_ok(str_from(manifest.items[i].sha256)));
		must(bundle_manifest_find(&manifest, path) == &manifest.items[i]);
	}
	bundle_manifest_format(&manifest, &again);
	must(bundle_manifest_parse(buf_str(&again), &second, &err) == 0);
	bundle_manifest_format(&second, &third);
	must(strcmp(buf_text(&again), buf_text(&third)) == 0);
	return 0;
}
