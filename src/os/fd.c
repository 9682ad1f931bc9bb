/* SPDX-License-Identifier: MIT */
/* Open descriptors: all bytes at once, and the three that every program has. */
#include <config.h>

#include "os/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Bytes copied at one time: on the stack, and enough to make calls rare. */
#define COPY_CHUNK ((size_t)32 * 1024)

ssize_t
fd_read_full(int fd, void *bytes, size_t n)
{
	char *at = bytes;
	size_t have = 0;

	while (have < n) {
		ssize_t got = read(fd, at + have, n - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

int
fd_write_full(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

int
fd_copy(int from, int to)
{
	for (;;) {
		char chunk[COPY_CHUNK];
		ssize_t n = fd_read_full(from, chunk, sizeof(chunk));

		if (n <= 0)
			return (int)n;
		if (fd_write_full(to, chunk, (size_t)n) < 0)
			return -1;
	}
}

void
fd_guard_standard(void)
{
	/* Open for the wrong direction: as gnulib's stdopen does. */
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < 3; fd++)
		/* open() gives the lowest free number, which is this one. */
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", flags[fd]) < 0)
			return;
}
