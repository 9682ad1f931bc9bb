/* SPDX-License-Identifier: MIT */
/* Named environments: what they are, and how one gets its name. */
#ifndef PYVERN_VENV_NAMED_H
#define PYVERN_VENV_NAMED_H

/*
 * Their places are pyenv-virtualenv's (facts/pyenv.md 9): the environment NAME on the
 * version V is the folder versions/V/envs/NAME, and versions/NAME is a link to it, by
 * its absolute path, because pyenv-virtualenv knows it by that. One on a Python that
 * is no folder of ours (`system`, a version that is a link out of the root) is
 * versions/NAME itself.
 *
 *	store_begin_env(store, place.name, events, &stage, err)
 *	... fill stage.work/NAME ...
 *	named_commit(&stage, &place, how, err)
 *
 * pyenv lists whatever is in those folders, hidden names too, so that an environment
 * in the making must be somewhere else until it is whole.
 */

#include <stdbool.h>

#include "base/err.h"
#include "core/store.h"

enum named_kind {
	NAMED_NOTHING,	 /* no folder of that name */
	NAMED_NO_PYTHON, /* no bin/python in it */
	NAMED_OTHER,	 /* a Python, and no environment */
	NAMED_ENV,
};

/* What the name of a version or environment stands for. */
struct named {
	enum named_kind kind;
	char *path;    /* its folder; where the name is a link, what that says */
	char *base;    /* ENV: the folder of the Python it was made from */
	bool is_conda; /* it has conda's folders */
};

/* Look at versions/NAME, which need not be there. Decides as pyenv-virtualenv does:
 * bin/python, and bin/activate or conda-meta, and a base that exists. */
void named_look(const struct store *store, const char *name, struct named *ret);
void named_reset(struct named *named);
#define cleanup_named cleanup_with(named_reset)

/* "V/envs/E", when versions/NAME is a link that leads to the environment of that name, by
 * its text. NULL: it is no such link. Owned by the caller (free). */
char *named_of_link(const struct store *store, const char *name);

/* Where an environment goes. */
struct named_place {
	char *name; /* below versions/: "3.12.1/envs/shop", or "shop" */
	char *link; /* name of the link to it in versions/; NULL: none is needed */
	char *path; /* absolute */
};

/* The place of the environment NAME (one component) on VERSION, an installed name or
 * "system". */
void named_place_of(const struct store *store, const char *version, const char *name,
		    struct named_place *ret);
void named_place_reset(struct named_place *place);
#define cleanup_named_place cleanup_with(named_place_reset)

enum named_how {
	NAMED_NEW,     /* nothing is there: ERR_PROTECTED else */
	NAMED_REFRESH, /* what is there gets the new files, and keeps its packages */
	NAMED_REPLACE, /* what is there goes */
};

/* Give the tree stage->work/TREE its place, and the link. After an error all is as it
 * was, but for a refresh that was cut short: the same again finishes it. */
int named_commit(struct stage *stage, const char *tree, const struct named_place *place,
		 enum named_how how, struct err *err) __attribute__((warn_unused_result));

#endif
