/* SPDX-License-Identifier: MIT */
/* Fuzz target: TOML documents, and what a pyproject.toml asks of Python. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "core/pinfile.h"
#include "core/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct toml_input input = { .fd = -1, .text = { size ? (const char *)data : "", size } };
	struct toml_value values[] = { { .path = "project.requires-python" }, { .path = "a" } };
	struct toml_value pinned[] = { { .path = "project.requires-python" },
				       { .path = "tool.poetry.dependencies.python" } };
	struct toml_problem problem = { 0 };
	unsigned lines = 1;
	bool ok = toml_read(input, values, 2, &problem);
	static struct pin pin;
	struct request request;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	must(ok == !problem.why);
	must(ok || (problem.line >= 1 && problem.line <= lines));
	for (size_t i = 0; i < 2; i++)
		must(values[i].line <= lines && values[i].n <= sizeof(values[i].text) &&
		     (values[i].is_text || values[i].n == 0));
	pin.status = PIN_ABSENT;
	pin.line = 0;
	pinfile_parse_project(input, &pin);
	must(pin.status != PIN_ABSENT && (pin.status == PIN_READ) == (pin.count == 1));
	/* As the same keys tell: twice is noticed of those alone that are asked for. */
	must((pin.status == PIN_UNUSABLE) >= !toml_read(input, pinned, 2, &problem));
	/* Only ranges and numbers come out of it: no name, no path, nothing for a
	 * terminal. */
	if (pin.status != PIN_READ)
		return 0;
	must(request_parse(pin.words[0].text, &request, NULL));
	must(request.kind == REQUEST_RANGE || request.kind == REQUEST_PREFIX);
	must(strncmp(request.want.family.p, "cpython", 7) == 0);
	for (size_t i = 0; i < pin.words[0].text.n; i++)
		must(pin.words[0].text.p[i] == '\t' ||
		     (pin.words[0].text.p[i] >= ' ' && pin.words[0].text.p[i] <= '~'));
	return 0;
}
