/* SPDX-License-Identifier: MIT */
/* The system calls that the shim makes, as the C library's headers declare them. */
#include <config.h>

#include "bare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Results from -4095 to -1 are errors (syscall(2)). */
#define ERROR_LEAST (-4095L)

/* The kernel fills the C library's struct as it stands. */
_Static_assert(sizeof(off_t) == 8 && offsetof(struct stat, st_dev) == 0 &&
		       offsetof(struct stat, st_ino) == 8 && offsetof(struct stat, st_size) == 48 &&
		       offsetof(struct stat, st_mtim) == 88,
	       "struct stat is the kernel's");
#if defined(__x86_64__)
_Static_assert(offsetof(struct stat, st_nlink) == 16 && offsetof(struct stat, st_mode) == 24 &&
		       offsetof(struct stat, st_uid) == 28 && sizeof(struct stat) == 144,
	       "struct stat is the kernel's");
#else
_Static_assert(offsetof(struct stat, st_mode) == 16 && offsetof(struct stat, st_nlink) == 20 &&
		       offsetof(struct stat, st_uid) == 24 && sizeof(struct stat) == 128,
	       "struct stat is the kernel's");
#endif

/* Up to four arguments: the shim needs no call with more. Memory is clobbered,
 * because the kernel reads and writes what the arguments point to. */
static long
call(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	long result;

	/* The instruction itself overwrites rcx and r11. */
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
#else
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
#endif
}

long
bare_result(long result)
{
	if (result < 0 && result >= ERROR_LEAST) {
		errno = (int)-result;
		return -1;
	}
	return result;
}

/* Pointers are passed as the longs that they are for the kernel. */
#define CALL(number, a, b, c, d) \
	bare_result(call((number), (long)(a), (long)(b), (long)(c), (long)(d)))

void
bare_exit(int status)
{
	for (;;)
		(void)call(SYS_exit_group, status, 0, 0, 0);
}

long
syscall(long number, ...)
{
	va_list args;
	long a;
	long b;
	long c;
	long d;

	va_start(args, number);
	a = va_arg(args, long);
	b = va_arg(args, long);
	c = va_arg(args, long);
	d = va_arg(args, long);
	va_end(args);
	return CALL(number, a, b, c, d);
}

int
openat(int dir_fd, const char *path, int flags, ...)
{
	va_list args;
	int mode = 0;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, int);
		va_end(args);
	}
	return (int)CALL(SYS_openat, dir_fd, path, flags, mode);
}

/* The shim makes no files: there is no mode to pass on. */
int
open(const char *path, int flags, ...)
{
	return (int)CALL(SYS_openat, AT_FDCWD, path, flags, 0);
}

int
close(int fd)
{
	return (int)CALL(SYS_close, fd, 0, 0, 0);
}

ssize_t
read(int fd, void *bytes, size_t n)
{
	return CALL(SYS_read, fd, bytes, n, 0);
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	return CALL(SYS_write, fd, bytes, n, 0);
}

/* aarch64 has only the calls that take a folder. */
int
fstatat(int dir_fd, const char *path, struct stat *ret_st, int flags)
{
	return (int)CALL(SYS_newfstatat, dir_fd, path, ret_st, flags);
}

int
stat(const char *path, struct stat *ret_st)
{
	return (int)CALL(SYS_newfstatat, AT_FDCWD, path, ret_st, 0);
}

int
fstat(int fd, struct stat *ret_st)
{
	return (int)CALL(SYS_fstat, fd, ret_st, 0, 0);
}

int
access(const char *path, int mode)
{
	return (int)CALL(SYS_faccessat, AT_FDCWD, path, mode, 0);
}

ssize_t
readlinkat(int dir_fd, const char *path, char *text, size_t size)
{
	return CALL(SYS_readlinkat, dir_fd, path, text, size);
}

ssize_t
readlink(const char *path, char *text, size_t size)
{
	return CALL(SYS_readlinkat, AT_FDCWD, path, text, size);
}

/* With a buffer only; the kernel gives the length. */
char *
getcwd(char *text, size_t size)
{
	return CALL(SYS_getcwd, text, size, 0, 0) < 0 ? NULL : text;
}

uid_t
geteuid(void)
{
	return (uid_t)call(SYS_geteuid, 0, 0, 0, 0);
}

int
execve(const char *path, char *const *args, char *const *env)
{
	return (int)CALL(SYS_execve, path, args, env, 0);
}

int
clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	return (int)CALL(SYS_clock_gettime, clock, ret_time, 0, 0);
}

int
utimensat(int dir_fd, const char *path, const struct timespec times[2], int flags)
{
	return (int)CALL(SYS_utimensat, dir_fd, path, times, flags);
}
