/* SPDX-License-Identifier: MIT */
/* Lists of upstreams, asked for only when they have changed. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "io/http_header.h"
#include "io/json.h"
#include "io/url.h"
#include "supply/catalog_update.h"

/* Beside the catalogue's files: lines "ADDRESS<tab>ETAG" of the lists in them, the address
 * without passwords. */
#define ETAGS_FILE "etags"
#define ETAGS_MAX ((size_t)64 * 1024)

static int
read_etags(const struct layout *layout, struct buf *ret, struct err *err)
{
	cleanup_free char *path = path_join(layout->root, LAYOUT_CATALOG, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;

	if (fs_open_dir(path, &dir, err) == 0 && fs_read_file(&dir, ETAGS_FILE, ret, err) == 0)
		return 0;
	if (err->sys != ENOENT)
		return -1;
	err_reset(err);
	return 0;
}

/* The etag of URL in TEXT, or NULL. Owned by the caller (free). */
static char *
find_etag(struct str text, const char *url)
{
	struct str line;
	struct str key;

	while (str_line(&text, &line))
		if (str_split(&line, '\t', &key) && str_eq_text(key, url) && http_etag_ok(line) &&
		    line.n <= HTTP_ETAG_MAX)
			return mem_strndup(line.p, line.n);
	return NULL;
}

int
catalog_list_remember(const struct layout *layout, const char *url, const char *etag,
		      struct err *err)
{
	cleanup_free char *path = path_join(layout->root, LAYOUT_CATALOG, NULL);
	cleanup_free char *shown = url_mask(url);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_buf struct buf old = BUF_INIT(ETAGS_MAX);
	cleanup_buf struct buf new = BUF_INIT(ETAGS_MAX);
	cleanup_err struct err none = { 0 };
	struct str rest;
	struct str line;

	if (fs_make_dirs(path, LAYOUT_FOLDER_MODE, &dir, err) < 0)
		return -1;
	/* One that cannot be read costs one download. */
	(void)read_etags(layout, &old, &none);
	rest = buf_str(&old);
	while (str_line(&rest, &line)) {
		struct str key = { line.p, str_find(line, '\t') };

		if (!str_eq_text(key, shown)) {
			buf_add_str(&new, line);
			buf_add_char(&new, '\n');
		}
	}
	if (*etag)
		buf_printf(&new, "%s\t%s\n", shown, etag);
	if (buf_check(&new, ETAGS_FILE, err) < 0)
		return -1;
	return fs_write_file(&dir, ETAGS_FILE, buf_str(&new), 0644, err);
}

static int
on_begin(void *ctx, uint64_t offset, const char *validator, struct err *err)
{
	(void)validator;
	(void)err;
	buf_truncate(ctx, offset);
	return 0;
}

static int
on_write(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct buf *b = ctx;

	buf_add(b, bytes, n);
	return buf_check(b, "the list", err);
}

static int
get_http(const struct layout *layout, const struct catalog_list *list, const char *shown,
	 struct buf *ret, struct http_answer *answer, struct err *err)
{
	cleanup_buf struct buf etags = BUF_INIT(ETAGS_MAX);
	cleanup_http struct http *http = NULL;
	cleanup_free char *etag = NULL;
	struct http_sink sink = { .begin = on_begin, .write = on_write, .ctx = ret };
	struct http_request request = { .url = list->place,
					.allow_http = url_is_loopback(list->place),
					.limit = JSON_DOCUMENT_MAX,
					.answer = answer };
	bool unreachable;

	if (read_etags(layout, &etags, err) < 0)
		return -1;
	etag = find_etag(buf_str(&etags), shown);
	request.etag = etag;
	if (http_open(&list->http, &http, err) < 0)
		return -1;
	return http_get(http, &request, &sink, &unreachable, err);
}

static int
get_file(const char *path, struct buf *ret, struct err *err)
{
	struct str folder = path_dir(path);
	cleanup_free char *base = mem_strndup(folder.p, folder.n);
	cleanup_dirfd struct dir dir = DIR_INIT;

	if (fs_open_dir(base, &dir, err) < 0 || fs_read_file(&dir, path_base(path).p, ret, err) < 0)
		return -1;
	return 0;
}

int
catalog_list_get(const struct layout *layout, const struct catalog_list *list, struct buf *ret,
		 struct http_answer *answer, struct err *err)
{
	cleanup_free char *shown = url_mask(list->place);
	cleanup_free char *path = NULL;

	*answer = (struct http_answer){ 0 };
	if (url_has_scheme(list->place, "file")) {
		path = url_file_path(list->place);
	} else if (url_scheme(list->place).n) {
		if (!url_ok(list->place))
			return err_set(err, ERR_USAGE, "%s is no https address", shown);
		return get_http(layout, list, shown, ret, answer, err);
	} else if (*list->place && (list->place[0] == '/' || list->cwd)) {
		path = path_clean(list->cwd ? list->cwd : "/", list->place);
	}
	if (!path)
		return err_set(err, ERR_USAGE, "\"%s\" is no address and no file", shown);
	return get_file(path, ret, err);
}
