/* SPDX-License-Identifier: MIT */
/* Who needs a version that is to be removed. */
#ifndef PYVERN_CMD_UNINSTALL_NEEDS_H
#define PYVERN_CMD_UNINSTALL_NEEDS_H

#include "cmd/command.h"
#include "cmd/venvs.h"

struct needs {
	struct strvec envs; /* environments elsewhere that would be broken, as people see them */
	struct strvec pins; /* pin files that would ask for nothing that is there */
};

/* What needs the version NAME of STORE, if all of LEAVING (NAME among them) goes. ROWS are
 * the environments that there are. An environment that follows an alias, and a pin, need
 * it only when nothing that stays can take its place. What is in the version's own envs/
 * is not among them. */
void needs_find(const struct context *ctx, const struct store *store, const char *name,
		const struct strvec *leaving, const struct venv_rows *rows, struct needs *ret);
void needs_reset(struct needs *needs);
#define cleanup_needs cleanup_with(needs_reset)

/* Does the pin file at PATH ask for NAME, and for nothing that stays? */
bool needs_pin(const struct context *ctx, const struct store *store, const char *path,
	       const char *name, const struct strvec *leaving);

/* Does something of STORE, other than LEAVING, answer the request WORD? */
bool needs_other(const struct store *store, const char *word, const struct strvec *leaving);

#endif
