/* SPDX-License-Identifier: MIT */
/* Fuzz target: what hooks hand back. A hook can write to the descriptor itself. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "core/hooks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str answer = { (const char *)data, size };
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_strvec struct strvec none = { 0 };
	int status = -2;
	bool complete;

	hook_vars_want(&vars, "A");
	hook_vars_set(&vars, "GIVEN", "kept");
	hook_vars_set_list(&vars, "B", &none);
	hook_vars_want(&vars, "B");
	hook_vars_want_keys(&vars, "C");
	complete = hooks_read_answer(answer, &vars, &status);
	/* A status, exactly when the answer is whole; only what was wanted. */
	if (complete != (status >= -1) || status > 255 || vars.count != 4 ||
	    strcmp(hook_vars_get(&vars, "GIVEN"), "kept") != 0)
		abort();
	/* More behind the end changes nothing. */
	if (complete && size > 1 && data[size - 1] != '\0') {
		int again = -2;

		if (!hooks_read_answer(answer, &vars, &again) || again != status)
			abort();
	}
	return 0;
}
