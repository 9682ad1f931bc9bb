/* SPDX-License-Identifier: MIT */
/*
 * For tests, preloaded: one allocation of our programs fails, counted over all of them that one
 * command starts. NO_MEMORY_SHARED names the file in which they count (made here), NO_MEMORY_AT
 * the number that fails (0: none). At the end of a program NO_MEMORY_REPORT gets the count as a
 * text; of the one that fails the shared file has the program's name from byte 64 on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SHARED_SIZE 128
#define NAME_AT 64

/* glibc's own, under the names that it has for those who stand before them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

static char *shared; /* NULL: not one of our programs, or not asked for */
static unsigned long fail_at;

static int
fails(void)
{
	unsigned long number;

	if (!shared)
		return 0;
	number = __atomic_add_fetch((unsigned long *)(void *)shared, 1, __ATOMIC_RELAXED);
	if (number != fail_at)
		return 0;
	(void)snprintf(shared + NAME_AT, SHARED_SIZE - NAME_AT, "%s",
		       program_invocation_short_name);
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("NO_MEMORY_SHARED");
	const char *at = getenv("NO_MEMORY_AT");
	void *map;
	int fd;

	if (!path || !at || strncmp(program_invocation_short_name, "pyvern", 6) != 0)
		return;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, SHARED_SIZE) < 0)
		return;
	map = mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (map == MAP_FAILED)
		return;
	fail_at = strtoul(at, NULL, 10);
	shared = map;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("NO_MEMORY_REPORT");
	char text[32];
	int n, fd;

	if (!shared || !path || fail_at)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	n = snprintf(text, sizeof(text), "%lu\n", *(unsigned long *)(void *)shared);
	if (fd >= 0 && write(fd, text, (size_t)n) != n)
		_exit(99);
	(void)close(fd);
}
