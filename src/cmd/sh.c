/* SPDX-License-Identifier: MIT */
/* pyvern sh-shell, sh-rehash: code for the shell function to evaluate. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/init_code.h"
#include "cmd/pin.h"
#include "core/choice.h"
#include "core/shims.h"
#include "core/store.h"

static void
print_code(const struct context *ctx, struct buf *code)
{
	out_data(ctx->out, "%s", buf_text(code));
}

/* After an error the evaluated command must fail, too: its status is what the
 * user sees, not ours. */
static int
say_false(const struct context *ctx, const struct shell *shell)
{
	if (shell->syntax == SHELL_SH || shell->syntax == SHELL_FISH)
		out_data(ctx->out, "false\n");
	return -1;
}

static int
check_versions(const struct context *ctx, const struct strvec *names, struct strvec *ret_spelled,
	       struct err *err)
{
	struct strvec words = { 0 };
	int status;

	/* As for a pin: installed, or `system`; and nothing that a variable cannot
	 * hold. "a:b" is two. */
	for (size_t i = 0; i < names->count; i++) {
		struct str rest = str_from(names->items[i]);
		struct str word;

		while (str_split(&rest, ':', &word))
			strvec_add_str(&words, word);
	}
	status = pin_check(ctx, "shell", &words, false, ret_spelled, err);
	strvec_reset(&words);
	return status;
}

static int
set_version(const struct context *ctx, const struct shell *shell, struct buf *code, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_strvec struct strvec spelled = { 0 };
	cleanup_free char *joined = NULL;
	const char *now = getenv("PYENV_VERSION");

	if (check_versions(ctx, args, &spelled, err) < 0)
		return -1;
	joined = strvec_join(&spelled, ":");
	if (!now || strcmp(now, joined) != 0 || getenv("PYVERN_VERSION"))
		init_code_set_version(code, shell, joined);
	return 0;
}

static int
shell_code(const struct context *ctx, const struct shell *shell, struct buf *code, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *now = layout_env("VERSION", NULL);

	if (options_has(ctx->options, "unset")) {
		init_code_set_version(code, shell, NULL);
		return 0;
	}
	if (args->count == 1 && strcmp(args->items[0], "-") == 0) {
		init_code_swap_version(code, shell);
		return 0;
	}
	if (args->count)
		return set_version(ctx, shell, code, err);
	if (now) {
		init_code_print_version(code, shell);
		return 0;
	}
	err_set(err, ERR_FAILED, "no version is set for this shell");
	err_pyenv(err, "%s: no shell-specific version configured", ctx->program);
	return err_detail(err, "to fix", "pyvern shell VERSION");
}

static const struct shell *
find_shell(struct err *err)
{
	const struct shell *shell = shell_of_function();

	if (shell)
		return shell;
	err_set(err, ERR_FAILED, "which shell this is cannot be told");
	err_detail(err, "to fix", "PYENV_SHELL=bash, or another that `pyvern help init` names");
	return NULL;
}

static int
run_shell(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_buf struct buf code = BUF_INIT(INIT_CODE_MAX);
	const struct shell *shell = find_shell(err);

	(void)ret_status;
	if (!shell)
		return -1;
	if (shell_code(ctx, shell, &code, err) < 0)
		return say_false(ctx, shell);
	print_code(ctx, &code);
	return 0;
}

static const struct option_spec shell_options[] = {
	{ .name = "unset", .help = "back to what is pinned" },
	{ 0 },
};

const struct command command_sh_shell = {
	.name = "sh-shell",
	.summary = "Set the versions of this shell (called by its function as `shell`)",
	.usage = "[VERSION... | -]",
	.rest = { OPERAND_INSTALLED, "system -" },
	.pyenv_usage = "<version>...\n-\n--unset",
	.options = shell_options,
	.hidden = true,
	.run = run_shell,
};

static int
run_rehash(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_buf struct buf code = BUF_INIT(INIT_CODE_MAX);
	cleanup_store struct store store = STORE_INIT;
	const struct shell *shell = find_shell(err);
	struct shims_result result;

	(void)ret_status;
	if (!shell)
		return -1;
	if (store_open_writable(ctx->layout, "rehash", &store, err) < 0 ||
	    shims_rehash(&store, out_events(ctx->out), &result, err) < 0)
		return say_false(ctx, shell);
	init_code_forget(&code, shell);
	print_code(ctx, &code);
	return 0;
}

const struct command command_sh_rehash = {
	.name = "sh-rehash",
	.summary = "Make shims, and let this shell forget where commands were",
	.hidden = true,
	.run = run_rehash,
};

/* Without the function there is nothing that could evaluate. */
static int
run_plain(struct context *ctx, int *ret_status, struct err *err)
{
	(void)ret_status;
	err_set(err, ERR_FAILED, "shell works only after `%s init` has been evaluated here",
		ctx->program);
	err_pyenv(err, "pyenv: shell integration not enabled. Run `pyenv init' for instructions.");
	return err_detail(err, "to fix", "eval \"$(%s init -)\"", ctx->program);
}

const struct command command_shell = {
	.name = "shell",
	.summary = "Set the versions of this shell",
	.usage = "[VERSION... | - | --unset]",
	.pyenv_usage = "<version>...\n-\n--unset",
	.rest = { OPERAND_INSTALLED, "system -" },
	.help = "Works through the shell function that `init` makes.",
	.options = shell_options,
	.run = run_plain,
};
