/* SPDX-License-Identifier: MIT */
/* pyvern upgrade: the newest patch release of a series, tried, and then what the alias means. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "cmd/series.h"
#include "core/plugins.h"
#include "install_job.h"
#include "os/sig.h"
#include "supply/probe.h"
#include "supply/receipt.h"

#define SCHEMA 1

/* One series on its way. */
struct upgrade {
	struct install_job *job;
	struct series series;
	struct strvec packages;	 /* that are in the old version itself */
	struct strvec works;	 /* modules of the new one */
	struct receipt_read old; /* how the old version was made */
	const char *state;	 /* for JSON */
	bool is_installed;	 /* the new one, before we came */
};

static void
upgrade_reset(struct upgrade *u)
{
	series_reset(&u->series);
	strvec_reset(&u->packages);
	strvec_reset(&u->works);
	receipt_read_reset(&u->old);
}

static bool
has(const struct upgrade *u, const char *option)
{
	return options_has(u->series.ctx->options, option);
}

/* How the installed NAME was made. Nothing is known of what was not installed by us. */
static void
read_made(const struct store *store, const char *name, struct receipt_read *ret)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_free char *inside = path_join(path, LAYOUT_META, NULL);
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(inside, &meta, &ignored) == 0 && receipt_read(&meta, ret, &ignored) < 0)
		receipt_read_reset(ret);
}

/* What is to be made as the old one was. */
static void
take_like(struct upgrade *u)
{
	struct install_options *options = &u->job->options;

	read_made(u->series.store, u->series.from, &u->old);
	if (!has(u, "like-before") || !u->old.is_built)
		return;
	options->source = INSTALL_BUILD;
	build_options_take(&options->build, &u->old.like.options);
	options->build.like = &u->old.like;
	options->patch = u->old.like.patch;
}

/* Who built the old one here had a reason, maybe. */
static void
warn_of_kind(const struct upgrade *u)
{
	const struct series *s = &u->series;
	cleanup_receipt_read struct receipt_read new = { 0 };

	read_made(s->store, s->to, &new);
	if (!u->old.is_built || new.is_built || has(u, "prebuilt"))
		return;
	out_fact(s->ctx->out, '!', s->to, "is somebody's build, and %s was built here", s->from);
	out_detail(s->ctx->out, "to fix", "pyvern install --force --like %s %s", s->from, s->to);
}

/* What modules the installed NAME has. */
static int
probe(const struct store *store, const char *name, struct probe_report *ret, struct err *err)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_env struct env env = { 0 };
	struct version version;

	env_copy(&env);
	if (!version_parse(str_from(name), &version) || fs_open_dir(path, &tree, err) < 0 ||
	    facts_read(store, name, &facts, err) < 0)
		return -1;
	return probe_python(&tree, facts.executable, &version, &env, ret, err);
}

/* Does the new one have the modules that the old one has? */
static int
try_modules(struct upgrade *u, struct err *err)
{
	const struct series *s = &u->series;
	cleanup_probe_report struct probe_report old = { 0 };
	cleanup_probe_report struct probe_report new = { 0 };
	cleanup_strvec struct strvec lacks = { 0 };
	cleanup_free char *text = NULL;
	cleanup_err struct err ignored = { 0 };

	if (probe(s->store, s->to, &new, err) < 0)
		return err_wrap(err, "%s", s->to);
	strvec_add_all(&u->works, new.works.items);
	/* An old one that does not start any more is no measure. */
	if (probe(s->store, s->from, &old, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < old.works.count; i++)
		if (!strvec_has(&new.works, old.works.items[i]))
			strvec_add(&lacks, old.works.items[i]);
	if (lacks.count == 0)
		return 0;
	text = strvec_join(&lacks, ", ");
	return err_set(err, ERR_FAILED, "%s has no %s, which %s has", s->to, text, s->from);
}

/* Before the switch: what fails here leaves the alias where it is. */
static int
try_all(struct upgrade *u, struct err *err)
{
	struct series *s = &u->series;

	if (try_modules(u, err) == 0 && series_try(s, err) == 0)
		return 0;
	if (err->code == ERR_INTERRUPTED)
		return -1;
	if (has(u, "anyway")) {
		out_fact(s->ctx->out, '!', s->to, "%s", err->message);
		err_reset(err);
		return 0;
	}
	err_wrap(err, "%s stays at %s", s->alias, s->from);
	(void)err_detail(err, "kept", "%s, which is installed", s->to);
	return err_detail(err, "to fix", "pyvern upgrade --anyway %s", s->alias);
}

static void
show_tested(const struct upgrade *u)
{
	cleanup_free char *modules = strvec_join(&u->works, " ");
	cleanup_free char *started = series_started_text(&u->series);

	out_detail(u->series.ctx->out, "tested", "%s%s%s", modules, *started ? "; " : "", started);
}

static void
show_packages(const struct upgrade *u)
{
	const struct series *s = &u->series;
	cleanup_free char *names = strvec_join(&u->packages, ", ");

	if (u->packages.count && !has(u, "packages"))
		out_fact(s->ctx->out, '!', "packages",
			 "%s %s in %s itself: pyvern upgrade %s --packages brings %s", names,
			 u->packages.count == 1 ? "is" : "are", s->from, s->alias,
			 u->packages.count == 1 ? "it" : "them");
}

static void
show_done(const struct upgrade *u)
{
	const struct series *s = &u->series;

	out_fact(s->ctx->out, '~', s->alias, "%s -> %s", s->from, s->to);
	series_show_users(s);
	series_show_inside(s);
	show_packages(u);
	out_detail(s->ctx->out, "kept",
		   "%s (pyvern gc removes it when nothing needs it; undo: pyvern rollback %s)",
		   s->from, s->alias);
	warn_of_kind(u);
}

/* The packages of OLD in NEW, by their own pips. What cannot be brought is named there. */
static int
bring_packages(const struct upgrade *u, const char *old, const char *new, int *ret_status,
	       struct err *err)
{
	const struct layout *layout = u->series.ctx->layout;
	cleanup_strvec struct strvec args = { 0 };
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	plugin_env(layout, &env);
	strvec_take(&args, path_join(layout->bin, "pyvern", NULL));
	strvec_add(&args, "migrate");
	if (has(u, "quiet"))
		strvec_add(&args, "--quiet");
	strvec_add(&args, old);
	strvec_add(&args, new);
	spec.argv = args.items;
	spec.env = &env;
	spec.stdin_fd = 0;
	out_flush(u->series.ctx->out);
	return proc_run_foreground(&spec, ret_status, err);
}

static int
install(struct upgrade *u, int *ret_status, struct err *err)
{
	cleanup_outcomes struct outcomes all = { 0 };

	outcomes_add(&all, u->series.to, "");
	return install_requests(u->job, &all, ret_status, err);
}

static int
go_over(struct upgrade *u, int *ret_status, struct err *err)
{
	struct series *s = &u->series;

	if (!u->is_installed && install(u, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	/* A hook may have had its way. */
	if (!job_is_installed(u->job, s->to))
		return err_set(err, ERR_FAILED, "%s is not there after its installation", s->to);
	if (try_all(u, err) < 0)
		return -1;
	store_packages_missing(s->store, s->from, s->to, &u->packages);
	if (u->is_installed)
		out_fact(s->ctx->out, '=', s->to, "installed");
	show_tested(u);
	if (sig_check(err) < 0 || series_switch(s, err) < 0)
		return -1;
	u->state = "upgraded";
	show_done(u);
	return has(u, "packages") && u->packages.count
		       ? bring_packages(u, s->from, s->to, ret_status, err)
		       : 0;
}

static void
show_plan(struct upgrade *u)
{
	const struct series *s = &u->series;

	u->state = "planned";
	out_fact(s->ctx->out, u->is_installed ? '=' : '+', s->to, "%s",
		 u->is_installed ? "installed" : "would be installed");
	out_fact(s->ctx->out, '~', s->alias, "%s -> %s, if what follows starts", s->from, s->to);
	series_show_users(s);
	store_packages_missing(s->store, s->from, s->from, &u->packages);
}

/* The newest is what the alias leads to. With --packages, those of the one before may be
 * wanted still. */
static int
nothing_newer(struct upgrade *u, int *ret_status, struct err *err)
{
	const struct series *s = &u->series;
	cleanup_free char *before = NULL;

	if (store_generation_before(s->store, s->alias, &before, err) < 0)
		return -1;
	u->state = "newest";
	if (!has(u, "packages"))
		out_fact(s->ctx->out, '=', s->alias, "%s is the newest", s->from);
	else if (!before)
		out_fact(s->ctx->out, '=', s->alias,
			 "%s is the newest, and there is none before it to bring packages from",
			 s->from);
	else if (!has(u, "dry-run"))
		return bring_packages(u, before, s->from, ret_status, err);
	return 0;
}

/* With --all, what was rolled back from stays where it is. */
static int
was_left(const struct upgrade *u, bool *ret, struct err *err)
{
	const struct series *s = &u->series;
	cleanup_generations struct generations g = { 0 };

	if (store_generations(s->store, s->alias, &g, err) < 0)
		return -1;
	*ret = has(u, "all") && strvec_has(&g.left, s->to);
	return 0;
}

/* An upgrade that was cut short is gone through again; a rollback that was is over. */
static void
take_begun(struct series *s)
{
	if (s->to && !series_is_newer(s->to, s->from)) {
		free(s->from);
		s->from = steal_ptr(&s->to);
	}
	free(s->to);
	s->to = NULL;
}

static int
upgrade(struct upgrade *u, const char *word, int *ret_status, struct err *err)
{
	struct series *s = &u->series;
	const struct context *ctx = u->job->ctx;
	bool is_left;

	if (series_find(ctx, s->store, word, s, err) < 0)
		return -1;
	take_begun(s);
	take_like(u);
	if (install_find(&u->job->options, s->alias, &s->to, err) < 0)
		return -1;
	if (!series_is_newer(s->to, s->from)) {
		free(s->to);
		s->to = mem_strdup(s->from);
		return nothing_newer(u, ret_status, err);
	}
	if (was_left(u, &is_left, err) < 0)
		return -1;
	if (is_left) {
		u->state = "left";
		out_fact(ctx->out, '=', s->alias,
			 "stays at %s: it was rolled back from %s (pyvern upgrade %s)", s->from,
			 s->to, s->alias);
		return 0;
	}
	u->is_installed = job_is_installed(u->job, s->to);
	if (has(u, "dry-run")) {
		show_plan(u);
		return 0;
	}
	return go_over(u, ret_status, err);
}

static void
print_json(const struct upgrade *u)
{
	struct out *out = u->job->ctx->out;

	out_json_object(out, NULL);
	out_json_text(out, "state", u->state);
	series_json_users(&u->series);
	out_json_array(out, "tested");
	for (size_t i = 0; i < u->works.count; i++)
		out_json_text(out, NULL, u->works.items[i]);
	out_json_close(out);
	out_json_array(out, "packages");
	for (size_t i = 0; i < u->packages.count; i++)
		out_json_text(out, NULL, u->packages.items[i]);
	out_json_close(out);
	out_json_close(out);
}

/* The aliases that we keep. */
static int
all_series(const struct store *store, struct strvec *ret, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	if (store_list(store, STORE_LIST_ALIASES, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++)
		if (entries.items[i].kind == ENTRY_ALIAS)
			strvec_add(ret, entries.items[i].name);
	return 0;
}

/* One after the other; with --all one that cannot be upgraded does not stop the others. */
static int
upgrade_all(struct install_job *job, const struct store *store, const struct strvec *words,
	    int *ret_status, struct err *err)
{
	const struct context *ctx = job->ctx;
	bool json = options_has(ctx->options, "json");

	for (size_t i = 0; i < words->count; i++) {
		cleanup_with(upgrade_reset) struct upgrade u = { .job = job };
		const struct install_options options = job->options;
		cleanup_err struct err failed = { 0 };
		int status = 0;
		int result;

		u.series.store = store;
		result = upgrade(&u, words->items[i], &status, &failed);
		/* What one is like concerns no other. */
		job->options = options;
		if (result < 0) {
			if (!options_has(ctx->options, "all") || failed.code == ERR_INTERRUPTED) {
				*err = failed;
				failed = (struct err){ 0 };
				return -1;
			}
			out_error(ctx->out, &failed);
			status = err_status(failed.code);
		} else if (json) {
			print_json(&u);
		}
		*ret_status = *ret_status ? *ret_status : status;
	}
	return 0;
}

int
upgrade_run(struct context *ctx, int *ret_status, struct err *err)
{
	bool all = options_has(ctx->options, "all");
	bool json = options_has(ctx->options, "json");
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_store struct store store = STORE_INIT;
	cleanup_strvec struct strvec words = { 0 };
	cleanup_with(job_reset) struct install_job job = { .moments = MOMENTS_INIT };
	int result;

	if (all == (ctx->options->args.count > 0)) {
		(void)err_set(err, ERR_USAGE, "upgrade: which series?");
		return err_detail(err, "to fix", "pyvern upgrade 3.13, or pyvern upgrade --all");
	}
	if (store_open_writable(ctx->layout, "upgrade", &store, err) < 0 ||
	    catalog_open(ctx->layout, &catalog, err) < 0 || job_init(ctx, catalog, &job, err) < 0)
		return -1;
	job.options.trying = true;
	job.options.no_default = true;
	strvec_add_all(&words, ctx->options->args.items);
	if (all && all_series(&store, &words, err) < 0)
		return -1;
	if (json) {
		out_json_begin(ctx->out, SCHEMA);
		out_json_array(ctx->out, "series");
	}
	result = upgrade_all(&job, &store, &words, ret_status, err);
	if (json) {
		out_json_close(ctx->out);
		out_json_end(ctx->out);
	}
	return result;
}
