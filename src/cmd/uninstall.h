/* SPDX-License-Identifier: MIT */
/* What the two faces of `uninstall` share. */
#ifndef PYVERN_CMD_UNINSTALL_H
#define PYVERN_CMD_UNINSTALL_H

#include "cmd/command.h"
#include "cmd/moments.h"
#include "core/store.h"

/* Begin with the hooks of `uninstall`. */
int uninstall_begin(const struct context *ctx, struct moments *m, struct err *err)
	__attribute__((warn_unused_result));

/* Run those for "before" the version NAME, asked for as WORD, is removed. *RET_NAME is
 * what is to be removed then: hooks may change it, to another version. Owned by the
 * caller; NULL when a hook has ended the command (m->hooks). */
int
uninstall_before(const struct context *ctx, struct moments *m, const char *word, const char *name,
		 char **ret_name, struct err *err) __attribute__((warn_unused_result));

/* Remove the links of `install --bin` that lead to what is gone, and say so. */
void uninstall_bin_links(const struct context *ctx, const struct store *store);

/* Versions in pyenv's order of steps and in its words (facts/pyenv.md 6). */
int uninstall_as_pyenv(const struct context *ctx, int *ret_status, struct err *err)
	__attribute__((warn_unused_result));

#endif
