/* SPDX-License-Identifier: MIT */
/* The interpreter of an environment, under all of its names. */
#include <config.h>

#include "venv/interpreter.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/fd.h"

/* What linkers write into a program that finds its libraries from its own place. */
#define BESIDE "$ORIGIN/../lib"
/* 64 KiB: bytes of a program that are looked through at one time. */
#define PROGRAM_CHUNK ((size_t)64 * 1024)

static bool
looks_beside_itself(const struct dir *dir, const char *name)
{
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_CLOEXEC);
	char chunk[PROGRAM_CHUNK + sizeof(BESIDE)];
	size_t kept = 0;
	ssize_t n;

	while (fd >= 0 && (n = fd_read_full(fd, chunk + kept, PROGRAM_CHUNK)) > 0) {
		size_t have = kept + (size_t)n;

		if (memmem(chunk, have, BESIDE, sizeof(BESIDE) - 1))
			return true;
		/* It may go on in the next bytes. */
		kept = have < sizeof(BESIDE) ? have : sizeof(BESIDE) - 1;
		memmove(chunk, chunk + have - kept, kept);
	}
	return false;
}

static int
copy_file(const struct dir *from, const char *name, const struct dir *to, const char *as,
	  struct err *err)
{
	cleanup_fd int source = openat(from->fd, name, O_RDONLY | O_CLOEXEC);
	cleanup_fd int target = -1;

	if (source < 0)
		return err_sys(err, "cannot read %s/%s", from->path, name);
	target = openat(to->fd, as, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0777);
	if (target < 0 || fd_copy(source, target) < 0 || close(steal_fd(&target)) < 0)
		return err_sys(err, "cannot write %s/%s", to->path, as);
	return 0;
}

/* The same in place of what is called so. */
static int
replace_by_copy(const struct dir *from, const char *name, const struct dir *to, const char *as,
		struct err *err)
{
	cleanup_free char *temporary = fs_unique_name(FS_TEMPORARY);

	if (copy_file(from, name, to, temporary, err) == 0 &&
	    renameat(to->fd, temporary, to->fd, as) == 0)
		return 0;
	if (err->code == ERR_NONE)
		err_sys(err, "cannot write %s/%s", to->path, as);
	unlinkat(to->fd, temporary, 0);
	return -1;
}

int
interpreter_copy(const char *real, const struct dir *tree, const struct dir *bin, struct err *err)
{
	const char *name = path_base(real).p;
	struct str home = path_dir(real);
	cleanup_free char *base_bin = mem_strndup(home.p, home.n);
	cleanup_free char *base_lib = path_join(base_bin, "../lib", NULL);
	cleanup_dirfd struct dir from = DIR_INIT;
	cleanup_dirfd struct dir libs = DIR_INIT;
	cleanup_dirfd struct dir to = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir(base_bin, &from, err) < 0 ||
	    replace_by_copy(&from, name, bin, "python", err) < 0)
		return -1;
	if (!looks_beside_itself(&from, name))
		return 0;
	if (fs_open_dir(base_lib, &libs, err) < 0 ||
	    fs_list_starting(&libs, "libpython", &names, err) < 0 ||
	    fs_open_dir_at(tree, "lib", &to, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (replace_by_copy(&libs, names.items[i], &to, names.items[i], err) < 0)
			return -1;
	return 0;
}

int
interpreter_make(const struct interpreter *interpreter, const struct dir *tree,
		 const struct dir *bin, struct err *err)
{
	struct str rest = str_from(interpreter->names);
	struct str word;

	if ((interpreter->copies ? interpreter_copy(interpreter->real, tree, bin, err)
				 : fs_make_link_at(bin, "python", interpreter->path, err)) < 0)
		return -1;
	while (str_word(&rest, &word)) {
		cleanup_free char *name = mem_strndup(word.p, word.n);

		if (strcmp(name, "python") == 0)
			continue;
		if (!path_component_ok(word))
			return err_set(err, ERR_CHECK, "the recorded name %s is refused", name);
		/* The same name may come twice. */
		if (!fs_exists_at(bin, name) && fs_make_link_at(bin, name, "python", err) < 0)
			return -1;
	}
	return 0;
}
