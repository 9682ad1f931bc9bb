/* SPDX-License-Identifier: MIT */
/* Runs a command and lets something go wrong at one of the calls that it, or what it
 * starts, makes to the system: at the Nth of all of them, whichever process makes it. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * fault_at [-oa] [-c CALL,...] [-e ERROR] [-n N] REPORT COMMAND ARG...
 *
 *	-o	the calls of the command itself count (and of its threads), not those of
 *		what it starts
 *	-c	these calls alone, of those in the table below
 *	-n	at the Nth (from 1)
 *	-e	it fails with that errno ("ENOSPC"); else who makes it is killed
 *	-a	all are killed with it
 *
 * Without -n nothing goes wrong, and REPORT gets how many calls there are. With it,
 * REPORT says what was hit ("PROGRAM CALL"), and is empty when there was no Nth. Ends as
 * COMMAND did, with 128 and its signal; 124 after a minute; 77 where this cannot be had.
 * What COMMAND leaves behind when it is killed alone runs on.
 */

#ifdef __linux__
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

/* Seconds after which a command hangs. */
#define HANGS_S 60
/* Processes and threads at a time. */
#define TRACED_MAX 512

static const struct call {
	const char *name;
	long number;
} calls[] = {
#define CALL(name)                \
	{                         \
#name, SYS_##name \
	}
#ifdef SYS_rename
	CALL(rename),
	CALL(mkdir),
	CALL(unlink),
	CALL(rmdir),
	CALL(symlink),
	CALL(link),
	CALL(open),
	CALL(readlink),
	CALL(chmod),
	CALL(dup2),
	CALL(pipe),
	CALL(getdents),
	CALL(stat),
	CALL(lstat),
	CALL(access),
	CALL(vfork),
	CALL(fork),
#endif
#ifdef SYS_renameat
	CALL(renameat),
#endif
#ifdef SYS_newfstatat
	CALL(newfstatat),
#endif
	CALL(openat),
	CALL(write),
	CALL(pwrite64),
	CALL(writev),
	CALL(fsync),
	CALL(fdatasync),
	CALL(syncfs),
	CALL(renameat2),
	CALL(mkdirat),
	CALL(linkat),
	CALL(symlinkat),
	CALL(unlinkat),
	CALL(close),
	CALL(ftruncate),
	CALL(fchmod),
	CALL(fchmodat),
	CALL(utimensat),
	CALL(fallocate),
	CALL(read),
	CALL(pread64),
	CALL(getdents64),
	CALL(readlinkat),
	CALL(fstat),
	CALL(faccessat),
	CALL(fcntl),
	CALL(flock),
	CALL(pipe2),
	CALL(clone),
	CALL(execve),
	CALL(wait4),
	CALL(mmap),
	CALL(brk),
	CALL(dup3),
	CALL(chdir),
	CALL(fchdir),
	CALL(sendfile),
	CALL(copy_file_range),
	CALL(ioctl),
#undef CALL
};

static const struct failure {
	const char *name;
	int number;
} failures[] = {
	{ "ENOSPC", ENOSPC }, { "EIO", EIO },	    { "EDQUOT", EDQUOT }, { "EMFILE", EMFILE },
	{ "EINTR", EINTR },   { "EACCES", EACCES }, { "EROFS", EROFS },	  { "ENOMEM", ENOMEM },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* What was asked for, and how far it came. */
struct fault {
	bool counted[COUNT(calls)];
	bool all_calls;
	bool own;
	bool kill_all;
	long at; /* 0: count */
	int error;
	long seen;
	const char *report;
	pid_t root;
	int ended; /* the wait status of the root, when it has ended */
	bool has_ended;
};

/* The one whose call is to fail, between its beginning and its end. */
struct pending {
	pid_t pid;
	uint64_t first_argument;
};

static pid_t traced[TRACED_MAX];
static size_t traced_count;
static volatile sig_atomic_t hangs;

static void
on_alarm(int signal)
{
	(void)signal;
	hangs = 1;
}

static void
remember(pid_t pid)
{
	for (size_t i = 0; i < traced_count; i++)
		if (traced[i] == pid)
			return;
	if (traced_count < TRACED_MAX)
		traced[traced_count++] = pid;
}

static void
forget(pid_t pid)
{
	for (size_t i = 0; i < traced_count; i++)
		if (traced[i] == pid)
			traced[i] = traced[--traced_count];
}

/* All of them, and what they start meanwhile. */
static void
kill_everything(void)
{
	int status;

	for (;;) {
		pid_t pid;

		for (size_t i = 0; i < traced_count; i++)
			(void)kill(traced[i], SIGKILL);
		pid = waitpid(-1, &status, __WALL);
		if (pid < 0 && errno == ECHILD)
			return;
		if (pid > 0 && WIFSTOPPED(status))
			remember(pid);
		else if (pid > 0)
			forget(pid);
	}
}

static const char *
call_name(uint64_t number)
{
	for (size_t i = 0; i < COUNT(calls); i++)
		if ((uint64_t)calls[i].number == number)
			return calls[i].name;
	return "another";
}

static int
report_hit(const struct fault *f, pid_t pid, uint64_t number)
{
	char path[64];
	char program[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	file = fopen(path, "re");
	if (file && fgets(program, sizeof(program), file))
		program[strcspn(program, "\n")] = '\0';
	if (file)
		fclose(file);
	file = fopen(f->report, "we");
	if (!file)
		return -1;
	fprintf(file, "%s %s\n", program, call_name(number));
	return fclose(file);
}

/* The call becomes one that every sandbox lets through, and that does nothing:
 * close(-1). A number that is no call would be killed by a filter. */
static int
spoil(pid_t pid, uint64_t *ret_first_argument)
{
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, 1 /* NT_PRSTATUS */, &all) < 0)
		return -1;
#if defined(__x86_64__)
	*ret_first_argument = regs.rdi;
	regs.orig_rax = SYS_close;
	regs.rdi = (unsigned long long)-1;
#elif defined(__aarch64__)
	int call = SYS_close;
	struct iovec one = { &call, sizeof(call) };

	*ret_first_argument = regs.regs[0];
	regs.regs[0] = (unsigned long long)-1;
	if (ptrace(PTRACE_SETREGSET, pid, 0x404 /* NT_ARM_SYSTEM_CALL */, &one) < 0)
		return -1;
#else
	return -1;
#endif
	return (int)ptrace(PTRACE_SETREGSET, pid, 1, &all);
}

/* It comes back with the error. */
static int
answer(pid_t pid, uint64_t first_argument, int error)
{
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, 1, &all) < 0)
		return -1;
#if defined(__x86_64__)
	regs.rdi = first_argument;
	regs.rax = (unsigned long long)-error;
#elif defined(__aarch64__)
	(void)first_argument;
	regs.regs[0] = (unsigned long long)-error;
#endif
	return (int)ptrace(PTRACE_SETREGSET, pid, 1, &all);
}

static bool
counts(const struct fault *f, uint64_t number)
{
	if (f->all_calls)
		return true;
	for (size_t i = 0; i < COUNT(calls); i++)
		if ((uint64_t)calls[i].number == number)
			return f->counted[i];
	return false;
}

/* A call begins, or ends. */
static int
on_call(struct fault *f, pid_t pid, struct pending *pending)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		return errno == ESRCH ? 0 : -1;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && pending->pid == pid) {
		pending->pid = 0;
		return answer(pid, pending->first_argument, f->error);
	}
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !counts(f, info.entry.nr))
		return 0;
	if (++f->seen != f->at)
		return 0;
	if (report_hit(f, pid, info.entry.nr) < 0)
		return -1;
	if (f->error) {
		pending->pid = pid;
		/* A file is closed whatever close() says. */
		if (info.entry.nr == SYS_close) {
			pending->first_argument = info.entry.args[0];
			return 0;
		}
		return spoil(pid, &pending->first_argument);
	}
	if (f->kill_all)
		kill_everything();
	else
		(void)kill(pid, SIGKILL);
	return 0;
}

/* One of them has stopped: at a call, at a signal, or because it is new. */
static int
on_stop(struct fault *f, pid_t pid, int status, struct pending *pending)
{
	static bool started;
	int event = status >> 16;
	int signal = WSTOPSIG(status);
	bool over = f->at > 0 && f->seen >= f->at;

	remember(pid);
	if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
		(void)ptrace(PTRACE_LISTEN, pid, NULL, NULL);
		return 0;
	}
	if (event == PTRACE_EVENT_EXEC)
		started = true;
	if (signal == (SIGTRAP | 0x80)) {
		if (started && (!over || pending->pid == pid) && on_call(f, pid, pending) < 0)
			return -1;
		signal = 0;
	} else if (event) {
		signal = 0;
	}
	over = f->at > 0 && f->seen >= f->at && !pending->pid;
	(void)ptrace(over ? PTRACE_CONT : PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)signal);
	return 0;
}

static int
watch(struct fault *f)
{
	struct pending pending = { 0 };

	while (!f->has_ended) {
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0 && errno == EINTR && hangs) {
			kill_everything();
			return 124;
		}
		if (pid < 0 && errno == ECHILD)
			return 128 + SIGKILL;
		if (pid < 0)
			continue;
		if (WIFSTOPPED(status)) {
			if (on_stop(f, pid, status, &pending) < 0) {
				kill_everything();
				return 77;
			}
			continue;
		}
		forget(pid);
		if (pid == f->root) {
			f->ended = status;
			f->has_ended = true;
		}
	}
	return WIFSIGNALED(f->ended) ? 128 + WTERMSIG(f->ended) : WEXITSTATUS(f->ended);
}

static pid_t
start(const struct fault *f, char **argv)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
	int gate[2];
	char byte;
	pid_t pid;

	if (pipe(gate) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) < 0)
			_exit(126);
		close(gate[0]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(gate[0]);
	if (!f->own)
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
	if (pid > 0 && ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) < 0) {
		(void)kill(pid, SIGKILL);
		pid = -1;
	}
	close(gate[1]);
	return pid;
}

static void
read_calls(struct fault *f, char *list)
{
	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		/* One that this machine does not have is not made, either. */
		for (size_t i = 0; i < COUNT(calls); i++)
			if (strcmp(calls[i].name, name) == 0)
				f->counted[i] = true;
	}
	f->all_calls = false;
}

static bool
read_error(struct fault *f, const char *name)
{
	for (size_t i = 0; i < COUNT(failures); i++)
		if (strcmp(failures[i].name, name) == 0)
			f->error = failures[i].number;
	return f->error != 0;
}

static bool
read_options(struct fault *f, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "+oac:e:n:")) != -1) {
		bool good = true;

		switch (option) {
		case 'o':
			f->own = true;
			break;
		case 'a':
			f->kill_all = true;
			break;
		case 'c':
			read_calls(f, optarg);
			break;
		case 'e':
			good = read_error(f, optarg);
			break;
		case 'n':
			good = (f->at = strtol(optarg, NULL, 10)) > 0;
			break;
		default:
			good = false;
		}
		if (!good)
			return false;
	}
	return argc - optind >= 2;
}

int
main(int argc, char **argv)
{
	struct fault f = { .all_calls = true };
	struct sigaction action = { .sa_handler = on_alarm };
	FILE *report;
	int status;

	if (!read_options(&f, argc, argv))
		return 2;
	f.report = argv[optind];
	report = fopen(f.report, "we");
	if (!report)
		return 2;
	f.root = start(&f, argv + optind + 1);
	if (f.root < 0) {
		fprintf(stderr, "fault_at: it cannot be traced: %s\n", strerror(errno));
		return 77;
	}
	sigaction(SIGALRM, &action, NULL);
	alarm(HANGS_S);
	status = watch(&f);
	if (f.at == 0)
		fprintf(report, "%ld\n", f.seen);
	return fclose(report) == 0 ? status : 2;
}
#else
int
main(void)
{
	fprintf(stderr, "fault_at: only on Linux\n");
	return 77;
}
#endif
