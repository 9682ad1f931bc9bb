/* SPDX-License-Identifier: MIT */
/* RECORD: which files a package has, and what they were. */
#include <config.h>

#include "venv/record.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/path.h"

/* Stands for the root of a tree while a path is made clean. */
#define TREE "/tree"

/* One field; what is behind it stays in *REST. Owned (free). */
static char *
take_field(struct str *rest)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);
	struct str field = { NULL, 0 };

	if (!rest->p || rest->n == 0 || rest->p[0] != '"') {
		(void)str_split(rest, ',', &field);
		return mem_strndup(field.p ? field.p : "", field.n);
	}
	*rest = str_skip(*rest, 1);
	while (rest->n) {
		bool is_quote = rest->p[0] == '"';

		if (is_quote && (rest->n < 2 || rest->p[1] != '"'))
			break;
		buf_add_char(&b, rest->p[0]);
		*rest = str_skip(*rest, is_quote ? 2 : 1);
	}
	/* The quote, and the comma behind it. */
	*rest = str_skip(*rest, rest->n < 2 ? rest->n : 2);
	return b.data ? buf_take(&b) : mem_strdup("");
}

bool
record_entry_of(struct str line, struct record_entry *ret)
{
	struct str rest = line;
	size_t whole;

	if (rest.n && rest.p[rest.n - 1] == '\r')
		rest.n--;
	whole = rest.n;
	ret->path = take_field(&rest);
	/* Behind the last field there is nothing. */
	ret->written = (struct str){ line.p, rest.p ? (size_t)(rest.p - line.p) : whole };
	if (rest.p && ret->written.n && line.p[ret->written.n - 1] == ',')
		ret->written.n--;
	ret->digest = take_field(&rest);
	if (*ret->path)
		return true;
	record_entry_reset(ret);
	return false;
}

char *
record_place(const char *site, const char *path)
{
	cleanup_free char *base = mem_printf(TREE "/%s", site);
	cleanup_free char *clean = path_clean(base, path);

	if (path[0] == '/' || !path_is_below(clean, TREE) || !clean[strlen(TREE)])
		return NULL;
	return mem_strdup(clean + strlen(TREE "/"));
}

void
record_entry_reset(struct record_entry *entry)
{
	free(entry->path);
	free(entry->digest);
	*entry = (struct record_entry){ 0 };
}
