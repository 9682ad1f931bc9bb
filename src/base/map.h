/* SPDX-License-Identifier: MIT */
/* A map from texts to pointers. */
#ifndef PYVERN_BASE_MAP_H
#define PYVERN_BASE_MAP_H

/* Keys are copied; values are borrowed and never NULL. Iteration is in the
 * order of insertion. Wraps uthash, which nothing else includes. */

#include <stdbool.h>

#include "base/cleanup.h"

struct map_entry;

struct map {
	struct map_entry *head;
};

/* Set KEY to VALUE; true if the key is new. */
bool map_set(struct map *m, const char *key, void *value);

/* Value of KEY, or NULL. */
void *map_get(const struct map *m, const char *key);

/* Take KEY out; its value, or NULL if it was not there. */
void *map_remove(struct map *m, const char *key);

/* Call FN for each entry until it returns non-zero; returns that value. */
int map_each(const struct map *m, int (*fn)(const char *key, void *value, void *ctx), void *ctx);

void map_reset(struct map *m);

#define cleanup_map cleanup_with(map_reset)

#endif
