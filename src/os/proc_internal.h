/* SPDX-License-Identifier: MIT */
/* What the files of the proc module share among themselves. */
#ifndef PYVERN_OS_PROC_INTERNAL_H
#define PYVERN_OS_PROC_INTERNAL_H

#include <stdint.h>

#include "os/proc.h"

/* Bytes read from a child at one time. */
#define OUTPUT_CHUNK 16384
/* Chunks read after the child's end: 1 MiB, more than a pipe holds by default. */
#define LEFT_CHUNKS 64
/* Without pidfds the child's end is looked for this often, in milliseconds. */
#define WAIT_POLL_MS 20

/* A child that runs, and what we know of it. */
struct child {
	pid_t pid;
	int pid_fd; /* -1: no pidfd here */
	int output; /* read end of its output; -1: not ours */
	bool own_group;
	bool gone;
	int status;	 /* as waitpid gives it, once gone */
	int64_t kill_at; /* monotonic ms; 0: not being ended */
};

/* Where a child's stderr goes when its stdout goes to us. */
enum child_stderr {
	STDERR_WITH_STDOUT,
	STDERR_DROPPED,
	STDERR_INHERITED,
};

/* Start what SPEC says; PIPED: its stdout comes to us. */
int proc_start_child(const struct proc_spec *spec, bool piped, enum child_stderr to, bool own_group,
		     struct child *ret_child, struct err *err) __attribute__((warn_unused_result));

/* Who we are, for a namespace of users in which we stay that. */
struct proc_ids {
	char users[64]; /* as /proc/self/uid_map takes it */
	char groups[64];
};
void proc_ids_fill(struct proc_ids *ret);

/* In a child, before it becomes another program: leave the network behind. It may be in
 * a namespace of its own when this fails halfway. Source: user_namespaces(7). */
bool proc_enter_alone(const struct proc_ids *ids);

/* 0-255, or 128 + the signal, of what waitpid gave. */
int proc_exit_status(int status);

#endif
