/* SPDX-License-Identifier: MIT */
/* The limit for a shim: no C library, no decision, one execve of argv[1]. With
 * a C library (compiled with -DWITH_LIBC) the cost of that library's start. */
#ifdef WITH_LIBC
#include <unistd.h>

int
main(int argc, char **argv, char **envp)
{
	(void)argc;
	execve(argv[1], argv + 1, envp);
	return 127;
}
#elif defined(__x86_64__)
__attribute__((naked, noreturn)) void _start(void);
void
_start(void)
{
	/* rsp: argc, argv[0], argv[1] …, NULL, envp … */
	__asm__("mov (%rsp), %rcx\n\t"
		"mov 16(%rsp), %rdi\n\t"
		"lea 16(%rsp), %rsi\n\t"
		"lea 16(%rsp,%rcx,8), %rdx\n\t"
		"mov $59, %eax\n\t"
		"syscall\n\t"
		"mov $127, %edi\n\t"
		"mov $60, %eax\n\t"
		"syscall");
}
#elif defined(__aarch64__)
__attribute__((naked, noreturn)) void _start(void);
void
_start(void)
{
	__asm__("ldr x3, [sp]\n\t"
		"ldr x0, [sp, #16]\n\t"
		"add x1, sp, #16\n\t"
		"add x2, x1, x3, lsl #3\n\t"
		"mov x8, #221\n\t"
		"svc #0\n\t"
		"mov x0, #127\n\t"
		"mov x8, #93\n\t"
		"svc #0");
}
#endif
