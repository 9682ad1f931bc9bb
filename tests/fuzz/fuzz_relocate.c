/* SPDX-License-Identifier: MIT */
/* Fuzz target: texts that name a Python's place, of all kinds. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "supply/relocate_internal.h"
#include "supply/relocate_literals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
copy(void *ctx, struct str key, struct str value, struct buf *out)
{
	(void)ctx;
	(void)key;
	buf_add_str(out, value);
	return true;
}

/* Strings that are written as they were read are the same when they are read again. */
static void
check_literals(struct str text, enum literals_language language)
{
	cleanup_buf struct buf once = BUF_INIT(BUF_TEXT_MAX);
	cleanup_buf struct buf twice = BUF_INIT(BUF_TEXT_MAX);

	(void)literals_rewrite(text, language, copy, NULL, &once);
	(void)literals_rewrite(buf_str(&once), language, copy, NULL, &twice);
	if (!once.overflowed && !twice.overflowed && !str_eq(buf_str(&once), buf_str(&twice)))
		abort();
}

/* What was moved is not moved again. */
static void
check_move(const struct text_move *move, struct str text, enum text_kind kind)
{
	cleanup_buf struct buf once = BUF_INIT(BUF_TEXT_MAX);
	cleanup_buf struct buf twice = BUF_INIT(BUF_TEXT_MAX);

	(void)text_move(move, text, kind, &once);
	if (text_move(move, buf_str(&once), kind, &twice))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static relocate_text_fn *const kinds[] = { relocate_python_data, relocate_json_paths,
						   relocate_makefile, relocate_pkgconfig,
						   relocate_script };
	const struct text_move move = { STR_LIT("/i"), STR_LIT("/n w") };
	cleanup_free char *copied = mem_strndup((const char *)data, size);
	struct str text = { copied, size };
	struct relocate_spec spec = { .to = "/n w", .path = "/nowhere" };
	struct relocate_report report = { 0 };
	struct relocation r = { .spec = &spec, .report = &report, .move = move, .make_move = move };
	const struct relocate_file file = { .name = "python3-config",
					    .path = "bin/python3-config" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		cleanup_buf struct buf out = BUF_INIT(BUF_TEXT_MAX);

		(void)kinds[i](&r, &file, text, &out);
	}
	for (int language = LITERALS_JSON; language <= LITERALS_PYTHON2; language++)
		check_literals(text, (enum literals_language)language);
	for (int kind = TEXT_PLAIN; kind <= TEXT_PKGCONFIG; kind++)
		check_move(&move, text, (enum text_kind)kind);
	relocate_report_reset(&report);
	return 0;
}
