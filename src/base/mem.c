/* SPDX-License-Identifier: MIT */
/* Allocation that cannot fail, and formatted strings. */
#include <config.h>

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Out of memory: nothing that allocates may run any more, so write(2). */
static _Noreturn void
out_of_memory(void)
{
	static const char text[] = "pyvern: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

void *
mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	void *grown;

	if (size && count > SIZE_MAX / size)
		out_of_memory();
	grown = realloc(p, count && size ? count * size : 1);
	if (!grown)
		out_of_memory();
	return grown;
}

char *
mem_strdup(const char *text)
{
	return text ? mem_strndup(text, strlen(text)) : NULL;
}

char *
mem_strndup(const char *text, size_t n)
{
	char *copy = mem_zalloc(n + 1);

	if (n)
		memcpy(copy, text, n);
	return copy;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = mem_vprintf(fmt, args);
	va_end(args);
	return text;
}

char *
mem_vprintf(const char *fmt, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, args) < 0)
		out_of_memory();
	return text;
}
