/* SPDX-License-Identifier: MIT */
/* A line of options taken apart into words, without a shell. */
#include <config.h>

#include "base/words.h"

#include <string.h>

#include "base/buf.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Add the text of the quote that P points at to WORD; the position behind its
 * end, or NULL when it has none. */
static const char *
take_quoted(const char *p, struct buf *word)
{
	char quote = *p++;

	for (; *p && *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1] && strchr("\"\\$`", p[1]))
			p++;
		buf_add_char(word, *p);
	}
	return *p ? p + 1 : NULL;
}

/* Add one word to WORD; the position behind it, or NULL. */
static const char *
take_word(const char *p, struct buf *word)
{
	while (p && *p && !is_blank(*p)) {
		if (*p == '\'' || *p == '"') {
			p = take_quoted(p, word);
		} else if (*p == '\\') {
			if (!p[1])
				return NULL;
			buf_add_char(word, p[1]);
			p += 2;
		} else {
			buf_add_char(word, *p++);
		}
	}
	return p;
}

int
words_split(const char *text, const char *what, struct strvec *ret, struct err *err)
{
	const char *p = text;

	while (p) {
		cleanup_buf struct buf word = BUF_INIT(WORDS_TEXT_MAX);

		while (is_blank(*p))
			p++;
		if (!*p)
			break;
		p = take_word(p, &word);
		if (!p)
			return err_set(err, ERR_USAGE, "%s has an unfinished quote", what);
		if (buf_check(&word, what, err) < 0)
			return -1;
		strvec_add(ret, buf_text(&word));
	}
	return 0;
}
