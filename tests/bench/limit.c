/* SPDX-License-Identifier: MIT */
/* Limits for a shim: what it costs to do nothing, or the least, before a program. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * limit PROGRAM [ARG...]      one execve: the cost of starting through any program
 * limit ROOT NAME [ARG...]    compiled with -DWITH_PIN: the least that a shim can do.
 *                             The nearest .python-version upwards, execve of
 *                             ROOT/versions/PIN/bin/NAME. No face, no owners, no
 *                             aliases, no PATH, no look whether it is there.
 *
 * Without a C library; with -DWITH_LIBC behind the start of one.
 */

#ifdef WITH_LIBC
#define CALL(number, a, b, c) syscall((number), (a), (b), (c))
#else
/* argc is what the stack pointer points to, the arguments follow. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start\n");

static long
call(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl start\n");

static long
call(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
#endif
#define CALL(number, a, b, c) call((number), (long)(a), (long)(b), (long)(c))
#endif

#ifdef WITH_PIN
#define NAME ".python-version"
#define UP4 "../../../../"
#define UP16 UP4 UP4 UP4 UP4
#define LEVELS_MAX 16

static char *
add(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	*to = '\0';
	return to;
}

static int
open_pin(void)
{
	static const char path[] = UP16 NAME;

	for (int up = 0; up <= LEVELS_MAX; up++) {
		const char *name = path + (ptrdiff_t)3 * (LEVELS_MAX - up);
		long fd = CALL(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);

		if (fd >= 0)
			return (int)fd;
	}
	return -1;
}

static void
run(char **argv, char **envp)
{
	char pin[128];
	char path[512];
	long n = CALL(SYS_read, open_pin(), pin, sizeof(pin) - 1);

	if (n <= 0)
		return;
	pin[pin[n - 1] == '\n' ? n - 1 : n] = '\0';
	add(add(add(add(add(path, argv[1]), "/versions/"), pin), "/bin/"), argv[2]);
	CALL(SYS_execve, path, argv + 2, envp);
}
#else
static void
run(char **argv, char **envp)
{
	CALL(SYS_execve, argv[1], argv + 1, envp);
}
#endif

#ifdef WITH_LIBC
int
main(int argc, char **argv, char **envp)
{
	(void)argc;
	run(argv, envp);
	return 127;
}
#else
_Noreturn void start(char **stack);

void
start(char **stack)
{
	long argc = (long)stack[0];

	run(stack + 1, stack + 1 + argc + 1);
	for (;;)
		CALL(SYS_exit_group, 127, 0, 0);
}
#endif
