/* SPDX-License-Identifier: MIT */
/* Files and folders below an open folder: opening, looking, reading. */
#include <config.h>

#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
/* Bytes read at one time. */
#define READ_CHUNK 16384

void
dir_reset(struct dir *dir)
{
	cleanup_fd_handler(&dir->fd);
	free(dir->path);
	*dir = (struct dir)DIR_INIT;
}

int
fs_open_dir(const char *path, struct dir *ret_dir, struct err *err)
{
	int fd = open(path, DIR_FLAGS);

	if (fd < 0)
		return err_sys(err, "cannot open the folder %s", path);
	*ret_dir = (struct dir){ fd, mem_strdup(path) };
	return 0;
}

int
fs_open_dir_at(const struct dir *parent, const char *name, struct dir *ret_dir, struct err *err)
{
	int fd = openat(parent->fd, name, DIR_FLAGS | O_NOFOLLOW);

	if (fd < 0)
		return err_sys(err, "cannot open the folder %s/%s", parent->path, name);
	*ret_dir = (struct dir){ fd, strcmp(name, ".") == 0 ? mem_strdup(parent->path)
							    : path_join(parent->path, name, NULL) };
	return 0;
}

int
fs_open_below(const struct dir *dir, const char *relative, struct dir *ret_dir, struct err *err)
{
	struct str rest = str_from(relative);
	struct str part;
	cleanup_dirfd struct dir at = DIR_INIT;

	while (str_split(&rest, '/', &part)) {
		cleanup_free char *name = mem_strndup(part.p, part.n);
		struct dir next = DIR_INIT;

		if (!path_component_ok(part))
			return err_set(err, ERR_FAILED, "%s is no path below %s", relative,
				       dir->path);
		if (fs_open_dir_at(at.fd < 0 ? dir : &at, name, &next, err) < 0)
			return -1;
		dir_reset(&at);
		at = next;
	}
	if (at.fd < 0)
		return err_set(err, ERR_FAILED, "no path below %s is given", dir->path);
	*ret_dir = at;
	at = (struct dir)DIR_INIT;
	return 0;
}

int
fs_make_dirs(const char *path, mode_t mode, struct dir *ret_dir, struct err *err)
{
	cleanup_free char *text = mem_strdup(path);

	/* From the top, so that a missing parent is made before its child; what
	 * is there already (also as a link to a folder) is taken as it is. */
	for (char *slash = strchr(text + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(text, mode | S_IWUSR | S_IXUSR) < 0 && errno != EEXIST &&
		    errno != EROFS && errno != EACCES)
			return err_sys(err, "cannot make the folder %s", text);
		*slash = '/';
	}
	if (mkdir(path, mode) < 0 && errno != EEXIST) {
		int sys = errno;

		/* On a read-only file system mkdir may say EROFS for what exists. */
		if (fs_open_dir(path, ret_dir, err) == 0)
			return 0;
		err_reset(err);
		errno = sys;
		return err_sys(err, "cannot make the folder %s", path);
	}
	return fs_open_dir(path, ret_dir, err);
}

int
fs_make_dir_at(const struct dir *parent, const char *name, mode_t mode, struct dir *ret_dir,
	       struct err *err)
{
	if (mkdirat(parent->fd, name, mode) < 0 && errno != EEXIST) {
		int sys = errno;

		/* On a read-only file system mkdir may say EROFS for what exists. */
		if (!fs_is_dir_at(parent, name)) {
			errno = sys;
			return err_sys(err, "cannot make the folder %s/%s", parent->path, name);
		}
	}
	return fs_open_dir_at(parent, name, ret_dir, err);
}

bool
fs_exists_at(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
fs_is_dir_at(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool
fs_is_executable_at(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, 0) == 0 && S_ISREG(st.st_mode) &&
	       faccessat(dir->fd, name, X_OK, AT_EACCESS) == 0;
}

bool
fs_same_folder(const char *a, const char *b)
{
	struct stat x;
	struct stat y;

	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int
fs_list(const struct dir *dir, struct strvec *ret_names, struct err *err)
{
	return fs_list_starting(dir, "", ret_names, err);
}

int
fs_list_starting(const struct dir *dir, const char *prefix, struct strvec *ret_names,
		 struct err *err)
{
	size_t n = strlen(prefix);

	/* A descriptor of its own: reading moves the offset of a shared one. */
	cleanup_fd int fd = openat(dir->fd, ".", DIR_FLAGS);
	cleanup_dir DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!stream)
		return err_sys(err, "cannot list %s", dir->path);
	steal_fd(&fd);
	for (errno = 0; (entry = readdir(stream)); errno = 0)
		if (strncmp(entry->d_name, prefix, n) == 0 && strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			strvec_add(ret_names, entry->d_name);
	if (errno)
		return err_sys(err, "cannot list %s", dir->path);
	strvec_sort(ret_names);
	return 0;
}

static ssize_t
read_some(int fd, void *to, size_t n)
{
	ssize_t got;

	do
		got = read(fd, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

int
fs_read_file(const struct dir *dir, const char *name, struct buf *ret, struct err *err)
{
	/* O_NONBLOCK: opening a FIFO or a device must not hang us. */
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	size_t left;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FAILED, "cannot read %s/%s: not a regular file", dir->path,
			       name);
	/* The size is a hint, for one allocation and no copy: files grow and shrink,
	 * and those of /proc have none. */
	left = (uint64_t)st.st_size <= ret->limit - ret->len ? (size_t)st.st_size : 0;
	for (;;) {
		char chunk[READ_CHUNK];
		char *room = left ? buf_room(ret, left) : NULL;
		ssize_t n = room ? read_some(fd, room, left) : read_some(fd, chunk, sizeof(chunk));

		if (n < 0)
			return err_sys(err, "cannot read %s/%s", dir->path, name);
		if (n == 0)
			return 0;
		if (room) {
			buf_use(ret, (size_t)n);
			left -= (size_t)n;
			continue;
		}
		buf_add(ret, chunk, (size_t)n);
		if (ret->overflowed)
			return err_set(err, ERR_FAILED, "cannot read %s/%s: larger than %zu bytes",
				       dir->path, name, ret->limit);
	}
}

char *
fs_read_link(const struct dir *dir, const char *name)
{
	char text[PATH_TEXT_MAX];
	ssize_t n = readlinkat(dir->fd, name, text, sizeof(text));

	if (n < 0 || (size_t)n == sizeof(text))
		return NULL;
	return mem_strndup(text, (size_t)n);
}

uint64_t
fs_free_bytes(const struct dir *dir)
{
	struct statvfs vfs;

	if (fstatvfs(dir->fd, &vfs) < 0)
		return 0;
	return (uint64_t)vfs.f_bavail * vfs.f_frsize;
}

bool
fs_is_writable(const struct dir *dir)
{
	return faccessat(dir->fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
}

int
fs_refuse_world_writable(const struct dir *dir, struct err *err)
{
	struct stat st;

	if (fstat(dir->fd, &st) < 0)
		return err_sys(err, "cannot look at %s", dir->path);
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX)) {
		cleanup_free char *word = shell_word(dir->path);

		err_set(err, ERR_PROTECTED, "%s can be written by everybody", dir->path);
		err_detail(err, "because", "anybody could exchange what is put there");
		return err_detail(err, "to fix", "chmod o-w %s", word);
	}
	return 0;
}
