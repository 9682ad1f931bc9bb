/* SPDX-License-Identifier: MIT */
/* pyvern init: what a shell evaluates when it starts. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "cmd/hook_code.h"
#include "cmd/init_code.h"
#include "cmd/init_files.h"
#include "core/plugins.h"
#include "core/shims.h"
#include "core/store.h"

/* What the shell evaluates: the line for its start-up file. %s: the program and `init`. */
static const char *
line_of(const struct shell *shell)
{
	switch (shell->syntax) {
	case SHELL_FISH:
		return "%s - fish | source";
	case SHELL_CSH:
		return "eval \"`%s - tcsh`\"";
	case SHELL_PWSH:
		return "Invoke-Expression ((& %s - pwsh) -join \"`n\")";
	case SHELL_NU:
		return "%s - nu | save -f ~/.cache/pyvern.nu   (then: source "
		       "~/.cache/pyvern.nu)";
	case SHELL_XONSH:
		return "execx($(%s - xonsh))";
	case SHELL_SH:
		break;
	}
	return "eval \"$(%s -)\"";
}

/* LINE with the program's name and INIT in its one place. Owned by the caller (free). */
static char *
with_program(const char *line, const char *program, const char *init)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);
	const char *place = strstr(line, "%s");

	buf_add(&b, line, (size_t)(place - line));
	buf_printf(&b, "%s %s", program, init);
	buf_add_text(&b, place + 2);
	return buf_take(&b);
}

static int
say_instructions(const struct context *ctx, const struct shell *shell)
{
	const char *init =
		options_has(ctx->options, "auto-venv") ? INIT_FILES_AUTO : INIT_FILES_PLAIN;
	cleanup_free char *line = with_program(line_of(shell), ctx->called, init);
	struct init_files files;

	init_files_of(ctx->layout, shell, &files);
	out_fact(ctx->out, '!', "shell", "add this to %s, then open a new one:", files.rc);
	out_detail(ctx->out, "", "%s", line);
	if (shell->syntax != SHELL_NU)
		out_detail(ctx->out, "or", "%s %s --install", ctx->program, init);
	return 0;
}

static int
say_detected(const struct context *ctx, const struct shell *shell)
{
	struct init_files files;

	init_files_of(ctx->layout, shell, &files);
	out_data(ctx->out, "PYENV_SHELL_DETECT=%s\n", shell->name);
	out_data(ctx->out, "PYENV_PROFILE_DETECT=%s\n", files.profile);
	out_data(ctx->out, "PYENV_RC_DETECT=%s\n", files.rc);
	return 0;
}

/* Names of plugins go into the code as they are: only plain ones. */
static bool
is_plain_name(const char *name)
{
	for (; *name; name++)
		if (!str_is_alpha(*name) && !str_is_digit(*name) && *name != '-' && *name != '_')
			return false;
	return true;
}

static void
evaluated_commands(const struct context *ctx, struct strvec *ret)
{
	cleanup_strvec struct strvec plugins = { 0 };

	for (const struct command *const *c = command_table; *c; c++)
		if (str_starts(str_from((*c)->name), STR_LIT("sh-")))
			strvec_add(ret, (*c)->name + strlen("sh-"));
	plugin_list_sh(ctx->layout, &plugins);
	for (size_t i = 0; i < plugins.count; i++)
		if (is_plain_name(plugins.items[i]))
			strvec_add(ret, plugins.items[i]);
	strvec_sort(ret);
	strvec_unique(ret);
}

static int
say_code(const struct context *ctx, const struct shell *shell, struct err *err)
{
	cleanup_buf struct buf code = BUF_INIT(INIT_CODE_MAX);
	cleanup_strvec struct strvec commands = { 0 };
	cleanup_free char *shims = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_free char *completions = path_join(ctx->layout->share, "completions", NULL);
	bool follows = options_has(ctx->options, "auto-venv");

	if (!shell_text_ok(shims) || strchr(shims, ':'))
		return err_set(err, ERR_FAILED,
			       "%s cannot be on PATH: it has a character that "
			       "shells do not take",
			       shims);
	init_code_path(&code, shell, shims, options_has(ctx->options, "no-push-path"));
	if (!options_has(ctx->options, "path")) {
		init_code_shell(&code, shell);
		evaluated_commands(ctx, &commands);
		init_code_function(&code, shell, ctx->called, &commands);
		init_code_completions(&code, shell, completions, ctx->called);
		/* Who calls us pyenv has us as pyvern, too; not the other way round. */
		if (strcmp(ctx->called, "pyenv") == 0) {
			init_code_function(&code, shell, "pyvern", &commands);
			init_code_completions(&code, shell, completions, "pyvern");
		}
		/* `activate` without a name leaves the version to the pins, then. */
		if (follows)
			init_code_set(&code, shell, "PYENV_VIRTUALENV_INIT", "1");
		if (follows ||
		    (ctx->policy->hooks_prompt && !options_has(ctx->options, "no-rehash")))
			hook_code_write(&code, shell, ctx, follows);
	}
	out_data(ctx->out, "%s", buf_text(&code));
	return 0;
}

/* `-` may stand anywhere among the words, as in pyenv. */
static int
read_words(const struct context *ctx, const struct shell **ret_shell, bool *ret_code,
	   struct err *err)
{
	const struct strvec *args = &ctx->options->args;

	*ret_shell = NULL;
	*ret_code = options_has(ctx->options, "path");
	for (size_t i = 0; i < args->count; i++) {
		const char *word = args->items[i];

		if (strcmp(word, "-") == 0) {
			*ret_code = true;
			continue;
		}
		if (*ret_shell)
			return err_set(err, ERR_USAGE, "init takes one shell");
		*ret_shell = shell_named(path_base(word));
		if (!*ret_shell) {
			err_set(err, ERR_USAGE, "%s is no shell that we know", word);
			return err_detail(err, "to fix", "pyvern help init");
		}
	}
	if (!*ret_shell)
		*ret_shell = shell_of_parent();
	if (*ret_shell)
		return 0;
	err_set(err, ERR_FAILED, "which shell this is cannot be told");
	return err_detail(err, "to fix", "pyvern init - SHELL");
}

/* New shells run the shims: pyenv's, where these are there, would start bash each time. */
static void
make_shims(const struct context *ctx)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err err = { 0 };
	struct shims_result result = { 0 };

	if (store_open(ctx->layout, &store, &err) < 0 ||
	    store_list(&store, 0, &entries, &err) < 0 || entries.count == 0)
		return;
	store_reset(&store);
	if (store_open_writable(ctx->layout, "rehash", &store, &err) < 0 ||
	    shims_rehash(&store, out_events(ctx->out), &result, &err) < 0) {
		out_fact(ctx->out, '!', "shims", "%s", err.message);
		out_detail(ctx->out, "to fix", "%s rehash", ctx->called);
	} else if (result.added) {
		out_fact(ctx->out, '+', "shims", "%u commands", result.added);
	}
}

/* Environments are entered by the code that is evaluated, before a prompt. */
static int
check_auto(const struct context *ctx, struct err *err)
{
	static const char *const others[] = { "uninstall", "path", "detect-shell", "no-rehash" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (options_has(ctx->options, "auto-venv") && options_has(ctx->options, others[i]))
			return err_set(err, ERR_USAGE, "--auto-venv does not go with --%s",
				       others[i]);
	return 0;
}

/* A file that several shells read may say --auto-venv; one that is written for a shell says
 * what that can do. */
static int
check_hook(const struct context *ctx, const struct shell *shell, struct err *err)
{
	if (!options_has(ctx->options, "auto-venv") || hook_code_is_there(shell))
		return 0;
	err_set(err, ERR_USAGE, "%s has no hook before its prompt, so nothing is entered there",
		shell->name);
	return err_detail(err, "to fix", "%s init --install %s", ctx->program, shell->name);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct shell *shell;
	bool code;

	if (!options_has(ctx->options, "install") &&
	    (options_has(ctx->options, "replace") || options_has(ctx->options, "as-pyenv"))) {
		err_set(err, ERR_USAGE, "--replace and --as-pyenv go with --install");
		return err_detail(err, "to fix", "pyvern init --install");
	}
	if (check_auto(ctx, err) < 0)
		return -1;
	if (options_has(ctx->options, "uninstall"))
		return init_files_uninstall(ctx, err);
	if (read_words(ctx, &shell, &code, err) < 0)
		return -1;
	if (options_has(ctx->options, "install")) {
		if (check_hook(ctx, shell, err) < 0 || init_files_install(ctx, shell, err) < 0)
			return -1;
		make_shims(ctx);
		out_detail(ctx->out, "then", "open a new shell (undo: pyvern init --uninstall)");
		return 0;
	}
	if (options_has(ctx->options, "detect-shell"))
		return say_detected(ctx, shell);
	if (code)
		return say_code(ctx, shell, err);
	*ret_status = 1;
	return say_instructions(ctx, shell);
}

static const struct option_spec options[] = {
	{ .name = "install", .help = "add that to the shell's start-up files" },
	{ .name = "replace", .help = "with --install: in the place of lines that start pyenv" },
	{ .name = "as-pyenv", .help = "with --install: `pyenv` means pyvern in new shells, too" },
	{ .name = "uninstall", .help = "take it out again, and bring back what it replaced" },
	{ .name = "auto-venv", .help = "enter environments at the prompt, and leave them" },
	{ .name = "path", .help = "only what puts the shims on PATH" },
	{ .name = "no-push-path", .help = "leave PATH as it is when the shims are on it" },
	{ .name = "detect-shell", .help = "tell the shell and its start-up files" },
	{ .name = "no-rehash", .help = "do not look for new commands before each prompt" },
	{ 0 },
};

const struct command command_init = {
	.name = "init",
	.summary = "Print what makes a shell use pyvern",
	.usage = "[-] [SHELL]",
	.pyenv_usage = "[-|--path] [--no-push-path] [--no-rehash] [<shell>]\n"
		       "--install [<shell>]\n--detect-shell [<shell>]",
	.operands = { { OPERAND_SHELL, "-" }, { OPERAND_SHELL, "-" } },
	.options = options,
	.help = "`eval \"$(pyvern init -)\"` in a shell's start-up file puts the shims first on\n"
		"PATH and makes `pyvern shell` work. It writes nothing and starts no program.\n"
		"SHELL is bash, zsh, ksh, mksh, dash, fish, tcsh, xonsh, pwsh or nu (the last two\n"
		"are untested); without it, the one that asks. Alone, it says what to add where.",
	.run = run,
};
