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
	struct str rest; /* of old, from the next line on */
	struct buf new;
};

static void
renewal_reset(struct renewal *r)
{
	map_reset(&r->wanted);
	buf_reset(&r->old);
	buf_reset(&r->new);
}

/* Read the manifest; one that is not there has no lines. */
static int
begin(struct renewal *r, const struct dir *meta, const struct strvec *paths, struct err *err)
{
	if (!fs_exists_at(meta, LAYOUT_MANIFEST))
		return 0;
	for (size_t i = 0; i < paths->count; i++) {
		cleanup_free char *escaped = manifest_escape(paths->items[i]);
		cleanup_free char *shown = mem_printf("./%s", escaped);

		map_set(&r->wanted, shown, paths->items[i]);
	}
	if (fs_read_file(meta, LAYOUT_MANIFEST, &r->old, err) < 0)
		return -1;
	r->rest = buf_str(&r->old);
	return 0;
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

/* The next line that is about a wanted path, which is returned; NULL: there is no more. */
static const char *
next_wanted(struct renewal *r, struct str *ret_line)
{
	const char *path = NULL;

	while (!path && str_line(&r->rest, ret_line))
		path = wanted_path(r, *ret_line);
	return path;
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
	const char *path;
	struct str line;

	if (begin(&r, meta, paths, err) < 0)
		return -1;
	while ((path = next_wanted(&r, &line))) {
		cleanup_buf struct buf is = BUF_INIT(BUF_TEXT_MAX);

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
	const char *path;
	struct str line;

	if (begin(&r, meta, paths, err) < 0)
		return -1;
	while ((path = next_wanted(&r, &line)))
		map_set(&found, path, (void *)line.p);
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
	struct str line;

	if (begin(&r, meta, paths, err) < 0)
		return -1;
	if (!r.old.len)
		return 0;
	while (str_line(&r.rest, &line)) {
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
