/* SPDX-License-Identifier: MIT */
/* Allocation that cannot fail, and formatted strings. */
#ifndef PYVERN_BASE_MEM_H
#define PYVERN_BASE_MEM_H

/*
 * pyvern's commands are short-lived: when memory is gone the program says so
 * and ends with status 1. Sizes that come from outside are compared with a
 * named limit BEFORE they are allocated, so input cannot reach that end.
 */

#include <stdarg.h>
#include <stddef.h>

#define MEM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* SIZE bytes set to zero. Owned by the caller (free). */
void *mem_zalloc(size_t size) __attribute__((malloc, warn_unused_result));

/* P grown or shrunk to COUNT elements of SIZE bytes; the product is checked
 * for overflow. Takes P; owned by the caller (free). */
void *mem_resize(void *p, size_t count, size_t size) __attribute__((warn_unused_result));

/* A copy of TEXT, or NULL for NULL. Owned by the caller (free). */
char *mem_strdup(const char *text) __attribute__((warn_unused_result));

/* A terminated copy of the first N bytes of TEXT. Owned by the caller (free). */
char *mem_strndup(const char *text, size_t n) __attribute__((warn_unused_result));

/* A formatted string. Owned by the caller (free). */
char *mem_printf(const char *fmt, ...) MEM_PRINTF(1, 2) __attribute__((warn_unused_result));
char *
mem_vprintf(const char *fmt, va_list args) MEM_PRINTF(1, 0) __attribute__((warn_unused_result));

#endif
