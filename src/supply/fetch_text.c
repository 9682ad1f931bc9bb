/* SPDX-License-Identifier: MIT */
/* A small file, into memory. */
#include <config.h>

#include "supply/fetch_internal.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io/url.h"
#include "os/fd.h"

static int
on_begin(void *ctx, uint64_t offset, const char *validator, struct err *err)
{
	struct buf *text = ctx;

	(void)validator;
	(void)err;
	/* Where the sink stands, or the beginning. */
	buf_truncate(text, (size_t)offset);
	return 0;
}

static int
on_write(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct buf *text = ctx;

	buf_add(text, bytes, n);
	return buf_check(text, "the answer", err);
}

static int
from_file(const char *url, struct buf *ret, struct err *err)
{
	cleanup_free char *path = url_file_path(url);
	cleanup_fd int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat st;
	char *room;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, ERR_NETWORK, "there is no file %s", path ? path : url);
	room = (uint64_t)st.st_size < ret->limit ? buf_room(ret, (size_t)st.st_size) : NULL;
	n = room ? fd_read_full(fd, room, (size_t)st.st_size) : -1;
	if (n < 0)
		return err_set(err, ERR_NETWORK, "%s is too large, or cannot be read", path);
	buf_use(ret, (size_t)n);
	return 0;
}

int
fetch_text(const struct fetch_options *options, const char *url, struct buf *ret, struct err *err)
{
	cleanup_http struct http *own = NULL;
	struct http_request request = { .url = url, .allow_http = true, .limit = ret->limit };
	struct http_sink sink = { .begin = on_begin, .write = on_write, .ctx = ret };
	bool unreachable;

	if (url_has_scheme(url, "file"))
		return from_file(url, ret, err);
	if (options->offline) {
		cleanup_free char *shown = url_mask(url);

		return err_set(err, ERR_NOT_CACHED, "%s is on the network", shown);
	}
	if (!options->session && http_open(&options->http, &own, err) < 0)
		return -1;
	return http_get(options->session ? options->session->http : own, &request, &sink,
			&unreachable, err);
}
