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

bool
pinfile_parse(struct str text, struct pin_word *words, size_t *ret_count)
{
	struct str line;
	struct str word;

	*ret_count = 0;
	for (unsigned number = 1; str_line(&text, &line); number++) {
		if (!str_word(&line, &word) || word.p[0] == '#')
			continue;
		if (*ret_count == PIN_WORDS_MAX)
			return false;
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
read_pin(int fd, off_t size, struct pin *ret)
{
	ssize_t n = read_text(fd, size, ret->text, sizeof(ret->text));
	struct str text = { ret->text, n > 0 ? (size_t)n : 0 };

	ret->status = PIN_UNUSABLE;
	ret->why = NULL;
	if (n < 0)
		ret->why = "cannot be read";
	else if (n > PIN_FILE_MAX)
		ret->why = "larger than 4 KiB";
	else if (!pinfile_parse(text, ret->words, &ret->count))
		ret->why = "more than 64 versions";
	else if (ret->count == 0)
		ret->why = "names no version";
	else
		ret->status = PIN_READ;
}

void
pinfile_read(int dir_fd, const char *path, struct pin *ret)
{
	struct stat st;
	int fd;

	/* Not the whole struct: its pages are not touched before they are used. */
	ret->status = PIN_ABSENT;
	ret->why = NULL;
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
	} else {
		read_pin(fd, st.st_size, ret);
	}
	close(fd);
}
