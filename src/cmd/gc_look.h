/* SPDX-License-Identifier: MIT */
/* Where gc looks for those who need a version, and whom it finds. */
#ifndef PYVERN_CMD_GC_LOOK_H
#define PYVERN_CMD_GC_LOOK_H

#include "cmd/command.h"
#include "cmd/envs.h"

/* A folder that was looked through. */
struct gc_looked {
	char *folder; /* without links */
	size_t folders, envs, pins, unread;
	struct strvec elsewhere; /* other file systems in it, which were not */
};

struct gc_users {
	struct venv_rows rows;
	struct strvec pins;   /* pin files that the registry does not know */
	struct strvec drafts; /* folders with environments that were never finished */
	struct gc_looked *looked;
	size_t count; /* of LOOKED */
};
void gc_users_reset(struct gc_users *users);

/* Add to USERS what is in FOLDER (absolute) and below: environments, whoever made them, and the
 * pins that choose there. ERR_FAILED: the folder cannot be read. */
int gc_look(const struct context *ctx, const struct store *store, const char *folder,
	    struct gc_users *users, struct err *err) __attribute__((warn_unused_result));

/* Say where was looked, and where was not; with --json as the array "looked". */
void gc_looked_show(const struct context *ctx, const struct gc_users *users);
void gc_looked_json(struct out *out, const struct gc_users *users);

#endif
