/* SPDX-License-Identifier: MIT */
/* Fuzz target: the list of our patches. */
#include <config.h>

#include "ground.h"
#include "supply/patches.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_dirfd struct dir patches = DIR_INIT;
	struct layout layout = { .share = ground()->path };
	cleanup_free char *text = NULL;
	cleanup_free char *names = NULL;
	cleanup_err struct err err = { 0 };

	ground_folder(ground(), "patches", &patches);
	ground_write(&patches, "patches.tsv", (struct str){ (const char *)data, size });
	ground_write(&patches, "a.patch", STR_LIT("text\n"));
	if (patches_find(&layout, "3.9.2", &text, &names, &err) == 0)
		must(!text == !names);
	return 0;
}
