/* SPDX-License-Identifier: MIT */
/* The machine and the process we run in. */
#ifndef PYVERN_OS_PLATFORM_H
#define PYVERN_OS_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/* "linux" or "darwin", as the catalogue says it. */
const char *platform_os(void);

/* Milliseconds on a clock that never goes back; only differences mean anything. */
int64_t platform_now_ms(void);

/* CPUs that this process may use, at least 1. */
unsigned platform_cpus(void);

/* Home folder: HOME when it is absolute, else the password file's. Owned by
 * the caller (free); NULL when there is none. */
char *platform_home(void) __attribute__((warn_unused_result));

/* Folder of the running program, links resolved. Owned by the caller (free);
 * NULL when it cannot be known. */
char *platform_program_dir(void) __attribute__((warn_unused_result));

/* Does the program run with more rights than its caller (setuid, setgid)? */
bool platform_is_elevated(void);

#endif
