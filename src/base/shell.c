/* SPDX-License-Identifier: MIT */
/* Texts as words of a shell. */
#include <config.h>

#include "base/shell.h"

#include <string.h>

#include "base/str.h"

bool
shell_text_ok(const char *text)
{
	struct str rest = str_from(text);

	while (rest.n) {
		uint32_t code;
		size_t n = str_utf8(rest, &code);

		if (n == 0 || str_is_control(code))
			return false;
		rest = str_skip(rest, n);
	}
	return true;
}

void
shell_quote_sh(struct buf *out, const char *text)
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

static void
quote_with_backslash(struct buf *out, char quote, const char *text)
{
	buf_add_char(out, quote);
	for (; *text; text++) {
		if (*text == quote || *text == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
	buf_add_char(out, quote);
}

void
shell_quote_fish(struct buf *out, const char *text)
{
	quote_with_backslash(out, '\'', text);
}

/* The three active characters stand outside of the quotes, each behind its own
 * backslash: what a backslash means between quotes is an option of the shell. */
void
shell_quote_csh(struct buf *out, const char *text)
{
	buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\' || *text == '!') {
			buf_add_text(out, "'\\");
			buf_add_char(out, *text);
			buf_add_char(out, '\'');
		} else {
			buf_add_char(out, *text);
		}
	}
	buf_add_char(out, '\'');
}

/* The quotes that PowerShell takes for a single one. */
static bool
is_pwsh_quote(struct str s, size_t *ret_n)
{
	static const char *const quotes[] = { "'", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
					      "\xe2\x80\x9b" };

	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++) {
		if (str_starts(s, str_from(quotes[i]))) {
			*ret_n = strlen(quotes[i]);
			return true;
		}
	}
	return false;
}

void
shell_quote_pwsh(struct buf *out, const char *text)
{
	struct str rest = str_from(text);

	buf_add_char(out, '\'');
	while (rest.n) {
		size_t n = 1;

		/* A doubled quote is that quote. */
		if (is_pwsh_quote(rest, &n))
			buf_add(out, rest.p, n);
		buf_add(out, rest.p, n);
		rest = str_skip(rest, n);
	}
	buf_add_char(out, '\'');
}

void
shell_quote_nu(struct buf *out, const char *text)
{
	quote_with_backslash(out, '"', text);
}

void
shell_quote_xonsh(struct buf *out, const char *text)
{
	quote_with_backslash(out, '\'', text);
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
	shell_quote_sh(&quoted, text);
	return buf_take(&quoted);
}
