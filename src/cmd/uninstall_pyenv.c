/* SPDX-License-Identifier: MIT */
/* `uninstall` as pyenv's users know it, with what pyenv-virtualenv adds to it. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "cmd/uninstall.h"
#include "core/shims.h"
#include "core/store.h"
#include "venv/named.h"
#include "venv/registry.h"

/* One name on the command line. */
struct target {
	const char *word; /* as typed */
	char *name;	  /* its last part, or a whole V/envs/E */
	char *env;	  /* the environment that NAME is, or is a link to; or NULL */
	char *path;	  /* absolute, of NAME */
	bool is_there;
};

static void
target_reset(struct target *target)
{
	free(target->name);
	free(target->env);
	free(target->path);
	*target = (struct target){ 0 };
}

/* "V/envs/E" when TEXT, a path or the end of one, is that of an environment of ours. */
static char *
env_name(const struct store *store, const char *text)
{
	cleanup_free char *versions = path_join(store->layout->root, LAYOUT_VERSIONS, "/", NULL);
	cleanup_free char *inside = mem_printf("%s/", versions);
	struct str name = str_from(text);
	struct version version;

	if (str_starts(name, str_from(inside)))
		name = str_skip(name, strlen(inside));
	if (!version_parse(name, &version) || version.env.n == 0)
		return NULL;
	return mem_strndup(name.p, name.n);
}

static bool
is_there(const struct store *store, const char *path)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err none = { 0 };

	return store->versions.fd >= 0 && fs_open_dir(path, &dir, &none) == 0;
}

static int
not_installed(const char *name, enum err_code code, struct err *err)
{
	(void)err_set(err, code, "%s is not installed", name);
	return err_pyenv(err, "pyenv: version `%s' not installed", name);
}

/* Only the last part of a word counts, so that the path of a version is its name, too;
 * an environment may have its long name. */
static int
find_target(const struct store *store, const char *word, struct target *ret, struct err *err)
{
	struct str last = path_base(word);
	struct version version;

	/* "3.12/" has none; pyenv would remove all versions. */
	if (last.n == 0)
		return err_set(err, ERR_USAGE, "%s is no version",
			       word[0] ? word : "an empty name");
	*ret = (struct target){ .word = word, .env = env_name(store, word) };
	ret->name = ret->env ? mem_strdup(ret->env) : mem_strndup(last.p, last.n);
	if (ret->name[0] == '.' || !version_parse(str_from(ret->name), &version))
		return not_installed(ret->name, ERR_USAGE, err);
	if (!ret->env)
		ret->env = named_of_link(store, ret->name);
	ret->path = store_path(store, ret->name);
	ret->is_there = is_there(store, ret->path);
	return 0;
}

int
uninstall_begin(const struct context *ctx, struct moments *m, struct err *err)
{
	const char *force = options_has(ctx->options, "force") ? "true" : NULL;

	hook_vars_set(&m->vars, "FORCE", force);
	hook_vars_set_list(&m->vars, "versions", &ctx->options->args);
	hook_vars_want(&m->vars, "PREFIX");
	return moments_begin(ctx->layout, ctx->out, "uninstall", m, err);
}

int
uninstall_before(const struct context *ctx, struct moments *m, const char *word, const char *name,
		 char **ret_name, struct err *err)
{
	cleanup_free char *versions = path_join(ctx->layout->root, LAYOUT_VERSIONS, NULL);
	cleanup_free char *prefix = path_join(versions, name, NULL);
	const char *changed;
	struct str last = path_base(name);
	struct str dir;

	*ret_name = NULL;
	hook_vars_set(&m->vars, "DEFINITION", word);
	hook_vars_set(&m->vars, "VERSION_NAME", last.p);
	hook_vars_set(&m->vars, "PREFIX", prefix);
	if (moments_call(m, "before", err) < 0)
		return -1;
	if (m->hooks.has_ended)
		return 0;
	changed = hook_vars_get(&m->vars, "PREFIX");
	if (changed && strcmp(changed, prefix) == 0) {
		*ret_name = mem_strdup(name);
		return 0;
	}
	dir = changed ? path_dir(changed) : STR_LIT("");
	last = changed ? path_base(changed) : STR_LIT("");
	if (!str_eq_text(dir, versions) || last.n == 0 || last.p[0] == '.' ||
	    !version_name_ok(last)) {
		(void)err_set(err, ERR_PROTECTED, "a hook wants %s removed, which is no version",
			      changed ? changed : "nothing");
		return err_detail(err, "to fix", "pyvern hooks uninstall lists the hooks");
	}
	*ret_name = mem_strndup(last.p, last.n);
	return 0;
}

/* One question; anything but yes ends the command. */
static int
ask(const struct context *ctx, const char *who, const char *path, bool *ret_yes, struct err *err)
{
	cleanup_free char *question = mem_printf("%s: remove %s? (y/N) ", who, path);
	enum out_answer answer;

	if (out_ask_line(ctx->out, question, &answer, err) < 0)
		return -1;
	*ret_yes = answer == ANSWER_YES;
	return 0;
}

/* As pyenv-virtualenv: each environment inside a version is asked about. */
static int
ask_envs(const struct context *ctx, const struct store *store, const struct target *target,
	 bool *ret_yes, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	*ret_yes = true;
	if (target->env || !target->is_there)
		return 0;
	if (store_list(store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; *ret_yes && i < entries.count; i++) {
		cleanup_free char *path = store_path(store, entries.items[i].name);
		struct version version;

		if (entries.items[i].kind == ENTRY_ENV &&
		    version_parse(str_from(entries.items[i].name), &version) &&
		    str_eq_text(version.base, target->name) &&
		    ask(ctx, "pyenv-virtualenv", path, ret_yes, err) < 0)
			return -1;
	}
	return 0;
}

static int
remove_target(const struct context *ctx, const struct store *store, const struct target *target,
	      struct err *err)
{
	const char *name = target->env ? target->env : target->name;
	cleanup_free char *path = store_path(store, name);
	struct shims_result shims;
	struct str last = path_base(target->name);

	if (!target->is_there)
		return 0;
	/* With an environment go the links to it. */
	if (store_remove(store, name, out_events(ctx->out), NULL, err) < 0)
		return -1;
	registry_forget(store, path, NULL, out_events(ctx->out));
	if (shims_rehash(store, out_events(ctx->out), &shims, err) < 0)
		return -1;
	out_data(ctx->out, "pyenv: %s uninstalled\n", last.p);
	return 0;
}

/* *RET_DONE: go on with the next one. */
static int
uninstall_one(const struct context *ctx, const struct store *store, const struct target *asked,
	      struct moments *m, bool *ret_done, struct err *err)
{
	bool sure = options_has(ctx->options, "force") || options_has(ctx->options, "yes");
	cleanup_with(target_reset) struct target target = { 0 };
	cleanup_free char *name = NULL;
	bool yes = true;

	*ret_done = false;
	if (!sure && ask(ctx, "pyenv", asked->path, &yes, err) < 0)
		return -1;
	if (!yes)
		return 0;
	if (uninstall_before(ctx, m, asked->word, asked->name, &name, err) < 0)
		return -1;
	if (!name)
		return 0;
	if (find_target(store, name, &target, err) < 0 ||
	    (!sure && ask_envs(ctx, store, &target, &yes, err) < 0))
		return -1;
	if (!yes)
		return 0;
	if (remove_target(ctx, store, &target, err) < 0)
		return -1;
	uninstall_bin_links(ctx, store);
	if (moments_call(m, "after", err) < 0)
		return -1;
	*ret_done = !m->hooks.has_ended;
	return 0;
}

/* All names are looked at before the first is removed. */
static int
check_all(const struct context *ctx, const struct store *store, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool force = options_has(ctx->options, "force");

	if (args->count == 0)
		return err_set(err, ERR_USAGE, "uninstall: which version?");
	for (size_t i = 0; i < args->count; i++) {
		cleanup_with(target_reset) struct target target = { 0 };

		if (find_target(store, args->items[i], &target, err) < 0)
			return -1;
		if (!force && !target.is_there)
			return not_installed(target.name, ERR_NOT_INSTALLED, err);
	}
	return 0;
}

static int
uninstall_all(const struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_moments struct moments m = MOMENTS_INIT;
	bool done = true;

	if (uninstall_begin(ctx, &m, err) < 0)
		return -1;
	done = !m.hooks.has_ended;
	for (size_t i = 0; done && i < args->count; i++) {
		cleanup_with(target_reset) struct target target = { 0 };
		cleanup_store struct store store = STORE_INIT;
		cleanup_free char *what = mem_printf("uninstall %s", args->items[i]);

		/* Anew for each: hooks may do anything in between. */
		if (store_open_writable(ctx->layout, what, &store, err) < 0 ||
		    find_target(&store, args->items[i], &target, err) < 0 ||
		    uninstall_one(ctx, &store, &target, &m, &done, err) < 0)
			return -1;
	}
	if (m.hooks.has_ended)
		*ret_status = m.hooks.status;
	else if (!done)
		*ret_status = 1;
	return moments_end(&m, err);
}

int
uninstall_as_pyenv(const struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;

	if (store_open(ctx->layout, &store, err) < 0 || check_all(ctx, &store, err) < 0)
		return -1;
	return uninstall_all(ctx, ret_status, err);
}
