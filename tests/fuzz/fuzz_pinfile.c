/* SPDX-License-Identifier: MIT */
/* Fuzz target: pin files of all dialects, and the words in them. */
#include <config.h>

#include <stdlib.h>

#include "core/pinfile.h"
#include "core/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

/* A range may have blanks within; no other word has any. */
static void
check_word(struct str word, enum pin_dialect dialect)
{
	bool has_blank = false;
	struct request request;

	for (size_t k = 0; k < word.n; k++) {
		must(word.p[k] != '\n');
		has_blank |= word.p[k] == ' ' || (word.p[k] >= '\t' && word.p[k] <= '\r');
	}
	must(!has_blank || dialect == PIN_LINES);
	if (!request_parse(word, &request, NULL))
		return;
	must(!has_blank || request.kind == REQUEST_RANGE);
	must(request.kind != REQUEST_RANGE || specifier_check(request.range, NULL));
	must(!request.name.n || version_name_ok(request.name));
}

static void
check(struct str text, enum pin_dialect dialect)
{
	struct pin_word words[PIN_WORDS_MAX];
	unsigned line = 0;
	unsigned python = 0;
	size_t count = 0;
	bool all = pinfile_parse(dialect, text, words, &count, &python);

	/* A pin with too many words fills the array and no more. */
	must(count <= PIN_WORDS_MAX && (all || count == PIN_WORDS_MAX));
	must(dialect == PIN_TOOLS || python == 0);
	for (size_t i = 0; i < count; i++) {
		struct str word = words[i].text;

		must(word.n > 0 && word.p[0] != '#');
		must(word.p >= text.p && word.p + word.n <= text.p + text.n);
		must(dialect == PIN_TOOLS ? words[i].line == python : words[i].line > line);
		check_word(word, dialect);
		line = words[i].line;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };

	check(text, PIN_PYENV);
	check(text, PIN_LINES);
	check(text, PIN_TOOLS);
	return 0;
}
