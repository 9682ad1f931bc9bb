/* SPDX-License-Identifier: MIT */
/* Fuzz target: where a download that was cut off came from. */
#include <config.h>

#include "ground.h"
#include "supply/cache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct artifact artifact = { .sha256 = NAME, .url = "https://a.example/x.tgz" };
	const struct cache cache = { .target = ground() };
	cleanup_part struct part part = PART_INIT;
	cleanup_part struct part again = PART_INIT;
	struct err err = { 0 };

	ground_write(ground(), NAME ".part", STR_LIT("some bytes"));
	ground_write(ground(), NAME ".part.from", (struct str){ (const char *)data, size });
	must(part_open(&cache, &artifact, &part, &err) == 0);
	must(part.sources.count == part.validators.count);
	for (size_t i = 0; i < part.sources.count; i++)
		must(!strpbrk(part.sources.items[i], "\t\n"));
	must(part_begin(&part, 4, "https://b.example", "\"etag\"", &err) == 0);
	must(part_open(&cache, &artifact, &again, &err) == 0);
	/* Of too many some are forgotten, never half of one. */
	must(again.sources.count <= part.sources.count);
	if (again.sources.count == part.sources.count)
		must(strcmp(part_validator(&again, "https://b.example"), "\"etag\"") == 0);
	return 0;
}
