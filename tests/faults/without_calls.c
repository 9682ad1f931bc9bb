/* SPDX-License-Identifier: MIT */
/* Runs a program on a kernel that seems to lack some system calls, for tests. */
#include <config.h>

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/*
 * without_calls landlock|seccomp PROGRAM ARG...: landlock's calls, or seccomp itself, are
 * not there, also not for what PROGRAM starts.
 */

#ifdef __linux__
static int
take_away(unsigned first, unsigned last)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = sizeof(code) / sizeof(*code), .filter = code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
		       ? -1
		       : (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &filter);
}
#endif

int
main(int argc, char **argv)
{
	int failed = -1;

	if (argc < 3)
		return 2;
#ifdef __linux__
	failed = strcmp(argv[1], "landlock") == 0 ? take_away(444, 446)
						  : take_away(SYS_seccomp, SYS_seccomp);
#endif
	if (failed < 0) {
		fprintf(stderr, "without_calls: no filter to be had\n");
		return 125;
	}
	execv(argv[2], argv + 2);
	return 126;
}
