/* SPDX-License-Identifier: MIT */
/* Which program a command is, when everybody has been asked. */
#include <config.h>

#include "cmd/program.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/inherit.h"
#include "venv/registry.h"

bool
program_take(const struct choice *choice, const char *path, struct finding *found)
{
	size_t n = strlen(path);
	struct stat st;

	if (n >= sizeof(found->path) || stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    access(path, X_OK) < 0)
		return false;
	memmove(found->path, path, n + 1);
	found->kind = path_is_below(path, choice->input.root) ? FOUND_IN_VERSION : FOUND_IN_SYSTEM;
	return true;
}

/* An environment that lacks it may have it from its base. */
static void
look_in_bases(const struct choice *choice, const char *command, struct finding *found)
{
	const struct selection *s = &choice->selection;
	cleanup_free char *inherited = s->has_venv ? inherit_find(s->venv, command) : NULL;

	if (inherited && program_take(choice, inherited, found)) {
		found->item = s->count;
		return;
	}
	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *env = NULL;
		cleanup_free char *path = NULL;

		if (s->items[i].state != ITEM_INSTALLED)
			continue;
		env = path_join(choice->input.root, LAYOUT_VERSIONS, s->items[i].name, NULL);
		path = inherit_find(env, command);
		if (path && program_take(choice, path, found)) {
			found->item = i;
			memcpy(found->name, s->items[i].name, sizeof(found->name));
			return;
		}
	}
}

/* A command of some environment's, far from it: no version has it, and the shim that is
 * there for that environment must be in nobody's way. */
static bool
is_only_environments(const struct choice *choice, const char *command)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_registry_envs struct registry_envs envs = { 0 };
	cleanup_strvec struct strvec versions = { 0 };
	cleanup_err struct err ignored = { 0 };
	bool any = false;

	if (!choice->input.policy->enters_venvs || !path_component_ok(str_from(command)) ||
	    store_open(choice->layout, &store, &ignored) < 0)
		return false;
	registry_list(&store, &envs, NULL);
	for (size_t i = 0; !any && i < envs.count; i++) {
		cleanup_free char *path = path_join(envs.items[i].path, "bin", command, NULL);

		any = envs.items[i].is_ours && access(path, X_OK) == 0;
	}
	if (any)
		choice_versions_with(choice, command, 0, &versions);
	return any && versions.count == 0;
}

/* What pyenv-which-ext does: PATH has what the chosen versions lack. */
static void
look_in_path(const struct context *ctx, const struct choice *choice, const char *command,
	     struct finding *found)
{
	char path[PATH_TEXT_MAX];

	if ((found->kind == MISSING_COMMAND || found->kind == MISSING_SUFFIX) &&
	    (config_is_on(ctx->config, "path_fallback") ||
	     hooks_has_native(ctx->layout, "which", "lookup_from_path") ||
	     is_only_environments(choice, command)) &&
	    selection_find_in_path(&choice->input, command, path))
		(void)program_take(choice, path, found);
}

/* The variables that pyenv-which has when it sources its hooks. */
static void
set_vars(struct choice *choice, const char *command, unsigned flags, const struct finding *found,
	 struct hook_vars *vars)
{
	const struct selection *s = &choice->selection;
	cleanup_strvec struct strvec versions = { 0 };
	cleanup_strvec struct strvec missing = { 0 };
	cleanup_free char *version = NULL;
	cleanup_free char *path = NULL;

	for (size_t i = 0; i < s->count; i++) {
		enum item_state state = selection_resolve(&choice->selection, i);

		if (state != ITEM_INVALID)
			strvec_add_str(&versions, s->items[i].word.text);
		if (state == ITEM_MISSING)
			strvec_add_str(&missing, s->items[i].word.text);
	}
	if (choice_is_found(found)) {
		path = mem_strdup(found->path);
		version = mem_strdup(found->kind == FOUND_IN_VERSION ? found->name
				     : found->kind == FOUND_IN_VENV  ? s->venv
								     : "system");
	} else {
		/* Where nothing has it, `system` was the last that was asked. */
		path = mem_strdup("");
		version = mem_strdup(flags & PROGRAM_NO_SYSTEM ? "" : "system");
	}
	hook_vars_set(vars, "PYENV_COMMAND", command);
	hook_vars_set(vars, "PYENV_COMMAND_PATH", path);
	hook_vars_set(vars, "version", version);
	hook_vars_set(vars, "system", flags & PROGRAM_NO_SYSTEM ? "" : "system");
	hook_vars_set(vars, "SKIP_ADVICE", flags & PROGRAM_NO_ADVICE ? "1" : "");
	hook_vars_set_list(vars, "versions", &versions);
	hook_vars_set_list(vars, "nonexistent_versions", &missing);
	hook_vars_want(vars, "PYENV_COMMAND_PATH");
}

static int
ask_hooks(const struct context *ctx, struct choice *choice, const char *command, unsigned flags,
	  bool collect, struct finding *found, struct hook_end *ret_end, struct err *err)
{
	cleanup_strvec struct strvec files = { 0 };
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	const char *path;

	hooks_find(ctx->layout, "which", &files);
	if (files.count == 0)
		return 0;
	set_vars(choice, command, flags, found, &vars);
	if (hooks_begin(&(struct hooks_spec){ .layout = ctx->layout,
					      .point = "which",
					      .files = &files,
					      .collect = collect },
			&vars, &hooks, err) < 0 ||
	    hooks_end(&hooks, err) < 0)
		return -1;
	hook_end_take(ret_end, &hooks);
	path = hook_vars_get(&vars, "PYENV_COMMAND_PATH");
	if (hooks.has_ended || (choice_is_found(found) && path && strcmp(path, found->path) == 0))
		return 0;
	if (!path || !program_take(choice, path, found))
		found->kind = choice_is_found(found) ? MISSING_COMMAND : found->kind;
	return 0;
}

/* Is `system` chosen by name, or for want of anything else? */
static bool
chooses_system(struct choice *choice)
{
	(void)selection_resolve_all(&choice->selection);
	for (size_t i = 0; i < choice->selection.count; i++)
		if (choice->selection.items[i].state == ITEM_SYSTEM)
			return true;
	return false;
}

void
program_look(const struct context *ctx, struct choice *choice, const char *command,
	     struct finding *found)
{
	selection_find(&choice->selection, command, found);
	if (found->kind == MISSING_IN_VENV)
		return;
	if (!choice_is_found(found))
		look_in_bases(choice, command, found);
	look_in_path(ctx, choice, command, found);
}

int
program_find(const struct context *ctx, struct choice *choice, const char *command, unsigned flags,
	     bool collect, struct finding *found, struct hook_end *ret_end, struct err *err)
{
	/* pyenv leaves out only the `system` that it would add. */
	if ((flags & PROGRAM_NO_SYSTEM) &&
	    !(choice->input.policy->missing_falls_to_system && chooses_system(choice)))
		choice->input.path = NULL;
	program_look(ctx, choice, command, found);
	if (ask_hooks(ctx, choice, command, flags, collect, found, ret_end, err) < 0)
		return -1;
	if (ret_end->has_ended)
		return 0;
	choice_warn(choice, out_events(ctx->out));
	if (choice_is_found(found))
		return 0;
	return choice_error(choice, command, found, !(flags & PROGRAM_NO_ADVICE), err);
}
