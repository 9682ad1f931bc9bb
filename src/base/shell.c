/* SPDX-License-Identifier: MIT */
/* Texts as words of a POSIX shell. */
#include <config.h>

#include "base/shell.h"

#include <string.h>

void
shell_quote(struct buf *out, const char *text)
{
	buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_text(out, "'\\''");
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '\'');
}

char *
shell_word(const char *text)
{
	/* Four bytes for each one: a limit that no text can reach. */
	cleanup_buf struct buf quoted = BUF_INIT(4 * strlen(text) + 2);
	bool plain = *text != '\0';

	for (const char *c = text; plain && *c; c++)
		plain = str_is_alpha(*c) || str_is_digit(*c) || strchr("_-./+,:@", *c);
	if (plain)
		return mem_strdup(text);
	shell_quote(&quoted, text);
	return buf_take(&quoted);
}
