/* SPDX-License-Identifier: MIT */
/* An environment brought to another patch release of its Python. */
#include <config.h>

#include "cmd/venv_upgrade.h"

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "core/shims.h"
#include "venv/rebind.h"

static int
open_environment(const char *path, struct dir *ret_tree, struct env_look *ret_look, struct err *err)
{
	if (fs_open_dir(path, ret_tree, err) == 0 && env_look(ret_tree, ret_look))
		return 0;
	err_reset(err);
	err_set(err, ERR_FAILED, "%s is no environment", path);
	return err_detail(err, "to fix", "pyvern venv DIR makes one");
}

/* The installed version that is meant, and the alias that the environment is to follow. */
static int
choose(const struct context *ctx, const struct store *store, const char *request,
       const char *wanted, char **ret_name, char **ret_follow, struct err *err)
{
	const char *asked = request ? request : wanted;
	cleanup_free char *word = shell_word(asked ? asked : "VERSION");

	if (!asked)
		return err_set(err, ERR_FAILED, "nothing in it tells which Python it is for");
	*ret_name = store_find(store, asked);
	if (!*ret_name) {
		err_set(err, ERR_NOT_INSTALLED, "%s is not installed", asked);
		return err_detail(err, "to fix", "pyvern install %s", word);
	}
	*ret_follow = environment_follow(ctx, store, asked, *ret_name);
	return 0;
}

static void
say(const struct context *ctx, const char *dir, const struct env_look *look,
    const struct rebind_plan *plan, size_t packages)
{
	bool same = look->version && strcmp(look->version, plan->version) == 0;

	if (options_has(ctx->options, "json")) {
		out_json_begin(ctx->out, 1);
		out_json_text(ctx->out, "path", dir);
		out_json_text(ctx->out, "state", same ? "unchanged" : "upgraded");
		out_json_text(ctx->out, "was", look->version);
		out_json_text(ctx->out, "version", plan->version);
		out_json_text(ctx->out, "follows", plan->follows);
		out_json_end(ctx->out);
	}
	if (same)
		out_fact(ctx->out, '=', dir, "Python %s%s%s", plan->version,
			 plan->follows ? ", follows " : "", plan->follows ? plan->follows : "");
	else
		out_fact(ctx->out, '~', dir, "%s -> %s%s%s   %zu package%s kept",
			 look->version ? look->version : "unknown", plan->version,
			 plan->follows ? ", follows " : "", plan->follows ? plan->follows : "",
			 packages, packages == 1 ? "" : "s");
}

int
venv_upgrade(const struct context *ctx, const struct store *store, const char *dir,
	     const char *request, struct err *err)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_rebind_plan struct rebind_plan plan = { 0 };
	cleanup_free char *path = NULL;
	cleanup_free char *wanted = NULL;
	cleanup_free char *name = NULL;
	cleanup_free char *follow = NULL;

	if (environment_path(ctx, dir, &path, err) < 0 ||
	    open_environment(path, &tree, &look, err) < 0)
		return -1;
	wanted = rebind_wanted(&tree, &look);
	if (choose(ctx, store, request, wanted, &name, &follow, err) < 0)
		return err_wrap(err, "cannot upgrade %s", dir);
	if (rebind_to(store, &tree, &look, name, follow, &plan, err) < 0) {
		cleanup_free char *word = shell_word(name);

		err_wrap(err, "cannot upgrade %s", dir);
		return err_detail(err, "to fix", "pyvern venv --clear -p %s makes it anew", word);
	}
	if (rebind(&tree, &plan, err) < 0)
		return err_wrap(err, "cannot upgrade %s", dir);
	say(ctx, dir, &look, &plan, rebind_packages(&tree));
	shims_refresh(ctx->layout);
	return 0;
}
