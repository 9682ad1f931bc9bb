/* SPDX-License-Identifier: MIT */
/* An environment whose Python is gone, bound to another one that its packages fit. */
#ifndef PYVERN_VENV_REBIND_H
#define PYVERN_VENV_REBIND_H

/*
 *	rebind_choose(store, &tree, &look, &plan, err)
 *	rebind(&tree, &plan, err)
 *
 * Packages are built for an implementation, a language (3.12), threading, and debug or
 * not; among those any patch release will do. It is, in this order: the very version that
 * the environment was made on, by whatever path; the Python of that language that is in
 * its base still; the one that the alias leads to, which it follows from then on; the next
 * newer patch release that is installed; the next older one.
 *
 * pyvenv.cfg is replaced last, so that what was cut short is found broken, and is
 * finished by the same again.
 */

#include <stdbool.h>

#include "core/store.h"
#include "venv/look.h"

struct rebind_plan {
	char *version;	  /* of the new Python: "3.11.13" */
	char *follows;	  /* alias, or NULL */
	char *home;	  /* folder of the new interpreter, through the alias */
	char *python;	  /* the interpreter in it */
	char *executable; /* the same, links resolved */
};

void rebind_plan_reset(struct rebind_plan *plan);
#define cleanup_rebind_plan cleanup_with(rebind_plan_reset)

/* What the packages of the environment in TREE are built for, as it would be asked for:
 * "3.10", "3.13t", "pypy3.10", "3.12.1-debug"'s is "3.12-debug". NULL: there are none, and
 * nothing else tells. Owned by the caller (free). */
char *rebind_wanted(const struct dir *tree, const struct env_look *look);

/* Choose the new Python. ERR_NOT_INSTALLED when none that fits is there (without details:
 * what is there and what to do is the caller's to say); ERR_FAILED for environments that
 * have no pyvenv.cfg (virtualenv before 20), or of which nothing tells what they are for. */
int
rebind_choose(const struct store *store, const struct dir *tree, const struct env_look *look,
	      struct rebind_plan *ret_plan, struct err *err) __attribute__((warn_unused_result));

/* The plan for the installed NAME, reached through the alias FOLLOWS (NULL: itself). ERR_FAILED
 * when what is in the environment is not built for it. */
int rebind_to(const struct store *store, const struct dir *tree, const struct env_look *look,
	      const char *name, const char *follows, struct rebind_plan *ret_plan, struct err *err)
	__attribute__((warn_unused_result));

/* Bind it. Everything but the interpreter's links and the lines of pyvenv.cfg that name it
 * stays as it is. */
int rebind(const struct dir *tree, const struct rebind_plan *plan, struct err *err)
	__attribute__((warn_unused_result));

/* TEXT, a pyvenv.cfg's, with the lines that name the Python changed to PLAN's, in RET. */
void rebind_cfg(struct str text, const struct rebind_plan *plan, struct buf *ret);

/* How many packages are in it: dist-info and egg-info of its site-packages. */
size_t rebind_packages(const struct dir *tree);

#endif
