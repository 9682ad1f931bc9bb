/* SPDX-License-Identifier: MIT */
/* The code that enters or leaves a named environment. */
#include <config.h>

#include "cmd/entering.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/init_code.h"
#include "core/layout.h"
#include "os/fs.h"

/* Variables that an activation changes and a deactivation brings back, with what keeps
 * the value from before. PYTHONHOME's keeper is called as pyenv-virtualenv's. */
static const struct {
	const char *name;
	const char *keeper;
} kept[] = {
	{ "PYENV_VERSION", "_PYVERN_OLD_PYENV_VERSION" },
	{ "PYVERN_VERSION", "_PYVERN_OLD_PYVERN_VERSION" },
	{ "PYTHONHOME", "_OLD_VIRTUAL_PYTHONHOME" },
	{ "CONDA_DEFAULT_ENV", "_PYVERN_OLD_CONDA_DEFAULT_ENV" },
	{ "CONDA_PREFIX", "_PYVERN_OLD_CONDA_PREFIX" },
};
enum { KEPT_VERSION, KEPT_OUR_VERSION, KEPT_HOME, KEPT_CONDA_ENV, KEPT_CONDA_PREFIX, KEPT_COUNT };

/* What PYENV_VERSION was set to: who changed it since meant that. */
#define SET_VERSION "_PYVERN_SET_VERSION"

_Static_assert(KEPT_COUNT == ENTERING_KEPT, "a place for each variable that is kept");

const char *
environment_variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

void
entering_begin(struct entering *e)
{
	for (size_t i = 0; i < KEPT_COUNT; i++)
		e->now[i] = getenv(kept[i].name);
}

static void
set(struct entering *e, const char *name, const char *value)
{
	if (value)
		init_code_set(&e->code, e->shell, name, value);
	else
		init_code_unset(&e->code, e->shell, name);
}

/* Set NAME, keeping what it is now. */
static void
change(struct entering *e, size_t i, const char *value)
{
	if (e->now[i])
		set(e, kept[i].keeper, e->now[i]);
	if (e->now[i] || value)
		set(e, kept[i].name, value);
}

/* Bring back what NAME was before. */
static void
bring_back(struct entering *e, size_t i)
{
	e->now[i] = getenv(kept[i].keeper);
	set(e, kept[i].name, e->now[i]);
	if (e->now[i])
		set(e, kept[i].keeper, NULL);
}

/* Files that packages of a conda want read, in the shell's own language. */
static void
source_scripts(struct entering *e, const char *prefix, const char *folder, const char *ending)
{
	cleanup_free char *path = path_join(prefix, folder, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *file = path_join(path, names.items[i], NULL);

		if (names.items[i][0] != '.' &&
		    str_ends(str_from(names.items[i]), str_from(ending)) && shell_text_ok(file))
			activate_code_source(&e->code, e->shell, file);
	}
}

static bool
is_conda(const char *prefix)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	return fs_open_dir(prefix, &tree, &ignored) == 0 &&
	       (fs_is_dir_at(&tree, "conda-meta") || fs_is_executable_at(&tree, "bin/conda"));
}

void
entering_leave(struct entering *e, const char *prefix)
{
	const char *ours = environment_variable("PYENV_VIRTUAL_ENV");
	const char *set_version = getenv(SET_VERSION);
	const char *version = getenv("PYENV_VERSION");

	if (is_conda(prefix)) {
		if (e->shell->syntax == SHELL_SH)
			source_scripts(e, prefix, "etc/conda/deactivate.d", ".sh");
		bring_back(e, KEPT_CONDA_ENV);
		bring_back(e, KEPT_CONDA_PREFIX);
	}
	if (environment_variable("PYENV_ACTIVATE_SHELL")) {
		if (!set_version || (version && strcmp(version, set_version) == 0)) {
			bring_back(e, KEPT_VERSION);
			bring_back(e, KEPT_OUR_VERSION);
		}
		set(e, "PYENV_ACTIVATE_SHELL", NULL);
		set(e, SET_VERSION, NULL);
	}
	set(e, "PYENV_VIRTUAL_ENV", NULL);
	set(e, "VIRTUAL_ENV", NULL);
	set(e, "VIRTUAL_ENV_PROMPT", NULL);
	if (getenv(kept[KEPT_HOME].keeper))
		bring_back(e, KEPT_HOME);
	activate_code_prompt_back(&e->code, e->shell);
	if (!ours || strcmp(ours, prefix) != 0)
		activate_code_leave_foreign(&e->code, e->shell);
}

static void
enter_conda(struct entering *e, const struct named *named, const char *name)
{
	const char *inner = strstr(named->path, "/" LAYOUT_ENVS "/");
	struct str last = path_base(name);

	change(e, KEPT_CONDA_ENV, inner ? last.p : "root");
	change(e, KEPT_CONDA_PREFIX, named->path);
	switch (e->shell->syntax) {
	case SHELL_SH:
		source_scripts(e, named->path, "etc/conda/activate.d", ".sh");
		source_scripts(e, named->path, "etc/profile.d", ".sh");
		break;
	case SHELL_FISH:
		source_scripts(e, named->path, "etc/fish/conf.d", ".fish");
		break;
	case SHELL_CSH:
		source_scripts(e, named->path, "etc/profile.d", ".csh");
		break;
	case SHELL_PWSH:
	case SHELL_NU:
	case SHELL_XONSH:
		break;
	}
}

int
entering_enter(struct entering *e, const struct named *named, const char *name,
	       const char *versions, struct err *err)
{
	const char *active = environment_variable("VIRTUAL_ENV");
	bool no_prompt = environment_variable("PYENV_VIRTUALENV_DISABLE_PROMPT") ||
			 environment_variable("PYENV_VIRTUAL_ENV_DISABLE_PROMPT") ||
			 environment_variable("VIRTUAL_ENV_DISABLE_PROMPT");

	if (!shell_text_ok(named->path) || !shell_text_ok(name) ||
	    (versions && !shell_text_ok(versions)))
		return err_set(err, ERR_FAILED, "cannot activate %s: its name is no plain text",
			       name);
	if (active)
		entering_leave(e, active);
	if (versions) {
		change(e, KEPT_VERSION, versions);
		change(e, KEPT_OUR_VERSION, NULL);
		set(e, SET_VERSION, versions);
		set(e, "PYENV_ACTIVATE_SHELL", "1");
	}
	set(e, "PYENV_VIRTUAL_ENV", named->path);
	set(e, "VIRTUAL_ENV", named->path);
	set(e, "VIRTUAL_ENV_PROMPT", name);
	change(e, KEPT_HOME, NULL);
	if (!no_prompt)
		activate_code_prompt(&e->code, e->shell,
				     environment_variable("PYENV_VIRTUALENV_PROMPT"), name);
	if (named->is_conda)
		enter_conda(e, named, name);
	activate_code_status(&e->code, e->shell, true);
	return buf_check(&e->code, "the code", err);
}
