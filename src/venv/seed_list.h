/* SPDX-License-Identifier: MIT */
/* Which packages an environment is to begin with, other than what its Python brings. */
#ifndef PYVERN_VENV_SEED_LIST_H
#define PYVERN_VENV_SEED_LIST_H

/*
 * "pip,setuptools==80.9.0,./wheel-0.45.1-py3-none-any.whl": names of projects, with the
 * one version that will do or without, and wheels, which are files. Each list has a seed of
 * its own in each version, beside the one that the version's own wheels make.
 */

#include "base/err.h"
#include "base/vec.h"

/* Packages of one list: ensurepip has two at most. */
#define SEED_LIST_MAX 8
/* Characters of a key, and its NUL. */
#define SEED_KEY_SIZE 33

struct seed_list {
	struct strvec items;	 /* "pip", "setuptools==80.9.0", "/abs/x-1.0-py3-none-any.whl" */
	char key[SEED_KEY_SIZE]; /* name of the folder with the seed */
};

/* Read TEXT; paths are below WORKING (absolute) unless they are absolute. ERR_USAGE for what
 * is no such list, or names a project twice. */
int seed_list_parse(const char *text, const char *working, struct seed_list *ret, struct err *err)
	__attribute__((warn_unused_result));
void seed_list_reset(struct seed_list *list);
#define cleanup_seed_list cleanup_with(seed_list_reset)

/* Is ITEM a file? */
bool seed_item_is_file(const char *item);

/* The project that ITEM names ("setuptools"; of a wheel, as its file is called), as PEP 503
 * spells it. Owned by the caller (free). */
char *seed_item_project(const char *item);

/* The version that ITEM insists on, in it; NULL. */
const char *seed_item_version(const char *item);

#endif
