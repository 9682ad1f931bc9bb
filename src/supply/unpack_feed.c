/* SPDX-License-Identifier: MIT */
/* The bytes of an archive on their way into the unpacker. */
#include <config.h>

#include "supply/unpack_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "os/fd.h"

/* 256 KiB: four pipes full. */
#define BLOCK_SIZE ((size_t)256 * 1024)

/* What the thread may do next. */
enum step { STEP_FEED, STEP_DONE, STEP_STOP };

/* Wait until there is something to do; for STEP_FEED *RET_FD and *RET_SIZE say what. */
static enum step
next_step(struct feed *f, int *ret_fd, uint64_t *ret_size)
{
	enum step step;

	(void)pthread_mutex_lock(&f->lock);
	while (!f->stopped && !f->is_whole && (!f->shut_in || f->there <= f->fed))
		(void)pthread_cond_wait(&f->changed, &f->lock);
	step = f->stopped ? STEP_STOP : f->there > f->fed ? STEP_FEED : STEP_DONE;
	f->fed_early = f->fed_early || (step == STEP_FEED && !f->is_whole);
	*ret_fd = f->fd;
	*ret_size = f->there;
	(void)pthread_mutex_unlock(&f->lock);
	return step;
}

/* Feed what FD has between f->fed and SIZE. False when nobody reads any more. */
static bool
feed_range(struct feed *f, struct digest *digest, char *block, int fd, uint64_t size)
{
	while (f->fed < size) {
		uint64_t left = size - f->fed;
		ssize_t n = pread(fd, block, left < BLOCK_SIZE ? (size_t)left : BLOCK_SIZE,
				  (off_t)f->fed);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			(void)err_set(&f->error, ERR_FAILED, "cannot read the archive: %s",
				      n < 0 ? err_errno_text(errno) : "it became shorter");
			return false;
		}
		if (digest_add(digest, block, (size_t)n, &f->error) < 0)
			return false;
		/* The program has given up, and says why itself. */
		if (fd_write_full(f->pipe, block, (size_t)n) < 0)
			return false;
		f->fed += (uint64_t)n;
	}
	return true;
}

static void
feed_all(struct feed *f, struct digest *digest, char *block)
{
	for (;;) {
		uint64_t size = 0;
		int fd = -1;

		switch (next_step(f, &fd, &size)) {
		case STEP_FEED:
			if (!feed_range(f, digest, block, fd, size))
				return;
			break;
		case STEP_DONE:
			if (digest_finish(digest, f->hex, &f->error) < 0)
				f->hex[0] = '\0';
			return;
		case STEP_STOP:
			return;
		}
	}
}

static void *
run(void *ctx)
{
	struct feed *f = ctx;
	cleanup_digest struct digest *digest = NULL;
	cleanup_free char *block = mem_resize(NULL, BLOCK_SIZE, 1);
	sigset_t pipe_only;

	/* A program that ends early closes the pipe. */
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe_only, NULL);
	if (digest_new(&digest, &f->error) == 0)
		feed_all(f, digest, block);
	cleanup_fd_handler(&f->pipe);
	f->pipe = -1;
	return NULL;
}

int
feed_begin(struct feed *f, int pipe, struct err *err)
{
	int failed;

	*f = (struct feed){ .pipe = pipe, .fd = -1 };
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)pthread_cond_init(&f->changed, NULL);
	failed = pthread_create(&f->thread, NULL, run, f);
	f->running = failed == 0;
	if (f->running)
		return 0;
	cleanup_fd_handler(&f->pipe);
	f->pipe = -1;
	return err_set(err, ERR_FAILED, "cannot start a thread: %s", err_errno_text(failed));
}

/* With the lock held: remember FD, which the caller may close. */
static void
take_fd(struct feed *f, int fd)
{
	if (f->fd < 0)
		f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	/* Without a descriptor it waits for the whole file's, or for nothing. */
	if (f->fd < 0)
		f->stopped = true;
}

void
feed_grew(struct feed *f, int fd, uint64_t size)
{
	(void)pthread_mutex_lock(&f->lock);
	take_fd(f, fd);
	f->there = size;
	(void)pthread_cond_signal(&f->changed);
	(void)pthread_mutex_unlock(&f->lock);
}

void
feed_allow(struct feed *f)
{
	(void)pthread_mutex_lock(&f->lock);
	f->shut_in = true;
	(void)pthread_cond_signal(&f->changed);
	(void)pthread_mutex_unlock(&f->lock);
}

void
feed_whole(struct feed *f, int fd, uint64_t size)
{
	(void)pthread_mutex_lock(&f->lock);
	take_fd(f, fd);
	f->there = size;
	f->is_whole = true;
	(void)pthread_cond_signal(&f->changed);
	(void)pthread_mutex_unlock(&f->lock);
}

void
feed_stop(struct feed *f)
{
	(void)pthread_mutex_lock(&f->lock);
	f->stopped = true;
	(void)pthread_cond_signal(&f->changed);
	(void)pthread_mutex_unlock(&f->lock);
}

bool
feed_is(struct feed *f, const bool *field)
{
	bool value;

	(void)pthread_mutex_lock(&f->lock);
	value = *field;
	(void)pthread_mutex_unlock(&f->lock);
	return value;
}

int
feed_join(struct feed *f, struct err *err)
{
	if (f->running)
		(void)pthread_join(f->thread, NULL);
	f->running = false;
	if (f->error.code == ERR_NONE)
		return 0;
	*err = f->error;
	f->error = (struct err){ 0 };
	return -1;
}

void
feed_reset(struct feed *f)
{
	if (f->running) {
		feed_stop(f);
		(void)pthread_join(f->thread, NULL);
	}
	cleanup_fd_handler(&f->fd);
	f->fd = -1;
	err_reset(&f->error);
}
