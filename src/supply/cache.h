/* SPDX-License-Identifier: MIT */
/* The download cache: whole files found by digest, and partial ones. */
#ifndef PYVERN_SUPPLY_CACHE_H
#define PYVERN_SUPPLY_CACHE_H

/*
 * Our files are named SHA256-NAME, so that one is found by its digest wherever
 * it came from. Files named as pyenv names them (Python-3.13.5.tar.xz) are used
 * when their digest is right, and never changed. A download in progress is
 * SHA256.part; SHA256.part.from lists, one a line, the addresses that its bytes
 * came from, and after a tab what that server's If-Range takes. It gets its final name
 * only after its digest was found to hold.
 *
 * Folders: PYTHON_BUILD_CACHE_PATH (pyenv's variable) if that is a folder, the setting
 * `cache` (a folder that several roots share), and $ROOT/cache. New files go to the first of them that is ours and can be written,
 * else to the first that can be written.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "os/fs.h"
#include "supply/artifact.h"
#include "trust/digest.h"

#define CACHE_FOLDERS_MAX 3

struct cache {
	struct dir folders[CACHE_FOLDERS_MAX];
	size_t count;
	const struct dir *target; /* one of FOLDERS; NULL before cache_prepare() */
	const char *shared;	  /* borrowed: the setting; NULL: none */
};

/* Open the folders that exist; SHARED (NULL: none) is the setting `cache`, which must be
 * absolute (ERR_USAGE). Start from CACHE_INIT. */
#define CACHE_INIT                                          \
	{                                                   \
		.folders = { DIR_INIT, DIR_INIT, DIR_INIT } \
	}
int cache_open(const struct layout *layout, const char *shared, struct cache *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Make the shared folder or $ROOT/cache if need be and choose the folder for new files. */
int cache_prepare(const struct layout *layout, struct cache *cache, struct err *err)
	__attribute__((warn_unused_result));

void cache_reset(struct cache *cache);
#define cleanup_cache cleanup_with(cache_reset)

/* A whole file. */
struct cached {
	int fd; /* read-only, offset 0; -1: none */
	char *path;
	uint64_t size; /* bytes */
};
#define CACHED_INIT      \
	{                \
		.fd = -1 \
	}
void cached_reset(struct cached *cached);
#define cleanup_cached cleanup_with(cached_reset)

/* Find ARTIFACT's file and check its digest through the descriptor that is
 * returned; RET->fd stays -1 when there is none. A file of ours whose digest no
 * longer holds is removed and named in *RET_DAMAGED (may be NULL; owned). Files
 * of other users (but root) are not used: they could change them later. */
int cache_find(const struct cache *cache, const struct artifact *artifact, struct cached *ret,
	       char **ret_damaged, struct err *err) __attribute__((warn_unused_result));

/* Versions (or file names) that are whole in the cache, sorted. */
void cache_list(const struct cache *cache, struct strvec *ret);

/* A download in progress. */
struct part {
	const struct dir *folder; /* borrowed from the cache */
	char *name;
	char *from_name;
	int fd;			  /* -1: not open */
	uint64_t size;		  /* bytes so far */
	struct strvec sources;	  /* addresses, masked */
	struct strvec validators; /* of each; "": none */
};
#define PART_INIT        \
	{                \
		.fd = -1 \
	}
void part_reset(struct part *part);
#define cleanup_part cleanup_with(part_reset)

/* Open what is there of ARTIFACT in the cache's target folder, or begin. The
 * caller holds the artifact's lock (cache_lock). */
int part_open(const struct cache *cache, const struct artifact *artifact, struct part *ret,
	      struct err *err) __attribute__((warn_unused_result));

/* Bytes that follow come from URL (masked), for position OFFSET <= part->size, from the
 * file that VALIDATOR (NULL: nothing) names there. */
int part_begin(struct part *part, uint64_t offset, const char *url, const char *validator,
	       struct err *err) __attribute__((warn_unused_result));

/* What part_begin() was last told of URL, also in an earlier run; NULL: nothing. */
const char *part_validator(const struct part *part, const char *url);

int part_write(struct part *part, const void *bytes, size_t n, struct err *err)
	__attribute__((warn_unused_result));

/* Forget all bytes. */
int part_clear(struct part *part, struct err *err) __attribute__((warn_unused_result));

/* Remove the files. */
void part_remove(struct part *part);

/* Write PART to the disk and compare its digest with ARTIFACT's. If it holds,
 * PART gets its final name and RET is the open file; if not, RET->fd stays -1,
 * and RET_GOT is the digest found. */
int part_finish(struct part *part, const struct artifact *artifact, struct cached *ret,
		char ret_got[DIGEST_HEX_SIZE], struct err *err) __attribute__((warn_unused_result));

/* Folder in $ROOT/cache: wheels for Pythons that bring none. */
#define CACHE_WHEELS "wheels"

/* Give the folder TO the file NAME of the folder FROM as AS, by a hard link, or a copy;
 * what had that name goes. */
int cache_take_file(const struct dir *from, const char *name, const struct dir *to, const char *as,
		    struct err *err) __attribute__((warn_unused_result));

/* Give the target folder ARTIFACT's file, which is FILE in the folder FROM and whose
 * digest the caller has found to hold; it stays there, too. */
int cache_take(const struct cache *cache, const struct artifact *artifact, const struct dir *from,
	       const char *file, struct err *err) __attribute__((warn_unused_result));

/* Hold ARTIFACT's lock in the target folder while its part is worked on. ON_WAIT
 * as in fs_lock(). */
int
cache_lock(const struct cache *cache, const struct artifact *artifact, void (*on_wait)(void *ctx),
	   void *ctx, struct lock *ret, struct err *err) __attribute__((warn_unused_result));

#endif
