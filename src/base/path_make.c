/* SPDX-License-Identifier: MIT */
/* Paths as text: making new ones. */
#include <config.h>

#include "base/path.h"

#include <string.h>

#include "base/buf.h"

/* A result is not longer than its parts, which are in memory already. Cut at a
 * limit it would be another path; one that is too long is refused by the system. */
#define JOIN_MAX (SIZE_MAX / 2)

static void
join_part(struct buf *b, struct str part)
{
	if (b->len) {
		while (part.n && part.p[0] == '/')
			part = str_skip(part, 1);
		if (part.n && b->data[b->len - 1] != '/')
			buf_add_char(b, '/');
	}
	buf_add_str(b, part);
}

char *
path_join(const char *first, ...)
{
	cleanup_buf struct buf b = BUF_INIT(JOIN_MAX);
	va_list args;

	va_start(args, first);
	for (const char *part = first; part; part = va_arg(args, const char *))
		join_part(&b, str_from(part));
	va_end(args);
	return buf_take(&b);
}

/* Leave out the last component of an absolute path, never the first slash. */
static void
drop_last(struct buf *b)
{
	while (b->len > 1 && b->data[b->len - 1] != '/')
		buf_truncate(b, b->len - 1);
	if (b->len > 1)
		buf_truncate(b, b->len - 1);
}

char *
path_clean(const char *cwd, const char *path)
{
	cleanup_buf struct buf b = BUF_INIT(JOIN_MAX);
	cleanup_free char *whole = path[0] == '/' ? mem_strdup(path) : path_join(cwd, path, NULL);
	struct str rest = str_from(whole);
	struct str part;

	buf_add_char(&b, '/');
	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_eq(part, STR_LIT(".")))
			continue;
		if (str_eq(part, STR_LIT("..")))
			drop_last(&b);
		else
			join_part(&b, part);
	}
	return buf_take(&b);
}

char *
path_tilde(const char *path, const char *home)
{
	size_t n = home ? strlen(home) : 0;

	while (n && home[n - 1] == '/')
		n--;
	if (n == 0 || home[0] != '/' || !path_is_below(path, home))
		return mem_strdup(path);
	return mem_printf("~%s", path + n);
}
