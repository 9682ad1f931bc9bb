/* SPDX-License-Identifier: MIT */
/* Hooks that take part in a command at two moments: before the work and after. */
#ifndef PYVERN_CMD_MOMENTS_H
#define PYVERN_CMD_MOMENTS_H

/*
 * A hook file of `install` or `uninstall` registers code: `before_install CODE`,
 * `after_install CODE` (facts/pyenv.md 5). One bash sources the files at the
 * beginning and stays until the end, so that what one moment sets is seen in the
 * next, and for the next version. Without foreign hooks nothing is started, and each
 * call does nothing.
 *
 *	cleanup_moments struct moments m = MOMENTS_INIT;
 *	hook_vars_set(&m.vars, "FORCE", "true"); …
 *	if (moments_begin(layout, out, "install", &m, err) < 0)
 *		return -1;
 *	hook_vars_set(&m.vars, "DEFINITION", "3.13.5"); …
 *	if (moments_call(&m, "before", err) < 0)
 *		return -1;
 *	if (m.hooks.has_ended)
 *		the command is over, with m.hooks.status
 */

#include "core/hooks.h"
#include "ui/out.h"

struct moments {
	struct hook_vars vars;
	struct hooks hooks;
	struct out *out; /* borrowed: what we print stands before what hooks print */
	bool has_hooks;
};

#define MOMENTS_INIT                \
	{                           \
		.hooks = HOOKS_INIT \
	}

/* Source the hook files of POINT, if there are any. */
int moments_begin(const struct layout *layout, struct out *out, const char *point,
		  struct moments *m, struct err *err) __attribute__((warn_unused_result));

/* Run what was registered for MOMENT. Not once a hook has ended the command. */
int moments_call(struct moments *m, const char *moment, struct err *err)
	__attribute__((warn_unused_result));

/* Let go of them; only now their own traps run. */
int moments_end(struct moments *m, struct err *err) __attribute__((warn_unused_result));

void moments_reset(struct moments *m);
#define cleanup_moments cleanup_with(moments_reset)

#endif
