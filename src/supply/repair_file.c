/* SPDX-License-Identifier: MIT */
/* One file of a version, put back as its manifest says. */
#include <config.h>

#include "supply/repair_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "trust/digest.h"

/* The value of KEY ("mode") in LINE; empty: it has none. */
static struct str
value_of(const char *line, const char *key)
{
	size_t n = strlen(key);
	struct str rest = str_from(line);
	struct str word;

	while (str_word(&rest, &word))
		if (word.n > n && word.p[n] == '=' && strncmp(word.p, key, n) == 0)
			return str_skip(word, n + 1);
	return (struct str){ "", 0 };
}

static bool
is_type(const char *line, const char *type)
{
	return str_eq_text(value_of(line, "type"), type);
}

/* The mode in LINE, an octal number. */
static mode_t
mode_of(const char *line)
{
	struct str text = value_of(line, "mode");
	mode_t mode = 0;

	for (size_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '7'; i++)
		mode = (mode << 3 | (mode_t)(text.p[i] - '0')) & 07777;
	return mode;
}

/* The folder that PATH is in, below TREE, no part of it a link. */
static int
open_parent(const struct dir *tree, const char *path, struct dir *ret, struct err *err)
{
	struct str parent = path_dir(path);
	cleanup_free char *text = mem_strndup(parent.p, parent.n);

	return str_eq_text(parent, ".") ? fs_open_dir_at(tree, ".", ret, err)
					: fs_open_below(tree, text, ret, err);
}

/* It stays as it is. */
static int
leave(struct repair_file *file, char *because)
{
	free(file->because);
	file->because = because;
	return 0;
}

static int
put_folder(const struct dir *parent, const char *name, mode_t mode, struct repair_file *file,
	   struct err *err)
{
	cleanup_fd int fd = -1;

	if (mkdirat(parent->fd, name, S_IRWXU) < 0 && errno != EEXIST)
		return err_sys(err, "cannot make the folder %s/%s", parent->path, name);
	fd = openat(parent->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return leave(file, mem_strdup("something else is in its place"));
	if (fchmod(fd, mode) < 0)
		return err_sys(err, "cannot set the mode of %s/%s", parent->path, name);
	file->restored = true;
	return fs_sync_dir(parent, err);
}

/* Is what was made of NAME what LINE says, but for its mode? */
static int
agrees(const struct dir *made, const char *name, const char *line, bool *ret, struct err *err)
{
	cleanup_free char *is = NULL;

	*ret = false;
	if (manifest_line_now(made, name, &is, err) < 0)
		return -1;
	if (!is)
		return 0;
	*ret = is_type(line, "link")
		       ? strcmp(is, line) == 0
		       : is_type(is, "file") && is_type(line, "file") &&
				 str_eq(value_of(is, "size"), value_of(line, "size")) &&
				 str_eq(value_of(is, "sha256digest"),
					value_of(line, "sha256digest"));
	return 0;
}

/* The mode and the time that the file NAME, which has its place in a moment, must have. */
static int
dress(const struct dir *live, const char *path, const struct dir *made, const char *name,
      const char *line, struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { 0 } };
	struct stat st;
	int64_t time;

	if (!is_type(line, "file"))
		return 0;
	if (fchmodat(made->fd, name, mode_of(line), 0) < 0 ||
	    fstatat(made->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot set the mode of %s/%s", made->path, name);
	if (!repair_find_time(live, path, (uint64_t)st.st_size, &time))
		return 0;
	times[1].tv_sec = (time_t)time;
	if (utimensat(made->fd, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot set the time of %s/%s", made->path, name);
	return 0;
}

/* Bytes first, the name afterwards. Not the whole stage, most of which goes again. */
static int
sync_file(const struct dir *made, const char *name, const char *line, struct err *err)
{
	cleanup_fd int fd = -1;

	if (!is_type(line, "file"))
		return 0;
	fd = openat(made->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return err_sys(err, "cannot write %s/%s to the disk", made->path, name);
	return 0;
}

static int
put_file(const struct dir *live, const struct dir *to, const struct dir *made, const char *line,
	 struct repair_file *file, struct err *err)
{
	const char *name = path_base(file->path).p;
	bool right;

	if (agrees(made, name, line, &right, err) < 0)
		return -1;
	if (!right) {
		repair_retime(live, file->path, made, name);
		if (agrees(made, name, line, &right, err) < 0)
			return -1;
	}
	if (!right)
		return leave(file,
			     mem_strdup("what was made again differs from what was installed"));
	if (dress(live, file->path, made, name, line, err) < 0)
		return -1;
	if (sync_file(made, name, line, err) < 0)
		return -1;
	if (renameat(made->fd, name, to->fd, name) == 0) {
		file->restored = true;
		return fs_sync_dir(to, err);
	}
	if (errno == EISDIR || errno == ENOTEMPTY)
		return leave(file, mem_strdup("a folder is in its place"));
	return err_sys(err, "cannot put %s back", file->path);
}

int
repair_file(const struct dir *live, const struct dir *made, const char *line,
	    struct repair_file *file, struct err *err)
{
	cleanup_dirfd struct dir to = DIR_INIT;
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_err struct err why = { 0 };

	if (open_parent(live, file->path, &to, &why) < 0)
		return leave(file, mem_strdup("its folder is not as it was"));
	if (is_type(line, "dir"))
		return put_folder(&to, path_base(file->path).p, mode_of(line), file, err);
	if (open_parent(made, file->path, &from, &why) < 0)
		return leave(file, mem_strdup("it does not come with this version"));
	return put_file(live, &to, &from, line, file, err);
}
