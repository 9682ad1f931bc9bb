/* SPDX-License-Identifier: MIT */
/* Locks on files that are never deleted. */
#include <config.h>

#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include "os/sig.h"

/* Longest time between two looks at a lock that another holds, in milliseconds; the first
 * is a fiftieth, for locks that are held for a moment. Looking again, not F_OFD_SETLKW,
 * because an interrupt must end the wait whatever the handler's SA_RESTART. */
#define LOCK_POLL_MS 50

/* 1: taken, 0: another holds it, -1: errno says why. */
static int
try_lock(int fd)
{
#ifdef F_OFD_SETLK
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
		return 1;
	return errno == EAGAIN || errno == EACCES ? 0 : -1;
#else
	/* macOS: flock() belongs to the open file description, too. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	return errno == EWOULDBLOCK ? 0 : -1;
#endif
}

static int
open_lock(const struct dir *dir, const char *name, struct err *err)
{
	int fd = openat(dir->fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

	if (fd < 0)
		return err_sys(err, "cannot open the lock %s/%s", dir->path, name);
	return fd;
}

int
fs_try_lock(const struct dir *dir, const char *name, bool *ret_taken, struct lock *ret_lock,
	    struct err *err)
{
	cleanup_fd int fd = open_lock(dir, name, err);
	int taken;

	if (fd < 0)
		return -1;
	taken = try_lock(fd);
	if (taken < 0)
		return err_sys(err, "cannot lock %s/%s", dir->path, name);
	*ret_taken = taken;
	if (taken)
		ret_lock->fd = steal_fd(&fd);
	return 0;
}

int
fs_lock(const struct dir *dir, const char *name, void (*on_wait)(void *ctx), void *ctx,
	struct lock *ret_lock, struct err *err)
{
	cleanup_fd int fd = open_lock(dir, name, err);
	bool told = false;
	int pause = 1;

	if (fd < 0)
		return -1;
	for (;;) {
		struct pollfd interrupt = { .fd = sig_fd(), .events = POLLIN };
		int taken = try_lock(fd);

		if (taken < 0)
			return err_sys(err, "cannot lock %s/%s", dir->path, name);
		if (taken)
			break;
		if (on_wait && !told)
			on_wait(ctx);
		told = true;
		if (sig_check(err) < 0)
			return -1;
		(void)poll(&interrupt, 1, pause);
		pause = pause * 2 < LOCK_POLL_MS ? pause * 2 : LOCK_POLL_MS;
	}
	ret_lock->fd = steal_fd(&fd);
	return 0;
}

bool
fs_try_lock_dir(const struct dir *dir)
{
	/* Not fcntl(): its locks need a descriptor for writing, which no folder gives. */
	return flock(dir->fd, LOCK_EX | LOCK_NB) == 0;
}

/* Closing would not always do: a program that another thread starts has the open file,
 * too, for the moment until it is executed. */
static void
unlock(int fd)
{
#ifdef F_OFD_SETLK
	struct flock whole = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	(void)fcntl(fd, F_OFD_SETLK, &whole);
#else
	(void)flock(fd, LOCK_UN);
#endif
}

void
lock_release(struct lock *lock)
{
	int saved = errno;

	if (lock->fd >= 0)
		unlock(lock->fd);
	errno = saved;
	cleanup_fd_handler(&lock->fd);
	lock->fd = -1;
}
