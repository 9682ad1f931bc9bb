/* SPDX-License-Identifier: MIT */
/* A tree that a program installed in one place is made to live in another. */
#include <config.h>

#include "supply/prefix.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/path.h"
#include "os/sig.h"
#include "trust/digest.h"

/* Deeper than any package nests its folders. */
#define DEPTH_MAX 64

struct replacing {
	struct str from;
	struct str to;
	struct prefix_report *report;
};

/* A file's content; N is 0 for an empty file, which is not mapped. */
struct mapping {
	const char *p;
	size_t n;
};

static void
mapping_reset(struct mapping *m)
{
	if (m->n)
		(void)munmap((void *)m->p, m->n);
	*m = (struct mapping){ 0 };
}
#define cleanup_mapping cleanup_with(mapping_reset)

void
prefix_report_reset(struct prefix_report *report)
{
	strvec_reset(&report->files);
	strvec_reset(&report->before);
	strvec_reset(&report->after);
	*report = (struct prefix_report){ 0 };
}

/* Could C go on with the component that the prefix ends with? */
static bool
goes_on(char c)
{
	return str_is_alpha(c) || str_is_digit(c) || c == '_' || c == '-' || c == '.' || c == '+';
}

/* The next mention of FROM in S, or NULL. */
static const char *
find(struct str s, struct str from)
{
	const char *at;

	while (s.n >= from.n && (at = memmem(s.p, s.n, from.p, from.n))) {
		const char *behind = at + from.n;

		if (behind == s.p + s.n || !goes_on(*behind))
			return at;
		s = str_skip(s, (size_t)(behind - s.p));
	}
	return NULL;
}

size_t
prefix_change_text(struct str text, struct str from, struct str to, struct buf *ret)
{
	size_t count = 0;
	const char *at;

	while ((at = find(text, from))) {
		buf_add(ret, text.p, (size_t)(at - text.p));
		buf_add_str(ret, to);
		text = str_skip(text, (size_t)(at - text.p) + from.n);
		count++;
	}
	buf_add_str(ret, text);
	return count;
}

/* Shorten the string of N bytes at S (to its zero byte, or the end of the file). */
static void
change_string(char *s, size_t n, struct str from, struct str to)
{
	struct str rest = { s, n };
	char *out = s;
	const char *at;

	while ((at = find(rest, from))) {
		size_t before = (size_t)(at - rest.p);

		memmove(out, rest.p, before);
		memcpy(out + before, to.p, to.n);
		out += before + to.n;
		rest = str_skip(rest, before + from.n);
	}
	memmove(out, rest.p, rest.n);
	out += rest.n;
	memset(out, '\0', (size_t)(s + n - out));
}

int
prefix_change_binary(char *data, size_t n, struct str from, struct str to)
{
	struct str rest = { data, n };
	const char *at;

	while ((at = find(rest, from))) {
		char *start = data + (at - data);
		size_t left = n - (size_t)(at - data);
		const char *zero = memchr(start, '\0', left);
		size_t length = zero ? (size_t)(zero - start) : left;

		if (to.n > from.n)
			return -1;
		change_string(start, length, from, to);
		rest = (struct str){ start + length, left - length };
	}
	return 0;
}

static int
digest_text(struct str text, struct strvec *ret, struct err *err)
{
	cleanup_digest struct digest *d = NULL;
	char hex[DIGEST_HEX_SIZE];

	if (digest_new(&d, err) < 0 || digest_add(d, text.p, text.n, err) < 0 ||
	    digest_finish(d, hex, err) < 0)
		return -1;
	strvec_add(ret, hex);
	return 0;
}

static int
map_file(const struct dir *dir, const char *name, const struct stat *st, struct mapping *ret,
	 struct err *err)
{
	cleanup_fd int fd = openat(dir->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	void *p;

	if (fd < 0)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	p = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	*ret = (struct mapping){ p, (size_t)st->st_size };
	return 0;
}

/* OLD with the prefix replaced, into RET. */
static int
change(const struct replacing *r, struct str old, struct buf *ret, struct err *err)
{
	if (!memchr(old.p, '\0', old.n)) {
		prefix_change_text(old, r->from, r->to, ret);
		return 0;
	}
	buf_add_str(ret, old);
	if (ret->overflowed || prefix_change_binary(ret->data, ret->len, r->from, r->to) == 0)
		return 0;
	(void)err_set(err, ERR_FAILED, "the path %.*s does not fit into it", STR_ARG(r->to));
	return err_detail(err, "to fix", "a root with a shorter path (PYVERN_ROOT)");
}

/* Put TEXT in NAME's place, with its mode and times. */
static int
put(const struct dir *dir, const char *name, struct str text, const struct stat *st,
    struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, st->st_mtim };

	if (fs_replace_file(dir, name, text, st->st_mode & 07777, err) < 0)
		return -1;
	/* Not less the umask: it was the installer's to judge. */
	if (fchmodat(dir->fd, name, st->st_mode & 07777, 0) < 0 ||
	    utimensat(dir->fd, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot write %s/%s", dir->path, name);
	return 0;
}

static int
change_file(const struct replacing *r, const struct dir *dir, const char *name, const char *shown,
	    const struct stat *st, struct err *err)
{
	cleanup_mapping struct mapping map = { 0 };
	cleanup_buf struct buf text = BUF_INIT(PREFIX_FILE_MAX + DEPTH_MAX * BUF_TEXT_MAX);
	struct str old;

	/* Strings in compiled Python have counted lengths. */
	if (st->st_size == 0 || (r->to.n != r->from.n && str_ends(str_from(name), STR_LIT(".pyc"))))
		return 0;
	if ((uint64_t)st->st_size > PREFIX_FILE_MAX)
		return err_set(err, ERR_FAILED, "%s is larger than %zu MB", shown,
			       PREFIX_FILE_MAX >> 20);
	if (map_file(dir, name, st, &map, err) < 0)
		return -1;
	old = (struct str){ map.p, map.n };
	if (!find(old, r->from))
		return 0;
	if (change(r, old, &text, err) < 0 || buf_check(&text, shown, err) < 0)
		return err_wrap(err, "%s", shown);
	if (digest_text(old, &r->report->before, err) < 0 ||
	    digest_text(buf_str(&text), &r->report->after, err) < 0)
		return -1;
	strvec_add(&r->report->files, shown);
	return put(dir, name, buf_str(&text), st, err);
}

static int
change_link(const struct replacing *r, const struct dir *dir, const char *name, struct err *err)
{
	cleanup_free char *target = fs_read_link(dir, name);
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);

	if (!target || prefix_change_text(str_from(target), r->from, r->to, &text) == 0)
		return 0;
	r->report->links++;
	return fs_write_link(dir, name, buf_text(&text), err);
}

static int change_folder(const struct replacing *r, const struct dir *dir, const char *shown,
			 unsigned depth, struct err *err);

static int
change_entry(const struct replacing *r, const struct dir *dir, const char *name,
	     const char *shown_dir, unsigned depth, struct err *err)
{
	cleanup_dirfd struct dir below = DIR_INIT;
	cleanup_free char *shown =
		*shown_dir ? mem_printf("%s/%s", shown_dir, name) : mem_strdup(name);
	struct stat st;

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "cannot read %s/%s", dir->path, name);
	if (S_ISREG(st.st_mode))
		return change_file(r, dir, name, shown, &st, err);
	if (S_ISLNK(st.st_mode))
		return change_link(r, dir, name, err);
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (depth >= DEPTH_MAX)
		return err_set(err, ERR_FAILED, "%s is too deep", shown);
	if (fs_open_dir_at(dir, name, &below, err) < 0)
		return -1;
	return change_folder(r, &below, shown, depth + 1, err);
}

static int
change_folder(const struct replacing *r, const struct dir *dir, const char *shown, unsigned depth,
	      struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (sig_check(err) < 0 || fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (change_entry(r, dir, names.items[i], shown, depth, err) < 0)
			return -1;
	return 0;
}

int
prefix_replace(const struct dir *tree, const char *from, const char *to,
	       struct prefix_report *ret_report, struct err *err)
{
	cleanup_prefix_report struct prefix_report report = { 0 };
	struct replacing r = { .from = str_from(from), .to = str_from(to), .report = &report };

	if (change_folder(&r, tree, "", 0, err) < 0)
		return -1;
	*ret_report = report;
	report = (struct prefix_report){ 0 };
	return 0;
}
