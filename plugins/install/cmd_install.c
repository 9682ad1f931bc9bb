/* SPDX-License-Identifier: MIT */
/* `pyvern install`: requests in, facts for people out. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "core/choice.h"
#include "core/store.h"
#include "install_job.h"

/* "ssl sqlite3 zlib; no tkinter". Owned by the caller (free). */
static char *
module_text(const struct probe_report *probe)
{
	cleanup_free char *works = strvec_join(&probe->works, " ");
	cleanup_free char *missing = strvec_join(&probe->missing, " ");

	return mem_printf("%s%s%s", works, *missing ? "; no " : "", missing);
}

static void
show_check(const struct context *ctx, const struct provenance *provenance)
{
	if (provenance->kind == PROVENANCE_USER_FILE)
		out_detail(ctx->out, "checked", "nothing: no digest was given (sha256 %s)",
			   provenance->sha256);
	else
		out_detail(ctx->out, "checked", "sha256%s",
			   provenance->kind == PROVENANCE_USER_DIGEST ? ", the one given" : "");
}

static void
show_new(const struct context *ctx, const struct install_result *result)
{
	cleanup_free char *size = out_size(result->provenance.size);
	cleanup_free char *time = out_duration(result->ms);
	cleanup_free char *modules = module_text(&result->probe);
	char mark = result->replaced ? '~' : '+';
	bool was_cached = strcmp(result->provenance.source, "the cache") == 0;

	if (result->is_built)
		out_fact(ctx->out, mark, result->name, "%s from source, %s from %s   %s",
			 result->replaced ? "built again" : "built", size,
			 result->provenance.source, time);
	else
		out_fact(ctx->out, mark, result->name, "%s   %s%s   %s", result->choice,
			 was_cached ? "from " : "", was_cached ? "the cache" : size, time);
	if (result->why)
		out_detail(ctx->out, "because", "%s", result->why);
	show_check(ctx, &result->provenance);
	if (result->is_built)
		out_detail(ctx->out, "modules", "%s", modules);
	if (result->newer)
		out_detail(ctx->out, "newer", "%s, only as a source: pyvern install %s",
			   result->newer, result->newer);
	if (result->kept_source)
		out_detail(ctx->out, "kept", "%s", result->kept_source);
	if (result->kept_log)
		out_detail(ctx->out, "log", "%s", result->kept_log);
	if (result->first)
		out_detail(ctx->out, "default",
			   "%s, the first version here (change: pyvern global VERSION)",
			   result->name);
}

/* tkinter is for desktops; the others are missed sooner or later. */
static void
warn_of_missing(const struct context *ctx, const struct install_result *result)
{
	struct strvec names = { 0 };
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < result->probe.missing.count; i++) {
		if (strcmp(result->probe.missing.items[i], "tkinter") != 0)
			strvec_add(&names, result->probe.missing.items[i]);
	}
	text = strvec_join(&names, ", ");
	if (names.count && result->is_built) {
		out_fact(ctx->out, '!', result->name, "has no %s: their libraries were not found",
			 text);
		out_detail(ctx->out, "to fix",
			   "install their development packages, then pyvern install --force %s",
			   result->name);
	} else if (names.count) {
		out_fact(ctx->out, '!', result->name, "has no %s: this build was made without",
			 text);
	}
	strvec_reset(&names);
}

/* Nothing of what was installed is found before the shims are on PATH. */
static void
warn_of_path(const struct context *ctx)
{
	cleanup_free char *shims = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	struct str rest = str_from(getenv("PATH"));
	struct str part;

	while (str_split(&rest, ':', &part)) {
		if (str_eq_text(part, shims))
			return;
	}
	out_fact(ctx->out, '!', "shell",
		 "`python` is not ours yet: pyvern init --install, then open a new shell");
}

static bool
is_installed(const struct context *ctx, const char *name)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err none = { 0 };
	cleanup_free char *found = NULL;

	if (store_open(ctx->layout, &store, &none) < 0)
		return false;
	found = store_find(&store, name);
	return found && strcmp(found, name) == 0;
}

static int
install_and_show(const struct install_job *job, const struct install_options *options,
		 const char *request, struct err *err)
{
	const struct context *ctx = job->ctx;
	cleanup_install_result struct install_result result = { 0 };

	if (install_version(options, request, &result, err) < 0)
		return -1;
	if (result.was_installed) {
		out_fact(ctx->out, '=', result.name, "installed");
		return 0;
	}
	show_new(ctx, &result);
	warn_of_missing(ctx, &result);
	if (job_packages(job, result.name, out_events(ctx->out), err) < 0)
		return -1;
	if (result.first)
		warn_of_path(ctx);
	return 0;
}

/* With hooks, which see what REQUEST has come to, and may choose something else. */
static int
install_with_hooks(struct install_job *job, const char *request, struct err *err)
{
	struct install_options options = job->options;
	cleanup_free char *definition = NULL;
	cleanup_free char *name = NULL;
	cleanup_err struct err after = { 0 };
	int result;

	if (install_find(&options, request, &name, err) < 0)
		return -1;
	if (!options.replace && is_installed(job->ctx, name)) {
		out_fact(job->ctx->out, '=', name, "installed");
		return 0;
	}
	options.debug = false;
	if (install_find(&options, request, &definition, err) < 0 ||
	    job_before(job, &definition, &name, err) < 0)
		return -1;
	if (job->moments.hooks.has_ended)
		return 0;
	options = job->options;
	options.name = name;
	result = install_and_show(job, &options, definition, err);
	if (err->code == ERR_INTERRUPTED)
		return -1;
	if (job_after(job, err_status(err->code), &after) == 0)
		return result;
	return result < 0 ? result : err_set(err, after.code, "%s", after.message);
}

static int
install_one(struct install_job *job, const char *request, struct err *err)
{
	if (job->moments.has_hooks)
		return install_with_hooks(job, request, err);
	return install_and_show(job, &job->options, request, err);
}

/* Requests, and who asks for each ("" for the command line). */
struct wanted {
	struct strvec requests;
	struct strvec askers;
};

static void
wanted_reset(struct wanted *wanted)
{
	strvec_reset(&wanted->requests);
	strvec_reset(&wanted->askers);
}

static void
add_item(struct wanted *wanted, const struct selection *selection,
	 const struct selection_item *item)
{
	strvec_add_str(&wanted->requests, item->word.text);
	if (item->word.line)
		strvec_printf(&wanted->askers, "%s:%u", selection->place, item->word.line);
	else
		strvec_add(&wanted->askers, selection->place);
}

/* What is pinned here, or required by the project: installed ones are shown, missing
 * ones are WANTED. Nothing asks: the newest stable version. */
static int
add_pinned(const struct context *ctx, struct wanted *wanted, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_err struct err missing = { 0 };
	const struct selection *selection = &choice.selection;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	/* What is missing is what we are here for. */
	if (choice_check(&choice, &missing) < 0 && selection->unusable) {
		*err = missing;
		missing = (struct err){ 0 };
		return -1;
	}
	choice_warn(&choice, out_events(ctx->out));
	choice_warn_of_pin(&choice, out_events(ctx->out));
	for (size_t i = 0; i < selection->count; i++) {
		const struct selection_item *item = &selection->items[i];

		if (item->state == ITEM_INSTALLED)
			out_fact(ctx->out, '=', item->name, "installed");
		else if (item->state == ITEM_MISSING)
			add_item(wanted, selection, item);
		else if (item->state == ITEM_SYSTEM && selection->source != SOURCE_DEFAULT)
			out_fact(ctx->out, '=', "system", "is not ours to install");
	}
	if (selection->source == SOURCE_DEFAULT) {
		strvec_add(&wanted->requests, "latest");
		strvec_add(&wanted->askers, "");
	}
	return 0;
}

/* Does NAME begin with TEXT, whole numbers only: 3.1 is not the beginning of 3.13? */
static bool
begins_with(const char *name, const char *text)
{
	size_t n = strlen(text);

	return n && strncmp(name, text, n) == 0 &&
	       !(str_is_digit(text[n - 1]) && str_is_digit(name[n]));
}

static bool
begins_with_any(const char *name, const struct strvec *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		if (begins_with(name, texts->items[i]))
			return true;
	return texts->count == 0;
}

/* NAME, and its free-threaded twin where one source makes both. */
static void
add_installable(const char *name, const struct strvec *texts, struct strvec *ret)
{
	cleanup_free char *twin = mem_printf("%st", name);
	struct version version;

	if (begins_with_any(name, texts))
		strvec_add(ret, name);
	if (version_parse(str_from(name), &version) && version_can_be_free_threaded(&version) &&
	    !version.free_threaded && begins_with_any(twin, texts))
		strvec_add(ret, twin);
}

int
job_names(const struct install_job *job, struct strvec *ret_names, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	const struct strvec all = { 0 };

	if (catalog_names(job->catalog, NULL, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		add_installable(names.items[i], &all, ret_names);
	return 0;
}

static int
list_versions(const struct context *ctx, const struct catalog *catalog, struct err *err)
{
	const struct strvec all = { 0 };
	/* pyenv lists everything, whatever stands behind --list. */
	const struct strvec *texts = ctx->policy->speaks_pyenv ? &all : &ctx->options->args;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec asked = { 0 };

	if (catalog_names(catalog, NULL, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		add_installable(names.items[i], texts, &asked);
	if (texts->count && asked.count == 0)
		return catalog_unknown(catalog, texts->items[0], err);
	/* pyenv's form: scripts take the two blanks off. */
	out_data(ctx->out, "Available versions:\n");
	for (size_t i = 0; i < asked.count; i++)
		out_data(ctx->out, "  %s\n", asked.items[i]);
	return 0;
}

/* Who asks for REQUEST, which a hook may have put there: "" when nobody is known. */
static const char *
asker_of(const struct wanted *wanted, const char *request)
{
	for (size_t i = 0; i < wanted->requests.count; i++)
		if (strcmp(wanted->requests.items[i], request) == 0)
			return wanted->askers.items[i];
	return "";
}

static void
add_arguments(const struct install_job *job, struct wanted *wanted)
{
	job_words(job, &wanted->requests);
	for (size_t i = 0; i < wanted->requests.count; i++)
		strvec_add(&wanted->askers, "");
}

static int
install_all(struct install_job *job, int *ret_status, struct err *err)
{
	const struct context *ctx = job->ctx;
	cleanup_with(wanted_reset) struct wanted wanted = { 0 };
	cleanup_strvec struct strvec words = { 0 };
	const struct hooks *hooks = &job->moments.hooks;

	if (job_read_patch(job, err) < 0)
		return -1;
	job->options.patch = job->patch;
	add_arguments(job, &wanted);
	if (wanted.requests.count == 0 && add_pinned(ctx, &wanted, err) < 0)
		return -1;
	strvec_add_all(&words, wanted.requests.items);
	/* What is there already concerns no hook. */
	if (words.count == 0)
		return 0;
	if (job_begin(job, &words, err) < 0)
		return -1;
	for (size_t i = 0; !hooks->has_ended && i < words.count; i++) {
		const char *asker = asker_of(&wanted, words.items[i]);

		if (install_one(job, words.items[i], err) == 0)
			continue;
		return *asker ? err_detail(err, "asked by", "%s", asker) : -1;
	}
	if (hooks->has_ended)
		*ret_status = hooks->status;
	return job_end(job, err);
}

int
install_run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_with(job_reset) struct install_job job = { .moments = MOMENTS_INIT };

	*ret_status = 0;
	if (options_has(ctx->options, "version")) {
		out_data(ctx->out, "python-build %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (catalog_open(ctx->layout, &catalog, err) < 0)
		return -1;
	if (options_has(ctx->options, "list"))
		return list_versions(ctx, catalog, err);
	if (job_init(ctx, catalog, &job, err) < 0)
		return -1;
	return ctx->policy->speaks_pyenv ? pyenv_install(&job, ret_status, err)
					 : install_all(&job, ret_status, err);
}
