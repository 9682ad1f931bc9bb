/* SPDX-License-Identifier: MIT */
/* pyvern exec: run a program of the version that is chosen here. */
#include <config.h>

#include <errno.h>
#include <unistd.h>

#include "cmd/command.h"
#include "core/choice.h"
#include "core/launch.h"
#include "core/shims.h"
#include "os/proc.h"

extern char **environ;

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
run_and_rehash(const struct context *ctx, char *const *argv, const struct env *env, int *ret_status,
	       struct err *err)
{
	struct proc_spec spec = PROC_SPEC_INIT;

	spec.argv = argv;
	spec.env = env;
	spec.stdin_fd = STDIN_FILENO;
	if (proc_run_foreground(&spec, ret_status, err) < 0)
		return -1;
	if (*ret_status == 0)
		rehash(ctx);
	return 0;
}

/* Become the program. A script without `#!` is the shell's, as everywhere. */
static int
become(const struct strvec *argv, const struct env *env, struct err *err)
{
	cleanup_strvec struct strvec by_shell = { 0 };

	proc_exec(argv->items[0], argv->items, env, err);
	if (err->sys == ENOEXEC) {
		err_reset(err);
		strvec_add(&by_shell, "/bin/sh");
		strvec_add_all(&by_shell, argv->items);
		proc_exec("/bin/sh", by_shell.items, env, err);
	}
	err->code = ERR_NOT_EXECUTABLE;
	return -1;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_free struct launch *launch = NULL;
	cleanup_env struct env env = { 0 };
	cleanup_strvec struct strvec argv = { 0 };
	struct finding found;

	if (args->count == 0) {
		err_set(err, ERR_USAGE, "exec needs a command");
		return err_detail(err, "to fix", "pyvern exec python");
	}
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	selection_find(&choice.selection, args->items[0], &found);
	choice_warn(&choice, out_events(ctx->out));
	if (!choice_is_found(&found))
		return choice_error(&choice, args->items[0], &found, true, err);
	launch = mem_zalloc(sizeof(*launch));
	if (!launch_begin(launch, environ, NULL) ||
	    !launch_enter(launch, &choice.selection, &found))
		return err_set(err, ERR_NOT_EXECUTABLE, "the environment is too large for %s",
			       args->items[0]);
	strvec_add_all(&env.vars, launch->env);
	strvec_add(&argv, found.path);
	strvec_add_all(&argv, args->items + 1);
	if (launch_changes_commands(args->items[0], args->items + 1))
		return run_and_rehash(ctx, argv.items, &env, ret_status, err);
	return become(&argv, &env, err);
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
