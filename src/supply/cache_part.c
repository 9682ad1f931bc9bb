/* SPDX-License-Identifier: MIT */
/* The download cache: files in progress. */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "io/url.h"
#include "os/fd.h"
#include "supply/cache.h"

/* 64 KiB: a list of addresses; longer ones are forgotten. */
#define FROM_MAX ((size_t)64 * 1024)

void
part_reset(struct part *part)
{
	cleanup_fd_handler(&part->fd);
	free(part->name);
	free(part->from_name);
	strvec_reset(&part->sources);
	strvec_reset(&part->validators);
	*part = (struct part)PART_INIT;
}

static void
read_sources(struct part *part)
{
	cleanup_buf struct buf text = BUF_INIT(FROM_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest, line;

	/* Said in messages, and in requests that only save time: one that is missing
	 * or damaged harms nothing. */
	if (fs_read_file(part->folder, part->from_name, &text, &ignored) < 0)
		return;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str url = { line.p, str_find(line, '\t') };

		if (url.n == 0)
			continue;
		strvec_add_str(&part->sources, url);
		strvec_add_str(&part->validators, str_skip(line, url.n + 1));
	}
}

int
part_open(const struct cache *cache, const struct artifact *artifact, struct part *ret,
	  struct err *err)
{
	struct stat st;

	ret->folder = cache->target;
	ret->name = mem_printf("%s" LAYOUT_PART_ENDING, artifact->sha256);
	ret->from_name = mem_printf("%s" LAYOUT_PART_FROM_ENDING, artifact->sha256);
	ret->fd = openat(ret->folder->fd, ret->name,
			 O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (ret->fd < 0 || fstat(ret->fd, &st) < 0)
		return err_sys(err, "cannot open %s/%s", ret->folder->path, ret->name);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
		cleanup_free char *path = path_join(ret->folder->path, ret->name, NULL);
		cleanup_free char *word = shell_word(path);

		(void)err_set(err, ERR_FAILED, "%s is no file of ours", path);
		return err_detail(err, "to fix", "rm %s", word);
	}
	ret->size = (uint64_t)st.st_size;
	if (ret->size > 0)
		read_sources(ret);
	return 0;
}

static int
write_sources(struct part *part, struct err *err)
{
	cleanup_buf struct buf lines = BUF_INIT(FROM_MAX);

	for (size_t i = 0; i < part->sources.count; i++) {
		const char *validator = part->validators.items[i];

		/* What does not fit is left out. */
		buf_printf(&lines, "%s%s%s\n", part->sources.items[i], *validator ? "\t" : "",
			   validator);
	}
	return fs_replace_file(part->folder, part->from_name, buf_str(&lines), 0644, err);
}

/* Position of URL among the sources, or their count. */
static size_t
find_source(const struct part *part, const char *url)
{
	size_t i = 0;

	while (i < part->sources.count && strcmp(part->sources.items[i], url) != 0)
		i++;
	return i;
}

const char *
part_validator(const struct part *part, const char *url)
{
	size_t i = find_source(part, url);

	return i < part->sources.count && *part->validators.items[i] ? part->validators.items[i]
								     : NULL;
}

static void
forget_sources(struct part *part)
{
	strvec_reset(&part->sources);
	strvec_reset(&part->validators);
}

int
part_begin(struct part *part, uint64_t offset, const char *url, const char *validator,
	   struct err *err)
{
	size_t i;

	if (offset < part->size) {
		if (ftruncate(part->fd, (off_t)offset) < 0)
			return err_sys(err, "cannot shorten %s/%s", part->folder->path, part->name);
		part->size = offset;
	}
	if (lseek(part->fd, (off_t)offset, SEEK_SET) < 0)
		return err_sys(err, "cannot write %s/%s", part->folder->path, part->name);
	if (offset == 0)
		forget_sources(part);
	validator = validator ? validator : "";
	i = find_source(part, url);
	if (i < part->sources.count) {
		if (!strcmp(part->validators.items[i], validator))
			return 0;
		free(part->validators.items[i]);
		part->validators.items[i] = mem_strdup(validator);
	} else {
		strvec_add(&part->sources, url);
		strvec_add(&part->validators, validator);
	}
	return write_sources(part, err);
}

int
part_write(struct part *part, const void *bytes, size_t n, struct err *err)
{
	if (fd_write_full(part->fd, bytes, n) < 0)
		return err_sys(err, "cannot write %s/%s", part->folder->path, part->name);
	part->size += n;
	return 0;
}

int
part_clear(struct part *part, struct err *err)
{
	forget_sources(part);
	if (ftruncate(part->fd, 0) < 0 || lseek(part->fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot shorten %s/%s", part->folder->path, part->name);
	part->size = 0;
	return 0;
}

void
part_remove(struct part *part)
{
	(void)unlinkat(part->folder->fd, part->name, 0);
	(void)unlinkat(part->folder->fd, part->from_name, 0);
}

/* A read-only descriptor of the very file that PART wrote: what is handed on to
 * the unpacker must not be writable there. */
static int
reopen(const struct part *part, int *ret_fd, struct err *err)
{
	cleanup_fd int fd = openat(part->folder->fd, part->name,
				   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat ours, theirs;

	if (fd < 0 || fstat(fd, &theirs) < 0 || fstat(part->fd, &ours) < 0)
		return err_sys(err, "cannot open %s/%s", part->folder->path, part->name);
	if (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino)
		return err_set(err, ERR_FAILED, "%s/%s was exchanged by another program",
			       part->folder->path, part->name);
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* SHA256-NAME. Owned by the caller (free). */
static char *
final_name(const struct artifact *artifact)
{
	struct str base = url_base_name(artifact->url);
	char *name = mem_printf("%s-%.*s", artifact->sha256, base.n ? (int)base.n : 7,
				base.n ? base.p : "archive");

	/* Long or odd names in the catalogue must not keep a good file out. */
	if (!path_component_ok(str_from(name)))
		name[DIGEST_HEX_LEN + 1] = '\0';
	return name;
}

int
part_finish(struct part *part, const struct artifact *artifact, struct cached *ret,
	    char ret_got[DIGEST_HEX_SIZE], struct err *err)
{
	cleanup_free char *name = final_name(artifact);
	cleanup_fd int fd = -1;

	if (fsync(part->fd) < 0)
		return err_sys(err, "cannot write %s/%s", part->folder->path, part->name);
	if (reopen(part, &fd, err) < 0 || digest_fd(fd, ret_got, &ret->size, err) < 0)
		return -1;
	if (strcmp(ret_got, artifact->sha256) != 0)
		return 0;
	if (renameat(part->folder->fd, part->name, part->folder->fd, name) < 0)
		return err_sys(err, "cannot rename %s/%s", part->folder->path, part->name);
	(void)unlinkat(part->folder->fd, part->from_name, 0);
	if (fs_sync_dir(part->folder, err) < 0)
		return -1;
	ret->fd = steal_fd(&fd);
	ret->path = path_join(part->folder->path, name, NULL);
	return 0;
}

/* FROM's file NAME as TO's TEMPORARY: the same file, or a copy from another file system. */
static int
link_or_copy(const struct dir *from, const char *name, const struct dir *to, const char *temporary)
{
	cleanup_fd int in = -1;
	cleanup_fd int out = -1;

	if (linkat(from->fd, name, to->fd, temporary, 0) == 0)
		return 0;
	in = openat(from->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (in < 0)
		return -1;
	out = openat(to->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (out < 0 || fd_copy(in, out) < 0 || fsync(out) < 0)
		return -1;
	return close(steal_fd(&out));
}

int
cache_take_file(const struct dir *from, const char *name, const struct dir *to, const char *as,
		struct err *err)
{
	cleanup_free char *temporary = fs_unique_name(FS_TEMPORARY);
	int result = 0;

	/* It came into the cache now, whatever time it brings: that is its age. */
	if (link_or_copy(from, name, to, temporary) < 0 ||
	    utimensat(to->fd, temporary, NULL, AT_SYMLINK_NOFOLLOW) < 0 ||
	    renameat(to->fd, temporary, to->fd, as) < 0)
		result = err_sys(err, "cannot write %s/%s", to->path, as);
	/* It is still there after an error, and where both were one file already. */
	(void)unlinkat(to->fd, temporary, 0);
	return result;
}

int
cache_take(const struct cache *cache, const struct artifact *artifact, const struct dir *from,
	   const char *file, struct err *err)
{
	cleanup_free char *name = final_name(artifact);

	return cache_take_file(from, file, cache->target, name, err);
}
