/* SPDX-License-Identifier: MIT */
/* pyvern sh-activate, sh-deactivate: code that enters and leaves named environments. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/activate_code.h"
#include "cmd/command.h"
#include "cmd/entering.h"
#include "cmd/moments.h"
#include "cmd/init_code.h"
#include "core/choice.h"
#include "core/store.h"
#include "venv/cfg.h"
#include "venv/named.h"
#include "venv/registry.h"

struct work {
	const struct context *ctx;
	struct store store;
	struct choice choice;
	struct entering entering;
	bool is_quiet;
	bool is_forced;
	bool follows; /* for the prompt hook */
	/* What is done, for hooks; POINT is NULL where nothing is. */
	const char *point; /* "activate", "deactivate" */
	char *venv;
	char *prefix;
};
#define WORK_INIT                                                                     \
	{                                                                             \
		.store = STORE_INIT, .choice = CHOICE_INIT, .entering = ENTERING_INIT \
	}

static void
work_reset(struct work *work)
{
	store_reset(&work->store);
	choice_reset(&work->choice);
	buf_reset(&work->entering.code);
	free(work->venv);
	free(work->prefix);
}

static void
note_for_hooks(struct work *work, const char *point, const char *venv, const char *prefix)
{
	free(work->venv);
	free(work->prefix);
	work->point = point;
	work->venv = mem_strdup(venv);
	work->prefix = mem_strdup(prefix);
}

static bool
is_pyenv(const struct work *work)
{
	return work->ctx->policy->speaks_pyenv;
}

static int
begin(struct context *ctx, struct work *work, struct err *err)
{
	work->ctx = ctx;
	work->is_quiet =
		options_has(ctx->options, "quiet") && !options_has(ctx->options, "verbose");
	work->is_forced = options_has(ctx->options, "force");
	work->follows = options_has(ctx->options, "follow");
	work->entering.shell = shell_of_function();
	if (!work->entering.shell) {
		err_set(err, ERR_FAILED, "which shell this is cannot be told");
		return err_detail(err, "to fix",
				  "PYENV_SHELL=bash, or another that "
				  "`pyvern help init` names");
	}
	entering_begin(&work->entering);
	return store_open(ctx->layout, &work->store, err);
}

/* What TEXT is: the name of something installed, or itself. */
static void
look(struct work *work, const char *text, struct named *ret)
{
	char name[VERSION_NAME_MAX + 1];

	*ret = (struct named){ .kind = NAMED_NOTHING };
	if (strlen(text) > VERSION_NAME_MAX || strcmp(text, "system") == 0)
		return;
	if (selection_resolve_text(&work->choice.input, str_from(text), name, NULL) !=
	    ITEM_INSTALLED)
		memcpy(name, text, strlen(text) + 1);
	named_look(&work->store, name, ret);
}

/* What is chosen here, and is there. */
static void
chosen_here(struct work *work, struct strvec *ret_names)
{
	struct selection *s = &work->choice.selection;

	(void)selection_resolve_all(s);
	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].state == ITEM_INSTALLED)
			strvec_add(ret_names, s->items[i].name);
		else if (s->items[i].state == ITEM_SYSTEM)
			strvec_add(ret_names, "system");
	}
}

/* *NAME as it is, else the environment of that name on the version that is chosen. */
static bool
find(struct work *work, char **name, struct named *ret)
{
	cleanup_strvec struct strvec current = { 0 };
	cleanup_free char *inner = NULL;
	struct str version;

	look(work, *name, ret);
	if (ret->kind == NAMED_ENV)
		return true;
	chosen_here(work, &current);
	if (current.count == 0)
		return false;
	version = str_from(current.items[0]);
	for (size_t i = 0; i + strlen("/envs/") < version.n; i++) {
		if (str_starts(str_skip(version, i), STR_LIT("/envs/"))) {
			version.n = i;
			break;
		}
	}
	inner = mem_printf("%.*s/" LAYOUT_ENVS "/%s", STR_ARG(version), *name);
	named_reset(ret);
	look(work, inner, ret);
	if (ret->kind != NAMED_ENV)
		return false;
	free(*name);
	*name = steal_ptr(&inner);
	return true;
}

static int
not_an_environment(struct work *work, const char *name, struct err *err)
{
	err_set(err, ERR_FAILED, "%s is no environment", *name ? name : "\"\"");
	err_pyenv(err, "pyenv-virtualenv: version `%s' is not a virtualenv", name);
	if (!is_pyenv(work))
		err_detail(err, "to fix", "pyvern virtualenvs, or pyvern virtualenv VERSION NAME");
	return -1;
}

static int
only_one(struct work *work, const struct strvec *names, const char *first, struct err *err)
{
	cleanup_free char *joined = strvec_join(names, " ");

	for (size_t i = 1; i < names->count; i++) {
		cleanup_named struct named named = { 0 };

		if (strcmp(names->items[i], first) == 0)
			continue;
		look(work, names->items[i], &named);
		if (named.kind != NAMED_ENV)
			continue;
		err_set(err, ERR_USAGE, "one environment at a time: %s", joined);
		err_pyenv(err, "pyenv-virtualenv: cannot activate multiple versions at once: %s",
			  joined);
		return err_detail(err, "to fix", "pyvern activate %s", first);
	}
	return 0;
}

/* Nothing is to be done: SUBJECT, called WHAT in pyenv's words, is active. */
static int
stay(struct work *work, const char *what, const char *subject)
{
	if (!work->is_quiet && is_pyenv(work))
		out_say(work->ctx->out, "pyenv-virtualenv: %s `%s' is already activated", what,
			subject);
	else if (!work->is_quiet)
		out_fact(work->ctx->out, '=', subject, "is active already");
	activate_code_status(&work->entering.code, work->entering.shell, true);
	return 0;
}

static bool
is_verbose(const struct work *work)
{
	return options_has(work->ctx->options, "verbose") ||
	       environment_variable("PYENV_VIRTUALENV_VERBOSE_ACTIVATE");
}

static void
say_verbose(const struct work *work, const char *what, const char *name)
{
	if (is_verbose(work))
		out_say(work->ctx->out, "pyenv-virtualenv: %s %s", what, name);
}

/* Was ACTIVE, which VIRTUAL_ENV names, entered by somebody else than us? Scripts that enter
 * an environment put its programs on PATH, also over what we had entered; we never do. */
static bool
is_foreign(const struct work *work, const char *active)
{
	const char *ours = environment_variable("PYENV_VIRTUAL_ENV");
	cleanup_free char *bin = path_join(active, "bin", NULL);
	struct str rest = str_from(environment_variable("PATH"));
	struct str folder;

	if (!ours || strcmp(active, ours) != 0)
		return true;
	while (work->follows && str_split(&rest, ':', &folder))
		if (str_eq_text(folder, bin))
			return true;
	return false;
}

/* What a project's environment at PATH is called: as it says itself, else as the project. */
static char *
project_name(const char *path)
{
	struct str above = path_dir(path);
	cleanup_free char *project = mem_strndup(above.p, above.n);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &tree, &ignored) == 0 && cfg_read(&tree, &cfg, &ignored) == 0 &&
	    cfg.prompt && shell_text_ok(cfg.prompt))
		return steal_ptr(&cfg.prompt);
	return mem_strdup(path_base(above.n > 1 ? project : path).p);
}

/* The `.venv` that shims enter here has no name that a variable could ask for: where it is
 * left, nothing is to be taken back but what says that it was entered. */
static int
enter_project(struct work *work, const char *active, struct err *err)
{
	cleanup_free char *name = project_name(work->choice.selection.venv);
	struct named named = { .kind = NAMED_ENV, .path = work->choice.selection.venv };

	if (active && strcmp(active, named.path) == 0)
		return stay(work, "virtualenv", name);
	say_verbose(work, "activate", name);
	note_for_hooks(work, "activate", name, named.path);
	return entering_enter(&work->entering, &named, name, NULL, err);
}

static int
activate(struct work *work, struct err *err)
{
	const struct strvec *args = &work->ctx->options->args;
	const char *active = environment_variable("VIRTUAL_ENV");
	bool keeps_version = args->count == 0 && environment_variable("PYENV_VIRTUALENV_INIT");
	cleanup_strvec struct strvec names = { 0 };
	cleanup_named struct named named = { 0 };
	cleanup_free char *name = NULL;
	cleanup_free char *versions = NULL;

	choice_make(work->ctx->layout, work->ctx->policy, NULL, &work->choice);
	strvec_add_all(&names, args->items);
	if (names.count == 0)
		chosen_here(work, &names);
	name = mem_strdup(names.count ? names.items[0] : "");
	if (active && is_foreign(work, active) && !work->is_forced)
		return stay(work, "virtualenv", active);
	if (work->follows && work->choice.selection.has_venv)
		return enter_project(work, active, err);
	if (!find(work, &name, &named))
		return not_an_environment(work, name, err);
	if (only_one(work, &names, name, err) < 0)
		return -1;
	if (active && strcmp(active, named.path) == 0 && !work->is_forced)
		return stay(work, "version", name);
	say_verbose(work, "activate", name);
	note_for_hooks(work, "activate", name, named.path);
	free(names.items[0]);
	names.items[0] = mem_strdup(name);
	versions = strvec_join(&names, ":");
	registry_use(&work->store, named.path);
	return entering_enter(&work->entering, &named, name, keeps_version ? NULL : versions, err);
}

/* What an environment is called: its long name where it has one. */
static const char *
name_of(const struct work *work, const char *prefix)
{
	size_t n = strlen(work->ctx->layout->root) + strlen("/" LAYOUT_VERSIONS "/");
	cleanup_free char *versions = path_join(work->ctx->layout->root, LAYOUT_VERSIONS, NULL);

	if (path_is_below(prefix, versions) && strlen(prefix) > n)
		return prefix + n;
	return path_base(prefix).p;
}

static int
deactivate(struct work *work, struct err *err)
{
	const char *active = environment_variable("VIRTUAL_ENV");

	if (!active && !work->is_forced) {
		err_set(err, ERR_FAILED, "no environment is active");
		err_pyenv(err, "pyenv-virtualenv: no virtualenv has been activated.");
		return err_detail(err, "to fix", "pyvern activate NAME");
	}
	if (active) {
		say_verbose(work, "deactivate", name_of(work, active));
		note_for_hooks(work, "deactivate", name_of(work, active), active);
		entering_leave(&work->entering, active);
	}
	activate_code_status(&work->entering.code, work->entering.shell, true);
	return buf_check(&work->entering.code, "the code", err);
}

/* For the prompt hook: enter what is chosen here, else leave what was entered so. */
static int
follow(struct work *work, struct err *err)
{
	cleanup_err struct err not_here = { 0 };
	const char *active = environment_variable("VIRTUAL_ENV");

	if (activate(work, &not_here) == 0 || !active)
		return 0;
	work->point = NULL;
	buf_truncate(&work->entering.code, 0);
	return deactivate(work, err);
}

/* The code, between what hooks print, which the shell evaluates, too. */
static int
print_code(struct work *work, int *ret_status, struct err *err)
{
	cleanup_moments struct moments m = MOMENTS_INIT;

	if (work->point) {
		hook_vars_set(&m.vars, "venv", work->venv);
		hook_vars_set(&m.vars, "prefix", work->prefix);
		hook_vars_set(&m.vars, "shell", work->entering.shell->name);
		if (moments_begin(work->ctx->layout, work->ctx->out, work->point, &m, err) < 0 ||
		    (!m.hooks.has_ended && moments_call(&m, "before", err) < 0))
			return -1;
		*ret_status = m.hooks.status;
		if (m.hooks.has_ended)
			return 0;
	}
	out_data(work->ctx->out, "%s", buf_text(&work->entering.code));
	return moments_call(&m, "after", err) < 0 ? -1 : moments_end(&m, err);
}

/* After an error the evaluated command must fail, too; quietly, if that was asked. */
static int
end(struct work *work, int result, int *ret_status, struct err *err)
{
	if (result == 0)
		result = print_code(work, ret_status, err);
	if (result == 0)
		return 0;
	if (work->entering.shell && (work->entering.shell->syntax == SHELL_SH ||
				     work->entering.shell->syntax == SHELL_FISH))
		out_data(work->ctx->out, "false\n");
	if (!work->is_quiet)
		return -1;
	*ret_status = work->ctx->policy->speaks_pyenv ? err_pyenv_status(err->code)
						      : err_status(err->code);
	err_reset(err);
	return 0;
}

static int
run_activate(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_with(work_reset) struct work work = WORK_INIT;
	int result = begin(ctx, &work, err);

	if (result == 0 && options_has(ctx->options, "unset"))
		result = deactivate(&work, err);
	else if (result == 0 && work.follows)
		result = follow(&work, err);
	else if (result == 0)
		result = activate(&work, err);
	return end(&work, result, ret_status, err);
}

static int
run_deactivate(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_with(work_reset) struct work work = WORK_INIT;
	int result = begin(ctx, &work, err);

	if (result == 0)
		result = deactivate(&work, err);
	return end(&work, result, ret_status, err);
}

#define OPTIONS_OF_BOTH                                                                       \
	{ .name = "force",                                                                    \
	  .letter = 'f',                                                                      \
	  .help = "also where another environment is active, or none" },                      \
		{ .name = "quiet", .letter = 'q', .help = "do not say why nothing is done" }, \
	{                                                                                     \
		.name = "verbose", .letter = 'v', .help = "say what is done"                  \
	}

static const struct option_spec activate_options[] = {
	OPTIONS_OF_BOTH,
	{ .name = "unset", .help = "leave the environment: deactivate" },
	/* For the prompt hook. */
	{ .name = "follow", .help = "enter what is chosen here, or leave", .hidden = true },
	{ 0 },
};

static const struct option_spec deactivate_options[] = {
	OPTIONS_OF_BOTH,
	{ 0 },
};

const struct command command_sh_activate = {
	.name = "sh-activate",
	.summary = "Enter a named environment (called by the shell's function as `activate`)",
	.usage = "[NAME | --unset]",
	.pyenv_usage = "<virtualenv>",
	.options = activate_options,
	.hidden = true,
	.run = run_activate,
};

const struct command command_sh_deactivate = {
	.name = "sh-deactivate",
	.summary = "Leave it (called by the shell's function as `deactivate`)",
	.options = deactivate_options,
	.hidden = true,
	.run = run_deactivate,
};

/* Without the function there is nothing that could evaluate. */
static int
needs_function(struct context *ctx, const char *name, struct err *err)
{
	err_set(err, ERR_FAILED, "%s works only after `%s init` has been evaluated here", name,
		ctx->program);
	err_pyenv(err,
		  "\n`pyenv %s' requires Pyenv and Pyenv-Virtualenv to be loaded into your "
		  "shell.\nCheck your shell configuration and Pyenv and Pyenv-Virtualenv "
		  "installation instructions.\n",
		  name);
	return err_detail(err, "to fix", "eval \"$(%s init -)\"", ctx->program);
}

static int
run_plain_activate(struct context *ctx, int *ret_status, struct err *err)
{
	(void)ret_status;
	return needs_function(ctx, "activate", err);
}

static int
run_plain_deactivate(struct context *ctx, int *ret_status, struct err *err)
{
	(void)ret_status;
	return needs_function(ctx, "deactivate", err);
}

const struct command command_activate = {
	.name = "activate",
	.summary = "Enter a named environment in this shell",
	.usage = "[NAME | --unset]",
	.operands = { { OPERAND_ENVIRONMENT } },
	.help = "Works through the shell function that `init` makes. PATH stays as it is: the "
		"shims\n"
		"start what the environment has. Without NAME, the one that is chosen here.\n"
		"`deactivate` leaves it.",
	.options = activate_options,
	.run = run_plain_activate,
};

const struct command command_deactivate = {
	.name = "deactivate",
	.summary = "Leave the environment of this shell",
	/* Who enters one knows. */
	.hidden = true,
	.help = "Works through the shell function that `init` makes.",
	.options = deactivate_options,
	.run = run_plain_deactivate,
};
