/* SPDX-License-Identifier: MIT */
/* A map from texts to pointers. */
#include <config.h>

#include "base/map.h"

/* uthash's default falls through switch labels, which clang refuses; keys are short. */
#define HASH_FUNCTION HASH_FNV
/* Its own way to run out of memory is exit(-1), without a word. */
#define uthash_malloc(size) mem_resize(NULL, size, 1)
#include <uthash.h>

#include "base/mem.h"

struct map_entry {
	char *key;
	void *value;
	UT_hash_handle hh;
};

bool
map_set(struct map *m, const char *key, void *value)
{
	struct map_entry *entry = NULL;

	HASH_FIND_STR(m->head, key, entry);
	if (entry) {
		entry->value = value;
		return false;
	}
	entry = mem_zalloc(sizeof(*entry));
	entry->key = mem_strdup(key);
	entry->value = value;
	HASH_ADD_KEYPTR(hh, m->head, entry->key, strlen(entry->key), entry);
	return true;
}

void *
map_get(const struct map *m, const char *key)
{
	struct map_entry *entry = NULL;

	HASH_FIND_STR(m->head, key, entry);
	return entry ? entry->value : NULL;
}

static void
drop(struct map *m, struct map_entry *entry)
{
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it loses uthash's list at `tbl`. */
	HASH_DEL(m->head, entry);
	free(entry->key);
	free(entry);
}

void *
map_remove(struct map *m, const char *key)
{
	struct map_entry *entry = NULL;
	void *value;

	HASH_FIND_STR(m->head, key, entry);
	if (!entry)
		return NULL;
	value = entry->value;
	drop(m, entry);
	return value;
}

int
map_each(const struct map *m, int (*fn)(const char *key, void *value, void *ctx), void *ctx)
{
	struct map_entry *entry = NULL;
	struct map_entry *next = NULL;

	HASH_ITER(hh, m->head, entry, next) {
		int stop = fn(entry->key, entry->value, ctx);

		if (stop)
			return stop;
	}
	return 0;
}

void
map_reset(struct map *m)
{
	struct map_entry *entry = NULL;
	struct map_entry *next = NULL;

	HASH_ITER(hh, m->head, entry, next) {
		drop(m, entry);
	}
}
