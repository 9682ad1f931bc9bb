/* SPDX-License-Identifier: MIT */
/* What the download cache holds, for those who look after it. */
#ifndef PYVERN_SUPPLY_CACHE_KEEP_H
#define PYVERN_SUPPLY_CACHE_KEEP_H

#include <time.h>

#include "supply/cache.h"

enum cache_state {
	CACHE_WHOLE,	  /* ours: named by its digest */
	CACHE_UNFINISHED, /* ours: a download that was cut off, or is under way */
	CACHE_PYENVS,	  /* pyenv's: named as its definitions name it */
};

struct cache_entry {
	const struct dir *folder; /* borrowed from the cache */
	char *file;		  /* its name there */
	char *name;		  /* for people: "3.13.5", or the file's own */
	enum cache_state state;
	char sha256[DIGEST_HEX_SIZE]; /* as the name says; "" for pyenv's */
	uint64_t size;		      /* bytes */
	time_t changed;		      /* when it was last written */
};

struct cache_entries {
	struct cache_entry *items; /* by folder, then by name for people */
	size_t count;
};

/* Everything in all folders that is a file and no lock. */
int cache_entries_read(const struct cache *cache, struct cache_entries *ret, struct err *err)
	__attribute__((warn_unused_result));
void cache_entries_reset(struct cache_entries *entries);
#define cleanup_cache_entries cleanup_with(cache_entries_reset)

/* Is ENTRY (WHOLE) what its name says? ERR_FAILED when it cannot be read. */
int cache_entry_verify(const struct cache_entry *entry, bool *ret_holds, struct err *err)
	__attribute__((warn_unused_result));

/* Remove ENTRY, unless a download works on it now (*RET_BUSY). Never pyenv's. */
int cache_entry_remove(const struct cache_entry *entry, bool *ret_busy, struct err *err)
	__attribute__((warn_unused_result));

#endif
