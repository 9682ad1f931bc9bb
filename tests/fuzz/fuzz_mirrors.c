/* SPDX-License-Identifier: MIT */
/* Fuzz target: mirrors, as users set them. All that is asked is an address, and none twice. */
#include <config.h>

#include "ground.h"
#include "io/url.h"
#include "supply/mirrors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
check(const struct mirror_options *options)
{
	static const struct artifact artifacts[] = {
		{ .kind = ARTIFACT_SOURCE,
		  .implementation = "cpython",
		  .version = "3.14.0rc2",
		  .url = "https://www.python.org/ftp/python/3.14.0/Python-3.14.0rc2.tar.xz",
		  .sha256 = SHA256 },
		{ .kind = ARTIFACT_STANDALONE,
		  .implementation = "cpython",
		  .version = "3.13.5",
		  .url = "https://github.com/astral-sh/python-build-standalone/releases/"
			 "download/1/x.tar.gz",
		  .sha256 = SHA256 },
	};
	cleanup_candidates struct candidates found = { 0 };
	cleanup_err struct err err = { 0 };

	if (mirrors_find(options, artifacts, 2, &found, &err) < 0) {
		must(err.code == ERR_USAGE);
		return;
	}
	must(found.count >= 2);
	for (size_t i = 0; i < found.count; i++) {
		must(url_ok(found.items[i].url) && found.items[i].source);
		for (size_t k = 0; k < i; k++)
			must(strcmp(found.items[i].url, found.items[k].url) != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = mem_strndup(size ? (const char *)data : "", size);

	check(&(struct mirror_options){ .mirrors = text });
	check(&(struct mirror_options){ .digest_mirror = text });
	check(&(struct mirror_options){ .builds_mirror = text });
	return 0;
}
