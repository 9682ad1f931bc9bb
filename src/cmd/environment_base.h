/* SPDX-License-Identifier: MIT */
/* What an environment is to be made on, and what is in its place already. */
#ifndef PYVERN_CMD_ENVIRONMENT_BASE_H
#define PYVERN_CMD_ENVIRONMENT_BASE_H

#include "cmd/command.h"
#include "core/store.h"
#include "core/system_python.h"

struct base {
	char *version;		     /* installed name, or SYSTEM_NAME */
	struct system_python system; /* the system's Python; empty otherwise */
};

/* What is asked for as VERSION, an installed name or SYSTEM_NAME. For one that is itself an
 * environment it is its base. ERR_FAILED when that is in no versions folder of this root. */
int base_find(const struct context *ctx, const struct store *store, const char *version,
	      struct base *ret, struct err *err) __attribute__((warn_unused_result));
void base_reset(struct base *base);
#define cleanup_base cleanup_with(base_reset)

/* What is in an environment's place already. */
struct existing {
	bool same;     /* an environment on the version that is asked for */
	char *version; /* of it, as it says */
	char *follow;  /* the alias it follows, or NULL */
};

/* Look at PATH (absolute). ERR_PROTECTED when there is something that is no environment, or
 * one of another Python than BASE. */
int existing_look(const struct store *store, const char *path, const struct base *base,
		  struct existing *ret, struct err *err) __attribute__((warn_unused_result));
void existing_reset(struct existing *existing);
#define cleanup_existing cleanup_with(existing_reset)

#endif
