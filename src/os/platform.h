/* SPDX-License-Identifier: MIT */
/* The machine and the process we run in. */
#ifndef PYVERN_OS_PLATFORM_H
#define PYVERN_OS_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/* "linux" or "darwin", as the catalogue says it. */
const char *platform_os(void);

/* The machine that we were compiled for, and so can run ("x86_64", "aarch64", "armv7",
 * "i686", "powerpc64le", "s390x", "riscv64"), as the catalogue says it; "unknown". */
const char *platform_arch(void);

/* Its C library: "gnu", "musl", "gnueabi", "gnueabihf"; "none" where there is but one
 * (darwin). */
const char *platform_libc(void);

/* What a CPU of the x86_64 kind says of itself. */
struct platform_cpu {
	uint32_t leaf1_ecx;	/* cpuid 1 */
	uint32_t leaf7_ebx;	/* cpuid 7, 0 */
	uint32_t extended1_ecx; /* cpuid 0x80000001 */
	uint64_t xcr0;		/* xgetbv 0: what the system saves; 0: it cannot be asked */
};

/* The highest level of the x86_64 psABI ("v4", "v3", "v2", "" for the first) that CPU has
 * all of, and whose registers the system saves. */
const char *platform_cpu_level_of(const struct platform_cpu *cpu);

/* That of the CPU we run on; "" for other kinds. */
const char *platform_cpu_level(void);

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
