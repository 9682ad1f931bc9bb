/* SPDX-License-Identifier: MIT */
/* `pyvern install`: requests in, facts for people out. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "core/choice.h"
#include "install_bin.h"
#include "install_given.h"
#include "install_job.h"
#include "install_many.h"

/* What OUTCOME's request has come to, for hooks: the definition, and the name of the
 * version, which has the suffix of a debug build. */
static int
find_both(const struct install_job *job, const struct outcome *outcome, char **ret_definition,
	  char **ret_name, struct err *err)
{
	struct install_options options = job->options;

	if (outcome->definition) {
		*ret_definition = mem_strdup(outcome->definition);
		*ret_name = mem_printf("%s%s", path_base(outcome->definition).p,
				       options.debug ? "-debug" : "");
		return 0;
	}
	if (install_find(&options, outcome->request, ret_name, err) < 0)
		return -1;
	options.debug = false;
	return install_find(&options, outcome->request, ret_definition, err);
}

/* With hooks, which see what a request has come to, and may choose something else. */
static int
install_with_hooks(struct install_job *job, struct outcome *outcome, struct err *err)
{
	struct install_options options = job->options;
	cleanup_free char *definition = NULL;
	cleanup_free char *name = NULL;
	cleanup_err struct err after = { 0 };
	int result;

	outcome->definition = given_definition(job->ctx, outcome->request);
	if (find_both(job, outcome, &definition, &name, err) < 0)
		return -1;
	if (!options.replace && job_is_installed(job, name)) {
		outcome->state = OUTCOME_PRESENT;
		outcome->name = steal_ptr(&name);
		job_show_present(job, outcome->name);
		return 0;
	}
	if (job_before(job, &definition, &name, err) < 0)
		return -1;
	if (job->moments.hooks.has_ended)
		return 0;
	options = job->options;
	options.name = name;
	/* A hook may have chosen another one. */
	free(outcome->definition);
	outcome->definition = given_definition(job->ctx, definition);
	result = job_install(job, &options, definition, outcome, err);
	if (err->code == ERR_INTERRUPTED)
		return -1;
	if (job_after(job, err_status(err->code), &after) == 0)
		return result;
	return result < 0 ? result : err_set(err, after.code, "%s", after.message);
}

/* What is WANTED by a hook's word, if it is not yet. */
static struct outcome *
wanted_as(struct outcomes *all, const char *request)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].state == OUTCOME_WANTED &&
		    strcmp(all->items[i].request, request) == 0)
			return &all->items[i];
	return outcomes_add(all, request, "");
}

/* One after the other: hooks take part in each. */
static int
install_in_turn(struct install_job *job, const struct strvec *words, struct outcomes *all,
		int *ret_status, struct err *err)
{
	const struct hooks *hooks = &job->moments.hooks;

	for (size_t i = 0; !hooks->has_ended && i < words->count; i++) {
		struct outcome *outcome = wanted_as(all, words->items[i]);

		if (install_with_hooks(job, outcome, err) < 0) {
			if (outcome->state == OUTCOME_WANTED)
				outcome_fail(outcome, err);
			return *outcome->asker ? err_detail(err, "asked by", "%s", outcome->asker)
					       : -1;
		}
		if (outcome->state == OUTCOME_DONE && outcome->result.first)
			outcome_warn_of_path(job->ctx);
	}
	if (hooks->has_ended)
		*ret_status = hooks->status;
	return 0;
}

static void
add_item(struct outcomes *all, const struct selection *selection, const struct selection_item *item)
{
	cleanup_free char *request = mem_strndup(item->word.text.p, item->word.text.n);
	cleanup_free char *asker = item->word.line
					   ? mem_printf("%s:%u", selection->place, item->word.line)
					   : mem_strdup(selection->place);

	outcomes_add(all, request, asker);
}

/* What is pinned here, or required by the project: installed ones are shown, missing
 * ones are WANTED. Nothing asks: the newest stable version. */
static int
add_pinned(const struct context *ctx, struct outcomes *all, struct err *err)
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
		cleanup_free char *word = mem_strndup(item->word.text.p, item->word.text.n);

		if (item->state == ITEM_INSTALLED)
			outcomes_add_present(all, ctx, word, item->name);
		else if (item->state == ITEM_MISSING)
			add_item(all, selection, item);
		else if (item->state == ITEM_SYSTEM && selection->source != SOURCE_DEFAULT)
			out_fact(ctx->out, '=', "system", "is not ours to install");
	}
	if (selection->source == SOURCE_DEFAULT)
		outcomes_add(all, "latest", "");
	return 0;
}

int
install_requests(struct install_job *job, struct outcomes *all, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec words = { 0 };

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].state == OUTCOME_WANTED)
			strvec_add(&words, all->items[i].request);
	/* What is there already concerns no hook. */
	if (words.count == 0)
		return 0;
	if (job_begin(job, &words, err) < 0)
		return -1;
	if (!job->moments.has_hooks)
		return install_many(job, all, ret_status, err);
	if (install_in_turn(job, &words, all, ret_status, err) < 0)
		return -1;
	return job_end(job, err);
}

static int
install_wanted(struct install_job *job, struct outcomes *all, int *ret_status, struct err *err)
{
	const struct context *ctx = job->ctx;
	cleanup_strvec struct strvec asked = { 0 };

	if (job_words(job, &asked, err) < 0)
		return -1;
	for (size_t i = 0; i < asked.count; i++)
		outcomes_add(all, asked.items[i], "");
	if (all->count == 0 && add_pinned(ctx, all, err) < 0)
		return -1;
	return install_requests(job, all, ret_status, err);
}

/* Links to what is there now. RESULT is what the installation came to: its error, or
 * *STATUS, counts more than theirs. */
static int
link_all(const struct install_job *job, const struct outcomes *all, int result, int status,
	 struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err failed = { 0 };

	if (err->code == ERR_INTERRUPTED)
		return result;
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].state == OUTCOME_DONE || all->items[i].state == OUTCOME_PRESENT)
			strvec_add(&names, all->items[i].name);
	if (install_bin(job->ctx, &names, &failed) == 0)
		return result;
	if (result < 0 || status != 0) {
		out_error(job->ctx->out, &failed);
		return result;
	}
	*err = failed;
	failed = (struct err){ 0 };
	return -1;
}

static int
install_all(struct install_job *job, int *ret_status, struct err *err)
{
	cleanup_outcomes struct outcomes all = { 0 };
	int result;

	if (job_read_patch(job, err) < 0)
		return -1;
	job->options.patch = job->patch;
	result = install_wanted(job, &all, ret_status, err);
	result = link_all(job, &all, result, *ret_status, err);
	if (options_has(job->ctx->options, "json"))
		outcomes_json(&all, job->ctx);
	return result;
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
		return install_list(ctx, catalog, err);
	if (job_init(ctx, catalog, &job, err) < 0)
		return -1;
	return ctx->policy->speaks_pyenv ? pyenv_install(&job, ret_status, err)
					 : install_all(&job, ret_status, err);
}
