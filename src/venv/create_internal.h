/* SPDX-License-Identifier: MIT */
/* What the files of venv/create share. */
#ifndef PYVERN_VENV_CREATE_INTERNAL_H
#define PYVERN_VENV_CREATE_INTERNAL_H

#include "venv/create.h"

/* Makes the content of an environment in the empty folder TREE. */
struct filler {
	int (*fill)(const void *ctx, const struct dir *tree, struct err *err);
	const void *ctx;
};

/* Have FILLER make an environment under another name and give it its place at
 * PATH. CLEAR: an environment that is there goes when the new one stands
 * (*RET_REPLACED); *RET_LEFT (owned, or NULL) is what of it cannot be removed.
 * When anything fails, all is as it was before. */
int create_in_place(const char *path, bool clear, const struct filler *filler, bool *ret_replaced,
		    char **ret_left, struct err *err) __attribute__((warn_unused_result));

/* The same in a folder that may have something in it, which stays: what has the name of a file
 * that is made is replaced by it, one by one, pyvenv.cfg last. ERR_PROTECTED, before anything
 * is changed, when a folder stands where a file is to be, or the other way round. */
int create_among(const char *path, const struct filler *filler, struct err *err)
	__attribute__((warn_unused_result));

#endif
