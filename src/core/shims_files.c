/* SPDX-License-Identifier: MIT */
/* Files in the shims folder: whose they are, and copying the shim program. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/shims_internal.h"
#include "os/fd.h"

/* Bytes compared at one time. */
#define CHUNK 16384
/* pyenv's shims are below 500 bytes plus the length of two paths. */
#define SCRIPT_MAX ((size_t)16 * 1024)

static bool
contains(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* libexec/pyenv-rehash and pyenv.d/rehash/source.bash write these. */
static enum shim_kind
kind_of_script(const struct dir *shims, const char *name)
{
	cleanup_buf struct buf text = BUF_INIT(SCRIPT_MAX);
	cleanup_err struct err ignored = { 0 };

	if (fs_read_file(shims, name, &text, &ignored) < 0)
		return SHIM_FOREIGN;
	if (str_starts(buf_str(&text), STR_LIT(SHIM_SOURCED_MARK)))
		return SHIM_SOURCED;
	if (!contains(buf_text(&text), "export PYENV_ROOT="))
		return SHIM_FOREIGN;
	if (contains(buf_text(&text), "program=\"${0##*/}\"") &&
	    contains(buf_text(&text), "exec \"$program\" \"$@\""))
		return SHIM_PYENV;
	if (contains(buf_text(&text), "which \"${BASH_SOURCE##*/}\""))
		return SHIM_SOURCED;
	return SHIM_FOREIGN;
}

/* *RET is zero for what is not there or no file of its own. A look that fails must
 * not say so: our own shims would be somebody else's from then on. */
static int
look_at(const struct dir *shims, const char *name, struct stat *ret, struct err *err)
{
	if (fstatat(shims->fd, name, ret, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			return err_sys(err, "cannot look at %s/%s", shims->path, name);
		*ret = (struct stat){ 0 };
	}
	if (!S_ISREG(ret->st_mode))
		*ret = (struct stat){ 0 };
	return 0;
}

int
shim_programs_look(const struct store *store, const struct dir *shims, struct shim_programs *ret,
		   struct err *err)
{
	ret->store = store;
	ret->shims = shims;
	if (look_at(shims, LAYOUT_SHIM_PROGRAM, &ret->current, err) < 0)
		return -1;
	return look_at(shims, SHIM_PROGRAM_OLD, &ret->old, err);
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Has the file NAME the content of PROGRAM (which there may not be)? */
static bool
is_copy(const struct shim_programs *programs, const char *name, const struct stat *st,
	const struct stat *program, const char *program_name)
{
	return program->st_nlink && st->st_size == program->st_size &&
	       shim_same_content(programs->shims, name, programs->shims, program_name);
}

/* Is it as a hook of `rehash` once wrote it? */
static bool
is_hooked(const struct shim_programs *programs, const char *name)
{
	cleanup_free char *kept = path_join(SHIMS_HOOKED, name, NULL);

	return fs_exists_at(&programs->store->root, kept) &&
	       shim_same_content(programs->shims, name, &programs->store->root, kept);
}

int
shim_kind_of(const struct shim_programs *programs, const char *name, enum shim_kind *ret_kind,
	     struct err *err)
{
	const struct stat *old = &programs->old;
	struct stat st;

	if (look_at(programs->shims, name, &st, err) < 0)
		return -1;
	if (st.st_nlink == 0)
		*ret_kind = SHIM_FOREIGN;
	else if (same_file(&st, &programs->current))
		*ret_kind = SHIM_CURRENT;
	else if (is_copy(programs, name, &st, &programs->current, LAYOUT_SHIM_PROGRAM))
		*ret_kind = SHIM_COPY;
	else if (same_file(&st, old) || is_copy(programs, name, &st, old, SHIM_PROGRAM_OLD))
		*ret_kind = SHIM_OLD;
	else if (is_hooked(programs, name))
		*ret_kind = SHIM_HOOKED;
	else
		*ret_kind = kind_of_script(programs->shims, name);
	return 0;
}

static int
open_program(const struct dir *dir, const char *name)
{
	return openat(dir->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

bool
shim_same_content(const struct dir *from, const char *from_name, const struct dir *to,
		  const char *to_name)
{
	cleanup_fd int a = open_program(from, from_name);
	cleanup_fd int b = open_program(to, to_name);

	if (a < 0 || b < 0)
		return false;
	for (;;) {
		char a_bytes[CHUNK];
		char b_bytes[CHUNK];
		ssize_t a_n = fd_read_full(a, a_bytes, sizeof(a_bytes));
		ssize_t b_n = fd_read_full(b, b_bytes, sizeof(b_bytes));

		if (a_n < 0 || a_n != b_n || memcmp(a_bytes, b_bytes, (size_t)a_n) != 0)
			return false;
		if (a_n == 0)
			return true;
	}
}

/* The copy gets the time of the original, which tells the next rehash at one
 * look that they are the same. */
static int
copy_to(int from, const struct dir *dir, const char *name)
{
	cleanup_fd int to =
		openat(dir->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0755);
	struct stat st;
	int written;

	if (to < 0 || fstat(from, &st) < 0 || fd_copy(from, to) < 0)
		return -1;
	if (futimens(to, (struct timespec[]){ { .tv_nsec = UTIME_OMIT }, st.st_mtim }) < 0 ||
	    fsync(to) < 0)
		return -1;
	written = steal_fd(&to);
	return close(written);
}

int
shim_copy(const struct dir *from, const char *from_name, const struct dir *to, const char *to_name,
	  struct err *err)
{
	cleanup_fd int fd = open_program(from, from_name);
	cleanup_free char *temporary = fs_unique_name(SHIM_TEMPORARY);

	if (fd < 0)
		return err_sys(err, "cannot read %s/%s", from->path, from_name);
	if (copy_to(fd, to, temporary) == 0 && renameat(to->fd, temporary, to->fd, to_name) == 0)
		return 0;
	err_sys(err, "cannot write %s/%s", to->path, to_name);
	unlinkat(to->fd, temporary, 0);
	return -1;
}

bool
shim_program_is_current(const struct dir *libexec, const struct dir *shims)
{
	struct stat installed;
	struct stat copy;

	if (fstatat(libexec->fd, SHIM_PROGRAM_NAME, &installed, 0) < 0 ||
	    fstatat(shims->fd, LAYOUT_SHIM_PROGRAM, &copy, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(copy.st_mode) || installed.st_size != copy.st_size)
		return false;
	if (installed.st_mtim.tv_sec == copy.st_mtim.tv_sec &&
	    installed.st_mtim.tv_nsec == copy.st_mtim.tv_nsec)
		return true;
	if (!shim_same_content(libexec, SHIM_PROGRAM_NAME, shims, LAYOUT_SHIM_PROGRAM))
		return false;
	/* Installed anew, and the same: let the next rehash see it at one look. In
	 * a folder of somebody else it cannot, and compares again. */
	(void)utimensat(shims->fd, LAYOUT_SHIM_PROGRAM,
			(struct timespec[]){ { .tv_nsec = UTIME_OMIT }, installed.st_mtim },
			AT_SYMLINK_NOFOLLOW);
	return true;
}

int
shim_refresh_program(const struct dir *libexec, const struct dir *shims, struct err *err)
{
	if (linkat(shims->fd, LAYOUT_SHIM_PROGRAM, shims->fd, SHIM_PROGRAM_OLD, 0) < 0 &&
	    errno != ENOENT && errno != EEXIST) {
		/* Without hard links the shims are copies: so is the former program. */
		if (shim_copy(shims, LAYOUT_SHIM_PROGRAM, shims, SHIM_PROGRAM_OLD, err) < 0)
			return -1;
	}
	return shim_copy(libexec, SHIM_PROGRAM_NAME, shims, LAYOUT_SHIM_PROGRAM, err);
}

void
shims_warn_foreign(const struct events *events, const struct dir *shims, const char *name)
{
	event_warning(events, name, "%s/%s was not made by pyvern: left as it is", shims->path,
		      name);
}

bool
shim_has_text(const struct dir *shims, const char *name, const char *text)
{
	cleanup_buf struct buf now = BUF_INIT(SHIM_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };

	return fs_is_executable_at(shims, name) && fs_read_file(shims, name, &now, &ignored) == 0 &&
	       str_eq_text(buf_str(&now), text);
}

int
shim_put_file(const struct store *store, const struct dir *shims, const char *name,
	      const char *text, struct err *err)
{
	cleanup_dirfd struct dir hooked = DIR_INIT;

	/* Those to be sourced are known by their first line. */
	if (!str_starts(str_from(text), STR_LIT(SHIM_SOURCED_MARK)) &&
	    (fs_make_dir_at(&store->root, SHIMS_HOOKED, LAYOUT_FOLDER_MODE, &hooked, err) < 0 ||
	     fs_replace_file(&hooked, name, str_from(text), 0644, err) < 0))
		return -1;
	return fs_replace_file(shims, name, str_from(text), 0755, err);
}

int
shim_forget_files(const struct store *store, const struct map *files, struct err *err)
{
	cleanup_free char *path = path_join(store->root.path, SHIMS_HOOKED, NULL);
	cleanup_dirfd struct dir hooked = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err absent = { 0 };

	if (fs_open_dir(path, &hooked, &absent) < 0)
		return 0;
	if (fs_list(&hooked, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (!map_get(files, names.items[i]) && unlinkat(hooked.fd, names.items[i], 0) < 0 &&
		    errno != ENOENT)
			return err_sys(err, "cannot remove %s/%s", path, names.items[i]);
	return 0;
}
