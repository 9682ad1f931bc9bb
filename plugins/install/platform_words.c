/* SPDX-License-Identifier: MIT */
/* A platform as people write it: linux-x86_64_v3-gnu. */
#include <config.h>

#include "platform_words.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

int
platform_words_read(struct platform_words *words, const char *text, struct target *ret_target,
		    struct err *err)
{
	struct str rest = str_from(text);
	struct str part;
	unsigned count = 0;
	char *level;

	memset(words, 0, sizeof(*words));
	while (count < 3 && str_split(&rest, '-', &part) && part.n &&
	       part.n < sizeof(words->words[0])) {
		memcpy(words->words[count], part.p, part.n);
		words->words[count++][part.n] = '\0';
	}
	if (count != 3 || rest.p) {
		(void)err_set(err, ERR_USAGE, "%s is no platform", text);
		return err_detail(err, "example", "linux-x86_64-gnu, linux-x86_64_v3-musl");
	}
	level = strstr(words->words[1], "_v");
	if (level) {
		(void)snprintf(words->words[3], sizeof(words->words[3]), "%s", level + 1);
		*level = '\0';
	}
	*ret_target = (struct target){ .os = words->words[0],
				       .arch = words->words[1],
				       .libc = words->words[2],
				       .cpu = words->words[3] };
	return 0;
}
