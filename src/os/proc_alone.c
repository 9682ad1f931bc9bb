/* SPDX-License-Identifier: MIT */
/* Programs without a network. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#endif

#include "os/proc_internal.h"

void
proc_ids_fill(struct proc_ids *ret)
{
	/* Here, because the child of a process with threads must not call printf. */
	(void)snprintf(ret->users, sizeof(ret->users), "%ju %ju 1", (uintmax_t)geteuid(),
		       (uintmax_t)geteuid());
	(void)snprintf(ret->groups, sizeof(ret->groups), "%ju %ju 1", (uintmax_t)getegid(),
		       (uintmax_t)getegid());
}

#ifdef __linux__
static bool
tell(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool told = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return told;
}

/* Tests that run while a Python is built talk to themselves. */
static void
raise_loopback(void)
{
	struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	memcpy(request.ifr_name, "lo", sizeof("lo"));
	(void)ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

bool
proc_enter_alone(const struct proc_ids *ids)
{
	/* Who may not make a namespace may in one of users, where it stays who it is. */
	if (unshare(CLONE_NEWNET) < 0 &&
	    (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 || !tell("/proc/self/setgroups", "deny") ||
	     !tell("/proc/self/uid_map", ids->users) || !tell("/proc/self/gid_map", ids->groups)))
		return false;
	raise_loopback();
	return true;
}
#else
bool
proc_enter_alone(const struct proc_ids *ids)
{
	(void)ids;
	return false;
}
#endif

bool
proc_can_be_alone(void)
{
	struct proc_ids ids = { "", "" };
	int status = 0;
	pid_t pid;

	proc_ids_fill(&ids);
	(void)signal(SIGCHLD, SIG_DFL);
	pid = fork();
	if (pid == 0)
		_exit(proc_enter_alone(&ids) ? 0 : 1);
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
