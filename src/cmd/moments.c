/* SPDX-License-Identifier: MIT */
/* Hooks that take part in a command at two moments: before the work and after. */
#include <config.h>

#include "cmd/moments.h"

int
moments_begin(const struct layout *layout, struct out *out, const char *point, struct moments *m,
	      struct err *err)
{
	cleanup_strvec struct strvec files = { 0 };

	hooks_find(layout, point, &files);
	m->has_hooks = files.count > 0;
	if (!m->has_hooks)
		return 0;
	m->out = out;
	out_flush(out);
	return hooks_begin(
		&(struct hooks_spec){ .layout = layout, .point = point, .files = &files }, &m->vars,
		&m->hooks, err);
}

int
moments_call(struct moments *m, const char *moment, struct err *err)
{
	if (!m->has_hooks)
		return 0;
	out_flush(m->out);
	return hooks_call(&m->hooks, moment, &m->vars, err);
}

int
moments_end(struct moments *m, struct err *err)
{
	return m->has_hooks ? hooks_end(&m->hooks, err) : 0;
}

void
moments_reset(struct moments *m)
{
	hooks_reset(&m->hooks);
	hook_vars_reset(&m->vars);
}
