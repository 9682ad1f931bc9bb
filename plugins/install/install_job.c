/* SPDX-License-Identifier: MIT */
/* What the two faces of `install` share. */
#include <config.h>

#include "install_job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/default_packages.h"
#include "core/shims.h"
#include "core/store.h"
#include "install_bin.h"
#include "install_given.h"
#include "io/url.h"
#include "os/sig.h"
#include "supply/build.h"
#include "supply/install_choice.h"

static int
read_source(const struct context *ctx, enum install_source *ret_source, struct err *err)
{
	bool build = options_has(ctx->options, "build");
	bool prebuilt = options_has(ctx->options, "prebuilt");

	*ret_source = build ? INSTALL_BUILD : prebuilt ? INSTALL_PREBUILT : INSTALL_AUTO;
	if (!build || !prebuilt)
		return 0;
	return err_set(err, ERR_USAGE, "--build and --prebuilt exclude each other");
}

/* What --from names is a bundle: it is all that there is to choose from. */
static int
open_bundle(struct install_job *job, const char *path, const char *sha256, struct err *err)
{
	const struct context *ctx = job->ctx;
	struct bundle_spec spec = { .layout = ctx->layout,
				    .config = ctx->config,
				    .events = out_events(ctx->out),
				    .known = job->catalog,
				    .path = path,
				    .sha256 = sha256 };
	struct target target;

	if (install_target(config_get(ctx->config, "cpu_level", NULL), &target, err) < 0 ||
	    bundle_open(&spec, &job->bundle, err) < 0 ||
	    bundle_keep(job->bundle, &spec, &target, err) < 0)
		return -1;
	job->origin = (struct install_origin){
		.source = job->bundle->name,
		.known = job->catalog,
		.otherwise = sha256 ? PROVENANCE_USER_DIGEST : PROVENANCE_USER_FILE,
	};
	job->has = bundle_describe(job->bundle);
	job->origin.has = job->has;
	job->options.catalog = job->bundle->catalog;
	job->options.origin = &job->origin;
	job->options.offline = true;
	return 0;
}

/* The file that --from names. */
static int
read_named(struct install_job *job, struct err *err)
{
	const struct context *ctx = job->ctx;
	const struct strvec *args = &ctx->options->args;
	struct catalog_naming naming = {
		.place = options_text(ctx->options, "from"),
		.cwd = ctx->layout->working,
		.request = args->count ? args->items[0] : NULL,
		.sha256 = options_text(ctx->options, "sha256"),
		.is_source = options_has(ctx->options, "build"),
		.is_prebuilt = options_has(ctx->options, "prebuilt"),
		.debug = job->options.debug,
		.free_threaded = job->options.free_threaded,
	};
	cleanup_free char *path = NULL;

	if (!naming.place && naming.sha256)
		return err_set(err, ERR_USAGE, "--sha256 is of the file that --from names");
	if (!naming.place)
		return 0;
	path = url_has_scheme(naming.place, "file")
		       ? url_file_path(naming.place)
		       : path_clean(ctx->layout->working ? ctx->layout->working : "/",
				    naming.place);
	if (path && bundle_is(path))
		return open_bundle(job, path, naming.sha256, err);
	if (args->count > 1)
		return err_set(err, ERR_USAGE, "--from names the file of one version, not of %zu",
			       args->count);
	if (install_target(config_get(ctx->config, "cpu_level", NULL), &naming.target, err) < 0 ||
	    catalog_name(&naming, &job->named, err) < 0)
		return -1;
	job->options.named = &job->named;
	return 0;
}

int
job_init(const struct context *ctx, const struct catalog *catalog, struct install_job *ret,
	 struct err *err)
{
	const char *sources = layout_env("BUILD_ROOT", NULL);

	*ret = (struct install_job){ .ctx = ctx, .catalog = catalog, .moments = MOMENTS_INIT };
	if (sources)
		ret->sources =
			path_clean(ctx->layout->working ? ctx->layout->working : "/", sources);
	ret->options = (struct install_options){
		.layout = ctx->layout,
		.config = ctx->config,
		.events = out_events(ctx->out),
		.catalog = catalog,
		.sources = ret->sources,
		.replace = options_has(ctx->options, "force") &&
			   !options_has(ctx->options, "skip-existing"),
		.keep = options_has(ctx->options, "keep") || sources,
		.debug = options_has(ctx->options, "debug"),
		.offline = options_has(ctx->options, "offline"),
		.require_signature = options_has(ctx->options, "require-signature"),
		.no_sync = options_has(ctx->options, "no-sync"),
		.free_threaded = options_has(ctx->options, "free-threaded"),
		.install_deps = options_has(ctx->options, "install-deps"),
		.assume_yes = options_has(ctx->options, "yes"),
		.externally_managed = options_has(ctx->options, "externally-managed"),
	};
	if (install_bin_check(ctx, err) < 0 || read_source(ctx, &ret->options.source, err) < 0 ||
	    read_named(ret, err) < 0)
		return -1;
	return job_read_build(ret, err);
}

void
job_reset(struct install_job *job)
{
	moments_reset(&job->moments);
	catalog_named_reset(&job->named);
	bundle_free(job->bundle);
	free(job->has);
	free(job->sources);
	free(job->openssl);
	receipt_read_reset(&job->like);
	free(job->like_name);
	free(job->patch);
}

/* All that the bundle has for this machine. */
static int
bundle_words(const struct install_job *job, struct strvec *ret_words, struct err *err)
{
	struct target target;

	if (install_target(config_get(job->ctx->config, "cpu_level", NULL), &target, err) < 0)
		return -1;
	bundle_versions(job->bundle, &target, ret_words);
	if (ret_words->count)
		return 0;
	(void)err_set(err, ERR_UNKNOWN_VERSION, "%s has nothing for this machine (%s-%s-%s)",
		      job->bundle->name, target.os, target.arch, target.libc);
	return err_detail(err, "it has", "%s", job->origin.has);
}

int
job_words(const struct install_job *job, struct strvec *ret_words, struct err *err)
{
	const struct strvec *args = &job->ctx->options->args;

	if (job->bundle && args->count == 0)
		return bundle_words(job, ret_words, err);
	if (job->like_name && args->count == 0)
		strvec_add(ret_words, job->like_name);
	else if (job->options.named)
		strvec_add(ret_words, job->named.version);
	else
		strvec_add_all(ret_words, args->items);
	return 0;
}

int
job_read_patch(struct install_job *job, struct err *err)
{
	if (!options_has(job->ctx->options, "patch") || job->patch)
		return 0;
	return given_patch(&job->patch, err);
}

/* As pyenv's script has them when it sources hooks. */
static void
give_options(struct install_job *job)
{
	static const struct {
		const char *option;
		const char *variable;
		const char *value;
	} rows[] = {
		{ "force", "FORCE", "true" },	{ "skip-existing", "SKIP_EXISTING", "true" },
		{ "verbose", "VERBOSE", "-v" }, { "patch", "HAS_PATCH", "-p" },
		{ "debug", "DEBUG", "-g" },
	};
	struct hook_vars *vars = &job->moments.vars;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		hook_vars_set(vars, rows[i].variable,
			      options_has(job->ctx->options, rows[i].option) ? rows[i].value
									     : NULL);
	hook_vars_set(vars, "KEEP", NULL);
	hook_vars_set(vars, "VERSION_NAME", NULL);
	if (job->options.keep && !job->sources) {
		cleanup_free char *sources = path_join(job->ctx->layout->root, "sources", NULL);

		hook_vars_set(vars, "PYENV_BUILD_ROOT", sources);
	}
}

int
job_begin(struct install_job *job, struct strvec *words, struct err *err)
{
	struct hook_vars *vars = &job->moments.vars;
	const struct strvec *changed;
	cleanup_strvec struct strvec taken = { 0 };

	give_options(job);
	hook_vars_set_list(vars, "DEFINITIONS", words);
	hook_vars_want(vars, "DEFINITIONS");
	/* For the moments, too: what is handed back is settled at the beginning. */
	hook_vars_want(vars, "DEFINITION");
	hook_vars_want(vars, "PREFIX");
	if (moments_begin(job->ctx->layout, job->ctx->out, "install", &job->moments, err) < 0)
		return -1;
	if (!job->moments.has_hooks)
		return 0;
	changed = hook_vars_list(vars, "DEFINITIONS");
	for (size_t i = 0; changed && i < changed->count; i++)
		strvec_add(&taken, changed->items[i]);
	strvec_reset(words);
	*words = taken;
	taken = (struct strvec){ 0 };
	return 0;
}

/* Take what a hook made of PREFIX: another name below versions/, or nothing that we
 * could install into. */
static int
take_prefix(const struct install_job *job, const char *prefix, char **name, struct err *err)
{
	cleanup_free char *versions = path_join(job->ctx->layout->root, LAYOUT_VERSIONS, NULL);
	struct str folder = prefix ? path_dir(prefix) : STR_LIT("");
	struct str last = prefix ? path_base(prefix) : STR_LIT("");

	if (!str_eq_text(folder, versions) || !version_name_ok(last) || last.p[0] == '.') {
		(void)err_set(err, ERR_PROTECTED,
			      "a hook wants %s installed into %s, which is not below versions/",
			      *name, prefix ? prefix : "nothing");
		return err_detail(err, "to fix", "pyvern hooks install lists the hooks");
	}
	free(*name);
	*name = mem_strndup(last.p, last.n);
	return 0;
}

int
job_before(struct install_job *job, char **definition, char **name, struct err *err)
{
	struct hook_vars *vars = &job->moments.vars;
	cleanup_free char *prefix = path_join(job->ctx->layout->root, LAYOUT_VERSIONS, *name, NULL);
	const char *changed;

	if (!job->moments.has_hooks)
		return 0;
	hook_vars_set(vars, "DEFINITION", *definition);
	hook_vars_set(vars, "VERSION_NAME", *name);
	hook_vars_set(vars, "PREFIX", prefix);
	hook_vars_set(vars, "STATUS", "0");
	if (moments_call(&job->moments, "before", err) < 0)
		return -1;
	if (job->moments.hooks.has_ended)
		return 0;
	changed = hook_vars_get(vars, "DEFINITION");
	free(*definition);
	*definition = mem_strdup(changed ? changed : "");
	changed = hook_vars_get(vars, "PREFIX");
	if (changed && strcmp(changed, prefix) == 0)
		return 0;
	return take_prefix(job, changed, name, err);
}

/* Shims for what came after the version's own. */
static int
rehash(const struct install_job *job, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	struct shims_result shims;

	if (store_open_writable(job->ctx->layout, "rehash", &store, err) < 0)
		return -1;
	return shims_rehash(&store, out_events(job->ctx->out), &shims, err);
}

int
job_after(struct install_job *job, int status, struct err *err)
{
	char text[sizeof("-2147483648")];

	if (!job->moments.has_hooks)
		return 0;
	(void)snprintf(text, sizeof(text), "%d", status);
	hook_vars_set(&job->moments.vars, "STATUS", text);
	if (moments_call(&job->moments, "after", err) < 0)
		return -1;
	return status == 0 ? rehash(job, err) : 0;
}

int
job_end(struct install_job *job, struct err *err)
{
	return moments_end(&job->moments, err);
}

/* Is there the plugin that does the same? It runs as the hook that it is. */
static bool
has_plugin(const struct install_job *job)
{
	cleanup_strvec struct strvec files = { 0 };

	hooks_find(job->ctx->layout, "install", &files);
	for (size_t i = 0; i < files.count; i++)
		if (str_eq(path_base(files.items[i]), STR_LIT("default-packages.bash")))
			return true;
	return false;
}

/* What became of the default packages. */
struct packages {
	char *what; /* what came; "": all was there; NULL: none are asked for */
	struct err failed;
};

static void
packages_reset(struct packages *packages)
{
	free(packages->what);
	err_reset(&packages->failed);
}
#define cleanup_packages cleanup_with(packages_reset)

static void
show_packages(const struct context *ctx, const char *what)
{
	cleanup_free char *file = path_join(ctx->layout->root, DEFAULT_PACKAGES_FILE, NULL);

	if (*what)
		out_fact(ctx->out, '+', "packages", "%s   %s", what, file);
	else
		out_fact(ctx->out, '=', "packages", "those of %s were there", file);
}

/* The version is there, whatever became of its packages. */
static void
show_no_packages(const struct context *ctx, const char *name, const struct err *err)
{
	if (err->pyenv && ctx->policy->speaks_pyenv) {
		out_say(ctx->out, "%s", err->pyenv);
		return;
	}
	out_fact(ctx->out, '!', name, "%s", err->message);
	for (size_t i = 0; i < err->detail_count; i++)
		out_detail(ctx->out, err->details[i].label, "%s", err->details[i].text);
}

static int
bring_packages(const struct install_job *job, const char *name, const struct events *events,
	       struct packages *ret, struct err *err)
{
	const struct context *ctx = job->ctx;
	cleanup_free char *prefix = path_join(ctx->layout->root, LAYOUT_VERSIONS, name, NULL);
	struct default_packages packages = { .layout = ctx->layout,
					     .name = name,
					     .prefix = prefix,
					     .offline = job->options.offline,
					     .events = events };

	if (options_has(ctx->options, "no-default-packages") || has_plugin(job))
		return 0;
	out_flush(ctx->out);
	if (default_packages_install(&packages, &ret->what, &ret->failed) == 0)
		return ret->what ? rehash(job, err) : 0;
	if (ret->failed.code != ERR_INTERRUPTED)
		return 0;
	(void)err_set(err, ERR_INTERRUPTED, "%s", ret->failed.message);
	err_reset(&ret->failed);
	return -1;
}

int
job_packages(const struct install_job *job, const char *name, const struct events *events,
	     struct err *err)
{
	cleanup_packages struct packages packages = { 0 };

	if (bring_packages(job, name, events, &packages, err) < 0)
		return -1;
	if (packages.failed.code != ERR_NONE)
		show_no_packages(job->ctx, name, &packages.failed);
	else if (packages.what && events)
		show_packages(job->ctx, packages.what);
	return 0;
}

bool
job_is_installed(const struct install_job *job, const char *name)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err none = { 0 };
	cleanup_free char *found = NULL;

	if (store_open(job->ctx->layout, &store, &none) < 0)
		return false;
	found = store_find(&store, name);
	return found && strcmp(found, name) == 0;
}

void
job_show_present(const struct install_job *job, const char *name)
{
	const struct context *ctx = job->ctx;
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err none = { 0 };
	bool first = false;

	outcome_show_present(ctx, name);
	/* It is there, whatever else cannot be done. */
	if (store_open(ctx->layout, &store, &none) < 0 ||
	    store_settle(&store, name, &first, &none) < 0)
		return;
	shims_refresh(ctx->layout);
	if (first)
		outcome_show_default(ctx, name);
}

static void
show_done(const struct install_job *job, const struct outcome *outcome,
	  const struct packages *packages)
{
	const struct context *ctx = job->ctx;
	struct out *out = out_hold(ctx->out);

	outcome_show_new(ctx, &outcome->result);
	if (packages->failed.code != ERR_NONE)
		show_no_packages(ctx, outcome->name, &packages->failed);
	else if (packages->what)
		show_packages(ctx, packages->what);
	out_release(out);
}

int
job_install(const struct install_job *job, const struct install_options *options,
	    const char *request, struct outcome *outcome, struct err *err)
{
	const struct context *ctx = job->ctx;
	struct install_options own = *options;
	cleanup_definition struct definition definition = DEFINITION_INIT;
	cleanup_packages struct packages packages = { 0 };
	int result;

	if (outcome->definition &&
	    given_open(ctx, outcome->definition, options->name ? options->name : outcome->name,
		       &own, &definition, err) < 0)
		return -1;
	if (install_version(&own, request, &outcome->result, err) < 0)
		return -1;
	free(outcome->name);
	outcome->name = mem_strdup(outcome->result.name);
	if (outcome->result.was_installed) {
		outcome->state = OUTCOME_PRESENT;
		job_show_present(job, outcome->name);
		return 0;
	}
	outcome->state = OUTCOME_DONE;
	result = bring_packages(job, outcome->name, out_events(ctx->out), &packages, err);
	show_done(job, outcome, &packages);
	job_warn_of_other(job, &outcome->result);
	return result;
}
