/* SPDX-License-Identifier: MIT */
/* The environments that there are: named ones, and those that the registry knows. */
#ifndef PYVERN_CMD_ENVS_H
#define PYVERN_CMD_ENVS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/command.h"
#include "core/store.h"
#include "venv/look.h"
#include "venv/registry.h"

/* A named environment of the root, or one that the registry knows, or both. */
struct venv_row {
	char *name;    /* "notes"; NULL: it has none */
	char *path;    /* as people reach it: ~/.pyenv/versions/notes */
	char *folder;  /* the folder itself: ~/.pyenv/versions/3.12.11/envs/notes */
	char *real;    /* the same without links, as records have it */
	char *python;  /* version of its Python now; NULL: not known */
	char *follows; /* alias, or NULL */
	char *version; /* the store's version that it is on, or NULL */
	struct env_look look;
	bool is_known;		 /* the registry has it … */
	enum registered_how how; /* … so */
	bool is_ours;
	bool is_away;
	bool is_active;
	int64_t used; /* Unix seconds; 0: not known */
};

struct venv_rows {
	struct venv_row *items;
	size_t count;
};

/* All of them: named ones, then others by path. A name of an environment that is not in
 * versions/ any more is in neither. */
int venvs_collect(const struct context *ctx, const struct store *store, struct venv_rows *ret,
		  struct err *err) __attribute__((warn_unused_result));
/* Add the environment at PATH, unless it is among them. PATH has no links in it. */
void venvs_add(const struct store *store, const char *path, struct venv_rows *rows);
void venv_rows_reset(struct venv_rows *rows);
#define cleanup_venv_rows cleanup_with(venv_rows_reset)

/* The row that WORD means: a folder, by its PATH (absolute, clean), else a name. NULL. */
const struct venv_row *venvs_find(const struct venv_rows *rows, const char *word, const char *path);

/* What state the row is in: "ok", "broken", "away", "not trusted". Static. */
const char *venv_row_state(const struct venv_row *row);

#endif
