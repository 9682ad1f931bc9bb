/* SPDX-License-Identifier: MIT */
/* Zip archives (wheels), unpacked into a folder. */
#include <config.h>

#include "io/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "os/fd.h"

/* Bytes that libarchive reads at one time. */
#define READ_BLOCK ((size_t)64 * 1024)

struct unpacking {
	struct archive *archive;
	const char *name;
	const struct dir *into;
	uint64_t entries;
	uint64_t bytes;
};

static void
archive_handler(struct archive **a)
{
	if (*a)
		archive_read_free(*a);
}

static int
damaged(const struct unpacking *u, struct err *err)
{
	const char *why = archive_error_string(u->archive);

	return err_set(err, ERR_CHECK, "cannot read %s: %s", u->name, why ? why : "it is damaged");
}

/* Make the folders that lead to PATH. */
static int
make_parents(const struct unpacking *u, const char *path, struct err *err)
{
	cleanup_free char *text = mem_strdup(path);

	for (char *p = text; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdirat(u->into->fd, text, 0755) < 0 && errno != EEXIST)
			return err_sys(err, "cannot make the folder %s/%s", u->into->path, text);
		*p = '/';
	}
	return 0;
}

/* Is NAME a relative path of safe components? One slash may end a folder's. */
static bool
name_ok(struct str name)
{
	struct str part;

	if (name.n && name.p[name.n - 1] == '/')
		name.n--;
	if (name.n == 0)
		return false;
	while (str_split(&name, '/', &part))
		if (!path_component_ok(part))
			return false;
	return true;
}

static int
write_content(struct unpacking *u, int fd, const char *path, struct err *err)
{
	la_int64_t at = 0;

	for (;;) {
		const void *data;
		size_t size;
		la_int64_t offset;
		int result = archive_read_data_block(u->archive, &data, &size, &offset);

		if (result == ARCHIVE_EOF)
			return 0;
		if (result != ARCHIVE_OK || offset != at)
			return damaged(u, err);
		at += (la_int64_t)size;
		u->bytes += size;
		if (u->bytes > ZIP_BYTES_MAX)
			return err_set(err, ERR_CHECK, "%s is larger than anything it could be",
				       u->name);
		if (fd_write_full(fd, data, size) < 0)
			return err_sys(err, "cannot write %s/%s", u->into->path, path);
	}
}

static int
unpack_file(struct unpacking *u, const char *path, struct err *err)
{
	cleanup_fd int fd = -1;

	if (make_parents(u, path, err) < 0)
		return -1;
	fd = openat(u->into->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys(err, "cannot make %s/%s", u->into->path, path);
	if (write_content(u, fd, path, err) < 0)
		return -1;
	if (close(steal_fd(&fd)) < 0)
		return err_sys(err, "cannot write %s/%s", u->into->path, path);
	return 0;
}

static int
unpack_entry(struct unpacking *u, struct archive_entry *entry, struct strvec *ret_names,
	     struct err *err)
{
	const char *path = archive_entry_pathname(entry);
	mode_t type = archive_entry_filetype(entry);

	if (++u->entries > ZIP_ENTRIES_MAX)
		return err_set(err, ERR_CHECK, "%s has more than %d entries", u->name,
			       ZIP_ENTRIES_MAX);
	if (!path || !name_ok(str_from(path)))
		return err_set(err, ERR_CHECK, "%s has a name that is refused: %s", u->name,
			       path ? path : "(not text)");
	if (type == AE_IFDIR)
		return make_parents(u, path, err);
	if (type != AE_IFREG || archive_entry_hardlink(entry) ||
	    str_ends(str_from(path), STR_LIT("/")))
		return err_set(err, ERR_CHECK, "%s has an entry that is no file: %s", u->name,
			       path);
	if (unpack_file(u, path, err) < 0)
		return -1;
	strvec_add(ret_names, path);
	return 0;
}

int
zip_unpack(int fd, const char *name, const struct dir *into, struct strvec *ret_names,
	   struct err *err)
{
	cleanup_with(archive_handler) struct archive *archive = archive_read_new();
	struct unpacking u = { .archive = archive, .name = name, .into = into };

	if (!archive || archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK)
		return err_set(err, ERR_FAILED, "libarchive cannot read zip archives");
	if (archive_read_open_fd(archive, fd, READ_BLOCK) != ARCHIVE_OK)
		return damaged(&u, err);
	for (;;) {
		struct archive_entry *entry;
		int result = archive_read_next_header(archive, &entry);

		if (result == ARCHIVE_EOF)
			return 0;
		if (result != ARCHIVE_OK)
			return damaged(&u, err);
		if (unpack_entry(&u, entry, ret_names, err) < 0)
			return -1;
	}
}
