/* SPDX-License-Identifier: MIT */
/* pyvern virtualenv-delete: remove a named environment. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "cmd/command.h"
#include "core/shims.h"
#include "core/store.h"
#include "os/sig.h"
#include "venv/named.h"
#include "venv/registry.h"

static int
refuse_link(const struct store *store, const char *name, const char *target, struct err *err)
{
	err_set(err, ERR_PROTECTED, "%s is a link to %s, which is no environment of this root",
		name, target);
	err_pyenv(err, "pyenv-virtualenv: `%s/%s' is a symlink for unknown location.",
		  store->versions.path, name);
	return err_detail(err, "to fix", "pyvern uninstall %s removes the link alone", name);
}

/* The whole name of what GIVEN means; NULL without an error: nothing, and --force. */
static int
find(const struct context *ctx, const struct store *store, const char *given, char **ret_name,
     struct err *err)
{
	bool force = options_has(ctx->options, "force");
	cleanup_named struct named named = { 0 };
	cleanup_free char *target = NULL;

	*ret_name = NULL;
	if (!version_name_ok(str_from(given)) || store->versions.fd < 0) {
		if (force)
			return 0;
		err_set(err, ERR_NOT_INSTALLED, "%s is no environment", given);
		return err_pyenv(err, "pyenv-virtualenv: `%s' is not a virtualenv.", given);
	}
	if (!strchr(given, '/'))
		target = fs_read_link(&store->versions, given);
	if (target) {
		*ret_name = named_of_link(store, given);
		if (!*ret_name)
			return refuse_link(store, given, target, err);
	} else if (!strchr(given, '/')) {
		named_look(store, given, &named);
		if (named.kind == NAMED_ENV)
			*ret_name = mem_strdup(given);
	} else {
		*ret_name = mem_strdup(given);
	}
	if (*ret_name && fs_is_dir_at(&store->versions, *ret_name))
		return 0;
	if (!force && !*ret_name) {
		err_set(err, ERR_NOT_INSTALLED, "%s is no environment", given);
		err_pyenv(err, "pyenv-virtualenv: `%s' is not a virtualenv.", given);
		return err_detail(err, "to fix", "pyvern virtualenvs");
	}
	free(steal_ptr(ret_name));
	if (force)
		return 0;
	err_set(err, ERR_NOT_INSTALLED, "the environment %s is not there", given);
	err_pyenv(err, "pyenv-virtualenv: virtualenv `%s' not installed", path_base(given).p);
	return err_detail(err, "to fix", "pyvern virtualenvs");
}

static int
ask(const struct context *ctx, const struct store *store, const char *name, bool *ret_yes,
    struct err *err)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_free char *what = mem_printf("virtualenv-delete %s", name);
	cleanup_free char *size = out_size(fs_tree_size(&store->versions, name));
	cleanup_free char *question = NULL;
	enum out_answer answer;

	*ret_yes = options_has(ctx->options, "force") || options_has(ctx->options, "yes");
	if (*ret_yes)
		return 0;
	if (!ctx->policy->speaks_pyenv) {
		question = mem_printf("Remove the environment %s? %s", name, size);
		return out_ask(ctx->out, what, question, ret_yes, err);
	}
	question = mem_printf("pyenv-virtualenv: remove %s? (y/N) ", path);
	if (out_ask_line(ctx->out, question, &answer, err) < 0)
		return -1;
	*ret_yes = answer == ANSWER_YES;
	return 0;
}

static int
remove_it(const struct context *ctx, const char *name, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_free char *what = mem_printf("remove %s", name);
	cleanup_free char *size = NULL;
	cleanup_free char *path = NULL;
	struct shims_result shims;
	uint64_t freed = 0;

	if (store_open_writable(ctx->layout, what, &store, err) < 0 ||
	    store_remove(&store, name, out_events(ctx->out), &freed, err) < 0)
		return -1;
	path = store_path(&store, name);
	registry_forget(&store, path, NULL, out_events(ctx->out));
	size = out_size(freed);
	if (!ctx->policy->speaks_pyenv)
		out_fact(ctx->out, '-', path_base(name).p, "%s freed", size);
	return shims_rehash(&store, out_events(ctx->out), &shims, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_store struct store store = STORE_INIT;
	cleanup_free char *name = NULL;
	bool yes;

	if (args->count != 1 || !*args->items[0])
		return err_set(err, ERR_USAGE, "virtualenv-delete takes one environment");
	sig_install();
	if (store_open(ctx->layout, &store, err) < 0 ||
	    find(ctx, &store, args->items[0], &name, err) < 0)
		return -1;
	if (!name)
		return 0;
	if (ask(ctx, &store, name, &yes, err) < 0)
		return -1;
	if (yes)
		return remove_it(ctx, name, err);
	if (!ctx->policy->speaks_pyenv)
		out_fact(ctx->out, '=', path_base(name).p, "kept");
	*ret_status = 1;
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "force",
	  .letter = 'f',
	  .help = "do not ask, and say nothing when it is not there" },
	{ .name = "yes", .letter = 'y', .help = "do not ask" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_virtualenv_delete = {
	.name = "virtualenv-delete",
	.summary = "Remove a named environment",
	.usage = "NAME",
	.pyenv_usage = "[-f|--force] <virtualenv>",
	.options = options,
	.hidden = true,
	.help = "NAME is its short name or VERSION/envs/NAME. Links to it go with it.",
	.run = run,
};
