/* SPDX-License-Identifier: MIT */
/* pyvern run: a program inside the project's environment. */
#include <config.h>

#include <unistd.h>

#include "base/path.h"
#include "cmd/environment.h"
#include "cmd/inside.h"
#include "core/choice.h"
#include "core/launch.h"
#include "core/shims.h"
#include "venv/cfg.h"
#include "venv/registry.h"

static bool
is_environment(const char *path)
{
	cleanup_free char *cfg = path_join(path, CFG_NAME, NULL);

	return access(cfg, F_OK) == 0;
}

/* The environment that is installed as NAME; NULL: it is none. Owned by the caller. */
static char *
named(const struct store *store, const char *name)
{
	cleanup_free char *found = store_find(store, name);
	cleanup_free char *path =
		found ? path_join(store->layout->root, LAYOUT_VERSIONS, found, NULL) : NULL;

	return path && is_environment(path) ? steal_ptr(&path) : NULL;
}

/* By its folder (or the project that has it), or by its name. The user says so: it need not
 * be trusted. */
static int
find_given(const struct context *ctx, const struct store *store, const char *word, char **ret_path,
	   struct err *err)
{
	cleanup_free char *path = NULL;
	cleanup_free char *inner = NULL;

	*ret_path = version_name_ok(str_from(word)) ? named(store, word) : NULL;
	if (*ret_path)
		return 0;
	if (environment_path(ctx, word, &path, err) < 0)
		return -1;
	inner = path_join(path, ".venv", NULL);
	if (is_environment(path))
		*ret_path = steal_ptr(&path);
	else if (is_environment(inner))
		*ret_path = steal_ptr(&inner);
	if (*ret_path)
		return 0;
	(void)err_set(err, ERR_NOT_INSTALLED, "%s is no environment", word);
	return err_detail(err, "to fix", "pyvern venvs shows those that are known");
}

/* What is entered here: the project's .venv, else a pinned environment. */
static int
find_here(const struct context *ctx, const struct store *store, char **ret_path, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct selection *s = &choice.selection;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (s->has_venv) {
		*ret_path = mem_strdup(s->venv);
		return 0;
	}
	(void)selection_resolve_all(s);
	for (size_t i = 0; !*ret_path && i < s->count; i++)
		if (s->items[i].state == ITEM_INSTALLED)
			*ret_path = named(store, s->items[i].name);
	if (*ret_path)
		return 0;
	(void)err_set(err, ERR_NOT_INSTALLED,
		      "no environment is entered here: no .venv of yours, and none is pinned");
	return err_detail(err, "to fix",
			  "pyvern venv makes one, pyvern trust DIR believes one, run --env DIR");
}

static int
start(const struct context *ctx, const char *path, const struct strvec *args, int *ret_status,
      struct err *err)
{
	cleanup_env struct env env = { 0 };
	cleanup_free char *program = NULL;

	inside_env(path, &env);
	if (inside_find(path, &env, args->items[0], &program, err) < 0)
		return -1;
	if (launch_changes_commands(args->items[0], args->items + 1)) {
		struct proc_spec spec = PROC_SPEC_INIT;

		spec.argv = args->items;
		spec.env = &env;
		spec.stdin_fd = STDIN_FILENO;
		if (proc_run_foreground(&spec, ret_status, err) < 0)
			return -1;
		shims_refresh(ctx->layout);
		return 0;
	}
	return proc_become(program, args->items, &env, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *given = options_text(ctx->options, "env");
	cleanup_store struct store store = STORE_INIT;
	cleanup_free char *path = NULL;

	if (args->count == 0) {
		(void)err_set(err, ERR_USAGE, "run needs a command");
		return err_detail(err, "to fix", "pyvern run -- pytest");
	}
	if (store_open(ctx->layout, &store, err) < 0 ||
	    (given ? find_given(ctx, &store, given, &path, err)
		   : find_here(ctx, &store, &path, err)) < 0)
		return -1;
	registry_use(&store, path);
	return start(ctx, path, args, ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "env",
	  .letter = 'e',
	  .kind = OPTION_TEXT,
	  .value = "ENV",
	  .operand = { OPERAND_ENVIRONMENT },
	  .help = "this environment: its folder, its project's, or its name" },
	{ 0 },
};

const struct command command_run = {
	.name = "run",
	.summary = "Run a program inside the project's environment",
	.usage = "[--] COMMAND [ARG...]",
	.operands = { { OPERAND_EXECUTABLE } },
	.rest = { OPERAND_FILE },
	.stop_at_operand = true,
	.options = options,
	.help = "The environment is the .venv of this folder or one above it that you made or\n"
		"trust, else one that is pinned by its name. It is as if it were activated:\n"
		"VIRTUAL_ENV names it, its bin is first on PATH; COMMAND may be anything on PATH.",
	.run = run,
};
