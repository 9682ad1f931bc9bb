/* SPDX-License-Identifier: MIT */
/* Interrupts: a flag and a pipe. */
#ifndef PYVERN_OS_SIG_H
#define PYVERN_OS_SIG_H

/*
 * Programs that work for long call sig_install() once. SIGINT, SIGTERM and
 * SIGHUP then only set a flag and make sig_fd() readable; loops, of every thread, ask
 * sig_check() and unwind through the normal error path. At the end main calls
 * sig_end_like_signal() so that the shell sees the true cause.
 */

#include <stdbool.h>

#include "base/err.h"

/* The one thing here that is process-wide, by nature. */
void sig_install(void);

/* Descriptor that polls readable after a signal; -1 before sig_install(). */
int sig_fd(void);

/* The signal that came, or 0. */
int sig_received(void);

/* ERR_INTERRUPTED if a signal came. */
int sig_check(struct err *err) __attribute__((warn_unused_result));

/* Die by the signal that came; returns when none did. */
void sig_end_like_signal(void);

#endif
