/* SPDX-License-Identifier: MIT */
/* The files of an archive, made below one folder and nowhere else. */
#include <config.h>

#include "io/extract.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/extract_writers.h"
#include "os/fd.h"

/* 1 MiB: larger files are written while they are read, others are handed over. */
#define HANDED_MAX ((uint64_t)1024 * 1024)
/* Entries between two looks at the progress of small files. */
#define PROGRESS_ENTRIES 64

/* A symbolic link that waits for the end. */
struct waiting_link {
	char *path;
	char *target;
};

struct extraction {
	struct archive_reader *reader;
	const struct dir *into;
	const struct extract_options *options;
	struct extract_result result;
	char *top; /* the components that strip takes off; NULL before the first */
	struct waiting_link *links;
	size_t link_count;
	struct writers *writers;
	char *parent_path; /* folder that parent is; NULL: none open */
	struct writers_folder *parent;
};

static void
extraction_reset(struct extraction *x)
{
	for (size_t i = 0; i < x->link_count; i++) {
		free(x->links[i].path);
		free(x->links[i].target);
	}
	free(x->links);
	free(x->top);
	free(x->parent_path);
	writers_folder_free(&x->parent);
	writers_free(&x->writers);
}

/* The canonical relative path of NAME without its first STRIP components in RET_PATH,
 * "" when nothing is left. */
static int
clean_name(const char *name, unsigned strip, struct buf *ret_path, struct err *err)
{
	struct str rest = str_from(name);
	struct str part;
	unsigned depth = 0;

	buf_truncate(ret_path, 0);
	if (rest.n == 0 || rest.n > EXTRACT_NAME_MAX)
		return err_set(err, ERR_CHECK, "the archive has a name of %zu bytes", rest.n);
	if (rest.p[0] == '/')
		return err_set(err, ERR_CHECK, "%s: an absolute name in the archive", name);
	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_eq_text(part, "."))
			continue;
		if (!path_component_ok(part))
			return err_set(err, ERR_CHECK, "%s: a name that is not safe in the archive",
				       name);
		if (++depth > EXTRACT_DEPTH_MAX)
			return err_set(err, ERR_CHECK, "%s: too many folders in the archive", name);
		if (depth <= strip)
			continue;
		if (ret_path->len)
			buf_add_char(ret_path, '/');
		buf_add_str(ret_path, part);
	}
	return buf_check(ret_path, "a name in the archive", err);
}

/* May a symbolic link at PATH (clean) point to TARGET? */
static bool
link_ok(const char *path, const char *target)
{
	struct str rest = str_from(target);
	struct str part;
	size_t room = 0;
	bool climbing = true;

	if (rest.n == 0 || rest.n > EXTRACT_NAME_MAX || rest.p[0] == '/')
		return false;
	for (const char *p = path; *p; p++)
		room += *p == '/';
	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_eq_text(part, "."))
			continue;
		if (str_eq_text(part, "..")) {
			if (!climbing || room-- == 0)
				return false;
			continue;
		}
		climbing = false;
		if (!path_component_ok(part))
			return false;
	}
	return true;
}

/* Open the folder at the clean PATH below INTO in x->parent, making what is
 * missing. The last one is kept: entries come folder by folder. */
static int
open_parent(struct extraction *x, struct str path, struct err *err)
{
	cleanup_dirfd struct dir at = DIR_INIT;
	struct str part;
	struct str rest = path;

	if (x->parent_path && str_eq_text(path, x->parent_path))
		return 0;
	free(steal_ptr(&x->parent_path));
	writers_folder_free(&x->parent);
	at.fd = fcntl(x->into->fd, F_DUPFD_CLOEXEC, 0);
	if (at.fd < 0)
		return err_sys(err, "cannot open %s", x->into->path);
	while (rest.n && str_split(&rest, '/', &part)) {
		cleanup_free char *name = mem_strndup(part.p, part.n);
		int next;

		if (mkdirat(at.fd, name, 0755) < 0 && errno != EEXIST)
			return err_sys(err, "cannot make the folder %s", name);
		next = openat(at.fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && (errno == ENOTDIR || errno == ELOOP))
			return err_set(err, ERR_CHECK, "%.*s: a folder and a file in the archive",
				       STR_ARG(path));
		if (next < 0)
			return err_sys(err, "cannot open the folder %s", name);
		close(at.fd);
		at.fd = next;
	}
	x->parent = writers_folder_new(x->writers, steal_fd(&at.fd));
	x->parent_path = mem_strndup(path.p, path.n);
	return 0;
}

/* Split the clean PATH into its folder, which is opened as x->parent, and the
 * last component, which is returned (borrowed from PATH); NULL on error. */
static const char *
enter(struct extraction *x, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct str folder = { path, slash ? (size_t)(slash - path) : 0 };

	return open_parent(x, folder, err) < 0 ? NULL : slash ? slash + 1 : path;
}

static int
twice_or_sys(const char *path, struct err *err)
{
	if (errno == EEXIST)
		return err_set(err, ERR_CHECK, "%s: comes twice in the archive", path);
	return err_sys(err, "cannot write %s", path);
}

static void
tell_progress(const struct extraction *x)
{
	if (x->options->on_progress)
		x->options->on_progress(x->options->ctx, archive_bytes_in(x->reader));
}

/* While it is read, into FD. */
static int
write_content(struct extraction *x, const char *path, int fd, struct err *err)
{
	const void *data;
	size_t n;

	for (;;) {
		if (archive_block(x->reader, &data, &n, err) < 0)
			return err_wrap(err, "%s", path);
		if (n == 0)
			return 0;
		if (fd_write_full(fd, data, n) < 0)
			return err_sys(err, "cannot write %s", path);
		tell_progress(x);
	}
}

static int
make_large_file(struct extraction *x, const struct writers_file *file, struct err *err)
{
	cleanup_fd int fd = writers_create(file, err);

	if (fd < 0 || write_content(x, file->path, fd, err) < 0)
		return -1;
	return writers_finish(file, steal_fd(&fd), err);
}

/* Read all of it, and hand it over. */
static int
make_small_file(struct extraction *x, const struct writers_file *file, size_t size, struct err *err)
{
	cleanup_free char *bytes = mem_resize(NULL, size + 1, 1);
	size_t done = 0;
	const void *data;
	size_t n;

	do {
		if (archive_block(x->reader, &data, &n, err) < 0)
			return err_wrap(err, "%s", file->path);
		/* archive_block() gives no more than was announced. */
		if (n)
			memcpy(bytes + done, data, n);
		done += n;
	} while (n);
	return writers_add(x->writers, file, steal_ptr(&bytes), size, err);
}

static int
make_file(struct extraction *x, const char *path, const struct archive_item *item, struct err *err)
{
	const char *name = enter(x, path, err);
	struct writers_file file = { .folder = x->parent,
				     .name = name,
				     .path = path,
				     .executable = item->executable,
				     .mtime = item->mtime };

	if (!name)
		return -1;
	if ((item->size > HANDED_MAX ? make_large_file(x, &file, err)
				     : make_small_file(x, &file, (size_t)item->size, err)) < 0)
		return -1;
	x->result.files++;
	x->result.bytes += item->size;
	return 0;
}

/* Where a link is not to be had: Landlock's first version (Linux 5.13 to 5.18) refuses
 * those from folder to folder. */
static int
copy_file(int from_dir, const char *from_name, int to_dir, const char *to_name,
	  const struct stat *st)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = st->st_mtime } };
	cleanup_fd int from = openat(from_dir, from_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_fd int to = from < 0 ? -1
				     : openat(to_dir, to_name,
					      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
					      st->st_mode & 0777);

	if (to < 0 || fd_copy(from, to) < 0 || futimens(to, times) < 0)
		return -1;
	return close(steal_fd(&to));
}

static int
make_hardlink(struct extraction *x, const char *path, const struct archive_item *item,
	      struct err *err)
{
	cleanup_buf struct buf source = BUF_INIT(EXTRACT_NAME_MAX);
	cleanup_with(writers_folder_free) struct writers_folder *source_dir = NULL;
	const char *source_name;
	const char *name;
	struct stat st;
	int from;
	int to;

	if (writers_drain(x->writers, err) < 0 ||
	    clean_name(item->target, x->options->strip, &source, err) < 0)
		return -1;
	if (!source.len)
		return err_set(err, ERR_CHECK, "%s: a hard link to nothing", path);
	source_name = enter(x, buf_text(&source), err);
	if (!source_name)
		return -1;
	/* No symbolic link exists yet, so a regular file is one of this archive. */
	if (fstatat(writers_folder_fd(x->parent), source_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode))
		return err_set(err, ERR_CHECK, "%s: a hard link to %s, which is no earlier file",
			       path, item->target);
	source_dir = steal_ptr(&x->parent);
	free(steal_ptr(&x->parent_path));
	name = enter(x, path, err);
	if (!name)
		return -1;
	from = writers_folder_fd(source_dir);
	to = writers_folder_fd(x->parent);
	if (linkat(from, source_name, to, name, 0) < 0 &&
	    (errno != EXDEV || copy_file(from, source_name, to, name, &st) < 0))
		return twice_or_sys(path, err);
	x->result.files++;
	return 0;
}

static int
keep_link(struct extraction *x, const char *path, const struct archive_item *item, struct err *err)
{
	if (!link_ok(path, item->target))
		return err_set(err, ERR_CHECK, "%s: a link out of the archive (to %s)", path,
			       item->target);
	x->links = vec_grow(x->links, x->link_count, sizeof(*x->links));
	x->links[x->link_count++] =
		(struct waiting_link){ mem_strdup(path), mem_strdup(item->target) };
	return 0;
}

static int
make_links(struct extraction *x, struct err *err)
{
	for (size_t i = 0; i < x->link_count; i++) {
		const struct waiting_link *link = &x->links[i];
		const char *name = enter(x, link->path, err);

		if (!name)
			return -1;
		if (symlinkat(link->target, writers_folder_fd(x->parent), name) < 0)
			return twice_or_sys(link->path, err);
	}
	return 0;
}

/* The components that are taken off must be the same everywhere: two trees in
 * one archive would be mixed. */
static int
check_top(struct extraction *x, const char *name, struct err *err)
{
	struct str rest = str_from(name);
	struct str part;

	if (x->options->strip == 0)
		return 0;
	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_eq_text(part, "."))
			continue;
		if (!x->top)
			x->top = mem_strndup(part.p, part.n);
		if (!str_eq_text(part, x->top))
			return err_set(err, ERR_CHECK,
				       "the archive has more than one top folder (%s and %.*s)",
				       x->top, STR_ARG(part));
		return 0;
	}
	return 0;
}

static int
make_item(struct extraction *x, const struct archive_item *item, struct err *err)
{
	cleanup_buf struct buf path = BUF_INIT(EXTRACT_NAME_MAX);

	if (check_top(x, item->name, err) < 0 ||
	    clean_name(item->name, x->options->strip, &path, err) < 0)
		return -1;
	if (!path.len && item->kind == ARCHIVE_FOLDER)
		return 0;
	if (!path.len)
		return err_set(err, ERR_CHECK, "%s: no folder, at the top of the archive",
			       item->name);
	switch (item->kind) {
	case ARCHIVE_FOLDER:
		return open_parent(x, buf_str(&path), err);
	case ARCHIVE_SYMLINK:
		return keep_link(x, buf_text(&path), item, err);
	case ARCHIVE_HARDLINK:
		return make_hardlink(x, buf_text(&path), item, err);
	default:
		return make_file(x, buf_text(&path), item, err);
	}
}

static int
refuse_filled(const struct dir *into, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(into, &names, err) < 0)
		return -1;
	if (names.count)
		return err_set(err, ERR_FAILED, "cannot unpack into %s: it is not empty",
			       into->path);
	return 0;
}

int
extract_archive(struct archive_reader *reader, const struct dir *into,
		const struct extract_options *options, struct extract_result *ret_result,
		struct err *err)
{
	cleanup_with(extraction_reset) struct extraction x = { .reader = reader,
							       .into = into,
							       .options = options };
	struct archive_item item;

	if (refuse_filled(into, err) < 0)
		return -1;
	x.writers = writers_new(options->writers);
	for (unsigned count = 1;; count++) {
		if (archive_next(reader, &item, err) < 0)
			return -1;
		if (item.kind == ARCHIVE_END)
			break;
		if (make_item(&x, &item, err) < 0)
			return -1;
		if (count % PROGRESS_ENTRIES == 0)
			tell_progress(&x);
	}
	if (writers_drain(x.writers, err) < 0 || make_links(&x, err) < 0)
		return -1;
	*ret_result = x.result;
	return 0;
}
