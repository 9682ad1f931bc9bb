/* SPDX-License-Identifier: MIT */
/* A bundle is written. */
#include <config.h>

#include "supply/bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/fd.h"
#include "os/sig.h"

/* Bytes copied at once. */
#define BLOCK_SIZE ((size_t)256 * 1024)

/* A file on its way into the bundle. */
struct member {
	char *path;
	int fd; /* borrowed unless OWNED; -1: TEXT has it */
	bool owned;
	uint64_t size;
	struct str text; /* borrowed */
};

struct writing {
	struct archive *archive;
	int fd;
	struct digest *digest;
	uint64_t size; /* bytes written */
	struct bundle_manifest manifest;
	struct buf catalog;
	struct member *members; /* besides manifest and catalogue */
	size_t count;
	size_t wheels;
	struct err failed; /* in the writing of bytes */
};

static void
writing_reset(struct writing *w)
{
	archive_write_free(w->archive);
	cleanup_fd_handler(&w->fd);
	digest_free(w->digest);
	bundle_manifest_reset(&w->manifest);
	buf_reset(&w->catalog);
	for (size_t i = 0; i < w->count; i++) {
		free(w->members[i].path);
		if (w->members[i].owned)
			cleanup_fd_handler(&w->members[i].fd);
	}
	free(w->members);
	err_reset(&w->failed);
}

static void
add_member(struct writing *w, const char *path, int fd, bool owned, const char *sha256,
	   uint64_t size)
{
	w->members = vec_grow(w->members, w->count, sizeof(*w->members));
	w->members[w->count++] =
		(struct member){ .path = mem_strdup(path), .fd = fd, .owned = owned, .size = size };
	bundle_manifest_add(&w->manifest, path, sha256, size);
}

static bool
has_member(const struct writing *w, const char *path)
{
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->members[i].path, path) == 0)
			return true;
	return false;
}

/* What they are is looked at once more while they are written. */
static int
take_artifacts(struct writing *w, const struct bundle_content *content, struct err *err)
{
	for (size_t i = 0; i < content->count; i++) {
		const char *sha256 = content->artifacts[i].sha256;
		cleanup_free char *path = path_join(BUNDLE_ARTIFACTS, sha256, NULL);
		struct stat st;

		if (has_member(w, path))
			continue;
		if (fstat(content->files[i], &st) < 0)
			return err_sys(err, "cannot look at %s", content->artifacts[i].url);
		add_member(w, path, content->files[i], false, sha256, (uint64_t)st.st_size);
	}
	return 0;
}

static int
digest_text(struct str text, char ret[DIGEST_HEX_SIZE], struct err *err)
{
	cleanup_digest struct digest *digest = NULL;

	if (digest_new(&digest, err) < 0 || digest_add(digest, text.p, text.n, err) < 0)
		return -1;
	return digest_finish(digest, ret, err);
}

static int
take_signatures(struct writing *w, const struct bundle_content *content, struct err *err)
{
	for (size_t i = 0; content->signatures && i < content->count; i++) {
		const struct signature *signature = &content->signatures[i];
		cleanup_free char *path =
			mem_printf(BUNDLE_SIGNATURES "/%s%s", content->artifacts[i].sha256,
				   signature_kind_ending(signature->kind));
		struct str text = buf_str(&signature->text);
		char sha256[DIGEST_HEX_SIZE];

		if (signature->kind == SIGNATURE_NONE || has_member(w, path))
			continue;
		if (digest_text(text, sha256, err) < 0)
			return -1;
		add_member(w, path, -1, false, sha256, text.n);
		w->members[w->count - 1].text = text;
	}
	return 0;
}

/* As every zip archive that has something in it. */
static bool
begins_as_wheel(int fd)
{
	char head[4];

	return fd_read_full(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
	       memcmp(head, "PK\3\4", sizeof(head)) == 0;
}

static int
take_wheel(struct writing *w, const struct dir *folder, const char *name, struct err *err)
{
	cleanup_free char *path = path_join(BUNDLE_WHEELS, name, NULL);
	cleanup_fd int fd = openat(folder->fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char sha256[DIGEST_HEX_SIZE];
	uint64_t size;

	if (fd < 0)
		return err_sys(err, "cannot open %s/%s", folder->path, name);
	if (!bundle_wheel_name_ok(str_from(name)) || !begins_as_wheel(fd))
		return err_set(err, ERR_USAGE, "%s/%s is no wheel", folder->path, name);
	if (digest_fd(fd, sha256, &size, err) < 0)
		return -1;
	add_member(w, path, steal_fd(&fd), true, sha256, size);
	w->wheels++;
	return 0;
}

static int
take_wheels(struct writing *w, const struct dir *folder, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (!folder)
		return 0;
	if (fs_list(folder, &names, err) < 0)
		return -1;
	strvec_sort(&names);
	for (size_t i = 0; i < names.count; i++)
		if (str_ends(str_from(names.items[i]), STR_LIT(".whl")) &&
		    names.items[i][0] != '.' && take_wheel(w, folder, names.items[i], err) < 0)
			return -1;
	if (w->wheels == 0)
		return err_set(err, ERR_USAGE, "%s has no wheel (*.whl)", folder->path);
	return 0;
}

static int
take_catalog(struct writing *w, const struct bundle_content *content, struct err *err)
{
	char sha256[DIGEST_HEX_SIZE];
	const struct artifact *last = NULL;

	w->catalog = (struct buf)BUF_INIT(CATALOG_FILE_MAX);
	buf_add_text(&w->catalog, CATALOG_HEADER "\n");
	catalog_sort(content->artifacts, content->count);
	for (size_t i = 0; i < content->count; i++) {
		const struct artifact *a = &content->artifacts[i];

		if (last && strcmp(last->url, a->url) == 0)
			continue;
		catalog_format_line(a, &w->catalog);
		buf_add_char(&w->catalog, '\n');
		last = a;
	}
	if (buf_check(&w->catalog, "the bundle's catalogue", err) < 0 ||
	    digest_text(buf_str(&w->catalog), sha256, err) < 0)
		return -1;
	bundle_manifest_add(&w->manifest, BUNDLE_CATALOG, sha256, w->catalog.len);
	return 0;
}

static la_ssize_t
write_bytes(struct archive *archive, void *ctx, const void *bytes, size_t n)
{
	struct writing *w = ctx;

	if (fd_write_full(w->fd, bytes, n) < 0)
		(void)err_sys(&w->failed, "cannot write the bundle");
	else if (digest_add(w->digest, bytes, n, &w->failed) == 0) {
		w->size += n;
		return (la_ssize_t)n;
	}
	archive_set_error(archive, EIO, "write error");
	return -1;
}

static int
failed(struct writing *w, struct err *err)
{
	if (w->failed.code == ERR_NONE)
		return err_set(err, ERR_FAILED, "cannot write the bundle: %s",
			       archive_error_string(w->archive));
	*err = w->failed;
	w->failed = (struct err){ 0 };
	return -1;
}

static int
begin_member(struct writing *w, const char *path, uint64_t size, struct err *err)
{
	cleanup_free char *whole = path_join(BUNDLE_FOLDER, path, NULL);
	struct archive_entry *entry = archive_entry_new();
	int status;

	archive_entry_set_pathname(entry, whole);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_entry_set_mtime(entry, 0, 0);
	status = archive_write_header(w->archive, entry);
	archive_entry_free(entry);
	return status == ARCHIVE_OK ? 0 : failed(w, err);
}

static int
write_text(struct writing *w, const char *path, struct str text, struct err *err)
{
	if (begin_member(w, path, text.n, err) < 0)
		return -1;
	return archive_write_data(w->archive, text.p, text.n) == (la_ssize_t)text.n
		       ? 0
		       : failed(w, err);
}

/* The bytes of MEMBER, which are hashed on their way. */
static int
write_bytes_of(struct writing *w, const struct member *member, struct digest *digest,
	       struct err *err)
{
	cleanup_free char *block = mem_resize(NULL, BLOCK_SIZE, 1);
	uint64_t left = member->size;

	while (left) {
		size_t want = left < BLOCK_SIZE ? (size_t)left : BLOCK_SIZE;
		ssize_t n = fd_read_full(member->fd, block, want);

		if (n < 0)
			return err_sys(err, "cannot read %s", member->path);
		if ((size_t)n != want)
			return err_set(err, ERR_FAILED, "%s became shorter", member->path);
		if (digest_add(digest, block, want, err) < 0)
			return -1;
		if (archive_write_data(w->archive, block, want) != (la_ssize_t)want)
			return failed(w, err);
		if (sig_check(err) < 0)
			return -1;
		left -= want;
	}
	return 0;
}

static int
write_member(struct writing *w, const struct member *member, struct err *err)
{
	const struct bundle_file *file = bundle_manifest_find(&w->manifest, member->path);
	cleanup_digest struct digest *digest = NULL;
	char sha256[DIGEST_HEX_SIZE];

	if (member->fd < 0)
		return write_text(w, member->path, member->text, err);
	if (begin_member(w, member->path, member->size, err) < 0)
		return -1;
	if (lseek(member->fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot read %s", member->path);
	if (digest_new(&digest, err) < 0 || write_bytes_of(w, member, digest, err) < 0 ||
	    digest_finish(digest, sha256, err) < 0)
		return -1;
	/* The manifest is written already. */
	if (strcmp(sha256, file->sha256) != 0)
		return err_set(err, ERR_CHECK, "%s has changed while it was written", member->path);
	return 0;
}

static int
compare_members(const void *a, const void *b)
{
	const struct member *x = a;
	const struct member *y = b;

	return strcmp(x->path, y->path);
}

static int
write_all(struct writing *w, struct err *err)
{
	cleanup_buf struct buf manifest = BUF_INIT(BUNDLE_MANIFEST_MAX);

	if (w->count)
		qsort(w->members, w->count, sizeof(*w->members), compare_members);
	bundle_manifest_format(&w->manifest, &manifest);
	w->archive = archive_write_new();
	/* No blocks: each piece goes out as it is, and nothing is added at the end but
	 * what tar's format wants. */
	if (!w->archive || archive_write_set_format_ustar(w->archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(w->archive, 0) != ARCHIVE_OK ||
	    archive_write_open(w->archive, w, NULL, write_bytes, NULL) != ARCHIVE_OK)
		return err_set(err, ERR_FAILED, "libarchive cannot write tar");
	if (buf_check(&manifest, "the bundle's manifest", err) < 0 ||
	    write_text(w, BUNDLE_MANIFEST, buf_str(&manifest), err) < 0 ||
	    write_text(w, BUNDLE_CATALOG, buf_str(&w->catalog), err) < 0)
		return -1;
	for (size_t i = 0; i < w->count; i++)
		if (write_member(w, &w->members[i], err) < 0)
			return -1;
	return archive_write_close(w->archive) == ARCHIVE_OK ? 0 : failed(w, err);
}

/* TEMPORARY becomes NAME. */
static int
give_name(const struct dir *folder, const char *temporary, const char *name, bool replace,
	  struct err *err)
{
	if (!replace) {
		if (fs_rename_new(folder, temporary, folder, name, err) == 0)
			return fs_sync_dir(folder, err);
		if (err->sys != EEXIST)
			return -1;
		err_reset(err);
		return err_set(err, ERR_PROTECTED, "%s/%s is there already", folder->path, name);
	}
	if (renameat(folder->fd, temporary, folder->fd, name) < 0)
		return err_sys(err, "cannot write %s/%s", folder->path, name);
	return fs_sync_dir(folder, err);
}

static int
write_into(struct writing *w, const struct dir *folder, const char *name, bool replace,
	   struct err *err)
{
	cleanup_free char *temporary = fs_unique_name(FS_TEMPORARY);

	if (!replace && fs_exists_at(folder, name))
		return err_set(err, ERR_PROTECTED, "%s/%s is there already", folder->path, name);
	w->fd = openat(folder->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (w->fd < 0)
		return err_sys(err, "cannot write in %s", folder->path);
	if (write_all(w, err) == 0 && fsync(w->fd) < 0)
		(void)err_sys(err, "cannot write %s/%s", folder->path, name);
	if (err->code == ERR_NONE && give_name(folder, temporary, name, replace, err) == 0)
		return 0;
	(void)unlinkat(folder->fd, temporary, 0);
	return -1;
}

int
bundle_write(const char *path, bool replace, const struct bundle_content *content,
	     struct bundle_result *ret, struct err *err)
{
	cleanup_with(writing_reset) struct writing w = { .fd = -1 };
	struct str folder_path = path_dir(path);
	cleanup_free char *parent = mem_strndup(folder_path.p, folder_path.n);
	cleanup_dirfd struct dir folder = DIR_INIT;

	/* The artifacts are sorted with the catalogue; till then the signatures are theirs. */
	if (digest_new(&w.digest, err) < 0 || take_artifacts(&w, content, err) < 0 ||
	    take_signatures(&w, content, err) < 0 || take_wheels(&w, content->wheels, err) < 0 ||
	    take_catalog(&w, content, err) < 0 || fs_open_dir(parent, &folder, err) < 0 ||
	    write_into(&w, &folder, path_base(path).p, replace, err) < 0 ||
	    digest_finish(w.digest, ret->sha256, err) < 0)
		return -1;
	ret->size = w.size;
	ret->wheels = w.wheels;
	return 0;
}
