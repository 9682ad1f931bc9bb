/* SPDX-License-Identifier: MIT */
/* Fuzz target: tar archives. The walk and libarchive agree, or it is refused. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "io/archive.h"
#include "os/fd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BLOCK_SIZE 512

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Put the checksum of what looks like a header right: chance never would. */
static void
fix_checksum(unsigned char *block)
{
	char text[9];
	unsigned sum = 0;

	if (memcmp(block + 257, "ustar", 5) != 0)
		return;
	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK_SIZE; i++)
		sum += block[i];
	(void)snprintf(text, sizeof(text), "%06o", sum);
	memcpy(block + 148, text, 7);
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
	for (size_t at = 0; at + BLOCK_SIZE <= size; at += BLOCK_SIZE)
		fix_checksum(copy + at);
	must(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	must(fd_write_full(fd, copy, size) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	if (archive_open(fd, &archive_limits_default, &reader, &err) == 0)
		read_all(reader);
	return 0;
}
