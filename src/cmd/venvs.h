/* SPDX-License-Identifier: MIT */
/* Environments as `venvs` and what manages them see them. */
#ifndef PYVERN_CMD_VENVS_H
#define PYVERN_CMD_VENVS_H

#include "cmd/envs.h"

/* The verbs of `venvs` that change something. */
int
venvs_move(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	   const char *old, const char *new, struct err *err) __attribute__((warn_unused_result));
int
venvs_clone(const struct context *ctx, const struct store *store, const struct venv_rows *rows,
	    const char *old, const char *new, struct err *err) __attribute__((warn_unused_result));
int venvs_rename(const struct context *ctx, const struct venv_rows *rows, const char *old,
		 const char *new, struct err *err) __attribute__((warn_unused_result));

#endif
