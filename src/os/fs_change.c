/* SPDX-License-Identifier: MIT */
/* Files and folders below an open folder: writing, renaming, removing. */
#include <config.h>

#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <sys/syscall.h>
#endif

#include "base/path.h"
#include "os/fd.h"

#if defined(__linux__) && !defined(RENAME_NOREPLACE)
#define RENAME_NOREPLACE (1 << 0)
#define RENAME_EXCHANGE (1 << 1)
#endif

/* Random characters of a unique name: 62^12 possibilities. */
#define UNIQUE_CHARS 12
/* Folders inside folders that fs_remove_tree() and fs_tree_size() follow: each
 * needs a descriptor. */
#define TREE_DEPTH_MAX 200
/* Age in seconds at which a temporary file is left over. */
#define LEFT_OVER_S 60

static void
random_bytes(unsigned char *bytes, size_t n)
{
	/* Up to 256 bytes never fail on Linux and macOS. */
	if (getentropy(bytes, n) < 0)
		memset(bytes, 0, n);
}

char *
fs_unique_name(const char *prefix)
{
	static const char set[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned char bytes[UNIQUE_CHARS];
	char text[UNIQUE_CHARS + 1] = "";

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		text[i] = set[bytes[i] % (sizeof(set) - 1)];
	return mem_printf("%s%s", prefix, text);
}

bool
fs_is_unique_name(const char *name, const char *prefix)
{
	struct str rest = str_from(name);

	if (!str_starts(rest, str_from(prefix)))
		return false;
	rest = str_skip(rest, strlen(prefix));
	for (size_t i = 0; i < rest.n; i++)
		if (!str_is_alpha(rest.p[i]) && !str_is_digit(rest.p[i]))
			return false;
	return rest.n == UNIQUE_CHARS;
}

/* A temporary name below a folder; removed unless it was renamed away. */
struct temporary {
	const struct dir *dir;
	char *name; /* NULL: nothing to remove */
};

static void
temporary_reset(struct temporary *t)
{
	int saved = errno;

	if (t->name)
		unlinkat(t->dir->fd, t->name, 0);
	free(t->name);
	t->name = NULL;
	errno = saved;
}

static int
open_new(const struct dir *dir, const char *name, mode_t mode)
{
	return openat(dir->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
}

/* How a file gets its content. */
struct writing {
	struct str text;
	mode_t mode;		 /* of a new one, less umask */
	const struct stat *like; /* whose owner and mode it gets; or NULL */
	mode_t most;		 /* with LIKE: bits that its mode may have */
	bool durable;
};

static int
write_temporary(const struct temporary *t, const struct writing *w)
{
	cleanup_fd int fd = open_new(t->dir, t->name, w->like ? S_IRUSR | S_IWUSR : w->mode);
	int written;

	if (fd < 0)
		return -1;
	if (fd_write_full(fd, w->text.p, w->text.n) < 0)
		return -1;
	if (w->like) {
		/* Only root can give a file away; who cannot owns it from now on. Where a
		 * file system has no modes, what was made is private enough. */
		(void)!fchown(fd, w->like->st_uid, w->like->st_gid);
		(void)!fchmod(fd, w->like->st_mode & 0777 & w->most);
	}
	if (w->durable && fsync(fd) < 0)
		return -1;
	written = steal_fd(&fd);
	return close(written);
}

static int
replace_file(const struct dir *dir, const char *name, const struct writing *w, struct err *err)
{
	cleanup_with(temporary_reset) struct temporary t = { dir, fs_unique_name(FS_TEMPORARY) };

	if (write_temporary(&t, w) < 0 || renameat(dir->fd, t.name, dir->fd, name) < 0)
		return err_sys(err, "cannot write %s/%s", dir->path, name);
	free(steal_ptr(&t.name));
	return w->durable ? fs_sync_dir(dir, err) : 0;
}

int
fs_write_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
	      struct err *err)
{
	const struct writing w = { .text = text, .mode = mode, .durable = true };

	return replace_file(dir, name, &w, err);
}

int
fs_replace_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
		struct err *err)
{
	const struct writing w = { .text = text, .mode = mode };

	return replace_file(dir, name, &w, err);
}

int
fs_update_file(const struct dir *dir, const char *name, struct str text, mode_t mode, mode_t most,
	       struct err *err)
{
	struct stat st;
	bool is_there =
		fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
	const struct writing w = { .text = text,
				   .mode = mode & most,
				   .like = is_there ? &st : NULL,
				   .most = most,
				   .durable = true };

	return replace_file(dir, name, &w, err);
}

int
fs_create_file(const struct dir *dir, const char *name, struct str text, mode_t mode,
	       struct err *err)
{
	cleanup_fd int fd = open_new(dir, name, mode);
	int failed;

	if (fd < 0)
		return err_sys(err, "cannot make %s/%s", dir->path, name);
	failed = fd_write_full(fd, text.p, text.n) < 0;
	if (!failed)
		failed = close(steal_fd(&fd)) < 0;
	if (failed) {
		err_sys(err, "cannot write %s/%s", dir->path, name);
		unlinkat(dir->fd, name, 0);
		return -1;
	}
	return 0;
}

int
fs_make_link_at(const struct dir *dir, const char *name, const char *target, struct err *err)
{
	if (symlinkat(target, dir->fd, name) < 0)
		return err_sys(err, "cannot make the link %s/%s", dir->path, name);
	return 0;
}

int
fs_write_link(const struct dir *dir, const char *name, const char *target, struct err *err)
{
	cleanup_with(temporary_reset) struct temporary t = { dir, fs_unique_name(FS_TEMPORARY) };

	if (symlinkat(target, dir->fd, t.name) < 0 || renameat(dir->fd, t.name, dir->fd, name) < 0)
		return err_sys(err, "cannot make the link %s/%s", dir->path, name);
	free(steal_ptr(&t.name));
	return 0;
}

static int
rename_flags(const struct dir *from, const char *old_name, const struct dir *to,
	     const char *new_name, unsigned flags)
{
#if defined(__linux__)
	return (int)syscall(SYS_renameat2, from->fd, old_name, to->fd, new_name, flags);
#elif defined(__APPLE__)
	return renameatx_np(from->fd, old_name, to->fd, new_name, flags);
#else
	(void)from, (void)old_name, (void)to, (void)new_name, (void)flags;
	errno = ENOSYS;
	return -1;
#endif
}

#if defined(__APPLE__)
#define FLAG_NEW RENAME_EXCL
#define FLAG_EXCHANGE RENAME_SWAP
#elif defined(__linux__)
#define FLAG_NEW RENAME_NOREPLACE
#define FLAG_EXCHANGE RENAME_EXCHANGE
#else
#define FLAG_NEW 0
#define FLAG_EXCHANGE 0
#endif

/* Does errno say that this kernel or file system has no such rename? */
static bool
flags_unsupported(void)
{
	return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
}

int
fs_rename_new(const struct dir *from, const char *old_name, const struct dir *to,
	      const char *new_name, struct err *err)
{
	int result = rename_flags(from, old_name, to, new_name, FLAG_NEW);

	if (result < 0 && flags_unsupported()) {
		/* The caller holds the lock that keeps others from making it. */
		errno = EEXIST;
		result = fs_exists_at(to, new_name)
				 ? -1
				 : renameat(from->fd, old_name, to->fd, new_name);
	}
	if (result < 0)
		return err_sys(err, "cannot rename %s/%s to %s/%s", from->path, old_name, to->path,
			       new_name);
	return 0;
}

/* Exchange by three renames, for kernels and file systems without that one. After a
 * failure all is as it was, or ERR says under which name the second one is. */
static int
exchange_in_steps(const struct dir *a, const char *name_a, const struct dir *b, const char *name_b,
		  struct err *err)
{
	cleanup_free char *aside = fs_unique_name(FS_TEMPORARY);

	if (renameat(b->fd, name_b, a->fd, aside) < 0)
		return err_sys(err, "cannot move %s/%s aside", b->path, name_b);
	if (renameat(a->fd, name_a, b->fd, name_b) == 0) {
		if (renameat(a->fd, aside, a->fd, name_a) == 0)
			return 0;
		err_sys(err, "cannot rename %s/%s to %s", a->path, aside, name_a);
		if (renameat(b->fd, name_b, a->fd, name_a) < 0)
			return err_detail(err, "kept", "the old one as %s/%s", a->path, aside);
	} else {
		err_sys(err, "cannot rename %s/%s to %s/%s", a->path, name_a, b->path, name_b);
	}
	if (renameat(a->fd, aside, b->fd, name_b) < 0)
		err_detail(err, "kept", "the old one as %s/%s", a->path, aside);
	return -1;
}

int
fs_exchange(const struct dir *a, const char *name_a, const struct dir *b, const char *name_b,
	    struct err *err)
{
	if (rename_flags(a, name_a, b, name_b, FLAG_EXCHANGE) == 0)
		return 0;
	if (flags_unsupported())
		return exchange_in_steps(a, name_a, b, name_b, err);
	return err_sys(err, "cannot exchange %s/%s and %s/%s", a->path, name_a, b->path, name_b);
}

static int remove_content(int parent, const char *name, unsigned depth);

static int
remove_one(int parent, const char *name, unsigned depth)
{
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISDIR(st.st_mode))
		return unlinkat(parent, name, 0) < 0 && errno != ENOENT ? -1 : 0;
	if (depth == 0) {
		errno = ELOOP;
		return -1;
	}
	if (remove_content(parent, name, depth - 1) < 0)
		return -1;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -1 : 0;
}

static int
remove_content(int parent, const char *name, unsigned depth)
{
	cleanup_fd int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	cleanup_dir DIR *stream = NULL;
	const struct dirent *entry;
	int own;

	if (fd < 0 && errno == EACCES) {
		/* Not through a link: NAME may have become one since it was looked at. */
		if (fchmodat(parent, name, S_IRWXU, AT_SYMLINK_NOFOLLOW) == 0)
			fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		else
			errno = EACCES;
	}
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	/* Files cannot be unlinked out of a folder that is not writable. */
	(void)fchmod(fd, S_IRWXU);
	stream = fdopendir(fd);
	if (!stream)
		return -1;
	own = steal_fd(&fd);
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    remove_one(own, entry->d_name, depth) < 0)
			return -1;
	return 0;
}

int
fs_remove_tree(const struct dir *dir, const char *name, struct err *err)
{
	if (remove_one(dir->fd, name, TREE_DEPTH_MAX) == 0)
		return 0;
	if (errno != ELOOP)
		return err_sys(err, "cannot remove %s/%s", dir->path, name);
	return err_set(err, ERR_FAILED, "cannot remove %s/%s: it is deeper than %d folders",
		       dir->path, name, TREE_DEPTH_MAX);
}

/* Inodes with several links are counted with their share: a file that two
 * versions share counts half in each. That needs no table of inodes. */
static uint64_t
size_of(int parent, const char *name, unsigned depth)
{
	cleanup_dir DIR *stream = NULL;
	const struct dirent *entry;
	struct stat st;
	uint64_t total;
	int fd;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	total = (uint64_t)st.st_blocks * 512;
	if (!S_ISDIR(st.st_mode))
		return st.st_nlink > 1 ? total / st.st_nlink : total;
	fd = depth ? openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (fd < 0)
		return total;
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return total;
	}
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			total += size_of(fd, entry->d_name, depth - 1);
	return total;
}

uint64_t
fs_tree_size(const struct dir *dir, const char *name)
{
	return size_of(dir->fd, name, TREE_DEPTH_MAX);
}

bool
fs_is_left_over(const struct dir *dir, const char *name)
{
	struct stat st;

	return fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode) &&
	       time(NULL) - st.st_mtime >= LEFT_OVER_S;
}

void
fs_sweep_temporaries(const struct dir *dir)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_list(dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (fs_is_unique_name(names.items[i], FS_TEMPORARY) &&
		    fs_is_left_over(dir, names.items[i]))
			(void)unlinkat(dir->fd, names.items[i], 0);
}

int
fs_sync_filesystem(const struct dir *dir, struct err *err)
{
#ifdef __linux__
	if (syncfs(dir->fd) < 0)
		return err_sys(err, "cannot write %s to the disk", dir->path);
#else
	sync();
	if (fsync(dir->fd) < 0)
		return err_sys(err, "cannot write %s to the disk", dir->path);
#endif
	return 0;
}

int
fs_sync_dir(const struct dir *dir, struct err *err)
{
	/* Some file systems have no fsync for folders (EINVAL): not our loss. */
	if (fsync(dir->fd) < 0 && errno != EINVAL)
		return err_sys(err, "cannot write %s to the disk", dir->path);
	return 0;
}
