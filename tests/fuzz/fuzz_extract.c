/* SPDX-License-Identifier: MIT */
/* Fuzz target: tar archives that are made into files. Nothing is outside of the folder, and
 * no link leads out of it. The first byte has the folders to take off, and the threads. */
#include <config.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ground.h"
#include "io/extract.h"
#include "os/fd.h"
#include "tar_sums.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_link(const char *path)
{
	cleanup_free char *top = path_join(ground()->path, "into", NULL);
	struct str above = path_dir(path);
	cleanup_free char *folder = mem_strndup(above.p, above.n);
	cleanup_free char *reached = NULL;
	char target[PATH_TEXT_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	must(n > 0 && target[0] != '/');
	target[n] = '\0';
	reached = path_clean(folder, target);
	must(path_is_below(reached, top));
}

static int
check(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)walk;
	if (type == FTW_SL)
		check_link(path);
	else if (type == FTW_F)
		must(S_ISREG(st->st_mode) && !(st->st_mode & 07022));
	else
		must(type == FTW_D && !(st->st_mode & 07022));
	return 0;
}

static void
extract(const struct dir *into, int fd, uint8_t options)
{
	cleanup_archive struct archive_reader *reader = NULL;
	cleanup_err struct err err = { 0 };
	struct extract_options how = { .strip = options & 1, .writers = options & 2 };
	struct extract_result result = { 0 };

	if (archive_open(fd, &archive_limits_default, &reader, &err) == 0 &&
	    extract_archive(reader, into, &how, &result, &err) < 0)
		must(err.code == ERR_CHECK || err.code == ERR_FAILED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_dirfd struct dir into = DIR_INIT;
	cleanup_free unsigned char *copy = mem_resize(NULL, size + 1, 1);
	cleanup_free char *path = path_join(ground()->path, "into", NULL);
	cleanup_strvec struct strvec all = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_fd int fd = -1;

	if (size == 0)
		return 0;
	memcpy(copy, data + 1, size - 1);
	fix_checksums(copy, size - 1);
	ground_write(ground(), "it.tar", (struct str){ (const char *)copy, size - 1 });
	ground_empty(ground(), "into", &into);
	fd = openat(ground()->fd, "it.tar", O_RDONLY | O_CLOEXEC);
	extract(&into, fd, data[0]);
	must(nftw(path, check, 16, FTW_PHYS) == 0);
	must(fs_list(ground(), &all, &err) == 0 && all.count == 2);
	return 0;
}
