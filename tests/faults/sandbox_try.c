/* SPDX-License-Identifier: MIT */
/* Tries from within the sandbox what it is there to prevent, for tests. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/sandbox.h"

/*
 * sandbox_try FOLDER OUTSIDE: a line for each attempt, "NAME: done", "NAME: refused" or
 * "NAME: killed"; at first "holds LANDLOCK" or "none WHY".
 */

static int folder;
static const char *outside;

static int
make_inside(void)
{
	int fd = openat(folder, "inside", O_WRONLY | O_CREAT | O_EXCL, 0644);

	return fd >= 0 && write(fd, "x", 1) == 1 && mkdirat(folder, "dir", 0755) == 0 &&
			       symlinkat("x", folder, "dir/link") == 0 &&
			       linkat(folder, "inside", folder, "hard", 0) == 0
		       ? 0
		       : -1;
}

static int
read_outside(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
write_outside(void)
{
	return open(outside, O_WRONLY | O_CREAT, 0644);
}

static int
climb_out(void)
{
	return openat(folder, "../escaped", O_WRONLY | O_CREAT, 0644);
}

static int
make_device(void)
{
	return mknodat(folder, "fifo", S_IFIFO | 0644, 0);
}

static int
open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
run_program(void)
{
	char *argv[] = { (char *)"/bin/true", NULL };

	return execv(argv[0], argv);
}

static int
start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static int
signal_parent(void)
{
	return kill(getppid(), 0);
}

static int
remove_file(void)
{
	return unlinkat(folder, "inside", 0);
}

static int
make_setuid(void)
{
	return fchmodat(folder, "inside", 04755, 0);
}

static void *
nothing(void *ctx)
{
	return ctx;
}

static int
start_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL) ? -1 : 0;
}

static int
eat_memory(void)
{
	char *block = malloc((size_t)512 * 1024 * 1024);

	if (!block)
		return -1;
	memset(block, 1, (size_t)512 * 1024 * 1024);
	return 0;
}

static const struct {
	const char *name;
	int (*attempt)(void);
} attempts[] = {
	{ "files inside", make_inside },  { "thread", start_thread },
	{ "read outside", read_outside }, { "write outside", write_outside },
	{ "climb out", climb_out },	  { "device", make_device },
	{ "socket", open_socket },	  { "program", run_program },
	{ "process", start_process },	  { "signal", signal_parent },
	{ "remove", remove_file },	  { "setuid", make_setuid },
	{ "memory", eat_memory },
};

static void
attempt(size_t i)
{
	const struct sandbox_limits limits = { .memory = 64 << 20,
					       .file_size = 1 << 20,
					       .cpu_s = 60 };
	struct sandbox_report report;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		sandbox_enter(folder, &limits, &report);
		_exit(attempts[i].attempt() < 0 ? 1 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		exit(1);
	printf("%s: %s\n", attempts[i].name,
	       WIFSIGNALED(status)	  ? "killed"
	       : WEXITSTATUS(status) == 0 ? "done"
					  : "refused");
}

int
main(int argc, char **argv)
{
	const struct sandbox_limits limits = { .memory = 64 << 20,
					       .file_size = 1 << 20,
					       .cpu_s = 60 };
	struct sandbox_report report;

	if (argc != 3)
		return 2;
	folder = open(argv[1], O_RDONLY | O_DIRECTORY);
	outside = argv[2];
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++)
		attempt(i);
	sandbox_enter(folder, &limits, &report);
	if (sandbox_holds(&report))
		printf("holds %d\n", report.landlock);
	else
		printf("none %s\n", report.why);
	return 0;
}
