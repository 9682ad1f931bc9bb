/* SPDX-License-Identifier: MIT */
/* A compressed tar archive, read entry by entry. */
#include <config.h>

#include "io/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/archive_decode.h"
#include "io/archive_walk.h"

const struct archive_limits archive_limits_default = {
	.entries = 200000,
	.file_bytes = (uint64_t)512 * 1024 * 1024,
	.total_bytes = (uint64_t)4 * 1024 * 1024 * 1024,
	.ratio = 200,
};

struct archive_reader {
	struct archive_limits limits;
	struct decode *decode;	   /* decompresses, ahead */
	struct archive_walk *walk; /* looks first at what decode gives */
	struct archive *tar;	   /* reads it then */
	struct err refused;	   /* by decode or walk, while tar asked for more */
	uint64_t entries;
	uint64_t total;	    /* sum of the sizes announced so far */
	uint64_t file_size; /* of the current file */
	uint64_t file_done;
};

/* Decompressed bytes that the walk has nothing against; also used after the end of
 * the archive. */
static la_ssize_t
read_plain(struct archive *tar, void *ctx, const void **ret_data)
{
	struct archive_reader *reader = ctx;
	const char *data;
	size_t n;

	if (decode_next(reader->decode, &data, &n, &reader->refused) < 0 ||
	    walk_feed(reader->walk, data, n, &reader->refused) < 0) {
		archive_set_error(tar, EINVAL, "refused");
		return ARCHIVE_FATAL;
	}
	*ret_data = data;
	return (la_ssize_t)n;
}

static int
failed(struct archive_reader *reader, struct err *err)
{
	const char *why = archive_error_string(reader->tar);

	if (reader->refused.code == ERR_NONE)
		return err_set(err, ERR_CHECK, "the archive is damaged: %s",
			       why ? why : "no reason known");
	*err = reader->refused;
	reader->refused = (struct err){ 0 };
	return -1;
}

static int
open_tar(struct archive_reader *reader, struct err *err)
{
	struct archive *a = archive_read_new();

	reader->tar = a;
	/* Without mac-ext, files of a certain name would be part of others on a Mac. */
	if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_set_format_option(a, "tar", "mac-ext", NULL) != ARCHIVE_OK)
		return err_set(err, ERR_FAILED, "libarchive lacks the tar format");
	if (archive_read_open(a, reader, NULL, read_plain, NULL) != ARCHIVE_OK)
		return failed(reader, err);
	return 0;
}

int
archive_open(int fd, const struct archive_limits *limits, struct archive_reader **ret_reader,
	     struct err *err)
{
	cleanup_archive struct archive_reader *reader = mem_zalloc(sizeof(*reader));

	reader->limits = *limits;
	reader->walk = walk_new();
	if (decode_begin(fd, limits->ratio, &reader->decode, err) < 0 || open_tar(reader, err) < 0)
		return -1;
	*ret_reader = steal_ptr(&reader);
	return 0;
}

/* libarchive is at the end, and has passed over what may follow. */
static int
check_end(struct archive_reader *reader, struct err *err)
{
	cleanup_with(walk_entry_reset) struct walk_entry more = { .kind = ARCHIVE_END };
	const void *data;
	la_ssize_t n;

	/* libarchive takes an empty stream for an empty archive. */
	if (reader->entries == 0)
		return err_set(err, ERR_CHECK, "the archive is empty");
	while ((n = read_plain(reader->tar, reader, &data)) > 0)
		;
	if (n < 0)
		return failed(reader, err);
	if (walk_finish(reader->walk, err) < 0)
		return -1;
	if (walk_take(reader->walk, &more))
		return err_set(err, ERR_CHECK, "%s: a file that one reader sees and another not",
			       more.name);
	return 0;
}

static bool
same_text(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

/* Did the walk see ITEM? */
static int
compare(struct archive_reader *reader, const struct archive_item *item, struct err *err)
{
	cleanup_with(walk_entry_reset) struct walk_entry seen = { .kind = ARCHIVE_END };

	if (walk_take(reader->walk, &seen) && seen.kind == item->kind && seen.size == item->size &&
	    same_text(seen.name, item->name) && same_text(seen.target, item->target))
		return 0;
	return err_set(err, ERR_CHECK, "%s: two readers of the archive do not agree about it",
		       item->name);
}

static int
fill_item(struct archive_reader *reader, struct archive_entry *entry, struct archive_item *item,
	  struct err *err)
{
	const char *hardlink = archive_entry_hardlink(entry);
	mode_t mode = archive_entry_mode(entry);

	*item = (struct archive_item){ .name = archive_entry_pathname(entry),
				       .mtime = (int64_t)archive_entry_mtime(entry),
				       .executable = (mode & S_IXUSR) != 0 };
	if (!item->name)
		return err_set(err, ERR_CHECK, "the archive has an entry without a usable name");
	if (hardlink) {
		item->kind = ARCHIVE_HARDLINK;
		item->target = hardlink;
		return 0;
	}
	switch (archive_entry_filetype(entry)) {
	case AE_IFDIR:
		item->kind = ARCHIVE_FOLDER;
		return 0;
	case AE_IFLNK:
		item->kind = ARCHIVE_SYMLINK;
		item->target = archive_entry_symlink(entry);
		if (!item->target)
			return err_set(err, ERR_CHECK, "%s: a link without a usable target",
				       item->name);
		return 0;
	case AE_IFREG:
		break;
	default:
		return err_set(err, ERR_CHECK, "%s: neither a file nor a folder nor a link",
			       item->name);
	}
	item->kind = ARCHIVE_FILE;
	if (mode & (S_ISUID | S_ISGID))
		return err_set(err, ERR_CHECK, "%s: has the setuid or setgid bit", item->name);
	if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
		return err_set(err, ERR_CHECK, "%s: has no size", item->name);
	if (archive_entry_sparse_count(entry) > 0)
		return err_set(err, ERR_CHECK, "%s: is a sparse file", item->name);
	item->size = (uint64_t)archive_entry_size(entry);
	if (item->size > reader->limits.file_bytes)
		return err_set(err, ERR_CHECK, "%s: larger than %" PRIu64 " bytes", item->name,
			       reader->limits.file_bytes);
	return 0;
}

int
archive_next(struct archive_reader *reader, struct archive_item *ret_item, struct err *err)
{
	struct archive_entry *entry;
	int status = archive_read_next_header(reader->tar, &entry);

	*ret_item = (struct archive_item){ .kind = ARCHIVE_END };
	if (status == ARCHIVE_EOF)
		return check_end(reader, err);
	/* A warning is a name or header that libarchive had to guess about. */
	if (status != ARCHIVE_OK)
		return failed(reader, err);
	if (++reader->entries > reader->limits.entries)
		return err_set(err, ERR_CHECK, "the archive has more than %" PRIu64 " entries",
			       reader->limits.entries);
	if (fill_item(reader, entry, ret_item, err) < 0 || compare(reader, ret_item, err) < 0)
		return -1;
	/* No overflow: both are at most the limits. */
	reader->total += ret_item->size;
	if (reader->total > reader->limits.total_bytes)
		return err_set(err, ERR_CHECK, "the archive unpacks to more than %" PRIu64 " bytes",
			       reader->limits.total_bytes);
	reader->file_size = ret_item->size;
	reader->file_done = 0;
	return 0;
}

int
archive_block(struct archive_reader *reader, const void **ret_data, size_t *ret_size,
	      struct err *err)
{
	la_int64_t offset = 0;
	int status;

	do
		status = archive_read_data_block(reader->tar, ret_data, ret_size, &offset);
	while (status == ARCHIVE_OK && *ret_size == 0);
	if (status == ARCHIVE_EOF) {
		*ret_size = 0;
		if (reader->file_done != reader->file_size)
			return err_set(err, ERR_CHECK, "a file in the archive has holes");
		return 0;
	}
	if (status != ARCHIVE_OK)
		return failed(reader, err);
	if ((uint64_t)offset != reader->file_done ||
	    *ret_size > reader->file_size - reader->file_done)
		return err_set(err, ERR_CHECK, "a file in the archive has holes");
	reader->file_done += *ret_size;
	return 0;
}

uint64_t
archive_bytes_in(struct archive_reader *reader)
{
	return decode_bytes_in(reader->decode);
}

void
archive_close(struct archive_reader **reader)
{
	struct archive_reader *r = *reader;
	int saved = errno;

	if (!r)
		return;
	archive_read_free(r->tar);
	decode_free(&r->decode);
	walk_free(r->walk);
	err_reset(&r->refused);
	free(r);
	*reader = NULL;
	errno = saved;
}
