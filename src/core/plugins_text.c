/* SPDX-License-Identifier: MIT */
/* What a plugin's file says of itself; nothing is run. */
#include <config.h>

#include "core/plugins.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* 64 KiB from the file's beginning: a comment block is a screen or two. The line
 * about completions may be anywhere in a script; this is a very long one. */
#define BLOCK_MAX ((size_t)64 * 1024)
#define SCRIPT_MAX ((size_t)1024 * 1024)

/* A continuation of `Usage:` is empty, or indented at least this far (columns). */
#define USAGE_INDENT 7

/* Up to MAX bytes of the regular file at PATH. Never blocks. */
static bool
read_beginning(const char *path, size_t max, struct buf *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t n = 1;

	*ret = (struct buf)BUF_INIT(max);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		while (n > 0 && ret->len < max) {
			size_t room = max - ret->len < 4096 ? max - ret->len : 4096;
			char *at = buf_room(ret, room);

			n = read(fd, at, room);
			buf_use(ret, n > 0 ? (size_t)n : 0);
		}
	}
	close(fd);
	return ret->len > 0;
}

static bool
continues_usage(struct str line)
{
	size_t blanks = 0;

	while (blanks < line.n && line.p[blanks] == ' ')
		blanks++;
	return blanks == line.n || blanks >= USAGE_INDENT;
}

static void
add_line(struct buf *b, struct str line)
{
	buf_add_str(b, line);
	buf_add_char(b, '\n');
}

/* B's text without empty lines around it; NULL when nothing is left. Owned (free). */
static char *
trimmed(const struct buf *b)
{
	struct str text = buf_str(b);

	while (text.n && text.p[0] == '\n')
		text = str_skip(text, 1);
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	return text.n ? mem_strndup(text.p, text.n) : NULL;
}

static void
read_block(struct str rest, struct plugin_text *ret)
{
	cleanup_buf struct buf usage = BUF_INIT(BLOCK_MAX);
	cleanup_buf struct buf help = BUF_INIT(BLOCK_MAX);
	bool in_usage = false;
	struct str line;

	while (str_line(&rest, &line) && line.n && line.p[0] == '#') {
		/* `#!` and `#x` are comments, and no documentation. */
		if (line.n > 1 && line.p[1] != ' ')
			continue;
		line = str_skip(line, 2);
		if (str_starts(line, STR_LIT("Summary:"))) {
			struct str summary = str_trim(str_skip(line, strlen("Summary:")));

			free(ret->summary);
			ret->summary = summary.n ? mem_strndup(summary.p, summary.n) : NULL;
			continue;
		}
		if (str_starts(line, STR_LIT("Usage:")))
			in_usage = true;
		else if (!in_usage || !continues_usage(line))
			in_usage = false;
		add_line(in_usage ? &usage : &help, line);
	}
	ret->usage = trimmed(&usage);
	/* A block without either is a licence, or anything. */
	ret->help = ret->usage || ret->summary ? trimmed(&help) : NULL;
}

void
plugin_text_read(const char *path, struct plugin_text *ret_text)
{
	cleanup_buf struct buf text = { 0 };

	*ret_text = (struct plugin_text){ 0 };
	if (read_beginning(path, BLOCK_MAX, &text))
		read_block(buf_str(&text), ret_text);
}

void
plugin_text_reset(struct plugin_text *text)
{
	free(text->usage);
	free(text->summary);
	free(text->help);
	*text = (struct plugin_text){ 0 };
}

/* Does S begin with WORDS (lower case), in any case? */
static bool
begins(struct str s, struct str words)
{
	for (size_t i = 0; i < words.n; i++)
		if (i >= s.n || str_lower(s.p[i]) != words.p[i])
			return false;
	return true;
}

bool
plugin_completes(const char *path)
{
	static const char *const comments[] = { "#", "%", "--", "//" };
	cleanup_buf struct buf text = { 0 };
	struct str rest;
	struct str line;

	if (!read_beginning(path, SCRIPT_MAX, &text))
		return false;
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		for (size_t i = 0; i < sizeof(comments) / sizeof(*comments); i++) {
			struct str sign = str_from(comments[i]);

			if (str_starts(line, sign) &&
			    begins(str_skip(line, sign.n), STR_LIT(" provide pyenv completions")))
				return true;
		}
	return false;
}

char *
plugin_find_any(const struct layout *layout, const char *name)
{
	cleanup_free char *for_shell = mem_printf("sh-%s", name);
	char *path = plugin_find(layout, name);

	return path ? path : plugin_find(layout, for_shell);
}
