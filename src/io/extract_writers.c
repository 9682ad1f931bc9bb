/* SPDX-License-Identifier: MIT */
/* Threads that make the small files of an archive. */
#include <config.h>

#include "io/extract_writers.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "os/fd.h"

/* More threads wait for one another in the file system. */
#define WRITERS_MAX 8
/* 8 MiB and 512 files: most that waits. */
#define QUEUED_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define QUEUED_FILES_MAX 512
/* Most folders that are open for it: the sandbox lets a process have 64 descriptors. */
#define FOLDERS_MAX 32

struct writers_folder {
	struct writers *writers;
	int fd;
	unsigned holders; /* the writers' lock guards it */
};

struct job {
	struct job *next;
	struct writers_file file; /* its texts and its share of the folder are the job's */
	char *data;
	size_t size;
};

struct writers {
	pthread_t threads[WRITERS_MAX];
	unsigned count;

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t added;
	pthread_cond_t done;
	struct job *first;
	struct job **last;
	size_t files; /* queued and being made */
	size_t bytes; /* of them */
	size_t folders;
	bool stopped;
	struct err error; /* the first one */
};

static void
lock(struct writers *w)
{
	(void)pthread_mutex_lock(&w->lock);
}

static void
unlock(struct writers *w)
{
	(void)pthread_mutex_unlock(&w->lock);
}

struct writers_folder *
writers_folder_new(struct writers *writers, int fd)
{
	struct writers_folder *folder = mem_zalloc(sizeof(*folder));

	*folder = (struct writers_folder){ .writers = writers, .fd = fd, .holders = 1 };
	lock(writers);
	/* Only queued files hold on to others than the few of whoever asks. */
	while (writers->folders >= FOLDERS_MAX && writers->files)
		(void)pthread_cond_wait(&writers->done, &writers->lock);
	writers->folders++;
	unlock(writers);
	return folder;
}

int
writers_folder_fd(const struct writers_folder *folder)
{
	return folder->fd;
}

void
writers_folder_free(struct writers_folder **folder)
{
	struct writers_folder *f = *folder;
	bool is_last;

	if (!f)
		return;
	lock(f->writers);
	is_last = --f->holders == 0;
	f->writers->folders -= is_last;
	unlock(f->writers);
	if (is_last) {
		cleanup_fd_handler(&f->fd);
		free(f);
	}
	*folder = NULL;
}

int
writers_create(const struct writers_file *file, struct err *err)
{
	int fd = openat(file->folder->fd, file->name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			file->executable ? 0755 : 0644);

	if (fd >= 0)
		return fd;
	if (errno == EEXIST)
		return err_set(err, ERR_CHECK, "%s: comes twice in the archive", file->path);
	return err_sys(err, "cannot write %s", file->path);
}

int
writers_finish(const struct writers_file *file, int fd, struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = (time_t)file->mtime } };
	cleanup_fd int open = fd;

	if (futimens(open, times) < 0 || close(steal_fd(&open)) < 0)
		return err_sys(err, "cannot write %s", file->path);
	return 0;
}

static int
make_file(const struct writers_file *file, const char *data, size_t size, struct err *err)
{
	int fd = writers_create(file, err);

	if (fd < 0)
		return -1;
	if (fd_write_full(fd, data, size) == 0)
		return writers_finish(file, fd, err);
	(void)err_sys(err, "cannot write %s", file->path);
	close(fd);
	return -1;
}

static void
job_free(struct job *job)
{
	writers_folder_free(&job->file.folder);
	free((char *)(uintptr_t)job->file.name);
	free((char *)(uintptr_t)job->file.path);
	free(job->data);
	free(job);
}

/* The next job, out of the queue; NULL: stop. With the lock held. */
static struct job *
wait_for_job(struct writers *w)
{
	struct job *job;

	while (!w->first && !w->stopped)
		(void)pthread_cond_wait(&w->added, &w->lock);
	job = w->stopped ? NULL : w->first;
	if (!job)
		return NULL;
	w->first = job->next;
	if (!w->first)
		w->last = &w->first;
	return job;
}

static void *
make_files(void *ctx)
{
	struct writers *w = ctx;
	struct job *job;

	lock(w);
	while ((job = wait_for_job(w))) {
		struct err err = { 0 };
		size_t size = job->size;
		/* After an error nobody wants the rest. */
		bool is_wanted = w->error.code == ERR_NONE;

		unlock(w);
		if (is_wanted)
			(void)make_file(&job->file, job->data, size, &err);
		job_free(job);
		lock(w);
		if (w->error.code == ERR_NONE)
			w->error = err;
		else
			err_reset(&err);
		w->files--;
		w->bytes -= size;
		(void)pthread_cond_signal(&w->done);
	}
	unlock(w);
	return NULL;
}

struct writers *
writers_new(unsigned count)
{
	struct writers *w = mem_zalloc(sizeof(*w));

	w->last = &w->first;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->added, NULL);
	(void)pthread_cond_init(&w->done, NULL);
	for (unsigned i = 0; i < count && i < WRITERS_MAX; i++) {
		if (pthread_create(&w->threads[i], NULL, make_files, w) != 0)
			break;
		w->count++;
	}
	return w;
}

/* With the lock held. */
static int
take_error(struct writers *w, struct err *err)
{
	/* The next one that asks is told, too. */
	return w->error.code == ERR_NONE ? 0 : err_set(err, w->error.code, "%s", w->error.message);
}

static struct job *
job_new(const struct writers_file *file, char *data, size_t size)
{
	struct job *job = mem_zalloc(sizeof(*job));

	job->file = *file;
	job->file.name = mem_strdup(file->name);
	job->file.path = mem_strdup(file->path);
	job->data = data;
	job->size = size;
	return job;
}

int
writers_add(struct writers *w, const struct writers_file *file, char *data, size_t size,
	    struct err *err)
{
	struct job *job;
	int result;

	if (w->count == 0) {
		result = make_file(file, data, size, err);
		free(data);
		return result;
	}
	job = job_new(file, data, size);
	lock(w);
	file->folder->holders++;
	while (w->error.code == ERR_NONE &&
	       (w->bytes > QUEUED_BYTES_MAX || w->files > QUEUED_FILES_MAX))
		(void)pthread_cond_wait(&w->done, &w->lock);
	*w->last = job;
	w->last = &job->next;
	w->files++;
	w->bytes += size;
	result = take_error(w, err);
	(void)pthread_cond_signal(&w->added);
	unlock(w);
	return result;
}

int
writers_drain(struct writers *w, struct err *err)
{
	int result;

	lock(w);
	while (w->files)
		(void)pthread_cond_wait(&w->done, &w->lock);
	result = take_error(w, err);
	unlock(w);
	return result;
}

void
writers_free(struct writers **writers)
{
	struct writers *w = *writers;
	int saved = errno;

	if (!w)
		return;
	lock(w);
	w->stopped = true;
	(void)pthread_cond_broadcast(&w->added);
	unlock(w);
	for (unsigned i = 0; i < w->count; i++)
		(void)pthread_join(w->threads[i], NULL);
	while (w->first) {
		struct job *job = w->first;

		w->first = job->next;
		job_free(job);
	}
	err_reset(&w->error);
	(void)pthread_cond_destroy(&w->added);
	(void)pthread_cond_destroy(&w->done);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
	*writers = NULL;
	errno = saved;
}
