/* SPDX-License-Identifier: MIT */
/* Fuzz target: records of environments, and the ids in pyvenv.cfg. */
#include <config.h>

#include <stdlib.h>

#include "core/registered.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
must_be_in(struct str part, struct str text)
{
	must(part.n == 0 || (part.p >= text.p && part.p + part.n <= text.p + text.n));
	for (size_t i = 0; i < part.n; i++)
		must((unsigned char)part.p[i] >= 32 && part.p[i] != 127);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str id = registered_id_of(text);
	struct registered said;

	must_be_in(id, text);
	must(id.n == 0 || id.n == REGISTERED_ID_LENGTH);
	if (!registered_parse(text, &said))
		return 0;
	must_be_in(said.path, text);
	must_be_in(said.base, text);
	must_be_in(said.follows, text);
	must_be_in(said.id, text);
	must(said.path.n > 1 && said.path.n < PATH_TEXT_MAX && said.path.p[0] == '/');
	must(said.id.n == REGISTERED_ID_LENGTH || said.how == REGISTERED_FOUND);
	return 0;
}
