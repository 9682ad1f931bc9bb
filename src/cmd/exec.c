/* SPDX-License-Identifier: MIT */
/* pyvern exec: run a program of the version that is chosen here. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/program.h"
#include "core/hooks.h"
#include "core/launch.h"
#include "core/shims.h"
#include "os/proc.h"

extern char **environ;

/* What is started, and with what. */
struct start {
	char *path;
	struct strvec argv;
	struct env env;
};

static void
start_reset(struct start *start)
{
	free(start->path);
	strvec_reset(&start->argv);
	env_reset(&start->env);
}

static void
rehash(const struct context *ctx)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err err = { 0 };
	struct shims_result result;

	/* The program did its work; that its commands have no shims yet is no
	 * failure of it. */
	if (store_open_writable(ctx->layout, "rehash", &store, &err) < 0 ||
	    shims_rehash(&store, out_events(ctx->out), &result, &err) < 0)
		event_warning(out_events(ctx->out), NULL, "%s", err.message);
}

/* Run to the end, then make shims for what came or went. */
static int
run_and_rehash(const struct context *ctx, const struct start *start, int *ret_status,
	       struct err *err)
{
	struct proc_spec spec = PROC_SPEC_INIT;

	spec.argv = start->argv.items;
	spec.env = &start->env;
	spec.stdin_fd = STDIN_FILENO;
	if (proc_run_foreground(&spec, ret_status, err) < 0)
		return -1;
	if (*ret_status == 0)
		rehash(ctx);
	return 0;
}

static int
too_large(const char *command, struct err *err)
{
	return err_set(err, ERR_NOT_EXECUTABLE, "the environment is too large for %s", command);
}

/* The program itself, without anybody between. */
static int
start_program(struct choice *choice, const struct finding *found, const struct strvec *args,
	      struct launch *launch, struct start *ret, struct err *err)
{
	if (!launch_enter(launch, &choice->selection, found))
		return too_large(args->items[0], err);
	strvec_add_all(&ret->env.vars, launch->env);
	strvec_add(&ret->argv, found->path);
	strvec_add_all(&ret->argv, args->items + 1);
	ret->path = mem_strdup(found->path);
	return 0;
}

/* bash, which becomes the program when the hooks of `exec` had their say: the process
 * stays the same, and they may change the program and its arguments. */
static int
start_hooks(const struct context *ctx, struct choice *choice, const struct finding *found,
	    const struct strvec *files, struct launch *launch, struct start *ret, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_env struct env after = { 0 };
	cleanup_free char *version = choice_name(choice, true);
	struct str folder = path_dir(found->path);
	cleanup_free char *bin = mem_strndup(folder.p, folder.n);

	if (ctx->policy->exports_version && !launch_enter_version(launch, &choice->selection))
		return too_large(args->items[0], err);
	strvec_add_all(&after.vars, launch->env);
	hook_vars_set(&vars, "PYENV_VERSION", version);
	hook_vars_set(&vars, "PYENV_COMMAND", args->items[0]);
	hook_vars_set(&vars, "PYENV_COMMAND_PATH", found->path);
	hook_vars_set(&vars, "PYENV_BIN_PATH", bin);
	return hooks_exec_words(ctx->layout, files, &vars, args->items, &after, &ret->path,
				&ret->argv, &ret->env, err);
}

/* What a hook that ended `which` printed is the program, as in pyenv. */
static int
found_by_print(const struct hook_end *end, const struct choice *choice, const char *command,
	       struct finding *found, struct err *err)
{
	cleanup_free char *path = mem_strdup(end->printed);
	size_t n = strlen(path);

	while (n && path[n - 1] == '\n')
		path[--n] = '\0';
	if (program_take(choice, path, found))
		return 0;
	return err_set(err, ERR_NO_COMMAND, "%s: a which hook ended the search with \"%s\"",
		       command, path);
}

/* Find the program; *RET_STATUS is set, and FOUND has none, when a hook ended it. */
static int
find_program(const struct context *ctx, struct choice *choice, struct finding *found,
	     int *ret_status, struct err *err)
{
	const char *command = ctx->options->args.items[0];
	cleanup_hook_end struct hook_end end = { 0 };

	found->kind = MISSING_COMMAND;
	if (choice_ask_hooks(choice, &end, err) < 0)
		return -1;
	*ret_status = end.status;
	if (end.status)
		return 0;
	hook_end_reset(&end);
	if (program_find(ctx, choice, command, 0, true, found, &end, err) < 0)
		return -1;
	*ret_status = end.status;
	if (end.status)
		found->kind = MISSING_COMMAND;
	if (end.has_ended && end.status == 0)
		return found_by_print(&end, choice, command, found, err);
	if (!end.has_ended && end.printed && *end.printed)
		event_warning(out_events(ctx->out), NULL, "a which hook printed: %s", end.printed);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_free struct launch *launch = NULL;
	cleanup_with(start_reset) struct start start = { 0 };
	cleanup_strvec struct strvec files = { 0 };
	struct finding found;
	int started;

	if (args->count == 0) {
		err_set(err, ERR_USAGE, "exec needs a command");
		return err_detail(err, "to fix", "pyvern exec python");
	}
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (find_program(ctx, &choice, &found, ret_status, err) < 0)
		return -1;
	if (!choice_is_found(&found))
		return 0;
	launch = mem_zalloc(sizeof(*launch));
	if (!launch_begin(launch, environ, NULL) ||
	    !launch_leave_out(launch, args->items[0], (struct str){ 0 }))
		return too_large(args->items[0], err);
	hooks_find(ctx->layout, "exec", &files);
	if (files.count)
		started = start_hooks(ctx, &choice, &found, &files, launch, &start, err);
	else
		started = start_program(&choice, &found, args, launch, &start, err);
	if (started < 0)
		return -1;
	if (launch_changes_commands(args->items[0], args->items + 1))
		return run_and_rehash(ctx, &start, ret_status, err);
	shims_refresh(ctx->layout);
	return proc_become(start.path, start.argv.items, &start.env, err);
}

const struct command command_exec = {
	.name = "exec",
	.summary = "Run a command with the version that is chosen here",
	.pyenv_usage = "<command> [arg1 arg2...]",
	.usage = "COMMAND [ARG...]",
	.operands = { { OPERAND_EXECUTABLE } },
	.rest = { OPERAND_FILE },
	.stop_at_operand = true,
	.help = "As the shim of COMMAND does. After pip or conda has installed or removed\n"
		"something, new commands get their shims at once.",
	.run = run,
};
