/* SPDX-License-Identifier: MIT */
/* Other programs: run, watched, captured, or put in our place. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "os/landlock.h"
#include "os/platform.h"
#include "os/proc_internal.h"
#include "os/sig.h"

extern char **environ;

/* Longest line that is handed on; what is longer is cut. */
#define LINE_MAX_BYTES ((size_t)64 * 1024)
/* Milliseconds between SIGTERM and SIGKILL. */
#define TERM_GRACE_MS 5000
/* A program whose file another program has open for writing cannot be started. Ours are
 * closed before; but what another thread starts just then has the descriptors, too, for
 * the moment until it is executed. */
#define BUSY_TRIES 50
#define BUSY_PAUSE_NS (10L * 1000 * 1000)
/* The descriptor as which pass_fd arrives, unless told otherwise. */
#define PASSED_FD 3

/* Where a child's output goes. */
struct sink {
	void (*take)(struct sink *sink, const char *bytes, size_t n);
	void (*on_line)(void *ctx, const char *line);
	void *ctx;
	struct buf line;
	struct buf *all;
};

/* In the child: put descriptors in place. Returns -1 with errno. */
static int
child_descriptors(const struct proc_spec *spec, int output, enum child_stderr to)
{
	int as = spec->pass_as ? spec->pass_as : PASSED_FD;
	cleanup_fd int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int in = spec->stdin_fd >= 0 ? spec->stdin_fd : null_fd;
	int passed = -1;

	if (null_fd < 0)
		return -1;
	/* Out of the way first: it may sit on one of the numbers set below. */
	if (spec->pass_fd >= 0 && (passed = fcntl(spec->pass_fd, F_DUPFD_CLOEXEC, 10)) < 0)
		return -1;
	if (in != STDIN_FILENO && dup2(in, STDIN_FILENO) < 0)
		return -1;
	if (output >= 0 && dup2(output, STDOUT_FILENO) < 0)
		return -1;
	if (output >= 0 && to != STDERR_INHERITED &&
	    dup2(to == STDERR_DROPPED ? null_fd : output, STDERR_FILENO) < 0)
		return -1;
	if (passed >= 0 && dup2(passed, as) < 0)
		return -1;
	return 0;
}

/* In the child: returns when it fails. */
static void
become(const char *path, char *const *argv, char *const *vars)
{
	const struct timespec pause = { .tv_nsec = BUSY_PAUSE_NS };

	for (int i = 0; i < BUSY_TRIES; i++) {
		execve(path, argv, vars);
		if (errno != ETXTBSY)
			return;
		(void)nanosleep(&pause, NULL);
		errno = ETXTBSY;
	}
}

static _Noreturn void
child_main(const struct proc_spec *spec, const char *path, int output, enum child_stderr to,
	   const struct proc_ids *alone, int report)
{
	int sys;

	if (spec->nice && nice((int)spec->nice) < 0 && errno != 0)
		errno = 0; /* it runs all the same */
	if (spec->alone)
		(void)proc_enter_alone(alone);
	if (spec->writes_fd >= 0)
		(void)landlock_enter_reader(spec->writes_fd);
	if (child_descriptors(spec, output, to) == 0 && (!spec->cwd || chdir(spec->cwd) == 0))
		become(path, spec->argv, spec->env ? spec->env->vars.items : environ);
	sys = errno;
	if (write(report, &sys, sizeof(sys)) < 0)
		_exit(127);
	_exit(127);
}

static char *
program_path(const struct proc_spec *spec)
{
	const char *list = spec->env ? env_get(spec->env, "PATH") : getenv("PATH");

	if (strchr(spec->argv[0], '/'))
		return mem_strdup(spec->argv[0]);
	return proc_find(spec->argv[0], list ? list : "/usr/bin:/bin", NULL);
}

/* Wait for the exec to happen: EOF, or the errno that stopped it. */
static int
exec_result(int report)
{
	int sys = 0;
	ssize_t n;

	do {
		n = read(report, &sys, sizeof(sys));
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(sys) ? sys : 0;
}

static int
open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

int
proc_pipe(int fds[2])
{
#ifdef __linux__
	return pipe2(fds, O_CLOEXEC);
#else
	if (pipe(fds) < 0)
		return -1;
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	return 0;
#endif
}

int
proc_start_child(const struct proc_spec *spec, bool piped, enum child_stderr to, bool own_group,
		 struct child *ret_child, struct err *err)
{
	cleanup_free char *path = program_path(spec);
	int output[2] = { -1, -1 };
	int report[2] = { -1, -1 };
	struct proc_ids alone = { "", "" };
	int sys;
	pid_t pid;

	if (!path)
		return err_set(err, ERR_FAILED, "cannot run %s: there is no such program on PATH",
			       spec->argv[0]);
	if (proc_pipe(report) < 0 || (piped && proc_pipe(output) < 0)) {
		cleanup_fd_handler(&report[0]);
		cleanup_fd_handler(&report[1]);
		return err_sys(err, "cannot run %s", path);
	}
	/* Where our caller ignores it, the kernel throws children's statuses away, and
	 * every program would seem to have succeeded. */
	(void)signal(SIGCHLD, SIG_DFL);
	proc_ids_fill(&alone);
	pid = fork();
	if (pid == 0) {
		if (own_group)
			setpgid(0, 0);
		child_main(spec, path, output[1], to, &alone, report[1]);
	}
	sys = errno;
	close(report[1]);
	if (piped)
		close(output[1]);
	/* Both sides set the group: whoever is first, it is set in time. */
	if (pid > 0 && own_group)
		setpgid(pid, pid);
	if (pid > 0)
		sys = exec_result(report[0]);
	close(report[0]);
	*ret_child = (struct child){
		.pid = pid, .pid_fd = -1, .output = output[0], .own_group = own_group
	};
	if (pid > 0 && sys == 0) {
		ret_child->pid_fd = open_pidfd(pid);
		return 0;
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	cleanup_fd_handler(&output[0]);
	errno = sys;
	return err_sys(err, "cannot run %s", path);
}

static void
child_reset(struct child *child)
{
	cleanup_fd_handler(&child->pid_fd);
	cleanup_fd_handler(&child->output);
}

static void
child_signal(const struct child *child, int number)
{
	if (!child->gone)
		kill(child->own_group ? -child->pid : child->pid, number);
}

static void
child_reap(struct child *child)
{
	pid_t pid;

	if (child->gone)
		return;
	do {
		pid = waitpid(child->pid, &child->status, WNOHANG);
	} while (pid < 0 && errno == EINTR);
	if (pid == child->pid || pid < 0)
		child->gone = true;
}

/* Hand on what is there; false when there is nothing (yet). */
static bool
drain(struct child *child, struct sink *sink)
{
	char chunk[OUTPUT_CHUNK];
	ssize_t n = read(child->output, chunk, sizeof(chunk));

	if (n > 0) {
		sink->take(sink, chunk, (size_t)n);
		return true;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		cleanup_fd_handler(&child->output);
		child->output = -1;
	}
	return false;
}

static int
wait_timeout(const struct child *child, int64_t deadline)
{
	int64_t until = child->kill_at ? child->kill_at : deadline;
	int64_t left = until ? until - platform_now_ms() : -1;

	if (until && left < 0)
		left = 0;
	if (child->pid_fd < 0 && (left < 0 || left > WAIT_POLL_MS))
		left = WAIT_POLL_MS;
	return left > INT32_MAX ? INT32_MAX : (int)left;
}

/* Begin or finish ending a child that has to go. */
static void
end_child(struct child *child)
{
	if (!child->kill_at) {
		child_signal(child, SIGTERM);
		child->kill_at = platform_now_ms() + TERM_GRACE_MS;
	} else if (platform_now_ms() >= child->kill_at) {
		child_signal(child, SIGKILL);
		child->kill_at = platform_now_ms() + TERM_GRACE_MS;
	}
}

/* Wait for the child itself, never for the end of its output: something that
 * it left running may hold the pipe open. True: it ended by itself. */
static bool
watch(struct child *child, struct sink *sink, unsigned timeout_s)
{
	int64_t deadline = timeout_s ? platform_now_ms() + (int64_t)timeout_s * 1000 : 0;

	if (child->output >= 0)
		(void)fcntl(child->output, F_SETFL, O_NONBLOCK);
	while (!child->gone) {
		struct pollfd fds[3] = {
			{ .fd = child->output, .events = POLLIN },
			{ .fd = child->pid_fd, .events = POLLIN },
			{ .fd = child->kill_at ? -1 : sig_fd(), .events = POLLIN },
		};

		(void)poll(fds, 3, wait_timeout(child, deadline));
		if (child->output >= 0)
			drain(child, sink);
		if (sig_received() || (deadline && platform_now_ms() >= deadline))
			end_child(child);
		child_reap(child);
	}
	/* Something that it left running may go on writing for ever. */
	for (int i = 0; i < LEFT_CHUNKS && child->output >= 0 && drain(child, sink); i++)
		;
	/* What the child left behind in its group goes with it when it was ended. */
	if (child->kill_at && child->own_group)
		kill(-child->pid, SIGKILL);
	return !child->kill_at;
}

int
proc_exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int
finish(const struct proc_spec *spec, const struct child *child, bool by_itself, int *ret_status,
       struct err *err)
{
	if (!by_itself && sig_received())
		return sig_check(err);
	if (!by_itself) {
		err_set(err, ERR_FAILED, "%s did not end within %u s", spec->argv[0],
			spec->timeout_s);
		err->sys = ETIMEDOUT;
		return -1;
	}
	*ret_status = proc_exit_status(child->status);
	return 0;
}

static void
take_lines(struct sink *sink, const char *bytes, size_t n)
{
	struct str rest = { bytes, n };

	while (rest.n) {
		size_t at = str_find(rest, '\n');
		size_t room = sink->line.limit - sink->line.len;

		buf_add(&sink->line, rest.p, at < room ? at : room);
		if (at == rest.n)
			return;
		sink->on_line(sink->ctx, buf_text(&sink->line));
		buf_truncate(&sink->line, 0);
		rest = str_skip(rest, at + 1);
	}
}

static void
take_all(struct sink *sink, const char *bytes, size_t n)
{
	buf_add(sink->all, bytes, n);
}

int
proc_run(const struct proc_spec *spec, int *ret_status, struct err *err)
{
	cleanup_with(child_reset) struct child child = { .pid_fd = -1, .output = -1 };
	struct sink sink = { .take = take_lines,
			     .on_line = spec->on_line,
			     .ctx = spec->ctx,
			     .line = BUF_INIT(LINE_MAX_BYTES) };
	bool by_itself;

	if (proc_start_child(spec, spec->on_line != NULL, STDERR_WITH_STDOUT, true, &child, err) <
	    0)
		return -1;
	by_itself = watch(&child, &sink, spec->timeout_s);
	if (spec->on_line && sink.line.len)
		spec->on_line(spec->ctx, buf_text(&sink.line));
	buf_reset(&sink.line);
	return finish(spec, &child, by_itself, ret_status, err);
}

int
proc_run_foreground(const struct proc_spec *spec, int *ret_status, struct err *err)
{
	cleanup_with(child_reset) struct child child = { .pid_fd = -1, .output = -1 };
	struct sink none = { .take = NULL };
	struct proc_spec ours = *spec;
	bool by_itself;

	if (ours.stdin_fd < 0)
		ours.stdin_fd = STDIN_FILENO;
	if (proc_start_child(&ours, false, STDERR_INHERITED, false, &child, err) < 0)
		return -1;
	by_itself = watch(&child, &none, spec->timeout_s);
	return finish(spec, &child, by_itself, ret_status, err);
}

int
proc_capture(const struct proc_spec *spec, struct buf *ret_out, int *ret_status, struct err *err)
{
	cleanup_with(child_reset) struct child child = { .pid_fd = -1, .output = -1 };
	struct sink sink = { .take = take_all, .all = ret_out };
	bool by_itself;

	if (proc_start_child(spec, true, STDERR_DROPPED, true, &child, err) < 0)
		return -1;
	by_itself = watch(&child, &sink, spec->timeout_s);
	if (finish(spec, &child, by_itself, ret_status, err) < 0)
		return -1;
	return buf_check(ret_out, spec->argv[0], err);
}

int
proc_exec(const char *path, char *const *argv, const struct env *env, struct err *err)
{
	execve(path, argv, env ? env->vars.items : environ);
	return err_sys(err, "cannot run %s", path);
}

int
proc_become(const char *path, char *const *argv, const struct env *env, struct err *err)
{
	cleanup_strvec struct strvec by_shell = { 0 };

	(void)proc_exec(path, argv, env, err);
	if (err->sys == ENOEXEC) {
		err_reset(err);
		strvec_add(&by_shell, "/bin/sh");
		strvec_add(&by_shell, path);
		strvec_add_all(&by_shell, argv + 1);
		(void)proc_exec("/bin/sh", by_shell.items, env, err);
	}
	err->code = ERR_NOT_EXECUTABLE;
	return -1;
}

void
proc_keep_line(void *ctx, const char *line)
{
	char **last = ctx;

	if (!*line)
		return;
	free(*last);
	*last = mem_strdup(line);
}
