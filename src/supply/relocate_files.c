/* SPDX-License-Identifier: MIT */
/* The files in which a Python has written down its place, by their kinds. */
#include <config.h>

#include <string.h>

#include "supply/relocate_internal.h"
#include "supply/relocate_literals.h"

bool
relocate_value(const struct relocation *r, const struct text_move *move, struct str key,
	       struct str value, struct buf *out)
{
	cleanup_buf struct buf here = BUF_INIT(RELOCATE_TEXT_MAX);
	enum text_kind kind = text_is_path(move, value) ? TEXT_PLAIN : TEXT_SHELL;
	bool adapted = kind == TEXT_SHELL && relocate_for_machine(r, key, value, &here);

	return text_move(move, adapted ? buf_str(&here) : value, kind, out) || adapted;
}

static bool
sysconfig_value(void *ctx, struct str key, struct str value, struct buf *out)
{
	const struct relocation *r = ctx;

	return relocate_value(r, &r->move, key, value, out);
}

static bool
path_value(void *ctx, struct str key, struct str value, struct buf *out)
{
	const struct relocation *r = ctx;

	(void)key;
	return text_move(&r->move, value, TEXT_PLAIN, out);
}

bool
relocate_python_data(struct relocation *r, const struct relocate_file *file, struct str text,
		     struct buf *out)
{
	bool is_python2 = strstr(file->path, "python2.") != NULL;

	return literals_rewrite(text, is_python2 ? LITERALS_PYTHON2 : LITERALS_PYTHON,
				sysconfig_value, r, out);
}

bool
relocate_json_data(struct relocation *r, const struct relocate_file *file, struct str text,
		   struct buf *out)
{
	(void)file;
	return literals_rewrite(text, LITERALS_JSON, sysconfig_value, r, out);
}

bool
relocate_json_paths(struct relocation *r, const struct relocate_file *file, struct str text,
		    struct buf *out)
{
	(void)file;
	return literals_rewrite(text, LITERALS_JSON, path_value, r, out);
}

bool
relocate_lines(struct relocation *r, const struct relocate_file *file, struct str text,
	       struct buf *out)
{
	(void)file;
	return text_move(&r->move, text, TEXT_PLAIN, out);
}

bool
relocate_pkgconfig(struct relocation *r, const struct relocate_file *file, struct str text,
		   struct buf *out)
{
	(void)file;
	return text_move(&r->move, text, TEXT_PKGCONFIG, out);
}

/* The next line of *REST with those that it goes on in, and its newline. */
static bool
next_logical_line(struct str *rest, struct str *ret_line)
{
	size_t n = 0;

	while (n < rest->n && (rest->p[n] != '\n' || (n > 0 && rest->p[n - 1] == '\\')))
		n++;
	if (n < rest->n)
		n++;
	*ret_line = (struct str){ rest->p, n };
	*rest = str_skip(*rest, n);
	return n > 0;
}

/* Is LINE an assignment? *RET_KEY, and in *RET_VALUE what is behind the sign and blanks. */
static bool
is_assignment(struct str line, struct str *ret_key, struct str *ret_value)
{
	size_t n = 0;
	size_t at;

	while (n < line.n &&
	       (str_is_alpha(line.p[n]) || str_is_digit(line.p[n]) || line.p[n] == '_'))
		n++;
	for (at = n; at < line.n && (line.p[at] == ' ' || line.p[at] == '\t');)
		at++;
	if (at < line.n && strchr("?+:", line.p[at]))
		at++;
	if (n == 0 || at >= line.n || line.p[at] != '=')
		return false;
	*ret_key = (struct str){ line.p, n };
	for (at++; at < line.n && (line.p[at] == ' ' || line.p[at] == '\t');)
		at++;
	*ret_value = str_skip(line, at);
	return true;
}

bool
relocate_makefile(struct relocation *r, const struct relocate_file *file, struct str text,
		  struct buf *out)
{
	struct str line;
	bool changed = false;

	(void)file;
	while (next_logical_line(&text, &line)) {
		struct str key;
		struct str value;

		if (line.p[0] == '#') {
			changed |= text_move(&r->make_move, line, TEXT_PLAIN, out);
		} else if (is_assignment(line, &key, &value)) {
			struct str bare = value;

			while (bare.n && strchr("\r\n", bare.p[bare.n - 1]))
				bare.n--;
			buf_add(out, line.p, (size_t)(value.p - line.p));
			changed |= relocate_value(r, &r->make_move, key, bare, out);
			buf_add_str(out, str_skip(value, bare.n));
		} else {
			changed |= text_move(&r->make_move, line, TEXT_SHELL, out);
		}
	}
	return changed;
}
