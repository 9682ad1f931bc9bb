/* SPDX-License-Identifier: MIT */
/* A program that reads hostile bytes shuts itself in. */
#ifndef PYVERN_OS_SANDBOX_H
#define PYVERN_OS_SANDBOX_H

/*
 * After sandbox_enter() this process and all its threads may make and write files
 * below one folder, which is open, and do what any computation needs (memory, threads,
 * the descriptors that are open). Whatever else it tries fails (Landlock: other
 * files) or ends it at once (seccomp: other system calls; sockets, other programs,
 * other processes). There is no way back. Limits on memory, descriptors, file sizes
 * and CPU time hold in any case.
 *
 * To be called once, before the first thread, and before the first byte is read that
 * nobody vouches for. Everything that has to be opened or loaded (locale, certificates,
 * libraries) is opened before.
 *
 * Linux on x86_64 and aarch64; elsewhere, on old kernels and in builds with sanitizers
 * it says that it does not hold. Source: landlock(7), seccomp(2), and what the
 * unpacker was seen to need.
 */

#include <stdbool.h>
#include <stdint.h>

struct sandbox_limits {
	uint64_t memory;    /* bytes of data */
	uint64_t file_size; /* bytes of one file */
	unsigned cpu_s;	    /* seconds of CPU time */
};

struct sandbox_report {
	int landlock;  /* version of the kernel's interface; 0: it does not hold */
	bool seccomp;  /* the filter of system calls holds */
	char why[128]; /* why not, if one of them does not */
};

/* Shut in: FOLDER is a descriptor of the folder. What does not hold is in RET. */
void sandbox_enter(int folder, const struct sandbox_limits *limits, struct sandbox_report *ret);

/* Do both hold? */
static inline bool
sandbox_holds(const struct sandbox_report *report)
{
	return report->landlock > 0 && report->seccomp;
}

#endif
