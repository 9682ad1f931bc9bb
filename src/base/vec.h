/* SPDX-License-Identifier: MIT */
/* Vectors: of texts, and a growing step for vectors of structs. */
#ifndef PYVERN_BASE_VEC_H
#define PYVERN_BASE_VEC_H

/*
 * struct strvec owns its texts and keeps items[count] NULL, so that items is
 * an argv as it stands. For other element types:
 *
 *	struct note *notes = NULL; size_t count = 0;
 *	notes = vec_grow(notes, count, sizeof(*notes));
 *	notes[count++] = note;
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

struct strvec {
	char **items; /* NULL-terminated once anything was added */
	size_t count;
};

/* Add a copy of TEXT. */
void strvec_add(struct strvec *v, const char *text);
void strvec_add_str(struct strvec *v, struct str s);
void strvec_printf(struct strvec *v, const char *fmt, ...) MEM_PRINTF(2, 3);

/* Add TEXT itself. Taken. */
void strvec_take(struct strvec *v, char *text);

/* Add copies of all texts of a NULL-terminated array (NULL: none). */
void strvec_add_all(struct strvec *v, char *const *texts);

bool strvec_has(const struct strvec *v, const char *text);

/* Byte order; equal texts are kept. */
void strvec_sort(struct strvec *v);

/* In a sorted vector, keep one of equal texts. */
void strvec_unique(struct strvec *v);

/* The texts with SEP between them. Owned by the caller (free). */
char *strvec_join(const struct strvec *v, const char *sep) __attribute__((warn_unused_result));

void strvec_reset(struct strvec *v);

#define cleanup_strvec cleanup_with(strvec_reset)

/* ITEMS with room for one more than COUNT elements of SIZE bytes; grows by
 * doubling at powers of two. Takes ITEMS; owned by the caller (free). */
void *vec_grow(void *items, size_t count, size_t size) __attribute__((warn_unused_result));

#endif
