/* SPDX-License-Identifier: MIT */
/* What a pyproject.toml says of the Pythons that it is for; allocates nothing. */
#include <config.h>

#include <string.h>

#include "core/pinfile.h"
#include "core/version.h"

/* Which of the two is asked first. */
enum { REQUIRES_PYTHON, POETRY, VALUES };

static void
refuse(struct pin *ret, unsigned line, const char *why)
{
	ret->status = PIN_UNUSABLE;
	ret->line = line;
	ret->why = why;
}

static void
pass_over(struct pin *ret, const char *why)
{
	ret->status = PIN_PASSED_OVER;
	ret->why = why;
}

/* A range, or the beginning of a CPython's version, which some write for it. A name
 * is not taken: a project must not choose what is installed under it. */
static bool
is_range(struct str text, const char **ret_why)
{
	struct request request;

	if (text.n && str_is_digit(text.p[0]) && request_parse(text, &request, NULL) &&
	    request.kind == REQUEST_PREFIX && !request.want.env.n && !request.want.free_threaded &&
	    !request.want.debug)
		return true;
	return specifier_check(text, ret_why);
}

void
pinfile_parse_project(struct toml_input input, struct pin *ret)
{
	struct toml_value values[VALUES] = {
		[REQUIRES_PYTHON].path = "project.requires-python",
		[POETRY].path = "tool.poetry.dependencies.python",
	};
	const struct toml_value *value = &values[REQUIRES_PYTHON];
	struct toml_problem problem;
	struct str text;
	const char *why = NULL;

	ret->count = 0;
	if (!toml_read(input, values, VALUES, &problem)) {
		refuse(ret, problem.line, problem.why);
		return;
	}
	if (!value->line)
		value = &values[POETRY];
	if (!value->line) {
		pass_over(ret, "asks for no Python");
		return;
	}
	if (!value->is_text) {
		refuse(ret, value->line, "what it asks of Python is no text");
		return;
	}
	text = str_trim((struct str){ value->text, value->n });
	if (text.n == 0 || str_eq_text(text, "*")) {
		pass_over(ret, "allows every Python");
	} else if (!is_range(text, &why)) {
		refuse(ret, value->line, why);
	} else {
		memcpy(ret->text, text.p, text.n);
		ret->words[0] = (struct pin_word){ { ret->text, text.n }, value->line };
		ret->count = 1;
		ret->status = PIN_READ;
	}
}
