/* SPDX-License-Identifier: MIT */
/* Other programs: run, watched, captured, or put in our place. */
#ifndef PYVERN_OS_PROC_H
#define PYVERN_OS_PROC_H

/*
 * No shell is involved: argv[0] is a path, or a name looked up in the PATH of
 * the environment given. Children get descriptors 0-2 and nothing else of
 * ours. A watched child runs in its own process group, so that an interrupt
 * (os/sig) or a timeout ends it with everything it has started: SIGTERM, and
 * SIGKILL after five seconds.
 *
 * Several threads may start programs. Where pipes cannot be made with O_CLOEXEC at one
 * stroke (macOS), a program that another thread starts at the same moment can hold the
 * end of a pipe, and what waits for that end waits for that program, too.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* A private copy of the environment. */
struct env {
	struct strvec vars; /* "NAME=value" */
};

void env_copy(struct env *ret_env); /* of this process */
void env_set(struct env *env, const char *name, const char *value);
void env_unset(struct env *env, const char *name);
const char *env_get(const struct env *env, const char *name); /* NULL: not set */
void env_reset(struct env *env);
#define cleanup_env cleanup_with(env_reset)

struct proc_spec {
	char *const *argv;
	const struct env *env; /* NULL: ours */
	const char *cwd;       /* NULL: ours */
	int stdin_fd;	       /* borrowed; -1: /dev/null */
	int pass_fd;	       /* borrowed: becomes a descriptor of the child; -1: none */
	int pass_as;	       /* its number there; 0: 3 */
	unsigned timeout_s;    /* seconds; 0: none */
	bool own_group;	       /* for proc_begin() alone: see there */
	unsigned nice;	       /* what its priority is lowered by, 0 to 19 */
	bool alone;	       /* with no network but a loopback of its own; where the system
				* cannot do that, with the network there is */
	int writes_fd;	       /* borrowed, a folder: only below it can the program write, and it
				* connects to nothing, where the kernel has Landlock; -1: all */
	/* Called for each line of stdout and stderr together, without newline, cut
	 * at 64 KiB; NULL: both are inherited. */
	void (*on_line)(void *ctx, const char *line);
	void *ctx;
};

/* For fields that are descriptors, 0 means something: start from this. */
#define PROC_SPEC_INIT                                         \
	{                                                      \
		.stdin_fd = -1, .pass_fd = -1, .writes_fd = -1 \
	}

/* Run to the end, watched. *RET_STATUS is as in a shell: 0-255, or 128 + the
 * signal. ERR_FAILED when it cannot be started, ERR_INTERRUPTED when a signal
 * made us end it, ERR_FAILED (err->sys ETIMEDOUT) on timeout. */
int proc_run(const struct proc_spec *spec, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

/* As proc_run, with the child in OUR process group and terminal (for children
 * that talk to the user). on_line is not used. */
int proc_run_foreground(const struct proc_spec *spec, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

/* Can a program be started `alone` here? */
bool proc_can_be_alone(void);

/* For on_line, with a char ** for CTX: the last line that is not empty is kept there,
 * which of most programs that fail is the reason. Owned by the caller (free). */
void proc_keep_line(void *ctx, const char *line);

/* As proc_run, collecting stdout in RET_OUT (stderr is dropped); what exceeds
 * its limit is an error. */
int proc_capture(const struct proc_spec *spec, struct buf *ret_out, int *ret_status,
		 struct err *err) __attribute__((warn_unused_result));

/*
 * A program that runs beside us while we talk to it over a socket (pass_fd), in OUR
 * process group and terminal. Nothing waits for the end of a stream, which something
 * that the program left running may hold open: the program itself is waited for.
 */
struct proc_beside {
	pid_t pid;
	int pid_fd; /* -1: no pidfd here */
	int output; /* read end of its stdout, where we collect it; else -1 */
	bool own_group;
	bool gone;
	int status; /* as waitpid gives it, once gone */
};
#define PROC_BESIDE_INIT                                 \
	{                                                \
		.pid_fd = -1, .output = -1, .gone = true \
	}

/* Start it; COLLECT: its stdout is ours to read. on_line and timeout_s are not used. With
 * own_group it is not in ours: a terminal's interrupt is for us, who wait no longer for
 * what it says then, and proc_beside_stop() ends it with all that it has started. */
int proc_begin(const struct proc_spec *spec, bool collect, struct proc_beside *ret_beside,
	       struct err *err) __attribute__((warn_unused_result));

/* Two ends of one connection for spec.pass_fd and us, which no other program inherits; the
 * caller closes both. */
int proc_channel(int ret_fds[2], struct err *err) __attribute__((warn_unused_result));

/* Wait for more from FD (our end of the socket), appended to RET_ANSWER; what it
 * prints is appended to RET_PRINTED meanwhile. False: there will be no more. */
bool proc_beside_read(struct proc_beside *beside, int fd, struct buf *ret_answer,
		      struct buf *ret_printed);

/* Wait for its end, as proc_run_foreground(). */
int proc_beside_wait(struct proc_beside *beside, struct buf *ret_printed, int *ret_status,
		     struct err *err) __attribute__((warn_unused_result));

/* End one with a group of its own: SIGTERM, and SIGKILL after five seconds. */
void proc_beside_stop(struct proc_beside *beside);

/* Send TEXT with its NUL through FD, our end of the socket. A program that is gone is
 * noticed when it does not answer. */
void proc_say(int fd, const char *text);

/* Close what is open; it may go on running. */
void proc_beside_reset(struct proc_beside *beside);

/* As pipe(2), with ends that no program gets by accident: not even one that another
 * thread starts meanwhile, where the system can do that at one stroke. */
int proc_pipe(int fds[2]) __attribute__((warn_unused_result));

/* Path of the executable NAME in a PATH-like list (empty and relative entries
 * are passed over), leaving out the folders in SKIP (NULL: none). Owned by the
 * caller (free); NULL when there is none. */
char *proc_find(const char *name, const char *path_list, const struct strvec *skip)
	__attribute__((warn_unused_result));

/* Become another program; returns only on failure. */
int proc_exec(const char *path, char *const *argv, const struct env *env, struct err *err);

/* The same for what the user has named: a script without `#!` is the shell's, as everywhere.
 * Returns only on failure, with ERR_NOT_EXECUTABLE. */
int proc_become(const char *path, char *const *argv, const struct env *env, struct err *err);

#endif
