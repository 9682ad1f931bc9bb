/* SPDX-License-Identifier: MIT */
/* Fuzz target: pin files, and the words in them. */
#include <config.h>

#include <stdlib.h>

#include "core/pinfile.h"
#include "core/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct pin_word words[PIN_WORDS_MAX];
	unsigned line = 0;
	size_t count = 0;
	bool all = pinfile_parse(text, words, &count);

	/* A pin with too many words fills the array and no more. */
	if (count > PIN_WORDS_MAX || (!all && count != PIN_WORDS_MAX))
		abort();
	for (size_t i = 0; i < count; i++) {
		struct str word = words[i].text;
		struct request request;

		if (word.n == 0 || word.p[0] == '#' || words[i].line <= line || word.p < text.p ||
		    word.p + word.n > text.p + text.n)
			abort();
		for (size_t k = 0; k < word.n; k++)
			if (word.p[k] == ' ' || (word.p[k] >= '\t' && word.p[k] <= '\r'))
				abort();
		line = words[i].line;
		if (request_parse(word, &request, NULL) && request.name.n &&
		    !version_name_ok(request.name))
			abort();
	}
	return 0;
}
