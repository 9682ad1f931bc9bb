/* SPDX-License-Identifier: MIT */
/* What `venv` and `use` share: a version that is there, an environment on it. */
#include <config.h>

#include "cmd/environment.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment_base.h"
#include "cmd/installed.h"
#include "core/plugins.h"
#include "core/shims.h"
#include "core/system_python.h"
#include "os/platform.h"
#include "venv/create.h"
#include "venv/registry.h"

static int
not_installed(const char *request, const char *asked_by, struct err *err)
{
	cleanup_free char *fix = installed_fix(request);

	err_set(err, ERR_NOT_INSTALLED, "%s is not installed", request);
	if (asked_by)
		err_detail(err, "asked by", "%s", asked_by);
	return err_detail(err, "to fix", "%s", fix);
}

/* May REQUESTS be installed? Nothing is asked where nobody can answer. */
static int
may_install(const struct context *ctx, const struct strvec *requests, bool *ret_may,
	    struct err *err)
{
	cleanup_free char *names = strvec_join(requests, ", ");
	bool one = requests->count == 1;
	cleanup_free char *question = mem_printf("Python %s %s not installed. Install %s?", names,
						 one ? "is" : "are", one ? "it" : "them");
	bool always = config_is_on(ctx->config, "auto_install");

	*ret_may = always || options_has(ctx->options, "install");
	if (*ret_may || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return 0;
	return out_ask(ctx->out, "install", question, ret_may, err);
}

/* Is REQUEST something that can be installed? */
static int
check_request(const char *request, struct err *err)
{
	struct request parsed;
	const char *why;

	if (request_parse(str_from(request), &parsed, &why))
		return 0;
	return err_set(err, ERR_USAGE, "%s is no version: %s", *request ? request : "\"\"", why);
}

int
environment_install(const struct context *ctx, struct store *store, const struct strvec *requests,
		    const char *asked_by, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec args = { 0 };
	bool may = false;

	for (size_t i = 0; i < requests->count; i++)
		if (check_request(requests->items[i], err) < 0)
			return -1;
	if (may_install(ctx, requests, &may, err) < 0)
		return -1;
	if (!may)
		return not_installed(requests->items[0], asked_by, err);
	strvec_add_all(&args, requests->items);
	if (options_has(ctx->options, "quiet"))
		strvec_add(&args, "--quiet");
	if (plugin_run(ctx->layout, "install", args.items, ret_status, err) < 0)
		return -1;
	/* The root itself may be new. */
	store_reset(store);
	return store_open(ctx->layout, store, err);
}

int
environment_version(const struct context *ctx, struct store *store, const char *request,
		    const char *asked_by, char **ret_name, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec requests = { 0 };

	*ret_name = strcmp(request, SYSTEM_NAME) == 0 ? mem_strdup(SYSTEM_NAME)
						      : store_find(store, request);
	if (*ret_name)
		return 0;
	strvec_add(&requests, request);
	if (environment_install(ctx, store, &requests, asked_by, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	*ret_name = store_find(store, request);
	return *ret_name ? 0 : not_installed(request, asked_by, err);
}

char *
environment_follow(const struct context *ctx, const struct store *store, const char *request,
		   const char *name)
{
	char alias[VERSION_NAME_MAX + 1];
	struct request parsed;
	struct version version;
	cleanup_free char *target = NULL;

	if (!ctx->policy->keeps_aliases || !request ||
	    !request_parse(str_from(request), &parsed, NULL) || parsed.kind != REQUEST_PREFIX ||
	    parsed.want.release_parts != 2 || !version_parse(str_from(name), &version) ||
	    !version_alias_name(&version, alias))
		return NULL;
	target = fs_read_link(&store->versions, alias);
	return target && strcmp(target, name) == 0 ? mem_strdup(alias) : NULL;
}

int
environment_path(const struct context *ctx, const char *dir, char **ret_path, struct err *err)
{
	/* A variable that is not set must not mean this folder. */
	if (!*dir)
		return err_set(err, ERR_USAGE, "the folder's name is empty");
	/* Not PYENV_DIR: that is where pins are searched, and a hook that changed
	 * its folder means the one it is in. */
	if (!ctx->layout->working && dir[0] != '/') {
		err_set(err, ERR_FAILED, "the working folder is gone");
		return err_detail(err, "to fix", "cd to a folder that is there");
	}
	*ret_path = path_clean(ctx->layout->working ? ctx->layout->working : "/", dir);
	return 0;
}

int
environment_check(const struct context *ctx, const struct store *store,
		  const struct environment_spec *spec, struct err *err)
{
	cleanup_existing struct existing existing = { 0 };
	cleanup_base struct base base = { 0 };
	cleanup_free char *path = NULL;

	if (environment_path(ctx, spec->dir, &path, err) < 0 ||
	    base_find(ctx, store, spec->version, &base, err) < 0)
		return -1;
	return existing_look(store, path, &base, &existing, err);
}

int
environment_check_place(const struct context *ctx, const char *dir, bool clear, struct err *err)
{
	cleanup_free char *path = NULL;

	if (environment_path(ctx, dir, &path, err) < 0)
		return -1;
	return venv_check_place(path, clear, err);
}

static void
say_json(const struct context *ctx, const char *path, const char *state, const char *version,
	 const char *packages, const char *follow)
{
	out_json_begin(ctx->out, 1);
	out_json_text(ctx->out, "path", path);
	out_json_text(ctx->out, "state", state);
	out_json_text(ctx->out, "version", version);
	out_json_text(ctx->out, "packages", packages);
	out_json_text(ctx->out, "follows", follow);
	out_json_end(ctx->out);
}

static void
say_unchanged(const struct context *ctx, const struct environment_spec *spec, const char *path,
	      const struct existing *existing)
{
	if (options_has(ctx->options, "json"))
		say_json(ctx, path, "unchanged", existing->version, NULL, existing->follow);
	out_fact(ctx->out, '=', spec->dir, "Python %s%s%s", existing->version,
		 existing->follow ? ", follows " : "", existing->follow ? existing->follow : "");
}

void
environment_say_made(const struct context *ctx, const char *subject, const char *path,
		     const struct venv_result *result, const char *follow, int64_t milliseconds)
{
	cleanup_free char *took = out_duration((uint64_t)milliseconds);

	if (options_has(ctx->options, "json"))
		say_json(ctx, path, result->replaced ? "replaced" : "created", result->version,
			 result->packages, follow);
	out_fact(ctx->out, result->replaced ? '~' : '+', subject, "Python %s%s%s%s%s   %s",
		 result->version, result->packages ? ", " : "",
		 result->packages ? result->packages : "", follow ? ", follows " : "",
		 follow ? follow : "", took);
	if (result->left)
		out_fact(ctx->out, '!', "left", "%s: what of the old one cannot be removed",
			 result->left);
}

int
environment_seed(const struct context *ctx, const char *version,
		 const struct environment_seed *choice, const char *subject, const char *fix,
		 int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec args = { 0 };
	cleanup_free char *word = shell_word(version);

	if (options_has(ctx->options, "quiet"))
		strvec_add(&args, "--quiet");
	if (choice) {
		strvec_printf(&args, "--packages=%s", choice->packages);
		if (choice->find_links)
			strvec_printf(&args, "--find-links=%s", choice->find_links);
		if (choice->download)
			strvec_add(&args, "--download");
	}
	strvec_add(&args, version);
	if (plugin_run(ctx->layout, "seed", args.items, ret_status, err) < 0)
		return err_wrap(err, "cannot prepare pip for %s", version);
	if (*ret_status == 0)
		return 0;
	/* It has said why; what that means for the environment is ours to say. */
	out_fact(ctx->out, '!', subject, "is not made: %s has %s", version,
		 choice ? "not what it is to begin with" : "no pip to link");
	if (!choice)
		out_detail(ctx->out, "to fix", "%s %s", fix, word);
	return 0;
}

/* Create; where the version's seed is missing or damaged, have it made and try
 * once more. That of a list is looked at each time: what is newest may be another wheel
 * now. A status of that program's own goes to *RET_STATUS. */
static int
create(const struct context *ctx, const struct venv_request *request,
       const struct environment_seed *choice, struct venv_result *ret_result, int *ret_status,
       struct err *err)
{
	cleanup_free char *word = shell_word(request->version);

	if (!choice) {
		if (venv_create(request, ret_result, err) == 0)
			return 0;
		if (request->without_pip ||
		    (err->code != ERR_NOT_INSTALLED && err->code != ERR_CHECK))
			return -1;
		err_reset(err);
	}
	if (environment_seed(ctx, request->version, choice, path_base(request->path).p,
			     "pyvern venv --without-pip -p", ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	if (venv_create(request, ret_result, err) == 0)
		return 0;
	if (!err_has_detail(err, "to fix"))
		err_detail(err, "to fix", "pyvern install --force %s", word);
	return -1;
}

/* What `command` in pyvenv.cfg says: what would make this environment again. */
static char *
command_text(const struct environment_spec *spec, const char *request, const char *path)
{
	return mem_printf("pyvern venv -p %s%s%s%s%s%s%s%s %s", request ? request : spec->version,
			  spec->seed ? " --seed " : "", spec->seed ? spec->seed->packages : "",
			  spec->system_site_packages ? " --system-site-packages" : "",
			  spec->relocatable ? " --relocatable" : "",
			  spec->without_pip ? " --without-pip" : "",
			  spec->copies ? " --copies" : "",
			  spec->no_vcs_ignore ? " --no-vcs-ignore" : "", path);
}

/* "." is the working folder's name, as for `python -m venv`. */
static const char *
prompt_of(const struct context *ctx, const struct environment_spec *spec)
{
	if (spec->prompt && strcmp(spec->prompt, ".") == 0 && ctx->layout->working)
		return path_base(ctx->layout->working).p;
	return spec->prompt;
}

int
environment_make(const struct context *ctx, const struct store *store,
		 const struct environment_spec *spec, int *ret_status, struct err *err)
{
	int64_t start = platform_now_ms();
	cleanup_existing struct existing existing = { 0 };
	cleanup_base struct base base = { 0 };
	cleanup_free char *path = NULL;
	cleanup_free char *follow = NULL;
	cleanup_free char *command = NULL;
	cleanup_free char *bin = NULL;
	cleanup_venv_result struct venv_result result = { 0 };
	struct venv_request request;

	if (environment_path(ctx, spec->dir, &path, err) < 0 ||
	    base_find(ctx, store, spec->version, &base, err) < 0 ||
	    (spec->keep && existing_look(store, path, &base, &existing, err) < 0))
		return -1;
	if (existing.same) {
		say_unchanged(ctx, spec, path, &existing);
		return 0;
	}
	follow = environment_follow(ctx, store, spec->request, base.version);
	command = command_text(spec, follow, path);
	request = (struct venv_request){
		.store = store,
		.path = path,
		.version = base.version,
		.prefix = base.system.prefix,
		.facts = base.system.prefix ? &base.system.facts : NULL,
		.follow = follow,
		.prompt = prompt_of(ctx, spec),
		.command = command,
		.system_site_packages = spec->system_site_packages,
		.without_pip = spec->without_pip,
		.clear = spec->clear,
		.copies = spec->copies,
		.no_vcs_ignore = spec->no_vcs_ignore,
		.link = spec->link,
		.seed = spec->seed ? spec->seed->key : NULL,
		.relocatable = spec->relocatable,
		.allow_existing = spec->allow_existing,
	};
	if (create(ctx, &request, spec->seed, &result, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	registry_note(store, path, REGISTERED_MADE, out_events(ctx->out));
	/* It may be the first that has a pip. */
	bin = path_join(path, "bin", NULL);
	shims_refresh_for(ctx->layout, bin);
	environment_say_made(ctx, spec->dir, path, &result, follow, platform_now_ms() - start);
	return 0;
}

int
environment_make_here(const struct context *ctx, const struct store *store, const char *version,
		      const char *path, int *ret_status, struct err *err)
{
	cleanup_base struct base base = { 0 };
	cleanup_free char *command = mem_printf("pyvern x %s", version);
	cleanup_venv_result struct venv_result result = { 0 };
	struct venv_request request = { .store = store, .path = path, .command = command };

	if (base_find(ctx, store, version, &base, err) < 0)
		return -1;
	request.version = base.version;
	request.prefix = base.system.prefix;
	request.facts = base.system.prefix ? &base.system.facts : NULL;
	return create(ctx, &request, NULL, &result, ret_status, err);
}
