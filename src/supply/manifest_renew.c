/* SPDX-License-Identifier: MIT */
/* Some lines of a manifest: are they true, and made so. */
#include <config.h>

#include "supply/manifest_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/map.h"
#include "base/path.h"
#include "core/layout.h"

struct renewal {
	const struct dir *tree;
	struct map wanted; /* path as the manifest writes it -> path */
	struct buf old;
	struct buf new;
};

static void
renewal_reset(struct renewal *r)
{
	map_reset(&r->wanted);
	buf_reset(&r->old);
	buf_reset(&r->new);
}

/* Read the manifest; *RET_EXISTS. */
static int
begin(struct renewal *r, const struct dir *meta, const struct strvec *paths, bool *ret_exists,
      struct err *err)
{
	*ret_exists = fs_exists_at(meta, LAYOUT_MANIFEST);
	if (!*ret_exists)
		return 0;
	for (size_t i = 0; i < paths->count; i++) {
		cleanup_free char *escaped = manifest_escape(paths->items[i]);
		cleanup_free char *shown = mem_printf("./%s", escaped);

		map_set(&r->wanted, shown, paths->items[i]);
	}
	return fs_read_file(meta, LAYOUT_MANIFEST, &r->old, err);
}

/* The path that LINE is about, if it is a wanted one; else NULL. Borrowed. */
static const char *
wanted_path(const struct renewal *r, struct str line)
{
	struct str word;
	cleanup_free char *shown = NULL;

	if (!str_word(&line, &word))
		return NULL;
	shown = mem_strndup(word.p, word.n);
	return map_get(&r->wanted, shown);
}

/* The line of PATH as it is on the disk, appended to OUT; nothing when it is gone. */
static int
add_line(const struct renewal *r, const char *path, struct buf *out, struct err *err)
{
	cleanup_free char *escaped = manifest_escape(path);
	cleanup_free char *shown = mem_printf("./%s", escaped);
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);
	cleanup_free char *absolute = path_join(r->tree->path, folder, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	const char *name = path_base(path).p;
	struct stat st;

	if (fs_open_dir(absolute, &dir, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	if (fstatat(dir.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(err, "cannot look at %s/%s", absolute, name);
	if (S_ISREG(st.st_mode))
		return manifest_add_file(out, &dir, name, shown, &st, err);
	return S_ISLNK(st.st_mode) ? manifest_add_link(out, &dir, name, shown, err) : 0;
}

int
manifest_find_true(const struct dir *tree, const struct dir *meta, const struct strvec *paths,
		   struct strvec *ret_true, struct err *err)
{
	cleanup_with(renewal_reset) struct renewal r = { .tree = tree,
							 .old = BUF_INIT(MANIFEST_MAX) };
	struct str rest;
	struct str line;
	bool exists;

	if (begin(&r, meta, paths, &exists, err) < 0)
		return -1;
	rest = buf_str(&r.old);
	while (exists && str_line(&rest, &line)) {
		const char *path = wanted_path(&r, line);
		cleanup_buf struct buf is = BUF_INIT(BUF_TEXT_MAX);

		if (!path)
			continue;
		if (add_line(&r, path, &is, err) < 0)
			return -1;
		if (is.len && str_eq(line, (struct str){ is.data, is.len - 1 }))
			strvec_add(ret_true, path);
	}
	return 0;
}

/* The rest of LINE, behind its path. */
static char *
behind_path(struct str line)
{
	struct str word;

	(void)str_word(&line, &word);
	line = str_trim(line);
	return mem_strndup(line.p, line.n);
}

int
manifest_find_lines(const struct dir *meta, const struct strvec *paths, struct strvec *ret,
		    struct err *err)
{
	cleanup_with(renewal_reset) struct renewal r = { .old = BUF_INIT(MANIFEST_MAX) };
	cleanup_map struct map found = { 0 };
	struct str rest;
	struct str line;
	bool exists;

	if (begin(&r, meta, paths, &exists, err) < 0)
		return -1;
	rest = buf_str(&r.old);
	while (exists && str_line(&rest, &line)) {
		const char *path = wanted_path(&r, line);

		if (path)
			map_set(&found, path, (void *)line.p);
	}
	for (size_t i = 0; i < paths->count; i++) {
		const char *p = map_get(&found, paths->items[i]);

		if (p)
			strvec_take(ret, behind_path((struct str){ p, strcspn(p, "\n") }));
		else
			strvec_add(ret, "");
	}
	return 0;
}

int
manifest_line_now(const struct dir *dir, const char *name, char **ret, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct stat st;

	*ret = NULL;
	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(err, "cannot look at %s/%s", dir->path, name);
	if (S_ISREG(st.st_mode)) {
		if (manifest_add_file(&text, dir, name, ".", &st, err) < 0)
			return -1;
	} else if (S_ISLNK(st.st_mode)) {
		if (manifest_add_link(&text, dir, name, ".", err) < 0)
			return -1;
	} else if (S_ISDIR(st.st_mode)) {
		buf_printf(&text, ". type=dir mode=0%03o\n", (unsigned)(st.st_mode & 07777));
	} else {
		buf_add_text(&text, ". type=other\n");
	}
	*ret = behind_path(str_trim(buf_str(&text)));
	return 0;
}

int
manifest_renew(const struct dir *tree, const struct dir *meta, const struct strvec *paths,
	       struct err *err)
{
	cleanup_with(renewal_reset) struct renewal r = { .tree = tree,
							 .old = BUF_INIT(MANIFEST_MAX),
							 .new = BUF_INIT(MANIFEST_MAX) };
	struct str rest;
	struct str line;
	bool exists;

	if (begin(&r, meta, paths, &exists, err) < 0)
		return -1;
	if (!exists)
		return 0;
	rest = buf_str(&r.old);
	while (str_line(&rest, &line)) {
		const char *path = wanted_path(&r, line);

		if (!path) {
			buf_add_str(&r.new, line);
			buf_add_char(&r.new, '\n');
		} else if (add_line(&r, path, &r.new, err) < 0) {
			return -1;
		}
	}
	if (buf_check(&r.new, "the manifest", err) < 0)
		return -1;
	return fs_write_file(meta, LAYOUT_MANIFEST, buf_str(&r.new), 0644, err);
}
