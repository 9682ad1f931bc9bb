/* SPDX-License-Identifier: MIT */
/* The ground of a shim that has no C library under it. */
#ifndef PYVERN_SHIMS_BARE_H
#define PYVERN_SHIMS_BARE_H

/*
 * A static C library costs each `python` seven times what the rest of the shim
 * costs: it sets up thread storage, locales, an allocator, and is 700 KiB to map
 * (`make bench` has the rows). Of all that the shim needs a dozen system calls
 * and a dozen functions on text, which are here:
 *
 *	start.c   from the kernel's stack to main(): arguments, environment, auxiliary
 *	          vector, the stack protector's guard, errno
 *	system.c  system calls, as the C library's headers declare them
 *	text.c    mem*, str*, getenv; compilers call some of them by themselves
 *
 * The headers are the system's, so that the rules (selection, launch, place) are
 * the same source files as the core's; only what is linked differs. Those files
 * are compiled a second time for it (BARE_CFLAGS in m4/pyvern_bare.m4): thread
 * storage does not exist here, so no TLS, no stack protector that reads it, no
 * fortified calls, no sanitizers.
 *
 * Linux on x86_64 and aarch64, 64 bits. configure links and runs a test with
 * these very files; where that fails, or with --disable-bare-shim, the shim is
 * an ordinary program, static if it can be.
 *
 * Sources: syscall(2), syscalls(2), getauxval(3), stat(2), getcwd(2), errno(3);
 * the kernel's Documentation/arch/x86/x86_64 and arch/arm64 pages for what is
 * where at the start; gcc(1) for -ffreestanding and -fstack-protector.
 */

#if !defined(__linux__) || !defined(__LP64__) || (!defined(__x86_64__) && !defined(__aarch64__))
#error "no bare shim for this system: configure --disable-bare-shim"
#endif

/* What start.c calls. */
int main(int argc, char **argv);

/* The first C function: STACK is as the kernel left it. */
_Noreturn void bare_start(char **stack);

/* End the process. */
_Noreturn void bare_exit(int status);

/* Set errno from a system call's RESULT and give what a C function returns. */
long bare_result(long result);

/* Called by code that a compiler adds (gcc(1), -fstack-protector). */
_Noreturn void __stack_chk_fail(void);

#endif
