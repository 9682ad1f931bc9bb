/* SPDX-License-Identifier: MIT */
/* Reading pin files; allocates nothing. */
#include <config.h>

#include "core/pinfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "os/fd.h"

/* A FIFO, a terminal or a device of that name must not stop or change anything. */
#define PIN_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

enum pin_dialect
pinfile_dialect(struct str name, bool dialects)
{
	if (!dialects)
		return PIN_PYENV;
	if (str_eq_text(name, PINFILE_TOOLS))
		return PIN_TOOLS;
	return str_eq_text(name, PINFILE_PROJECT) ? PIN_PROJECT : PIN_LINES;
}

static bool
is_operator(char c)
{
	return c && strchr("<>=!~^", c);
}

/* Does the range WORD go on with the word NEXT? Only around operators and commas. */
static bool
goes_on(struct str word, struct str next)
{
	char last = word.p[word.n - 1];

	return last == ',' || is_operator(last) || next.p[0] == ',' || is_operator(next.p[0]);
}

/* WORD, the first of a line whose REST follows, and the words that belong to it when
 * it is a range: ">= 3.11, <3.13" and then anything. */
static struct str
whole_range(struct str word, struct str rest)
{
	struct str next;
	bool is_range = false;

	for (size_t i = 0; i < word.n; i++)
		is_range |= is_operator(word.p[i]);
	while (is_range) {
		if (!str_word(&rest, &next) || next.p[0] == '#' || !goes_on(word, next))
			break;
		word.n = (size_t)(next.p + next.n - word.p);
	}
	return word;
}

/* The versions of LINE, if it is the one of python; false when there are too many. */
static bool
parse_tools_line(struct str line, unsigned number, struct pin_word *words, size_t *count,
		 unsigned *ret_line)
{
	struct str word;

	line.n = str_find(line, '#');
	if (*ret_line || !str_word(&line, &word) || !str_eq_text(word, "python"))
		return true;
	*ret_line = number;
	while (str_word(&line, &word)) {
		if (*count == PIN_WORDS_MAX)
			return false;
		words[(*count)++] = (struct pin_word){ word, number };
	}
	return true;
}

bool
pinfile_parse(enum pin_dialect dialect, struct str text, struct pin_word *words, size_t *ret_count,
	      unsigned *ret_line)
{
	struct str line;
	struct str word;

	*ret_count = 0;
	*ret_line = 0;
	for (unsigned number = 1; str_line(&text, &line); number++) {
		if (dialect == PIN_TOOLS) {
			if (!parse_tools_line(line, number, words, ret_count, ret_line))
				return false;
			continue;
		}
		if (!str_word(&line, &word) || word.p[0] == '#')
			continue;
		if (*ret_count == PIN_WORDS_MAX)
			return false;
		if (dialect == PIN_LINES)
			word = whole_range(word, line);
		words[(*ret_count)++] = (struct pin_word){ word, number };
	}
	return true;
}

/* Owner of the folder that PATH lies in. */
static bool
owns_folder(int dir_fd, const char *path, uid_t owner)
{
	struct str dir = path_dir(path);
	char text[PATH_TEXT_MAX];
	struct stat st;

	if (dir.n >= sizeof(text))
		return false;
	memcpy(text, dir.p, dir.n);
	text[dir.n] = '\0';
	return fstatat(dir_fd, text, &st, 0) == 0 && st.st_uid == owner;
}

/* In a folder where all may write (/tmp), anybody can put a pin above our
 * project: only root, we, and whoever owns the folder have a say in it. */
static bool
is_trusted(int dir_fd, const char *path, uid_t owner)
{
	return owner == 0 || owner == geteuid() || owns_folder(dir_fd, path, owner);
}

/* Open PATH, following a link whose owner may set pins. -1: *RET says why. */
static int
open_pin(int dir_fd, const char *path, struct pin *ret)
{
	struct stat st;
	int fd = openat(dir_fd, path, PIN_FLAGS | O_NOFOLLOW);

	if (fd < 0 && errno == ELOOP) {
		if (fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return -1;
		ret->status = PIN_PASSED_OVER;
		ret->why = "a link of another user";
		if (!is_trusted(dir_fd, path, st.st_uid))
			return -1;
		ret->is_link = true;
		ret->why = "a link that leads nowhere";
		fd = openat(dir_fd, path, PIN_FLAGS);
	}
	if (fd < 0 && errno == EACCES && fstatat(dir_fd, path, &st, 0) == 0 &&
	    S_ISREG(st.st_mode)) {
		ret->status = PIN_UNUSABLE;
		ret->why = "may not be read";
	} else if (fd < 0 && (errno == ENXIO || errno == ENODEV)) {
		ret->status = PIN_PASSED_OVER;
		ret->why = "not a regular file";
	}
	return fd;
}

/* As fd_read_full(), without asking for the end of a file that gave SIZE bytes,
 * which is how long it is. */
static ssize_t
read_text(int fd, off_t size, char *text, size_t max)
{
	ssize_t n = read(fd, text, max);
	ssize_t more;

	if (n > 0 && n == size)
		return n;
	if (n < 0)
		n = 0;
	more = fd_read_full(fd, text + n, max - (size_t)n);
	return more < 0 ? more : n + more;
}

static void
read_pin(int fd, off_t size, enum pin_dialect dialect, struct pin *ret)
{
	size_t max = dialect == PIN_TOOLS ? PIN_TOOLS_MAX : PIN_FILE_MAX;
	ssize_t n = read_text(fd, size, ret->text, max + 1);
	struct str text = { ret->text, n > 0 ? (size_t)n : 0 };

	ret->status = PIN_UNUSABLE;
	ret->why = NULL;
	if (n < 0) {
		ret->why = "cannot be read";
	} else if ((size_t)n > max) {
		ret->why = dialect == PIN_TOOLS ? "larger than 16 KiB" : "larger than 4 KiB";
	} else if (!pinfile_parse(dialect, text, ret->words, &ret->count, &ret->line)) {
		ret->why = "more than 64 versions";
	} else if (dialect == PIN_TOOLS && !ret->line) {
		ret->status = PIN_PASSED_OVER;
		ret->why = "has no line of python";
	} else if (ret->count == 0) {
		ret->why = "names no version";
	} else {
		ret->status = PIN_READ;
	}
}

void
pinfile_read(int dir_fd, const char *path, enum pin_dialect dialect, struct pin *ret)
{
	struct stat st;
	int fd;

	/* Not the whole struct: its pages are not touched before they are used. */
	ret->status = PIN_ABSENT;
	ret->why = NULL;
	ret->line = 0;
	ret->is_link = false;
	ret->count = 0;
	fd = open_pin(dir_fd, path, ret);
	if (fd < 0)
		return;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		ret->status = PIN_PASSED_OVER;
		ret->why = "not a regular file";
	} else if (!is_trusted(dir_fd, path, st.st_uid)) {
		ret->status = PIN_PASSED_OVER;
		ret->why = "belongs to another user";
	} else if (dialect == PIN_PROJECT) {
		ret->why = NULL;
		pinfile_parse_project((struct toml_input){ .fd = fd }, ret);
	} else {
		read_pin(fd, st.st_size, dialect, ret);
	}
	close(fd);
}
