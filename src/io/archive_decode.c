/* SPDX-License-Identifier: MIT */
/* The decompressed bytes of a file, made ahead by a thread. */
#include <config.h>

#include "io/archive_decode.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "os/proc.h"

/* Bytes asked of the file at once: two pipes full. */
#define READ_SIZE ((size_t)128 * 1024)
/* The ring: 2 MiB. Some hundred small files are written while a block waits. */
#define BLOCK_SIZE ((size_t)128 * 1024)
#define BLOCKS_MAX 16
/* Small archives of empty files compress without limit; the ratio counts from
 * here on. */
#define RATIO_FREE_BYTES ((uint64_t)1024 * 1024)

struct block {
	char *data; /* BLOCK_SIZE bytes */
	size_t size;
};

struct decode {
	int fd;
	int stop[2]; /* its first end can be read when the thread should stop */
	uint64_t ratio;
	struct archive *filter; /* the thread's, once it runs */
	char *in;		/* READ_SIZE bytes, the filter's input */
	uint64_t bytes_out;
	int read_errno; /* why FD could not be read, or 0 */
	pthread_t thread;
	bool running; /* the thread is to be joined */

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t changed;
	struct block blocks[BLOCKS_MAX]; /* number I is at I % BLOCKS_MAX */
	uint64_t made;			 /* blocks that are, or were, to be had */
	uint64_t freed;			 /* of them, no longer in use */
	bool stopped;
	bool ended;	  /* no more will be made */
	struct err error; /* why, if it was not the end */
	uint64_t bytes_in;

	bool holds; /* the holder has block FREED; the holder's */
};

/* Wait until FD can be read. False when we should stop. */
static bool
wait_for_bytes(const struct decode *d)
{
	struct pollfd fds[] = { { .fd = d->fd, .events = POLLIN },
				{ .fd = d->stop[0], .events = POLLIN } };

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return true; /* then read() may say what is wrong */
	return fds[1].revents == 0;
}

static la_ssize_t
read_compressed(struct archive *filter, void *ctx, const void **ret_data)
{
	struct decode *d = ctx;
	ssize_t n = -1;

	errno = ECANCELED;
	if (wait_for_bytes(d)) {
		do
			n = read(d->fd, d->in, READ_SIZE);
		while (n < 0 && errno == EINTR);
	}
	if (n < 0) {
		d->read_errno = errno;
		archive_set_error(filter, errno, "read error");
		return ARCHIVE_FATAL;
	}
	(void)pthread_mutex_lock(&d->lock);
	d->bytes_in += (uint64_t)n;
	(void)pthread_mutex_unlock(&d->lock);
	*ret_data = d->in;
	return n;
}

static int
failed(const struct decode *d, struct err *err)
{
	const char *why = archive_error_string(d->filter);

	if (d->read_errno) {
		errno = d->read_errno;
		return err_sys(err, "cannot read the archive");
	}
	return err_set(err, ERR_CHECK, "the archive is damaged: %s", why ? why : "no reason known");
}

static int
open_filter(struct decode *d, struct err *err)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;

	d->filter = a;
	/* Only filters built into libarchive: enabling one that it would run as
	 * an external program answers ARCHIVE_WARN. */
	if (!a || archive_read_support_filter_gzip(a) != ARCHIVE_OK ||
	    archive_read_support_filter_bzip2(a) != ARCHIVE_OK ||
	    archive_read_support_filter_xz(a) != ARCHIVE_OK ||
	    archive_read_support_filter_zstd(a) != ARCHIVE_OK ||
	    archive_read_support_format_raw(a) != ARCHIVE_OK)
		return err_set(err, ERR_FAILED, "libarchive lacks one of gzip, bzip2, xz and zstd");
	if (archive_read_open(a, d, NULL, read_compressed, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK)
		return failed(d, err);
	/* The filter itself and the source below it; more would be an archive
	 * compressed twice, which nobody publishes. */
	if (archive_filter_count(a) > 2)
		return err_set(err, ERR_CHECK, "the archive is compressed more than once");
	return 0;
}

/* The filter has nothing more to give: neither may the file. */
static int
check_end(struct decode *d, struct err *err)
{
	const void *data;
	la_ssize_t n;

	while ((n = read_compressed(d->filter, d, &data)) > 0)
		;
	if (n < 0)
		return failed(d, err);
	if ((uint64_t)archive_filter_bytes(d->filter, -1) != decode_bytes_in(d))
		return err_set(err, ERR_CHECK, "the archive has data after its end");
	return 0;
}

/* Fill BLOCK. 1, or 0 at the end, or -1. */
static int
make_block(struct decode *d, struct block *block, struct err *err)
{
	la_ssize_t n = archive_read_data(d->filter, block->data, BLOCK_SIZE);

	if (n < 0)
		return failed(d, err);
	if (n == 0)
		return check_end(d, err);
	d->bytes_out += (uint64_t)n;
	if (d->bytes_out > RATIO_FREE_BYTES && d->bytes_out / d->ratio > decode_bytes_in(d))
		return err_set(err, ERR_CHECK,
			       "the archive is a decompression bomb (more than %" PRIu64 " to 1)",
			       d->ratio);
	block->size = (size_t)n;
	return 1;
}

/* The block to fill next, when there is one to spare; NULL: stop. */
static struct block *
wait_for_room(struct decode *d)
{
	struct block *block;

	(void)pthread_mutex_lock(&d->lock);
	while (!d->stopped && d->made - d->freed == BLOCKS_MAX)
		(void)pthread_cond_wait(&d->changed, &d->lock);
	block = d->stopped ? NULL : &d->blocks[d->made % BLOCKS_MAX];
	(void)pthread_mutex_unlock(&d->lock);
	return block;
}

static void *
decode_all(void *ctx)
{
	struct decode *d = ctx;
	struct err error = { 0 };
	struct block *block;
	int more = 1;

	while (more > 0 && (block = wait_for_room(d))) {
		more = make_block(d, block, &error);
		(void)pthread_mutex_lock(&d->lock);
		d->made += more > 0;
		d->ended = more <= 0;
		d->error = error;
		(void)pthread_cond_signal(&d->changed);
		(void)pthread_mutex_unlock(&d->lock);
	}
	return NULL;
}

int
decode_begin(int fd, uint64_t ratio, struct decode **ret_decode, struct err *err)
{
	cleanup_decode struct decode *d = mem_zalloc(sizeof(*d));
	int number;

	*d = (struct decode){ .fd = fd, .ratio = ratio, .stop = { -1, -1 } };
	(void)pthread_mutex_init(&d->lock, NULL);
	(void)pthread_cond_init(&d->changed, NULL);
	d->in = mem_resize(NULL, READ_SIZE, 1);
	for (size_t i = 0; i < BLOCKS_MAX; i++)
		d->blocks[i].data = mem_resize(NULL, BLOCK_SIZE, 1);
	if (proc_pipe(d->stop) < 0)
		return err_sys(err, "cannot make a pipe");
	if (open_filter(d, err) < 0)
		return -1;
	number = pthread_create(&d->thread, NULL, decode_all, d);
	d->running = number == 0;
	if (!d->running)
		return err_set(err, ERR_FAILED, "cannot start a thread: %s",
			       err_errno_text(number));
	*ret_decode = steal_ptr(&d);
	return 0;
}

int
decode_next(struct decode *d, const char **ret_data, size_t *ret_size, struct err *err)
{
	const struct block *block;

	(void)pthread_mutex_lock(&d->lock);
	d->freed += d->holds;
	(void)pthread_cond_signal(&d->changed);
	while (d->made == d->freed && !d->ended)
		(void)pthread_cond_wait(&d->changed, &d->lock);
	d->holds = d->made != d->freed;
	(void)pthread_mutex_unlock(&d->lock);
	block = &d->blocks[d->freed % BLOCKS_MAX];
	*ret_data = block->data;
	*ret_size = d->holds ? block->size : 0;
	if (d->holds || d->error.code == ERR_NONE)
		return 0;
	/* The thread is done: what is its is ours. */
	*err = d->error;
	d->error = (struct err){ 0 };
	return -1;
}

uint64_t
decode_bytes_in(struct decode *d)
{
	uint64_t bytes;

	(void)pthread_mutex_lock(&d->lock);
	bytes = d->bytes_in;
	(void)pthread_mutex_unlock(&d->lock);
	return bytes;
}

static void
stop(struct decode *d)
{
	(void)pthread_mutex_lock(&d->lock);
	d->stopped = true;
	(void)pthread_cond_signal(&d->changed);
	(void)pthread_mutex_unlock(&d->lock);
	/* A closed end can be read. */
	cleanup_fd_handler(&d->stop[1]);
	d->stop[1] = -1;
	(void)pthread_join(d->thread, NULL);
}

void
decode_free(struct decode **decode)
{
	struct decode *d = *decode;
	int saved = errno;

	if (!d)
		return;
	if (d->running)
		stop(d);
	cleanup_fd_handler(&d->stop[0]);
	cleanup_fd_handler(&d->stop[1]);
	archive_read_free(d->filter);
	for (size_t i = 0; i < BLOCKS_MAX; i++)
		free(d->blocks[i].data);
	free(d->in);
	err_reset(&d->error);
	(void)pthread_cond_destroy(&d->changed);
	(void)pthread_mutex_destroy(&d->lock);
	free(d);
	*decode = NULL;
	errno = saved;
}
