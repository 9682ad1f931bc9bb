/* SPDX-License-Identifier: MIT */
/* Release of resources when a local variable goes out of scope. */
#ifndef PYVERN_BASE_CLEANUP_H
#define PYVERN_BASE_CLEANUP_H

/*
 * `cleanup_free char *p = NULL;` frees p on every way out of the block. A
 * variable starts with its empty value (NULL, -1, {0}) and hands its content
 * out with steal_ptr() or steal_fd(). Handlers keep errno.
 *
 * A file that was WRITTEN is never left to a handler: a close can fail, so it
 * is closed by an explicit, checked commit (fs_file_commit, fclose).
 */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
cleanup_free_handler(void *p)
{
	int saved = errno;

	free(*(void **)p);
	errno = saved;
}

static inline void
cleanup_fd_handler(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void
cleanup_dir_handler(DIR **dir)
{
	int saved = errno;

	if (*dir)
		closedir(*dir);
	errno = saved;
}

/* For files that were only read. */
static inline void
cleanup_file_handler(FILE **file)
{
	int saved = errno;

	if (*file)
		fclose(*file);
	errno = saved;
}

#define cleanup_with(handler) __attribute__((cleanup(handler)))
#define cleanup_free cleanup_with(cleanup_free_handler)
#define cleanup_fd cleanup_with(cleanup_fd_handler)
#define cleanup_dir cleanup_with(cleanup_dir_handler)
#define cleanup_file cleanup_with(cleanup_file_handler)

/* Hand the pointer at *PP to the caller and leave NULL behind. */
static inline void *
steal_ptr_impl(void *pp)
{
	void *taken = *(void **)pp;

	*(void **)pp = NULL;
	return taken;
}
#define steal_ptr(pp) ((__typeof__(*(pp)))steal_ptr_impl(pp))

/* Hand the descriptor at *FD to the caller and leave -1 behind. */
static inline int
steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
