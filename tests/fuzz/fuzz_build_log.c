/* SPDX-License-Identifier: MIT */
/* Fuzz target: what is read of a configure, its config.log, and the log of a build. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "supply/answers.h"
#include "supply/build_failure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str configure = { text.p, size ? str_find(text, '\1') : 0 };
	struct str log = str_skip(text, configure.n);
	cleanup_buf struct buf site = BUF_INIT(1 << 20);
	struct build_failure failure;

	if (size == 0)
		return 0;
	answers_judge(configure, log, &site);
	/* Whatever is kept is one assignment of a quoted text a line. */
	if (site.len) {
		struct str rest = buf_str(&site);
		struct str line;

		while (str_line(&rest, &line))
			if (!str_starts(line, STR_LIT("test \"${ac_cv_")) ||
			    !str_ends(line, STR_LIT("'")) || memchr(line.p, '`', line.n) ||
			    memchr(line.p, '(', line.n))
				abort();
	}
	build_failure_find(text, &failure);
	if (failure.context.n > size)
		abort();
	return 0;
}
