/* SPDX-License-Identifier: MIT */
/* Fuzz target: foreign texts for a terminal. Nothing in them moves it. */
#include <config.h>

#include "base/shell.h"
#include "ground.h"
#include "ui/out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = mem_strndup(size ? (const char *)data : "", size);
	cleanup_free char *safe = out_safe(text);
	cleanup_free char *again = NULL;

	for (const char *p = safe; *p; p++)
		must((unsigned char)*p >= ' ' && *p != 127);
	again = out_safe(safe);
	must(shell_text_ok(safe) && strcmp(safe, again) == 0);
	return 0;
}
