/* SPDX-License-Identifier: MIT */
/* One candidate: download, resume, check. */
#include <config.h>

#include "supply/fetch_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "io/url.h"
#include "os/sig.h"
#include "trust/digest.h"

/* Bytes copied at once from a file: address. */
#define COPY_SIZE ((size_t)256 * 1024)

/* What the sink's functions need. */
struct arrival {
	struct fetch_try *try;
	struct part *part;
	const char *shown; /* the candidate's address, masked */
};

static void
tell_growth(struct fetch_try *try, const struct part *part)
{
	const struct fetch_follower *follower = try->options->follower;

	if (!follower || part->size == 0)
		return;
	try->is_followed = true;
	follower->grew(follower->ctx, part->fd, part->size);
}

/* Before the bytes that were told of change. */
static void
tell_restart(struct fetch_try *try)
{
	const struct fetch_follower *follower = try->options->follower;

	if (try->is_followed)
		follower->restarted(follower->ctx);
	try->is_followed = false;
}

static int
clear(struct fetch_try *try, struct part *part, struct err *err)
{
	tell_restart(try);
	return part_clear(part, err);
}

static int
on_begin(void *ctx, uint64_t offset, const char *validator, struct err *err)
{
	struct arrival *a = ctx;

	if (offset < a->part->size)
		tell_restart(a->try);
	if (part_begin(a->part, offset, a->shown, validator, err) < 0)
		return -1;
	tell_growth(a->try, a->part);
	return 0;
}

static int
on_write(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct arrival *a = ctx;

	if (part_write(a->part, bytes, n, err) < 0)
		return -1;
	tell_growth(a->try, a->part);
	return 0;
}

static void
on_progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct arrival *a = ctx;

	event_progress(a->try->options->events, a->try->options->subject, "download",
		       EVENT_UNIT_BYTES, done, total);
}

static int
download_http(struct fetch_try *try, const struct candidate *c, struct arrival *arrival,
	      struct err *err)
{
	struct http_sink sink = {
		.begin = on_begin, .write = on_write, .progress = on_progress, .ctx = arrival
	};
	struct http_request request = {
		.url = c->url,
		.allow_http = c->allow_http,
		.can_resume = true,
		.offset = arrival->part->size,
		.validator = part_validator(arrival->part, arrival->shown),
		.size = c->artifact->size,
		.limit = FETCH_SIZE_MAX,
	};

	return http_get(try->http, &request, &sink, &try->unreachable, err);
}

/* Everything that can be read from FD, from its start. */
static int
copy_file(int fd, const struct candidate *c, struct arrival *arrival, struct err *err)
{
	uint64_t limit = c->artifact->size ? c->artifact->size : FETCH_SIZE_MAX;
	cleanup_free char *block = mem_resize(NULL, COPY_SIZE, 1);

	if (on_begin(arrival, 0, NULL, err) < 0)
		return -1;
	for (;;) {
		ssize_t n = read(fd, block, COPY_SIZE);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_NETWORK, "%s: %s", c->source,
				       err_errno_text(errno));
		if (n == 0)
			return 0;
		if ((uint64_t)n > limit - arrival->part->size)
			return err_set(err, ERR_CHECK,
				       "%s has more than the %" PRIu64 " bytes expected", c->source,
				       limit);
		if (sig_check(err) < 0 || on_write(arrival, block, (size_t)n, err) < 0)
			return -1;
		on_progress(arrival, arrival->part->size, c->artifact->size);
	}
}

/* libcurl is not let near files: what is a file is decided here. */
static int
download_file(const struct candidate *c, struct arrival *arrival, struct err *err)
{
	cleanup_free char *path = url_file_path(c->url);
	cleanup_fd int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, ERR_NETWORK, "%s cannot be read: %s", c->source,
			       err_errno_text(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_NETWORK, "%s is no file", c->source);
	return copy_file(fd, c, arrival, err);
}

/* Asked before the first byte, so that a full disk is told as such and at once. */
static int
check_space(const struct candidate *c, const struct part *part, struct err *err)
{
	uint64_t missing = c->artifact->size > part->size ? c->artifact->size - part->size : 0;
	uint64_t available = fs_free_bytes(part->folder);

	if (missing <= available)
		return 0;
	err_set(err, ERR_FAILED, "%.1f MB are needed in %s, and %.1f MB are free",
		(double)missing / 1e6, part->folder->path, (double)available / 1e6);
	err->sys = ENOSPC;
	return err_detail(err, "to fix",
			  "make room there, or PYTHON_BUILD_CACHE_PATH=DIR on "
			  "another disk");
}

static int
download(struct fetch_try *try, const struct candidate *c, struct part *part, struct err *err)
{
	const struct fetch_options *o = try->options;
	cleanup_free char *shown = url_mask(c->url);
	cleanup_free char *remark = NULL;
	struct arrival arrival = { .try = try, .part = part, .shown = shown };

	/* Killed between the last byte and the check. */
	if (c->artifact->size && part->size == c->artifact->size)
		return 0;
	if (part->size > 0 && url_has_scheme(c->url, "file") && clear(try, part, err) < 0)
		return -1;
	if (check_space(c, part, err) < 0)
		return -1;
	remark = part->size ? mem_printf("from %s, going on at %.1f MB", c->source,
					 (double)part->size / 1e6)
			    : mem_printf("from %s", c->source);
	if (!try->same_source)
		event_download(o->events, o->subject, shown, remark);
	if (url_has_scheme(c->url, "file"))
		return download_file(c, &arrival, err);
	return download_http(try, c, &arrival, err);
}

static int
mismatch(const struct candidate *c, const struct part *part, const char *got, struct err *err)
{
	cleanup_free char *from = strvec_join(&part->sources, ", ");

	err_set(err, ERR_CHECK, "%s: what came is not the file that was expected", c->source);
	err_detail(err, "expected", "sha256 %s", c->artifact->sha256);
	err_detail(err, "got", "sha256 %s, %" PRIu64 " bytes", got, part->size);
	return err_detail(err, "from", "%s", from);
}

/* Download and check; bytes of an earlier try may be the wrong ones, so what was
 * joined and does not hold is fetched anew once, whole. */
static int
download_and_check(struct fetch_try *try, const struct candidate *c, struct part *part,
		   struct cached *ret, struct err *err)
{
	bool joined = part->size > 0;
	char got[DIGEST_HEX_SIZE];

	for (;;) {
		if (download(try, c, part, err) < 0 ||
		    part_finish(part, c->artifact, ret, got, err) < 0)
			return -1;
		if (ret->fd >= 0)
			return 0;
		if (!joined)
			return mismatch(c, part, got, err);
		event_note(try->options->events, try->options->subject,
			   "the parts do not make the expected file; downloading it whole");
		joined = false;
		if (clear(try, part, err) < 0)
			return -1;
	}
}

/* Are the bytes so far worth keeping? Not the wrong ones, and not at the price of
 * leaving a disk full. */
static bool
may_go_on(const struct err *err)
{
	return err->code != ERR_CHECK && err->sys != ENOSPC && err->sys != EDQUOT;
}

static void
tell_waiting(void *ctx)
{
	const struct fetch_try *try = ctx;

	event_note(try->options->events, try->options->subject,
		   "another process downloads it; waiting");
}

int
fetch_one(struct fetch_try *try, const struct candidate *c, struct cached *ret, struct err *err)
{
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_part struct part part = PART_INIT;

	if (cache_lock(try->cache, c->artifact, tell_waiting, try, &lock, err) < 0 ||
	    cache_find(try->cache, c->artifact, ret, NULL, err) < 0)
		return -1;
	/* The lock was free for a moment: others may have worked on the part. */
	tell_restart(try);
	if (ret->fd >= 0) {
		try->was_cached = true;
		return 0;
	}
	if (part_open(try->cache, c->artifact, &part, err) < 0)
		return -1;
	/* Longer than the whole: another file's. */
	if (c->artifact->size && part.size > c->artifact->size && clear(try, &part, err) < 0)
		return -1;
	if (download_and_check(try, c, &part, ret, err) == 0)
		return 0;
	if (!may_go_on(err) || part.size == 0)
		part_remove(&part);
	else
		try->kept = part.size;
	return -1;
}
