/* SPDX-License-Identifier: MIT */
/* A compressed tar archive, read entry by entry. */
#include <config.h>

#include "io/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* Bytes asked of the file at once: a few filter blocks. */
#define READ_SIZE ((size_t)128 * 1024)
/* Small archives of empty files compress without limit; the ratio counts from
 * here on. */
#define RATIO_FREE_BYTES ((uint64_t)1024 * 1024)

const struct archive_limits archive_limits_default = {
	.entries = 200000,
	.file_bytes = (uint64_t)512 * 1024 * 1024,
	.total_bytes = (uint64_t)4 * 1024 * 1024 * 1024,
	.ratio = 200,
};

struct archive_reader {
	int fd;
	struct archive_limits limits;
	struct archive *filter; /* decompresses */
	struct archive *tar;	/* reads what filter gives */
	uint64_t bytes_in;	/* read from fd */
	uint64_t bytes_out;	/* decompressed */
	uint64_t entries;
	uint64_t total;	    /* sum of the sizes announced so far */
	uint64_t file_size; /* of the current file */
	uint64_t file_done;
	int read_errno;	   /* why reading fd failed, or 0 */
	bool bomb;	   /* the ratio was exceeded */
	char *in;	   /* READ_SIZE bytes read from fd */
	char *plain;	   /* READ_SIZE bytes decompressed */
	size_t plain_size; /* of them in use */
};

static la_ssize_t
read_compressed(struct archive *filter, void *ctx, const void **ret_data)
{
	struct archive_reader *reader = ctx;
	ssize_t n;

	do
		n = read(reader->fd, reader->in, READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		reader->read_errno = errno;
		archive_set_error(filter, errno, "read error");
		return ARCHIVE_FATAL;
	}
	reader->bytes_in += (uint64_t)n;
	*ret_data = reader->in;
	return n;
}

/* Decompressed bytes, counted; also used after the end of the archive. */
static la_ssize_t
read_plain(struct archive *tar, void *ctx, const void **ret_data)
{
	struct archive_reader *reader = ctx;
	la_ssize_t n = archive_read_data(reader->filter, reader->plain, READ_SIZE);

	if (n < 0) {
		archive_set_error(tar, archive_errno(reader->filter), "%s",
				  archive_error_string(reader->filter));
		return ARCHIVE_FATAL;
	}
	reader->bytes_out += (uint64_t)n;
	reader->plain_size = (size_t)n;
	if (reader->bytes_out > RATIO_FREE_BYTES &&
	    reader->bytes_out / reader->limits.ratio > reader->bytes_in) {
		reader->bomb = true;
		archive_set_error(tar, EINVAL, "decompression bomb");
		return ARCHIVE_FATAL;
	}
	*ret_data = reader->plain;
	return n;
}

static int
failed(struct archive_reader *reader, struct archive *where, struct err *err)
{
	const char *why = archive_error_string(where);

	if (reader->read_errno) {
		errno = reader->read_errno;
		return err_sys(err, "cannot read the archive");
	}
	if (reader->bomb)
		return err_set(err, ERR_CHECK,
			       "the archive is a decompression bomb (more than %" PRIu64 " to 1)",
			       reader->limits.ratio);
	return err_set(err, ERR_CHECK, "the archive is damaged: %s", why ? why : "no reason known");
}

static int
open_filter(struct archive_reader *reader, struct err *err)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;

	reader->filter = a;
	/* Only filters built into libarchive: enabling one that it would run as
	 * an external program answers ARCHIVE_WARN. */
	if (!a || archive_read_support_filter_gzip(a) != ARCHIVE_OK ||
	    archive_read_support_filter_bzip2(a) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(a) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(a) != ARCHIVE_OK ||
	    archive_read_support_format_raw(a) != ARCHIVE_OK)
		return err_set(err, ERR_FAILED, "libarchive lacks one of gzip, bzip2, xz and zstd");
	if (archive_read_open(a, reader, NULL, read_compressed, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK)
		return failed(reader, a, err);
	/* The filter itself and the source below it; more would be an archive
	 * compressed twice, which nobody publishes. */
	if (archive_filter_count(a) > 2)
		return err_set(err, ERR_CHECK, "the archive is compressed more than once");
	return 0;
}

static int
open_tar(struct archive_reader *reader, struct err *err)
{
	struct archive *a = archive_read_new();

	reader->tar = a;
	if (!a || archive_read_support_format_tar(a) != ARCHIVE_OK)
		return err_set(err, ERR_FAILED, "libarchive lacks the tar format");
	if (archive_read_open(a, reader, NULL, read_plain, NULL) != ARCHIVE_OK)
		return failed(reader, a, err);
	return 0;
}

int
archive_open(int fd, const struct archive_limits *limits, struct archive_reader **ret_reader,
	     struct err *err)
{
	cleanup_archive struct archive_reader *reader = mem_zalloc(sizeof(*reader));

	reader->fd = fd;
	reader->limits = *limits;
	reader->in = mem_resize(NULL, READ_SIZE, 1);
	reader->plain = mem_resize(NULL, READ_SIZE, 1);
	if (open_filter(reader, err) < 0 || open_tar(reader, err) < 0)
		return -1;
	*ret_reader = steal_ptr(&reader);
	return 0;
}

static int
check_zeros(const char *p, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '\0')
			return err_set(err, ERR_CHECK, "the archive has data after its end");
	}
	return 0;
}

/* After the end-of-archive marker: tar pads with zeros, and a second archive or
 * anything else there is content that no one has looked at. */
static int
check_rest(struct archive_reader *reader, struct err *err)
{
	/* What the tar reader was given and did not take. */
	uint64_t left = reader->bytes_out - (uint64_t)archive_filter_bytes(reader->tar, -1);
	const void *data;
	la_ssize_t n;

	if (left > reader->plain_size)
		left = reader->plain_size;
	if (check_zeros(reader->plain + reader->plain_size - left, (size_t)left, err) < 0)
		return -1;
	while ((n = read_plain(reader->tar, reader, &data)) > 0) {
		if (check_zeros(data, (size_t)n, err) < 0)
			return -1;
	}
	if (n < 0)
		return failed(reader, reader->tar, err);
	/* Bytes that follow the compressed stream. */
	while ((n = read_compressed(reader->filter, reader, &data)) > 0)
		;
	if (n < 0)
		return failed(reader, reader->filter, err);
	if ((uint64_t)archive_filter_bytes(reader->filter, -1) != reader->bytes_in)
		return err_set(err, ERR_CHECK, "the archive has data after its end");
	return 0;
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
	if (status == ARCHIVE_EOF) {
		/* libarchive takes an empty stream for an empty archive. */
		if (reader->entries == 0)
			return err_set(err, ERR_CHECK, "the archive is empty");
		return check_rest(reader, err);
	}
	/* A warning is a name or header that libarchive had to guess about. */
	if (status != ARCHIVE_OK)
		return failed(reader, reader->tar, err);
	if (++reader->entries > reader->limits.entries)
		return err_set(err, ERR_CHECK, "the archive has more than %" PRIu64 " entries",
			       reader->limits.entries);
	if (fill_item(reader, entry, ret_item, err) < 0)
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
		return failed(reader, reader->tar, err);
	if ((uint64_t)offset != reader->file_done ||
	    *ret_size > reader->file_size - reader->file_done)
		return err_set(err, ERR_CHECK, "a file in the archive has holes");
	reader->file_done += *ret_size;
	return 0;
}

uint64_t
archive_bytes_in(const struct archive_reader *reader)
{
	return reader->bytes_in;
}

void
archive_close(struct archive_reader **reader)
{
	struct archive_reader *r = *reader;
	int saved = errno;

	if (!r)
		return;
	archive_read_free(r->tar);
	archive_read_free(r->filter);
	free(r->in);
	free(r->plain);
	free(r);
	*reader = NULL;
	errno = saved;
}
