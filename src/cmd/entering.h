/* SPDX-License-Identifier: MIT */
/* The code that enters or leaves a named environment. */
#ifndef PYVERN_CMD_ENTERING_H
#define PYVERN_CMD_ENTERING_H

/*
 * What `activate` and `deactivate` evaluate. It is written for the variables as they
 * are now: what an activation changes is kept in variables of ours, and comes back.
 */

#include "base/buf.h"
#include "cmd/activate_code.h"
#include "core/shells.h"
#include "venv/named.h"

/* Variables that are kept: see entering.c. */
#define ENTERING_KEPT 5

struct entering {
	const struct shell *shell;
	struct buf code;
	const char *now[ENTERING_KEPT]; /* values, once what is active has been left */
};
#define ENTERING_INIT                               \
	{                                           \
		.code = BUF_INIT(ACTIVATE_CODE_MAX) \
	}

/* The value of NAME; NULL when it is not set or empty. */
const char *environment_variable(const char *name);

/* Look at the variables. */
void entering_begin(struct entering *e);

/* Leave the environment at PREFIX, which is VIRTUAL_ENV. */
void entering_leave(struct entering *e, const char *prefix);

/* Leave what is active, and enter NAMED, which was asked for as NAME. VERSIONS: what
 * PYENV_VERSION becomes; NULL: it stays, as a pin says it. */
int entering_enter(struct entering *e, const struct named *named, const char *name,
		   const char *versions, struct err *err) __attribute__((warn_unused_result));

#endif
