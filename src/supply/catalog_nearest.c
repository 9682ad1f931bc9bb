/* SPDX-License-Identifier: MIT */
/* Names near one that does not exist. */
#include <config.h>

#include <string.h>

#include "supply/catalog_internal.h"

/* Edits between two names that are taken for a slip of the fingers. */
#define NEAR_EDITS 1
/* Names that are suggested at most. */
#define NEAR_NAMES 3

/* A series ("3.13") and its newest final version. */
struct series {
	char name[VERSION_NAME_MAX + 1];
	const char *newest;
	size_t edits;
};

/* "3.31" of "3.31.2", "python3.31", "cpython@3.31": what the series of TEXT
 * would be called; TEXT itself when it is no version. */
static void
series_of(const char *text, char *buf)
{
	struct request request;
	const struct version *want = &request.want;

	if (!request_parse(str_from(text), &request, NULL) || request.kind != REQUEST_PREFIX ||
	    want->release_parts < 2) {
		(void)snprintf(buf, VERSION_NAME_MAX + 1, "%s", text);
		return;
	}
	(void)snprintf(buf, VERSION_NAME_MAX + 1, "%u.%u", want->release[0], want->release[1]);
}

/* Nearest first, then newest; the list is short, so insertion will do. */
static size_t
insert(struct series *list, size_t count, const struct series *one)
{
	size_t at = count;

	while (at > 0 && list[at - 1].edits >= one->edits)
		at--;
	if (at == NEAR_NAMES)
		return count;
	if (count == NEAR_NAMES)
		count--;
	memmove(&list[at + 1], &list[at], (count - at) * sizeof(*list));
	list[at] = *one;
	return count + 1;
}

char *
catalog_nearest(const struct catalog *catalog, const char *text)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	char wanted[VERSION_NAME_MAX + 1];
	struct series list[NEAR_NAMES + 1];
	size_t count = 0;

	series_of(text, wanted);
	catalog_names(catalog, &names);
	/* In version order the last of a series is its newest. */
	for (size_t i = 0; i < names.count; i++) {
		struct series one = { .newest = names.items[i] };
		struct series next;
		struct version v;

		if (!version_parse(str_from(names.items[i]), &v) ||
		    !version_alias_name(&v, one.name))
			continue;
		if (i + 1 < names.count && version_parse(str_from(names.items[i + 1]), &v) &&
		    version_alias_name(&v, next.name) && strcmp(one.name, next.name) == 0)
			continue;
		one.edits = str_distance(str_from(wanted), str_from(one.name));
		if (one.edits <= NEAR_EDITS)
			count = insert(list, count, &one);
	}
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%s (%s)", i ? ", " : "", list[i].name, list[i].newest);
	return count ? buf_take(&b) : NULL;
}
