/* SPDX-License-Identifier: MIT */
/* Paths in texts: found, and replaced in the way that the text is read. */
#include <config.h>

#include "supply/relocate_text.h"

#include <string.h>

enum quoting {
	BARE,
	SINGLE,
	DOUBLE,
	COMMENT,
};

/* A place in a text, and how the shell reads on from it. */
struct reading {
	struct str text;
	size_t at;
	enum text_kind kind;
	enum quoting quoting;
	size_t inside; /* here goes on a path whose beginning was looked at; 0: nowhere */
};

static bool
is_one_of(char c, const char *set)
{
	return c && strchr(set, c) != NULL;
}

static bool
is_blank(char c)
{
	return is_one_of(c, " \t\r\n\v\f");
}

/* What the bytes at AT stand for, and their number; 0 where they stand for nothing (a
 * quote, the end). */
static size_t
decode(const struct reading *r, size_t at, char *ret_c)
{
	struct str rest = str_skip(r->text, at);
	bool escapes = r->kind != TEXT_PLAIN && rest.n > 1 && rest.p[0] == '\\';

	if (rest.n == 0)
		return 0;
	*ret_c = rest.p[0];
	if (r->kind == TEXT_PLAIN || r->quoting == COMMENT)
		return 1;
	if (r->quoting == SINGLE)
		return rest.p[0] == '\'' ? 0 : 1;
	if (rest.p[0] == '"' || (rest.p[0] == '\'' && r->quoting == BARE))
		return 0;
	if (escapes && (r->quoting == BARE || is_one_of(rest.p[1], "\"\\$`"))) {
		*ret_c = rest.p[1];
		return 2;
	}
	return 1;
}

/* Number of bytes at R that stand for WANTED; 0 when they do not. */
static size_t
match(const struct reading *r, struct str wanted)
{
	size_t at = r->at;

	for (size_t i = 0; i < wanted.n; i++) {
		char c = 0;
		size_t n = decode(r, at, &c);

		if (n == 0 || c != wanted.p[i])
			return 0;
		at += n;
	}
	return at - r->at;
}

/* Are the letters before AT those of an option: -I, -isystem, -Wl,-R? */
static bool
follows_option(struct str text, size_t at)
{
	size_t start = at;

	while (start > 0 && str_is_alpha(text.p[start - 1]))
		start--;
	if (start == at || start == 0 || text.p[start - 1] != '-')
		return false;
	return start == 1 || is_blank(text.p[start - 2]) || is_one_of(text.p[start - 2], "\"'`=,(");
}

/* Has a quote been closed just before AT? What follows is the same word. */
static bool
follows_closed_quote(const struct reading *r)
{
	char before = r->at ? r->text.p[r->at - 1] : 0;

	return r->kind != TEXT_PLAIN && r->quoting == BARE && is_one_of(before, "\"'") &&
	       !(r->at > 1 && r->text.p[r->at - 2] == '\\');
}

static bool
can_begin(const struct reading *r)
{
	struct str text = r->text;
	size_t at = r->at;
	char before = at ? text.p[at - 1] : ' ';

	if (follows_closed_quote(r) || (at && at == r->inside))
		return false;
	if (is_blank(before) || is_one_of(before, "\"'`=:,;(<>|&!@#[{*"))
		return true;
	return (at >= 3 && memcmp(text.p + at - 3, "://", 3) == 0) || follows_option(text, at);
}

/* Is it a lone "." before AT, as CPython writes WASM's folders ("./usr/local/lib")? For a
 * place like "/install" that could be a file beside a Makefile. */
static bool
follows_dot(struct str text, size_t at, struct str place)
{
	return at > 0 && text.p[at - 1] == '.' && str_find(str_skip(place, 1), '/') + 1 < place.n &&
	       (at == 1 || is_blank(text.p[at - 2]) || is_one_of(text.p[at - 2], "\"'="));
}

static bool
can_end(struct str text, size_t at)
{
	char after = at < text.n ? text.p[at] : ' ';

	return !str_is_alpha(after) && !str_is_digit(after) && !is_one_of(after, "_-.+~") &&
	       !((unsigned char)after & 0x80);
}

/* Number of bytes at R that are the place WANTED, as a whole. */
static size_t
match_place(const struct reading *r, struct str wanted)
{
	size_t n = match(r, wanted);

	return n && (can_begin(r) || follows_dot(r->text, r->at, wanted)) &&
			       can_end(r->text, r->at + n)
		       ? n
		       : 0;
}

bool
text_needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!str_is_alpha(c) && !str_is_digit(c) && !is_one_of(c, "_./+@%=:,~^-") &&
		    !((unsigned char)c & 0x80))
			return true;
	}
	return false;
}

static void
add_escaped(struct buf *out, struct str text, const char *special)
{
	for (size_t i = 0; i < text.n; i++) {
		if (is_one_of(text.p[i], special))
			buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
}

static void
add_single(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			buf_add_text(out, "'\\''");
		else
			buf_add_char(out, text.p[i]);
	}
}

/* TO, written for the place that R is at. */
static void
add_place(struct buf *out, const struct reading *r, struct str to)
{
	bool is_raw = r->kind == TEXT_PLAIN || r->quoting == COMMENT || !text_needs_quotes(to);

	if (is_raw) {
		buf_add_str(out, to);
	} else if (r->quoting == SINGLE) {
		add_single(out, to);
	} else if (r->quoting == DOUBLE) {
		add_escaped(out, to, "\"\\$`");
	} else if (r->kind == TEXT_PKGCONFIG) {
		add_escaped(out, to, " \t\"'\\`$&;|<>()*?[]#!{}");
	} else {
		buf_add_char(out, '\'');
		add_single(out, to);
		buf_add_char(out, '\'');
	}
}

static bool
begins_comment(const struct reading *r)
{
	return r->kind == TEXT_SCRIPT && r->text.p[r->at] == '#' &&
	       (r->at == 0 || is_blank(r->text.p[r->at - 1]) || r->text.p[r->at - 1] == ';');
}

/* Go past one character, or one quote. */
static void
advance(struct reading *r)
{
	char c = 0;
	size_t n = decode(r, r->at, &c);

	if (n == 0) {
		char quote = r->text.p[r->at];

		if (r->quoting == BARE)
			r->quoting = quote == '"' ? DOUBLE : SINGLE;
		else
			r->quoting = BARE;
		n = 1;
	} else if (r->quoting == COMMENT && c == '\n') {
		r->quoting = BARE;
	} else if (r->quoting == BARE && begins_comment(r)) {
		r->quoting = COMMENT;
	}
	r->at += n;
}

bool
text_move(const struct text_move *move, struct str text, enum text_kind kind, struct buf *out)
{
	struct reading r = { .text = text, .kind = kind };
	size_t copied = 0;
	bool changed = false;

	while (r.at < text.n) {
		size_t old = match_place(&r, move->from);
		size_t new = old ? match_place(&r, move->to) : 0;

		if (new) {
			r.at += new;
			r.inside = r.at;
		} else if (old) {
			buf_add(out, text.p + copied, r.at - copied);
			add_place(out, &r, move->to);
			r.at += old;
			copied = r.at;
			changed = true;
		} else {
			advance(&r);
		}
	}
	buf_add(out, text.p + copied, text.n - copied);
	return changed;
}

bool
text_mentions(const struct text_move *move, struct str text)
{
	struct reading r = { .text = text, .kind = TEXT_PLAIN };

	for (; r.at < text.n; r.at++) {
		size_t new = match_place(&r, move->to);

		/* It would be found in TO again, where that is below FROM. */
		if (new)
			r.at += new - 1;
		else if (match_place(&r, move->from))
			return true;
	}
	return false;
}

bool
text_is_path(const struct text_move *move, struct str text)
{
	struct reading r = { .text = text, .kind = TEXT_PLAIN };
	size_t n = match_place(&r, move->from);

	if (n == 0)
		return false;
	for (struct str rest = str_skip(text, n); rest.n; rest = str_skip(rest, 1))
		if (is_blank(rest.p[0]) || is_one_of(rest.p[0], "\"'\\`"))
			return false;
	return true;
}

bool
text_next_word(struct str *rest, struct str *ret_word)
{
	struct reading r = { .kind = TEXT_SHELL };

	while (rest->n && is_blank(rest->p[0]))
		*rest = str_skip(*rest, 1);
	r.text = *rest;
	while (r.at < r.text.n && (r.quoting != BARE || !is_blank(r.text.p[r.at])))
		advance(&r);
	*ret_word = (struct str){ rest->p, r.at };
	*rest = str_skip(*rest, r.at);
	return r.at > 0;
}
