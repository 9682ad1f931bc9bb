/* SPDX-License-Identifier: MIT */
/* doctor: environments outside of the root that this user made or trusts. */
#include <config.h>

#include "cmd/doctor.h"

#include "base/path.h"
#include "base/shell.h"
#include "venv/look.h"
#include "venv/registry.h"

static void
look_at(struct doctor *d, const char *path)
{
	cleanup_free char *shown = layout_show(d->ctx->layout, path);
	cleanup_free char *word = shell_word(path);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &tree, &ignored) < 0 || !env_look(&tree, &look) || !look.problem)
		return;
	doctor_tell(d, DOCTOR_PROBLEM, shown, "does not start: %s", look.problem);
	doctor_fix(d, "pyvern repair %s", word);
}

int
doctor_envs(struct doctor *d, struct err *err)
{
	cleanup_registry_envs struct registry_envs envs = { 0 };
	size_t ours = 0;

	(void)err;
	registry_list(d->store, &envs, NULL);
	for (size_t i = 0; i < envs.count; i++) {
		/* Those in the root are looked at with its versions. */
		if (!envs.items[i].is_ours ||
		    path_is_below(envs.items[i].path, d->ctx->layout->root))
			continue;
		ours++;
		look_at(d, envs.items[i].path);
	}
	if (ours)
		doctor_tell(d, DOCTOR_FINE, "projects", "%zu environment%s known (pyvern venvs)",
			    ours, ours == 1 ? " is" : "s are");
	return 0;
}
