/* SPDX-License-Identifier: MIT */
/* Fuzz target: options in one text, and texts as words of a shell: what is quoted for sh is
 * one word again. */
#include <config.h>

#include "base/shell.h"
#include "base/words.h"
#include "ground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_quoted(const char *text)
{
	cleanup_buf struct buf b = BUF_INIT(WORDS_TEXT_MAX);
	cleanup_buf struct buf other = BUF_INIT(WORDS_TEXT_MAX);
	cleanup_free char *word = shell_word(text);
	cleanup_strvec struct strvec words = { 0 };
	struct err err = { 0 };

	shell_quote_fish(&other, text);
	shell_quote_csh(&other, text);
	shell_quote_pwsh(&other, text);
	shell_quote_nu(&other, text);
	shell_quote_xonsh(&other, text);
	shell_quote_sh(&b, text);
	if (b.overflowed)
		return;
	must(words_split(buf_text(&b), "it", &words, &err) == 0 && words.count == 1);
	must(strcmp(words.items[0], text) == 0);
	must(words_split(word, "it", &words, &err) == 0 && words.count == 2);
	must(strcmp(words.items[1], text) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = mem_strndup(size ? (const char *)data : "", size);
	cleanup_strvec struct strvec words = { 0 };
	cleanup_err struct err err = { 0 };

	if (words_split(text, "it", &words, &err) < 0)
		must(err.code == ERR_USAGE);
	if (shell_text_ok(text))
		check_quoted(text);
	return 0;
}
