/* SPDX-License-Identifier: MIT */
/* Places in texts, found and replaced as the text is read. */
#include <config.h>

#include "venv/readdress.h"

#include <string.h>

#include "base/path.h"
#include "venv/record.h"
#include "venv/scripts.h"

/* Could C be part of a longer name? */
static bool
is_of_name(char c)
{
	return str_is_alpha(c) || str_is_digit(c) || (c & 0x80) || (c && strchr("-_.+@~%", c));
}

/* Where in TEXT, from AT on, WHAT stands by itself; TEXT.n: nowhere. */
static size_t
find_whole(struct str text, size_t at, struct str what)
{
	for (; at + what.n <= text.n; at++) {
		char before = at ? text.p[at - 1] : '\0';
		char after = at + what.n < text.n ? text.p[at + what.n] : '\0';

		if (memcmp(text.p + at, what.p, what.n) == 0 && !is_of_name(before) &&
		    before != '/' && !is_of_name(after))
			return at;
	}
	return text.n;
}

static bool
replace_whole(struct str text, struct str what, struct str with, struct buf *out)
{
	size_t done = 0;

	/* It may be the NULL behind a last line. */
	if (text.n == 0)
		return false;
	for (size_t at = 0; (at = find_whole(text, at, what)) < text.n; at = done) {
		buf_add(out, text.p + done, at - done);
		buf_add_str(out, with);
		done = at + what.n;
	}
	buf_add(out, text.p + done, text.n - done);
	return done > 0;
}

bool
readdress_paths(struct str text, const struct address *address, struct buf *out)
{
	return replace_whole(text, str_from(address->from), str_from(address->to), out);
}

/* Is TEXT one word of every shell, without quotes? */
static bool
is_plain(const char *text)
{
	for (; *text; text++)
		if (!str_is_alpha(*text) && !str_is_digit(*text) && !strchr("/._-+@,=:", *text))
			return false;
	return true;
}

/* Is it the same between any quotes? */
static bool
is_quotable(const char *text)
{
	for (; *text; text++)
		if (!str_is_alpha(*text) && !str_is_digit(*text) && !(*text & 0x80) &&
		    !strchr("/._-+@,=: ", *text))
			return false;
	return true;
}

bool
readdress_script(struct str text, const struct address *address, struct buf *out)
{
	cleanup_script_start struct script_start start = { 0 };
	cleanup_buf struct buf program = BUF_INIT(2 * PATH_TEXT_MAX);
	size_t before = out->len;
	bool changed = false;

	if (!script_read_start(text, &start)) {
		start.rest = text;
	} else if (readdress_paths(str_from(start.program), address, &program) &&
		   !program.overflowed) {
		script_write_start(out, buf_text(&program), start.args);
		changed = true;
	} else {
		buf_add(out, text.p, (size_t)(start.rest.p - text.p));
	}
	/* A string of Python's ends at a quote. */
	if (strpbrk(address->to, "'\"\\"))
		buf_add_str(out, start.rest);
	else
		changed = readdress_paths(start.rest, address, out) || changed;
	if (!changed)
		buf_truncate(out, before);
	return changed;
}

/* The name in the prompt: "(NAME) ", and what VIRTUAL_ENV_PROMPT is set to. */
static bool
replace_prompt(struct str text, const struct address *address, struct buf *out)
{
	cleanup_free char *old = mem_printf("(%s)", address->old_prompt);
	cleanup_free char *new = mem_printf("(%s)", address->new_prompt);
	bool changed = false;
	struct str line;

	while (str_line(&text, &line)) {
		cleanup_buf struct buf b = BUF_INIT(out->limit);
		bool names = find_whole(line, 0, STR_LIT("VIRTUAL_ENV_PROMPT")) < line.n;
		struct str value;
		size_t n = line.n;

		/* In brackets wherever it is; by itself only where the variable is set. */
		while (n > 0 && strchr("'\" \r)", line.p[n - 1]))
			n--;
		value = (struct str){ line.p, n };
		if (names && str_ends(value, str_from(address->old_prompt)) &&
		    n > strlen(address->old_prompt) &&
		    strchr("'\"= ", line.p[n - strlen(address->old_prompt) - 1])) {
			struct str before = { line.p, n - strlen(address->old_prompt) };

			(void)replace_whole(before, str_from(old), str_from(new), &b);
			buf_add_str(out, buf_str(&b));
			buf_add_text(out, address->new_prompt);
			buf_add(out, line.p + n, line.n - n);
			changed = true;
		} else {
			changed = replace_whole(line, str_from(old), str_from(new), &b) || changed;
			buf_add_str(out, buf_str(&b));
		}
		out->overflowed = out->overflowed || b.overflowed;
		buf_add_char(out, '\n');
	}
	return changed;
}

/* Can FROM, wherever it stands, be replaced by TO as it is? */
static bool
is_replaceable(const char *from, const char *to)
{
	return is_quotable(from) && (is_plain(to) || (is_quotable(to) && !is_plain(from)));
}

/* Could TEXT name FROM, in whatever quotes? The part of FROM that none change tells. */
static bool
may_name(struct str text, const char *from)
{
	char start[PATH_TEXT_MAX] = "";

	for (size_t n = 0; from[n] && n + 1 < sizeof(start); n++) {
		start[n] = from[n];
		if (is_quotable(start))
			continue;
		start[n] = '\0';
		break;
	}
	for (size_t at = 0; at + strlen(start) <= text.n; at++)
		if (memcmp(text.p + at, start, strlen(start)) == 0)
			return true;
	return false;
}

enum activation_change
readdress_activator(struct str text, const struct address *address, struct buf *out)
{
	cleanup_buf struct buf moved = BUF_INIT(out->limit);
	bool changed;

	if (!address->old_prompt && !may_name(text, address->from))
		return ACTIVATION_SAME;
	if (!is_replaceable(address->from, address->to) ||
	    (address->old_prompt && !is_replaceable(address->old_prompt, address->new_prompt)))
		return ACTIVATION_ANEW;
	changed = readdress_paths(text, address, &moved);
	if (!address->old_prompt)
		buf_add_str(out, buf_str(&moved));
	else
		changed = replace_prompt(buf_str(&moved), address, out) || changed;
	if (moved.overflowed)
		out->overflowed = true;
	return changed ? ACTIVATION_CHANGED : ACTIVATION_SAME;
}

/* PATH as pip writes it into a file: URL. */
static char *
url_of(const char *path)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);

	buf_add_text(&b, "file://");
	for (; *path; path++) {
		if (str_is_alpha(*path) || str_is_digit(*path) || strchr("/_.-~", *path))
			buf_add_char(&b, *path);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*path);
	}
	return buf_take(&b);
}

bool
readdress_url(struct str text, const struct address *address, struct buf *out)
{
	cleanup_free char *from = url_of(address->from);
	cleanup_free char *to = url_of(address->to);

	return replace_whole(text, str_from(from), str_from(to), out);
}

static bool
record_line(struct str line, const char *folder, const struct strvec *changed,
	    const struct record_digests *digests, struct buf *out)
{
	/* sha256 in base64 without its padding. */
	char digest[44];
	cleanup_record_entry struct record_entry entry = { 0 };
	cleanup_free char *inside = NULL;
	uint64_t size;

	if (!record_entry_of(line, &entry) ||
	    !str_starts(str_from(entry.digest), STR_LIT("sha256=")))
		return false;
	inside = record_place(folder, entry.path);
	if (!inside || !strvec_has(changed, inside) ||
	    !digests->digest(digests->ctx, inside, digest, &size))
		return false;
	buf_add_str(out, entry.written);
	buf_printf(out, ",sha256=%s,%llu", digest, (unsigned long long)size);
	if (line.p[line.n - 1] == '\r')
		buf_add_char(out, '\r');
	return true;
}

bool
readdress_record(struct str text, const char *folder, const struct strvec *changed,
		 const struct record_digests *digests, struct buf *out)
{
	bool any = false;
	struct str line;

	while (str_line(&text, &line)) {
		if (record_line(line, folder, changed, digests, out))
			any = true;
		else
			buf_add_str(out, line);
		buf_add_char(out, '\n');
	}
	return any;
}
