/* SPDX-License-Identifier: MIT */
/* Fuzz target: zip archives. What is unpacked is files in the folder, by safe names. */
#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground.h"
#include "io/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct dir *into, const struct strvec *names)
{
	for (size_t i = 0; i < names->count; i++) {
		struct stat st;

		must(is_inside(str_from(names->items[i])));
		must(fstatat(into->fd, names->items[i], &st, AT_SYMLINK_NOFOLLOW) == 0);
		must(S_ISREG(st.st_mode) && st.st_nlink == 1 && !(st.st_mode & 07133));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_dirfd struct dir into = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec all = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_fd int fd = -1;

	ground_write(ground(), "it.whl", (struct str){ (const char *)data, size });
	ground_empty(ground(), "into", &into);
	fd = openat(ground()->fd, "it.whl", O_RDONLY | O_CLOEXEC);
	if (zip_unpack(fd, "it.whl", &into, &names, &err) < 0)
		must(err.code == ERR_CHECK || err.code == ERR_FAILED);
	check(&into, &names);
	err_reset(&err);
	must(fs_list(ground(), &all, &err) == 0 && all.count == 2);
	return 0;
}
