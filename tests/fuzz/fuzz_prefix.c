/* SPDX-License-Identifier: MIT */
/* Fuzz target: files that name the place where an installer put them. */
#include <config.h>

#include "ground.h"
#include "supply/prefix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(struct str text, struct str from, struct str to)
{
	cleanup_buf struct buf once = BUF_INIT(BUF_TEXT_MAX * 4);
	cleanup_buf struct buf twice = BUF_INIT(BUF_TEXT_MAX * 4);
	size_t count = prefix_change_text(text, from, to, &once);

	must(once.overflowed || count || str_eq(buf_str(&once), text));
	must(once.overflowed || prefix_change_text(buf_str(&once), from, to, &twice) == 0);
}

static void
check_binary(struct str text, struct str from, struct str to)
{
	cleanup_free char *once = mem_strndup(text.p, text.n);
	cleanup_free char *twice = NULL;

	if (prefix_change_binary(once, text.n, from, to) < 0) {
		must(to.n > from.n);
		return;
	}
	twice = mem_resize(NULL, text.n + 1, 1);
	memcpy(twice, once, text.n);
	must(prefix_change_binary(twice, text.n, from, to) >= 0);
	must(memcmp(once, twice, text.n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *copied = mem_resize(NULL, size + 1, 1);
	struct str text = { copied, size };

	if (size)
		memcpy(copied, data, size);
	check_text(text, STR_LIT("/o/old"), STR_LIT("/n"));
	check_text(text, STR_LIT("/o/old"), STR_LIT("/n/longer"));
	check_binary(text, STR_LIT("/o/old"), STR_LIT("/n"));
	check_binary(text, STR_LIT("/o/old"), STR_LIT("/n/longer"));
	return 0;
}
