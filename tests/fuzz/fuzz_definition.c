/* SPDX-License-Identifier: MIT */
/* Fuzz target: what a definition hands over. It can write to the descriptor itself. */
#include <config.h>

#include <stdlib.h>

#include "supply/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str answer = { (const char *)data, size };
	cleanup_definition_calls struct definition_calls calls = { .status = -2 };
	cleanup_definition_calls struct definition_calls cut = { .status = -2 };
	bool complete = definition_read(answer, &calls);

	if (calls.count > DEFINITION_PACKAGES_MAX)
		abort();
	/* A status with a whole answer, which is none without its last byte. */
	if (complete && (calls.status < -1 || calls.status > 255))
		abort();
	if (complete && definition_read((struct str){ answer.p, size - 1 }, &cut))
		abort();
	return 0;
}
