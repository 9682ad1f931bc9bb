/* SPDX-License-Identifier: MIT */
/* Fuzz target: tar archives. The walk and libarchive agree, or it is refused. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "io/archive.h"
#include "os/fd.h"
#include "tar_sums.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
read_all(struct archive_reader *reader)
{
	struct archive_item item;
	uint64_t total = 0;

	for (;;) {
		cleanup_err struct err err = { 0 };
		const void *data;
		size_t n = 1;

		if (archive_next(reader, &item, &err) < 0 || item.kind == ARCHIVE_END) {
			must((err.code == ERR_NONE) == (item.kind == ARCHIVE_END && !err.message));
			return;
		}
		must(item.name != NULL && (item.kind == ARCHIVE_FILE || item.size == 0));
		for (uint64_t left = item.size; item.kind == ARCHIVE_FILE && n; left -= n) {
			if (archive_block(reader, &data, &n, &err) < 0)
				return;
			must(n <= left);
		}
		total += item.size;
		must(total <= archive_limits_default.total_bytes);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	cleanup_free unsigned char *copy = mem_resize(NULL, size + 1, 1);
	cleanup_archive struct archive_reader *reader = NULL;
	cleanup_err struct err err = { 0 };

	if (fd < 0)
		fd = fileno(tmpfile());
	if (size)
		memcpy(copy, data, size);
	fix_checksums(copy, size);
	must(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	must(fd_write_full(fd, copy, size) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	if (archive_open(fd, &archive_limits_default, &reader, &err) == 0)
		read_all(reader);
	return 0;
}
