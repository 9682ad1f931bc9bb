/* SPDX-License-Identifier: MIT */
/* A program that reads hostile bytes shuts itself in. */
#include <config.h>

#include "os/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "os/landlock.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !HAS_SANITIZER
#define CAN_SHUT_IN 1
#else
#define CAN_SHUT_IN 0
#endif

/* Descriptors: the three, the folder, its folders on the way down, and a few files. */
#define FILES_MAX 64

static void
set_limit(int what, uint64_t value)
{
	struct rlimit limit = { .rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value };
	struct rlimit old;

	/* Never more than we were given. */
	if (getrlimit(what, &old) == 0 && old.rlim_max != RLIM_INFINITY &&
	    old.rlim_max < limit.rlim_max)
		limit.rlim_cur = limit.rlim_max = old.rlim_max;
	(void)setrlimit(what, &limit);
}

static void
set_limits(const struct sandbox_limits *limits)
{
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_NOFILE, FILES_MAX);
	set_limit(RLIMIT_CPU, limits->cpu_s);
	set_limit(RLIMIT_FSIZE, limits->file_size);
	/* A sanitizer's own memory counts as ours. */
	if (!HAS_SANITIZER)
		set_limit(RLIMIT_DATA, limits->memory);
}

#if CAN_SHUT_IN

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __x86_64__
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
/* System calls of the x32 interface have this bit. */
#define FOREIGN_CALLS 0x40000000U
#else
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#define FOREIGN_CALLS 0x40000000U
#endif

/* What computing, threads and writing files below an open folder need. */
static const unsigned allowed[] = {
	SYS_read,
	SYS_write,
	SYS_readv,
	SYS_writev,
	SYS_pread64,
	SYS_pwrite64,
	SYS_close,
	SYS_fstat,
	SYS_newfstatat,
	SYS_lseek,
	SYS_fcntl,
	SYS_dup,
	SYS_pipe2,
#ifdef SYS_poll
	SYS_poll,
#endif
	SYS_ppoll,
	SYS_openat,
	SYS_mkdirat,
	SYS_linkat,
	SYS_symlinkat,
	SYS_utimensat,
	SYS_fchmod,
	SYS_ftruncate,
	SYS_fallocate,
	SYS_getdents64,
	SYS_mmap,
	SYS_munmap,
	SYS_mprotect,
	SYS_mremap,
	SYS_madvise,
	SYS_brk,
	SYS_futex,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_set_tid_address,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_gettid,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_clock_gettime,
	SYS_clock_nanosleep,
	SYS_nanosleep,
	SYS_gettimeofday,
	SYS_getrandom,
	SYS_exit,
	SYS_exit_group,
};
#define ALLOWED_COUNT (sizeof(allowed) / sizeof(*allowed))

/* Instructions: six to begin with, eight for threads, two for each call, one to end. */
#define FILTER_MAX (6 + 8 + 2 * ALLOWED_COUNT + 1)

struct program {
	struct sock_filter code[FILTER_MAX];
	unsigned short n;
};

static void
add(struct program *p, struct sock_filter instruction)
{
	p->code[p->n++] = instruction;
}

/* If the accumulator is VALUE: ACTION. */
static void
on_equal(struct program *p, uint32_t value, uint32_t action)
{
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void
load(struct program *p, size_t offset)
{
	add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void
make_filter(struct program *p)
{
	load(p, offsetof(struct seccomp_data, arch));
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0));
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	load(p, offsetof(struct seccomp_data, nr));
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_CALLS, 0, 1));
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	/* Threads, but no processes. The C library falls back from clone3, whose flags a
	 * filter cannot see, when it is not there. */
	on_equal(p, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 5));
	load(p, offsetof(struct seccomp_data, args[0]));
	add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	load(p, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < ALLOWED_COUNT; i++)
		on_equal(p, allowed[i], SECCOMP_RET_ALLOW);
	add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

static int
enter_seccomp(void)
{
	struct program program = { .n = 0 };
	struct sock_fprog filter;

	make_filter(&program);
	filter = (struct sock_fprog){ .len = program.n, .filter = program.code };
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &filter);
}

static void
enter(int folder, struct sandbox_report *ret)
{
	int version;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		(void)snprintf(ret->why, sizeof(ret->why), "no_new_privs: %s", strerror(errno));
		return;
	}
	version = landlock_enter(folder);
	if (version > 0)
		ret->landlock = version;
	else
		(void)snprintf(ret->why, sizeof(ret->why), "landlock: %s", strerror(errno));
	/* Without Landlock it is still worth having. */
	ret->seccomp = enter_seccomp() == 0;
	if (!ret->seccomp)
		(void)snprintf(ret->why, sizeof(ret->why), "seccomp: %s", strerror(errno));
}

#else

static void
enter(int folder, struct sandbox_report *ret)
{
	(void)folder;
	(void)snprintf(ret->why, sizeof(ret->why), "%s",
		       HAS_SANITIZER ? "built with a sanitizer" : "there is none for this system");
}

#endif

void
sandbox_enter(int folder, const struct sandbox_limits *limits, struct sandbox_report *ret)
{
	*ret = (struct sandbox_report){ 0 };
	set_limits(limits);
	enter(folder, ret);
}
