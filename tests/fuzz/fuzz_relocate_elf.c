/* SPDX-License-Identifier: MIT */
/* Fuzz target: the search paths of an ELF file. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "supply/relocate_elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct elf_bytes bytes = { .fd = -1, .data = (const char *)data, .size = size };
	struct elf_paths paths = { 0 };

	/* What will be written over is in the file, and the text that was read is there. */
	if (elf_read_paths(&bytes, &paths) == 0)
		for (size_t i = 0; i < paths.count; i++) {
			size_t n = strlen(paths.items[i].text) + 1;

			if (paths.items[i].room > n || paths.items[i].offset > size ||
			    size - paths.items[i].offset < n ||
			    memcmp(data + paths.items[i].offset, paths.items[i].text, n) != 0)
				abort();
		}
	elf_paths_reset(&paths);
	return 0;
}
