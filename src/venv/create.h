/* SPDX-License-Identifier: MIT */
/* Making virtual environments, without starting any interpreter. */
#ifndef PYVERN_VENV_CREATE_H
#define PYVERN_VENV_CREATE_H

/*
 * An environment is what PEP 405 and the venv module say: pyvenv.cfg, links to
 * the base interpreter, an empty site-packages, activation scripts, and pip
 * from the version's seed. Everything is known from the version's recorded
 * facts. It is built beside its place under another name and gets its name by
 * one rename, so that no half-made environment ever has it.
 *
 * An environment FOLLOWS a minor when its base is the alias that we keep
 * (versions/3.13): a patch upgrade then reaches it. Otherwise it stays with the
 * exact version.
 */

#include <stdbool.h>

#include "base/err.h"
#include "core/store.h"
#include "venv/cfg.h"
#include "venv/seed.h"

struct venv_request {
	const struct store *store;
	const char *path;	   /* absolute and clean; missing parents are made */
	const char *version;	   /* installed name */
	const char *prefix;	   /* NULL; or a Python that is no version of the store, at this
			      * absolute path; VERSION is what it, and its seed, is called */
	const struct facts *facts; /* of that one, where they are known; NULL */
	const char *follow;	   /* alias in versions/ to bind to, or NULL */
	const char *prompt;	   /* NULL: the folder's name */
	const char *command;	   /* for pyvenv.cfg: what the user asked for */
	const char *seed;	   /* NULL: what its Python brings; or the key of a list */
	bool system_site_packages;
	bool without_pip;
	bool clear;	     /* make an existing environment anew */
	bool copies;	     /* bin/python is a copy of its Python's, not a link to it */
	bool no_vcs_ignore;  /* no .gitignore that leaves it out of repositories */
	bool relocatable;    /* its scripts find it by where they are */
	bool allow_existing; /* in a folder with something in it, which stays */
	enum seed_way link;  /* how the files of pip come into it */
};

struct venv_result {
	char *version;	/* of the Python: "3.12.11" */
	char *packages; /* what is in it: "pip 25.1"; NULL: nothing */
	char *left;	/* NULL, or what of the one that was replaced cannot be removed */
	bool replaced;	/* there was an environment before */
};

/*
 * Make it. Errors: ERR_USAGE for a path or prompt that some shell or pyvenv.cfg
 * could not hold (control characters, ':', not UTF-8); ERR_PROTECTED when
 * something is there already (an empty folder may be), with `clear` when it is
 * no environment, or one with files of the user's at its top; ERR_NOT_INSTALLED when the version has no seed and
 * ERR_CHECK when the seed is damaged (make it with the `seed` command and call
 * again); ERR_FAILED for versions that
 * venv_is_known() does not know. After an
 * error nothing is left of the attempt.
 */
int venv_create(const struct venv_request *request, struct venv_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));
/* Fill TREE, an empty folder that will have request->path as its place, with what
 * venv_create() makes. Errors as there, but nothing is said of what is at that place,
 * and what was made before an error stays in TREE. */
int venv_fill(const struct venv_request *request, const struct dir *tree,
	      struct venv_result *ret_result, struct err *err) __attribute__((warn_unused_result));

/* The bytes of what those left in FOLDER who were killed while they made an environment in
 * it; with REMOVE it goes. What another works on, or has begun this moment, does not count.
 * Best effort. venv_create() does it for the folder it makes one in. */
uint64_t venv_sweep(const struct dir *folder, bool remove);

/* Can environments be made on the Python that FACTS describe? */
bool venv_is_known(const struct facts *facts);

/* ERR_USAGE for a path that some shell, or pyvenv.cfg, could not hold. */
int venv_check_path(const char *path, struct err *err) __attribute__((warn_unused_result));

/* May an environment be made at PATH (absolute and clean), with CLEAR in place of
 * one that is there? ERR_PROTECTED or ERR_USAGE when not: venv_create() would
 * say the same. */
int
venv_check_place(const char *path, bool clear, struct err *err) __attribute__((warn_unused_result));

void venv_result_reset(struct venv_result *result);
#define cleanup_venv_result cleanup_with(venv_result_reset)

/* Is the environment that CFG describes made on the installed VERSION of STORE?
 * *RET_FOLLOW (owned by the caller, may be NULL afterwards): the alias that its
 * base is reached through. */
bool venv_is_on(const struct store *store, const struct cfg *cfg, const char *version,
		char **ret_follow);

#endif
