/* SPDX-License-Identifier: MIT */
/* What an environment is, by its files: whose it is, and whether it can start. */
#ifndef PYVERN_VENV_LOOK_H
#define PYVERN_VENV_LOOK_H

/*
 * Nothing of it is run. Environments of all makers: those of PEP 405, and virtualenv's
 * before 20 (Python 2.7), which have no pyvenv.cfg but lib/pythonX.Y/orig-prefix.txt.
 */

#include <stdbool.h>

#include "core/store.h"
#include "os/fs.h"

/* Beginning of the name that an environment has while it is made, beside its place or in it,
 * and the one that it replaces while that goes. It is none (yet). */
#define ENV_DRAFT_PREFIX ".pyvern-new-"

struct env_look {
	char *home;	   /* folder with the base interpreter; NULL: not known */
	char *base;	   /* prefix of the base Python (HOME without /bin); NULL: not known */
	char *version;	   /* of the Python, as the environment says; NULL: not known */
	char *language;	   /* "3.12", "3.13t": the folder that its packages are in; NULL */
	char *maker;	   /* "pyvern", "venv", "virtualenv", "uv", "tox", "pipx", … */
	char *problem;	   /* why it cannot start, one line for people; NULL: it can */
	bool base_is_gone; /* the problem is that */
	bool is_unread;	   /* false was returned, and it may be one: a file could not be read */
};

/* Look at the environment in TREE. False: it is none, or RET->is_unread. */
bool env_look(const struct dir *tree, struct env_look *ret);
void env_look_reset(struct env_look *look);
#define cleanup_env_look cleanup_with(env_look_reset)

/* The store's version that BASE (a prefix) is; *RET_FOLLOWS (owned by the caller, or
 * NULL): the alias that it is reached through. NULL: it is none of the store's, or is
 * not there any more. Owned by the caller (free). */
char *env_base_version(const struct store *store, const char *base, char **ret_follows);

#endif
