/* SPDX-License-Identifier: MIT */
/* A program that runs beside us while we talk to it. */
#include <config.h>

#include <string.h>
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/proc_internal.h"
#include "os/sig.h"

/* Milliseconds between SIGTERM and SIGKILL. */
#define STOP_MS 5000

int
proc_channel(int ret_fds[2], struct err *err)
{
	int type = SOCK_STREAM;

#ifdef SOCK_CLOEXEC
	type |= SOCK_CLOEXEC;
#endif
	if (socketpair(AF_UNIX, type, 0, ret_fds) < 0)
		return err_sys(err, "cannot talk to another program");
#ifndef SOCK_CLOEXEC
	(void)fcntl(ret_fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ret_fds[1], F_SETFD, FD_CLOEXEC);
#endif
	return 0;
}

int
proc_begin(const struct proc_spec *spec, bool collect, struct proc_beside *ret_beside,
	   struct err *err)
{
	struct child child = { .pid_fd = -1, .output = -1 };

	if (proc_start_child(spec, collect, STDERR_INHERITED, spec->own_group, &child, err) < 0)
		return -1;
	if (child.output >= 0)
		(void)fcntl(child.output, F_SETFL, O_NONBLOCK);
	*ret_beside = (struct proc_beside){ .pid = child.pid,
					    .pid_fd = child.pid_fd,
					    .output = child.output,
					    .own_group = spec->own_group };
	return 0;
}

/* Append what can be read from FD now; false at its end. */
static bool
read_more(int fd, struct buf *ret)
{
	char chunk[OUTPUT_CHUNK];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n > 0)
		buf_add(ret, chunk, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void
beside_reap(struct proc_beside *beside)
{
	pid_t pid;

	if (beside->gone)
		return;
	do {
		pid = waitpid(beside->pid, &beside->status, WNOHANG);
	} while (pid < 0 && errno == EINTR);
	beside->gone = pid != 0;
}

/* Wait until something can be read from FD (-1: nothing to wait for), or it is gone. */
static bool
beside_poll(struct proc_beside *beside, int fd, struct buf *printed)
{
	struct pollfd fds[4] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = beside->output, .events = POLLIN },
		{ .fd = beside->pid_fd, .events = POLLIN },
		{ .fd = beside->own_group && !sig_received() ? sig_fd() : -1, .events = POLLIN },
	};

	beside_reap(beside);
	(void)poll(fds, 4, beside->gone ? 0 : beside->pid_fd < 0 ? WAIT_POLL_MS : -1);
	if (fds[1].revents && !read_more(beside->output, printed)) {
		close(beside->output);
		beside->output = -1;
	}
	return fds[0].revents != 0;
}

bool
proc_beside_read(struct proc_beside *beside, int fd, struct buf *ret_answer,
		 struct buf *ret_printed)
{
	for (;;) {
		bool was_gone = beside->gone;

		if (beside_poll(beside, fd, ret_printed))
			return read_more(fd, ret_answer);
		if (was_gone || (beside->own_group && sig_received()))
			return false;
	}
}

void
proc_beside_stop(struct proc_beside *beside)
{
	const struct timespec pause = { .tv_nsec = WAIT_POLL_MS * 1000L * 1000L };

	beside_reap(beside);
	if (beside->gone || !beside->own_group)
		return;
	(void)kill(-beside->pid, SIGTERM);
	for (int ms = 0; ms < STOP_MS && !beside->gone; ms += WAIT_POLL_MS) {
		(void)nanosleep(&pause, NULL);
		beside_reap(beside);
	}
	/* What it has started may not have gone with it. */
	(void)kill(-beside->pid, SIGKILL);
	while (!beside->gone) {
		(void)nanosleep(&pause, NULL);
		beside_reap(beside);
	}
}

int
proc_beside_wait(struct proc_beside *beside, struct buf *ret_printed, int *ret_status,
		 struct err *err)
{
	while (!beside->gone)
		(void)beside_poll(beside, -1, ret_printed);
	/* What it printed last. Something that it left running may go on for ever. */
	for (int i = 0; i < LEFT_CHUNKS && beside->output >= 0; i++) {
		size_t before = ret_printed->len;

		(void)beside_poll(beside, -1, ret_printed);
		if (ret_printed->len == before)
			break;
	}
	*ret_status = proc_exit_status(beside->status);
	return sig_check(err);
}

void
proc_beside_reset(struct proc_beside *beside)
{
	cleanup_fd_handler(&beside->pid_fd);
	cleanup_fd_handler(&beside->output);
	*beside = (struct proc_beside)PROC_BESIDE_INIT;
}

void
proc_say(int fd, const char *text)
{
	size_t n = strlen(text) + 1;

	while (n > 0) {
#ifdef MSG_NOSIGNAL
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
#else
		ssize_t sent = send(fd, text, n, 0);
#endif

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return;
		text += sent;
		n -= (size_t)sent;
	}
}
