/* SPDX-License-Identifier: MIT */
/* From the kernel's stack to main(). */
#include <config.h>

#include "bare.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/*
 * There are no variables with values, so that nothing to write to is mapped from
 * the file: .bss begins with a page, the largest of the processor. (Kernels before
 * 6.6 map only whole pages behind the file's part; the rest must be empty.)
 */
#if defined(__x86_64__)
__asm__(".bss\n.balign 4096\n");
#else
__asm__(".bss\n.balign 65536\n");
#endif

/*
 * At the start the stack pointer is a multiple of 16 and points to argc; then
 * come the arguments, a NULL, the environment, a NULL, and the auxiliary vector.
 * The frame pointer is cleared because that ends a backtrace. Written outside of
 * any function: a compiler would put code of its own before it.
 */
#if defined(__x86_64__)
__asm__(".text\n"
	".globl _start\n"
	".type _start, @function\n"
	"_start:\n"
	"	xorl %ebp, %ebp\n"
	"	movq %rsp, %rdi\n"
	"	andq $-16, %rsp\n"
	"	call bare_start\n"
	"	hlt\n"
	".size _start, . - _start\n");
#elif defined(__aarch64__)
__asm__(".text\n"
	".globl _start\n"
	".type _start, %function\n"
	"_start:\n"
	"	hint #34\n" /* bti c: a target of indirect jumps */
	"	mov x29, #0\n"
	"	mov x30, #0\n"
	"	mov x0, sp\n"
	"	bl bare_start\n"
	"	brk #1\n"
	".size _start, . - _start\n");
#endif

char **environ;

/* Names that compilers and the C library's headers know. */
uintptr_t __stack_chk_guard;
static int error_number;
static const Elf64_auxv_t *auxiliary;

int *
__errno_location(void)
{
	return &error_number;
}

unsigned long
getauxval(unsigned long type)
{
	for (const Elf64_auxv_t *entry = auxiliary; entry->a_type != AT_NULL; entry++)
		if (entry->a_type == type)
			return entry->a_un.a_val;
	errno = ENOENT;
	return 0;
}

void
__stack_chk_fail(void)
{
	static const char text[] = "pyvern: the shim's stack was overwritten\n";

	/* Nothing can be done about an stderr that takes nothing. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		__builtin_trap();
	__builtin_trap();
}

/* The kernel gives 16 random bytes to each program. A zero byte comes first in
 * memory, so that no string function can write or read past the guard. */
static void
set_guard(void)
{
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (random)
		memcpy(&__stack_chk_guard, random, sizeof(__stack_chk_guard));
	*(unsigned char *)&__stack_chk_guard = 0;
}

void
bare_start(char **stack)
{
	/* A long of the kernel's in an array of pointers. */
	int argc = (int)(intptr_t)stack[0];
	char **argv = stack + 1;
	char **end;

	environ = argv + argc + 1;
	for (end = environ; *end;)
		end++;
	auxiliary = (const void *)(end + 1);
	set_guard();
	bare_exit(main(argc, argv));
}
