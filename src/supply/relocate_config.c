/* SPDX-License-Identifier: MIT */
/* python-config, a shell's program, in a place that a shell has to quote. */
#include <config.h>

#include <string.h>

#include "base/shell.h"
#include "supply/relocate_internal.h"

/*
 * CPython's script finds its place with unquoted expansions, which a blank breaks, puts
 * it where the old one was with sed, and prints options for a command line. Here the
 * place is in it already, as a shell's word (quotes included), so that what it prints can
 * be put into a Makefile or an `eval`; --prefix and its like print paths as they are.
 */
static const struct {
	const char *old;
	const char *new;
} changes[] = {
	{ " | sed \"s#$prefix#$prefix_real#\"", "" },
	{ "prefix_real=$(installed_prefix \"$0\")\n", "" },
	{ "echo \"$prefix_real\"", "eval \"echo $prefix_real\"" },
	{ "echo \"$exec_prefix_real\"", "eval \"echo $exec_prefix_real\"" },
	{ "echo \"$LIBPL\"", "eval \"echo $LIBPL\"" },
};
#define PREFIX_LINE "\nprefix=\""
#define REAL_LINE "prefix_real=$prefix\n"

static void
replace_all(struct str text, const char *old, const char *new, struct buf *out)
{
	size_t n = strlen(old);

	while (text.n >= n) {
		if (memcmp(text.p, old, n) == 0) {
			buf_add_text(out, new);
			text = str_skip(text, n);
		} else {
			buf_add_char(out, text.p[0]);
			text = str_skip(text, 1);
		}
	}
	buf_add_str(out, text);
}

/* `prefix="..."` is followed by the place that it is now. */
static void
add_real_prefix(struct str text, struct buf *out)
{
	const char *line = strstr(text.p, PREFIX_LINE);
	const char *end = line ? strchr(line + 1, '\n') : NULL;

	if (!end) {
		buf_add_str(out, text);
		return;
	}
	buf_add(out, text.p, (size_t)(end + 1 - text.p));
	buf_add_text(out, REAL_LINE);
	buf_add_text(out, end + 1);
}

/* What CPython wrote becomes what is described above. TEXT is terminated. */
static bool
change(const struct text_move *move, struct str text, struct buf *out)
{
	cleanup_buf struct buf moved = BUF_INIT(RELOCATE_TEXT_MAX);

	if (!text_move(move, text, TEXT_SCRIPT, &moved)) {
		buf_add_str(out, text);
		return false;
	}
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		cleanup_buf struct buf next = BUF_INIT(RELOCATE_TEXT_MAX);

		replace_all(buf_str(&moved), changes[i].old, changes[i].new, &next);
		buf_reset(&moved);
		buf_add_str(&moved, buf_str(&next));
	}
	add_real_prefix(buf_str(&moved), out);
	return true;
}

bool
relocate_config_script(struct relocation *r, const struct relocate_file *file, struct str text,
		       struct buf *out)
{
	cleanup_buf struct buf word = BUF_INIT(BUF_TEXT_MAX);
	cleanup_free char *to = mem_strndup(r->move.to.p, r->move.to.n);
	struct text_move quoted = r->move;

	shell_quote_sh(&word, to);
	quoted.to = buf_str(&word);
	if (text.n && strstr(text.p, changes[0].old) && strstr(text.p, PREFIX_LINE))
		return change(&quoted, text, out);
	if (text.n && strstr(text.p, REAL_LINE)) {
		/* Ours: the quotes are there. */
		quoted.to = (struct str){ word.data + 1, word.len - 2 };
		return text_move(&quoted, text, TEXT_SCRIPT, out);
	}
	if (text_mentions(&r->move, text))
		relocate_leave(r, file, "it is no python-config that we know");
	buf_add_str(out, text);
	return false;
}
