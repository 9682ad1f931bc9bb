/* SPDX-License-Identifier: MIT */
/* What every unit test includes: cmocka with what it needs before it. */
#ifndef PYVERN_TESTS_UNIT_H
#define PYVERN_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* A call that must succeed; shows why it did not. */
#define assert_ok(call, err)                                       \
	do {                                                       \
		if ((call) < 0)                                    \
			fail_msg("%s: %s", #call, (err)->message); \
	} while (0)

/* A call that must fail with CODE; leaves ERR empty. */
#define assert_fails(call, expected, err)                                                 \
	do {                                                                              \
		assert_int_equal((call), -1);                                             \
		assert_string_equal(err_code_name((err)->code), err_code_name(expected)); \
		err_reset(err);                                                           \
	} while (0)

/* Make a private folder below TMPDIR; its path is owned by the caller. */
static inline char *
unit_make_folder(void)
{
	const char *base = getenv("TMPDIR");
	char *path = mem_printf("%s/pyvern-unit-XXXXXX", base && *base ? base : "/tmp");

	assert_non_null(mkdtemp(path));
	return path;
}

#endif
