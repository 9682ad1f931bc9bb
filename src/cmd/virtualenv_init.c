/* SPDX-License-Identifier: MIT */
/* pyvern virtualenv-init: what makes a shell enter environments by itself. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "cmd/hook_code.h"
#include "cmd/init_code.h"

/* Folder of `activate` and `deactivate`, which are sourced, in our data folder. */
#define SOURCED "sourced"

static int
say_code(const struct context *ctx, const struct shell *shell, struct err *err)
{
	cleanup_buf struct buf code = BUF_INIT(INIT_CODE_MAX);
	cleanup_free char *sourced = path_join(ctx->layout->share, SOURCED, NULL);

	if (!shell_text_ok(ctx->layout->root) || !shell_text_ok(sourced) || strchr(sourced, ':'))
		return err_set(err, ERR_FAILED, "%s has a character that shells do not take",
			       ctx->layout->root);
	init_code_path(&code, shell, sourced, false);
	init_code_set(&code, shell, "PYENV_VIRTUALENV_INIT", "1");
	hook_code_write(&code, shell, ctx, true);
	out_data(ctx->out, "%s", buf_text(&code));
	return buf_check(&code, "the code", err);
}

static const char *
file_of(const struct shell *shell)
{
	if (strcmp(shell->name, "bash") == 0)
		return "~/.bashrc";
	if (strcmp(shell->name, "zsh") == 0)
		return "~/.zshrc";
	if (shell->syntax == SHELL_FISH)
		return "~/.config/fish/config.fish";
	if (shell->syntax == SHELL_XONSH)
		return "~/.xonshrc";
	return shell->syntax == SHELL_SH ? "~/.profile" : "your profile";
}

static const char *
line_of(const struct shell *shell)
{
	if (shell->syntax == SHELL_FISH)
		return "status --is-interactive; and pyenv virtualenv-init - fish | source";
	if (shell->syntax == SHELL_XONSH)
		return "execx($(pyenv virtualenv-init - xonsh))";
	return "eval \"$(pyenv virtualenv-init -)\"";
}

static int
say_instructions(const struct context *ctx, const struct shell *shell)
{
	out_say(ctx->out,
		"# Load pyenv-virtualenv automatically by adding\n"
		"# the following to %s:\n\n%s\n\n",
		file_of(shell), line_of(shell));
	if (!hook_code_is_there(shell))
		out_say(ctx->out,
			"# %s has no hook before its prompt: `activate` works there, and "
			"nothing is entered by itself.",
			shell->name);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const struct shell *shell = NULL;
	bool code = false;

	for (size_t i = 0; i < args->count; i++) {
		const char *word = args->items[i];

		if (strcmp(word, "-") == 0) {
			code = true;
			continue;
		}
		shell = shell_named(path_base(word));
		if (!shell)
			return err_set(err, ERR_USAGE, "%s is no shell that we know", word);
	}
	if (!shell)
		shell = shell_of_function();
	if (!shell) {
		err_set(err, ERR_FAILED, "which shell this is cannot be told");
		return err_detail(err, "to fix", "pyvern virtualenv-init - SHELL");
	}
	if (code)
		return say_code(ctx, shell, err);
	*ret_status = 1;
	return say_instructions(ctx, shell);
}

const struct command command_virtualenv_init = {
	.name = "virtualenv-init",
	.summary = "Print what makes a shell enter the environments that are chosen",
	.usage = "[-] [SHELL]",
	.operands = { { OPERAND_SHELL, "-" }, { OPERAND_SHELL, "-" } },
	.hidden = true,
	.help = "`eval \"$(pyvern virtualenv-init -)\"`, after `init`, in a shell's start-up file: "
		"a\n"
		"named environment is active where a pin chooses it, and so is a `.venv` that you "
		"made\n"
		"or trust (`init --auto-venv` is the same in one line). In bash, zsh, fish and "
		"xonsh.",
	.run = run,
};
