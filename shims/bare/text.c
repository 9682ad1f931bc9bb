/* SPDX-License-Identifier: MIT */
/* Bytes, strings and the environment. */
#include <config.h>

#include "bare.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Compilers know these loops and put a call of memcpy, memset or strlen in
 * their place: here that would be a call of itself, for ever. They do not look
 * past an empty piece of assembly. */
#define AS_IT_STANDS() __asm__ volatile("")

void *
memcpy(void *to, const void *from, size_t n)
{
#if defined(__x86_64__)
	void *at = to;

	/* The processor's own copy; fast from 128 bytes on, and short. */
	__asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(n) : : "memory");
#else
	for (size_t i = 0; i < n; i++) {
		AS_IT_STANDS();
		((char *)to)[i] = ((const char *)from)[i];
	}
#endif
	return to;
}

void *
memmove(void *to, const void *from, size_t n)
{
	/* As numbers: two objects' addresses have no order in C. */
	if ((unsigned long)to - (unsigned long)from >= n)
		return memcpy(to, from, n);
	while (n--) {
		AS_IT_STANDS();
		((char *)to)[n] = ((const char *)from)[n];
	}
	return to;
}

void *
memset(void *to, int c, size_t n)
{
#if defined(__x86_64__)
	void *at = to;

	__asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(c) : "memory");
#else
	for (size_t i = 0; i < n; i++) {
		AS_IT_STANDS();
		((char *)to)[i] = (char)c;
	}
#endif
	return to;
}

int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a;
	const unsigned char *y = b;

	for (size_t i = 0; i < n; i++) {
		AS_IT_STANDS();
		if (x[i] != y[i])
			return x[i] - y[i];
	}
	return 0;
}

void *
memchr(const void *bytes, int c, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		AS_IT_STANDS();
		if (p[i] == (unsigned char)c)
			return (void *)(p + i);
	}
	return NULL;
}

size_t
strlen(const char *text)
{
	size_t n = 0;

	while (text[n]) {
		AS_IT_STANDS();
		n++;
	}
	return n;
}

int
strncmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AS_IT_STANDS();
		if (a[i] != b[i] || !a[i])
			return (unsigned char)a[i] - (unsigned char)b[i];
	}
	return 0;
}

int
strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

char *
strchr(const char *text, int c)
{
	/* The end of the text can be looked for, too. */
	return memchr(text, c, strlen(text) + 1);
}

char *
strrchr(const char *text, int c)
{
	for (size_t n = strlen(text) + 1; n--;) {
		AS_IT_STANDS();
		if (text[n] == (char)c)
			return (char *)text + n;
	}
	return NULL;
}

char *
getenv(const char *name)
{
	size_t n = strlen(name);

	for (char **entry = environ; *entry; entry++)
		if (strncmp(*entry, name, n) == 0 && (*entry)[n] == '=')
			return *entry + n + 1;
	return NULL;
}
