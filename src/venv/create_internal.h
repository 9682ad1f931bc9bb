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

/* What an environment's interpreter is made of. */
struct interpreter {
	const char *path;  /* of the base's, as it is reached: what a link leads to */
	const char *real;  /* the same without links: what a copy is made of */
	const char *names; /* blank-separated, "python" among them or not */
	bool copies;
};

/* Make bin/python in the new environment TREE, and links to it by its other names. A copy gets
 * its shared library beside it, where it is linked to look there. */
int create_interpreter(const struct interpreter *interpreter, const struct dir *tree,
		       const struct dir *bin, struct err *err) __attribute__((warn_unused_result));

#endif
