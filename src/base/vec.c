/* SPDX-License-Identifier: MIT */
/* Vectors: of texts, and a growing step for vectors of structs. */
#include <config.h>

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void
strvec_add(struct strvec *v, const char *text)
{
	strvec_take(v, mem_strdup(text));
}

void
strvec_add_str(struct strvec *v, struct str s)
{
	strvec_take(v, mem_strndup(s.p, s.n));
}

void
strvec_printf(struct strvec *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	strvec_take(v, mem_vprintf(fmt, args));
	va_end(args);
}

void
strvec_take(struct strvec *v, char *text)
{
	/* One element more than vec_grow() gives is kept for the final NULL. */
	v->items = vec_grow(v->items, v->count + 1, sizeof(*v->items));
	v->items[v->count++] = text;
	v->items[v->count] = NULL;
}

void
strvec_add_all(struct strvec *v, char *const *texts)
{
	for (; texts && *texts; texts++)
		strvec_add(v, *texts);
}

bool
strvec_has(const struct strvec *v, const char *text)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->items[i], text) == 0)
			return true;
	return false;
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
strvec_sort(struct strvec *v)
{
	if (v->count > 1)
		qsort(v->items, v->count, sizeof(*v->items), compare_texts);
}

void
strvec_unique(struct strvec *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++) {
		if (kept && strcmp(v->items[kept - 1], v->items[i]) == 0)
			free(v->items[i]);
		else
			v->items[kept++] = v->items[i];
	}
	v->count = kept;
	if (v->items)
		v->items[kept] = NULL;
}

char *
strvec_join(const struct strvec *v, const char *sep)
{
	cleanup_buf struct buf b = BUF_INIT(SIZE_MAX / 2);

	for (size_t i = 0; i < v->count; i++) {
		if (i)
			buf_add_text(&b, sep);
		buf_add_text(&b, v->items[i]);
	}
	return buf_take(&b);
}

void
strvec_reset(struct strvec *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i]);
	free(v->items);
	*v = (struct strvec){ 0 };
}

void *
vec_grow(void *items, size_t count, size_t size)
{
	/* The room is implied by the count, so that nothing else is stored:
	 * after 0, 1, 2, 4, 8, … elements it doubles. */
	if (!items || (count & (count - 1)) == 0)
		return mem_resize(items, count ? count * 2 : 1, size);
	return items;
}
