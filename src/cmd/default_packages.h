/* SPDX-License-Identifier: MIT */
/* What every new version gets: $ROOT/default-packages. */
#ifndef PYVERN_CMD_DEFAULT_PACKAGES_H
#define PYVERN_CMD_DEFAULT_PACKAGES_H

/*
 * The file is one for pip's --requirement, as the plugin pyenv-default-packages has
 * it (facts/pyenv.md 5): a requirement a line, `#` comments, pip's options. It is the
 * root's, not a project's, so what is in it is the user's word, options and all; it is
 * not used when another user, or everybody, can write it.
 */

#include "base/event.h"
#include "core/layout.h"

#define DEFAULT_PACKAGES_FILE "default-packages"

/* 64 KiB: some thousand packages; more is something else than a list of them. */
#define DEFAULT_PACKAGES_MAX ((size_t)64 * 1024)

struct default_packages {
	const struct layout *layout;
	const char *name;   /* of the version or environment: "3.13.5" */
	const char *prefix; /* absolute path of it, with bin/python and bin/pip */
	bool offline;	    /* pip asks no index */
	/* pip's lines go here; NULL: to our own stdout and stderr */
	const struct events *events;
};

/* Install them with the version's own pip. *RET_WHAT (owned by the caller) is what
 * came, "black-25.1.0 tox-4.30"; "" when all was there, or when nobody looked (events
 * NULL); NULL when nothing is asked for. Errors: ERR_PROTECTED, ERR_FAILED with pip's
 * last lines and the command to try again, ERR_INTERRUPTED. */
int default_packages_install(const struct default_packages *d, char **ret_what, struct err *err)
	__attribute__((warn_unused_result));

#endif
