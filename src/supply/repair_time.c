/* SPDX-License-Identifier: MIT */
/* Times by which Python and pip's seed tell whether a file is the one they know. */
#include <config.h>

#include "supply/repair_internal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/layout.h"
#include "os/fd.h"
#include "venv/seed.h"

#define CACHE_DIR "__pycache__"
/* Magic number, flags, time, size. */
#define HEAD_SIZE 16
#define SEED_DIR LAYOUT_META "/" LAYOUT_SEED

static uint32_t
read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool
repair_read_head(const struct dir *dir, const char *name, struct compiled_head *ret)
{
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	unsigned char head[HEAD_SIZE];
	uint32_t flags;

	if (fd < 0 || fd_read_full(fd, head, sizeof(head)) != (ssize_t)sizeof(head))
		return false;
	flags = read_u32(head + 4);
	/* 1 and 3: a digest of the source follows, and no time. */
	if (flags == 1 || flags == 3)
		return false;
	/* From 3.7 on there are flags, 0 here; before, the time has their place. */
	ret->time_at = flags == 0 ? 8 : 4;
	ret->time = read_u32(head + ret->time_at);
	ret->size = read_u32(head + ret->time_at + 4);
	return true;
}

char *
repair_source_of(const char *path)
{
	const char *cache = strstr(path, CACHE_DIR "/");
	struct str name = path_base(path);
	size_t dot = str_find(name, '.');

	if (!cache || cache + strlen(CACHE_DIR "/") != name.p || !str_ends(name, STR_LIT(".pyc")) ||
	    (cache != path && cache[-1] != '/'))
		return NULL;
	return mem_printf("%.*s%.*s.py", (int)(cache - path), path, (int)dot, name.p);
}

/* The status of the file PATH of TREE, no part of which is a link. */
static bool
look_at(const struct dir *tree, const char *path, struct stat *ret)
{
	struct str parent = path_dir(path);
	cleanup_free char *folder = mem_strndup(parent.p, parent.n);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	return fs_open_below(tree, folder, &dir, &ignored) == 0 &&
	       fstatat(dir.fd, path_base(path).p, ret, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(ret->st_mode);
}

void
repair_retime(const struct dir *live, const char *path, const struct dir *made_dir,
	      const char *made_name)
{
	cleanup_free char *source = repair_source_of(path);
	struct compiled_head head;
	struct stat st;
	unsigned char bytes[4];
	cleanup_fd int fd = -1;
	uint32_t time;

	if (!source || !look_at(live, source, &st) || !repair_read_head(made_dir, made_name, &head))
		return;
	time = (uint32_t)st.st_mtime;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(time >> (8 * i));
	/* pip's seed is read-only. */
	if (fchmodat(made_dir->fd, made_name, S_IRUSR | S_IWUSR, 0) < 0)
		return;
	fd = openat(made_dir->fd, made_name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && pwrite(fd, bytes, sizeof(bytes), head.time_at) == (ssize_t)sizeof(bytes))
		(void)fsync(fd);
}

/* By a compiled file beside it. */
static bool
time_by_compiled(const struct dir *live, const char *path, uint64_t size, int64_t *ret)
{
	struct str parent = path_dir(path);
	struct str name = path_base(path);
	cleanup_free char *cache = mem_printf("%.*s/" CACHE_DIR, STR_ARG(parent));
	cleanup_free char *start = mem_strndup(name.p, name.n - strlen("py"));
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_below(live, cache, &dir, &ignored) < 0 ||
	    fs_list_starting(&dir, start, &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		struct compiled_head head;

		if (!repair_read_head(&dir, names.items[i], &head) || head.size != (uint32_t)size)
			continue;
		*ret = (int64_t)head.time;
		return true;
	}
	return false;
}

/* "file SIZE TIME NAME" of the index, if it is of the file NAME. */
static bool
is_line_of(struct str line, struct str name, int64_t *ret)
{
	struct str kind;
	struct str size;
	struct str time;
	uint64_t value;

	if (!str_split(&line, ' ', &kind) ||
	    (!str_eq_text(kind, "file") && !str_eq_text(kind, "copy")) ||
	    !str_split(&line, ' ', &size) || !str_split(&line, ' ', &time) || !str_eq(line, name) ||
	    !str_u64(time, 0, INT64_MAX, &value))
		return false;
	*ret = (int64_t)value;
	return true;
}

/* By the index of the seed, which names each file's time. */
static bool
time_by_index(const struct dir *live, const char *path, int64_t *ret)
{
	static const char files[] = SEED_DIR "/" SEED_FILES "/";
	cleanup_buf struct buf text = BUF_INIT(SEED_INDEX_MAX);
	cleanup_dirfd struct dir seed = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	struct str below = str_from(path + strlen(files));
	cleanup_free char *wanted = NULL;
	struct str rest;
	struct str line;
	bool inside = false;

	wanted = mem_printf("dir %.*s", STR_ARG(path_dir(below.p)));
	if (fs_open_below(live, SEED_DIR, &seed, &ignored) < 0 ||
	    fs_read_file(&seed, SEED_INDEX, &text, &ignored) < 0)
		return false;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		if (str_starts(line, STR_LIT("dir ")))
			inside = str_eq_text(line, wanted);
		else if (inside && is_line_of(line, path_base(path), ret))
			return true;
	}
	return false;
}

bool
repair_find_time(const struct dir *live, const char *path, uint64_t size, int64_t *ret)
{
	struct str s = str_from(path);

	if (str_starts(s, STR_LIT(SEED_DIR "/" SEED_FILES "/")))
		return time_by_index(live, path, ret);
	return str_ends(s, STR_LIT(".py")) && strchr(path, '/') &&
	       time_by_compiled(live, path, size, ret);
}
