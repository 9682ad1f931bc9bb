/* SPDX-License-Identifier: MIT */
/* Making a named environment: what `virtualenv` asks for. */
#ifndef PYVERN_CMD_VIRTUALENV_H
#define PYVERN_CMD_VIRTUALENV_H

#include "cmd/command.h"
#include "core/store.h"
#include "venv/create.h"
#include "venv/named.h"

/* What is asked for, and what is known of it. All owned. */
struct virtualenv {
	const struct context *ctx; /* borrowed */
	struct store store;
	char *name;	      /* of the environment, one component */
	char *request;	      /* what the version was asked for as, or NULL */
	char *version;	      /* installed name of the version it is on, or "system" */
	char *python;	      /* the interpreter to make it with, when that is none of the store */
	char *python_version; /* with -p: the installed version that has the interpreter */
	struct named_place place;
	enum named_how how;
};

#define VIRTUALENV_INIT             \
	{                           \
		.store = STORE_INIT \
	}

void virtualenv_reset(struct virtualenv *v);
#define cleanup_virtualenv cleanup_with(virtualenv_reset)

/* Make it, give it its name and shims, and say so. *RET_STATUS is that of a program
 * which failed and has said why. */
int virtualenv_make(struct virtualenv *v, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

/* Fill the folder v->name in the stage, by whatever can: our maker, conda, or a Python's
 * own venv or virtualenv. *RET_IS_PLACED: conda has put it in its place itself. As from
 * venv_create(), ERR_NOT_INSTALLED or ERR_CHECK when it wants the version's seed. */
int virtualenv_fill(const struct virtualenv *v, const struct stage *stage,
		    struct venv_result *ret_result, bool *ret_is_placed, int *ret_status,
		    struct err *err) __attribute__((warn_unused_result));

/* Install what the environment that is there has into the new one in the stage, where
 * its packages do not fit as they are: `pip freeze` there, `pip install` here. *RET_KEEPS:
 * they fit, and nothing was done. */
int virtualenv_carry(const struct virtualenv *v, const struct stage *stage, bool *ret_keeps,
		     int *ret_status, struct err *err) __attribute__((warn_unused_result));

/* Run ARGV in the folder CWD (NULL: ours) for the stage's environment: without the
 * variables that would lead pip and Python astray, BIN first on PATH. QUIET: what it
 * says is shown only if it fails. */
int
virtualenv_run(const struct virtualenv *v, const struct strvec *argv, const char *bin, bool quiet,
	       int *ret_status, struct err *err) __attribute__((warn_unused_result));

#endif
