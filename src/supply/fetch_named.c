/* SPDX-License-Identifier: MIT */
/* A file that the user names, with a digest or without. */
#include <config.h>

#include "supply/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io/url.h"
#include "os/fd.h"
#include "supply/cache.h"
#include "trust/digest.h"

static int
mismatch(const char *shown, const char *expected, const char *got, struct err *err)
{
	(void)err_set(err, ERR_CHECK, "%s is not the file that --sha256 means", shown);
	(void)err_detail(err, "expected", "sha256 %s", expected);
	(void)err_detail(err, "got", "sha256 %s", got);
	return err_detail(err, "to fix",
			  "the file again from where it is published, or its digest");
}

/* Hand FD, which is hashed here, to RET. SHOWN is the address for people. */
static int
deliver(int *fd, const struct artifact *artifact, const char *shown, const char *source,
	struct fetched *ret, struct err *err)
{
	char got[DIGEST_HEX_SIZE];
	uint64_t size;

	if (digest_fd(*fd, got, &size, err) < 0)
		return -1;
	if (*artifact->sha256 && strcmp(artifact->sha256, got) != 0)
		return mismatch(shown, artifact->sha256, got, err);
	ret->fd = steal_fd(fd);
	ret->path = mem_strdup(shown);
	ret->chosen = 0;
	ret->provenance = (struct provenance){
		.kind = *artifact->sha256 ? PROVENANCE_USER_DIGEST : PROVENANCE_USER_FILE,
		.url = url_mask(artifact->url),
		.sha256 = mem_strdup(got),
		.size = size,
		.source = mem_strdup(source),
	};
	return 0;
}

static int
from_file(const struct artifact *artifact, struct fetched *ret, struct err *err)
{
	cleanup_free char *path = url_file_path(artifact->url);
	cleanup_fd int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		(void)err_set(err, ERR_USAGE, "%s cannot be read: %s", path ? path : artifact->url,
			      err_errno_text(errno));
		return err_detail(err, "to fix", "--from with a file that is there");
	}
	if (!S_ISREG(st.st_mode)) {
		(void)err_set(err, ERR_USAGE, "%s is no file", path);
		return err_detail(err, "to fix", "--from with a file");
	}
	return deliver(&fd, artifact, path, path, ret, err);
}

/* Where the bytes of an address go: a file without a name, in the cache's folder. */
struct landing {
	const struct fetch_options *options;
	int fd;
};

static void
landing_reset(struct landing *landing)
{
	cleanup_fd_handler(&landing->fd);
}

static int
landing_open(struct landing *landing, struct err *err)
{
	cleanup_cache struct cache cache = CACHE_INIT;
	cleanup_free char *name = fs_unique_name(FS_TEMPORARY);

	if (cache_open(landing->options->layout, landing->options->cache, &cache, err) < 0 ||
	    cache_prepare(landing->options->layout, &cache, err) < 0)
		return err_wrap(err, "cannot download %s", landing->options->subject);
	landing->fd = openat(cache.target->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (landing->fd < 0 || unlinkat(cache.target->fd, name, 0) < 0)
		return err_sys(err, "cannot make a file in %s", cache.target->path);
	return 0;
}

static int
on_begin(void *ctx, uint64_t offset, const char *validator, struct err *err)
{
	struct landing *landing = ctx;

	/* Nothing is kept for another run. */
	(void)validator;
	if (ftruncate(landing->fd, (off_t)offset) < 0 ||
	    lseek(landing->fd, (off_t)offset, SEEK_SET) < 0)
		return err_sys(err, "cannot write the download");
	return 0;
}

static int
on_write(void *ctx, const void *bytes, size_t n, struct err *err)
{
	const struct landing *landing = ctx;

	if (fd_write_full(landing->fd, bytes, n) < 0)
		return err_sys(err, "cannot write the download");
	return 0;
}

static void
on_progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct landing *landing = ctx;

	event_progress(landing->options->events, landing->options->subject, "download",
		       EVENT_UNIT_BYTES, done, total);
}

static int
from_address(const struct fetch_options *options, const struct artifact *artifact,
	     struct fetched *ret, struct err *err)
{
	cleanup_with(landing_reset) struct landing landing = { .options = options, .fd = -1 };
	cleanup_http struct http *http = NULL;
	cleanup_free char *shown = url_mask(artifact->url);
	cleanup_free char *host = url_host_shown(artifact->url);
	cleanup_free char *remark = mem_printf("from %s", host);
	struct http_request request = { .url = artifact->url,
					.allow_http = url_is_loopback(artifact->url),
					.limit = FETCH_SIZE_MAX };
	struct http_sink sink = {
		.begin = on_begin, .write = on_write, .progress = on_progress, .ctx = &landing
	};
	bool unreachable;

	if (options->offline) {
		(void)err_set(err, ERR_NOT_CACHED, "%s is on the network, which --offline forbids",
			      shown);
		return err_detail(err, "to fix", "--from with a file of this machine");
	}
	if (!url_has_scheme(artifact->url, "https") && !request.allow_http) {
		(void)err_set(err, ERR_USAGE,
			      "%s without https and without --sha256 could be any file", shown);
		return err_detail(err, "to fix", "https://, or --sha256 with its digest");
	}
	if (landing_open(&landing, err) < 0 || http_open(&options->http, &http, err) < 0)
		return -1;
	event_download(options->events, options->subject, shown, remark);
	if (http_get(http, &request, &sink, &unreachable, err) < 0)
		return err_wrap(err, "%s", options->subject);
	if (deliver(&landing.fd, artifact, shown, host, ret, err) < 0)
		return -1;
	ret->address = mem_strdup(artifact->url);
	return 0;
}

int
fetch_named(const struct fetch_options *options, const struct artifact *artifact,
	    struct fetched *ret, struct err *err)
{
	if (url_has_scheme(artifact->url, "file"))
		return from_file(artifact, ret, err);
	if (!*artifact->sha256)
		return from_address(options, artifact, ret, err);
	if (fetch_artifact(options, artifact, 1, ret, err) < 0)
		return -1;
	ret->provenance.kind = PROVENANCE_USER_DIGEST;
	return 0;
}
