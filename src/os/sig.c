/* SPDX-License-Identifier: MIT */
/* Interrupts: a flag and a pipe. */
#include <config.h>

#include "os/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* Set in a handler, in whatever thread that runs; asked by all of them. */
static atomic_int received;
static int pipe_fds[2] = { -1, -1 };

static void
on_signal(int number)
{
	int saved = errno;

	received = number;
	/* A full pipe is readable already. */
	if (write(pipe_fds[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

static bool
make_pipe(void)
{
	if (pipe(pipe_fds) < 0)
		return false;
	for (int i = 0; i < 2; i++) {
		(void)fcntl(pipe_fds[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(pipe_fds[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

void
sig_install(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };

	if (pipe_fds[0] >= 0 || !make_pipe())
		return;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct sigaction old;

		/* A signal that our caller ignores (nohup) stays ignored. */
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

int
sig_fd(void)
{
	return pipe_fds[0];
}

int
sig_received(void)
{
	return received;
}

int
sig_check(struct err *err)
{
	if (!received)
		return 0;
	return err_set(err, ERR_INTERRUPTED, "interrupted");
}

void
sig_end_like_signal(void)
{
	int number = received;
	sigset_t set;

	if (!number)
		return;
	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
}
