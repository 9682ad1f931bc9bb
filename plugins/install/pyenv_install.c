/* SPDX-License-Identifier: MIT */
/* `install` as pyenv's users know it: its order of steps, its words. */
#include <config.h>

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/selection.h"
#include "core/store.h"
#include "install_bin.h"
#include "install_given.h"
#include "install_job.h"
#include "pyenv_tell.h"

/* The version that is asked for when a name ends so, whatever else it says. */
#define LATEST_SUFFIX "latest"

/* One version on its way. */
struct order {
	const char *word; /* as typed or pinned */
	char *definition; /* "3.13.5"; what was asked for when nothing known answers */
	char *name;	  /* of its folder */
	char *prefix;	  /* absolute path of that */
	char *file;	  /* path of the definition where it is a file; or NULL */
	bool is_known;
};

static void
order_reset(struct order *order)
{
	free(order->definition);
	free(order->name);
	free(order->prefix);
	free(order->file);
}

/* A word is NAME or NAME:ALIAS, where the alias is what its folder is called;
 * NAME:latest is an older way to say NAME. */
/* Is there something for TEXT? What the rules refuse is there: building it says so. */
static bool
is_there(const struct install_options *options, const char *text, char **ret_found)
{
	cleanup_err struct err unknown = { 0 };

	return install_find(options, text, ret_found, &unknown) == 0 || unknown.code == ERR_RULE;
}

static void
order_init(const struct install_job *job, const char *word, struct order *ret)
{
	struct install_options options = job->options;
	struct str alias = str_from(word);
	struct str asked;
	cleanup_free char *text = NULL;
	cleanup_free char *found = NULL;

	str_split(&alias, ':', &asked);
	text = mem_strndup(asked.p, asked.n);
	/* The folder's name has the suffix of a debug build; the definition has not. */
	options.debug = false;
	*ret = (struct order){ .word = word };
	if (!options.named && !options.origin)
		ret->file = given_definition(job->ctx, text);
	ret->is_known = ret->file || is_there(&options, text, &found);
	ret->definition = found ? steal_ptr(&found) : steal_ptr(&text);
	if (alias.n == 0 || str_eq(alias, STR_LIT(LATEST_SUFFIX)))
		alias = path_base(ret->definition);
	ret->name = mem_printf("%.*s%s", STR_ARG(alias), job->options.debug ? "-debug" : "");
	ret->prefix = path_join(job->ctx->layout->root, LAYOUT_VERSIONS, ret->name, NULL);
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* May ORDER be installed over what is there? */
static int
ask(const struct install_job *job, const struct order *order, enum out_answer *ret_answer,
    struct err *err)
{
	const struct options *options = job->ctx->options;

	*ret_answer = ANSWER_YES;
	if (options_has(options, "force"))
		return 0;
	out_say(job->ctx->out, "pyenv: %s already exists", order->prefix);
	return out_ask_line(job->ctx->out, "continue with installation? (y/N) ", ret_answer, err);
}

/* Names that have what was asked for somewhere in them. */
static void
add_candidates(const struct install_job *job, const char *text, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err unreadable = { 0 };
	bool any = false;

	if (job_names(job, &names, &unreadable) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		if (!strstr(names.items[i], text))
			continue;
		if (!any) {
			(void)err_pyenv(err,
					"\nThe following versions contain `%s' in the name:", text);
			any = true;
		}
		(void)err_pyenv(err, "  %s", names.items[i]);
	}
}

static int
unknown(const struct install_job *job, const struct order *order, struct err *err)
{
	(void)catalog_unknown(job->catalog, order->definition, err);
	(void)err_pyenv(err, "python-build: definition not found: %s", order->definition);
	add_candidates(job, order->definition, err);
	(void)err_pyenv(err, "\nSee all available versions with `pyenv install --list'.");
	return err_pyenv(err, "\nIf the version you need is missing, try upgrading pyenv.");
}

static int
build(struct install_job *job, const struct order *order, struct err *err)
{
	struct install_options options = job->options;
	cleanup_free char *package = install_package_name(order->definition);
	cleanup_definition struct definition definition = DEFINITION_INIT;
	struct pyenv_teller teller = { .out = job->ctx->out,
				       .package = package,
				       .is_verbose = options_has(job->ctx->options, "verbose") };
	struct events events = { pyenv_tell, &teller };
	cleanup_install_result struct install_result result = { 0 };
	cleanup_strvec struct strvec names = { 0 };

	if (job_read_patch(job, err) < 0)
		return -1;
	options.name = order->name;
	if (order->file) {
		if (given_open(job->ctx, order->file, order->name, &options, &definition, err) < 0)
			return -1;
		free(package);
		package = mem_strdup(given_package(&definition));
		teller.package = NULL;
	}
	options.patch = job->patch;
	options.events = &events;
	/* It was asked for already. */
	options.replace = is_folder(order->prefix);
	if (install_version(&options, order->definition, &result, err) < 0)
		return -1;
	if (result.was_installed)
		return 0;
	pyenv_tell_result(job->ctx->out, package, order->prefix, &result);
	/* The plugin shows what pip says. */
	if (job_packages(job, order->name, NULL, err) < 0)
		return -1;
	strvec_add(&names, order->name);
	return install_bin(job->ctx, &names, err);
}

/* What was decided about an order. */
enum decision { DECISION_BUILD, DECISION_SKIP, DECISION_REFUSE, DECISION_END };

static int
decide(const struct install_job *job, const struct order *order, enum decision *ret,
       struct err *err)
{
	cleanup_free char *bin = path_join(order->prefix, "bin", NULL);
	enum out_answer answer;

	*ret = DECISION_BUILD;
	if (!is_folder(bin))
		return 0;
	if (options_has(job->ctx->options, "skip-existing")) {
		*ret = DECISION_SKIP;
		return 0;
	}
	if (ask(job, order, &answer, err) < 0)
		return -1;
	if (answer == ANSWER_NO)
		*ret = DECISION_REFUSE;
	else if (answer == ANSWER_NONE)
		*ret = DECISION_END;
	return 0;
}

/* Let hooks choose another definition, or place. */
static int
before(struct install_job *job, struct order *order, struct err *err)
{
	cleanup_free char *asked = mem_strdup(order->definition);
	cleanup_free char *found = NULL;
	struct install_options options = job->options;

	if (job_before(job, &order->definition, &order->name, err) < 0)
		return -1;
	free(order->prefix);
	order->prefix = path_join(job->ctx->layout->root, LAYOUT_VERSIONS, order->name, NULL);
	options.debug = false;
	if (strcmp(asked, order->definition) == 0)
		return 0;
	free(order->file);
	order->file = given_definition(job->ctx, order->definition);
	order->is_known = order->file || is_there(&options, order->definition, &found);
	return 0;
}

/* Build, and tell what happened: *RET_STATUS is what python-build would end with. */
static int
install_order(struct install_job *job, const struct order *order, int *ret_status, struct err *err)
{
	int result = order->is_known ? build(job, order, err) : unknown(job, order, err);

	*ret_status = err_pyenv_status(err->code);
	if (result == 0)
		return 0;
	if (err->code == ERR_INTERRUPTED || err->code == ERR_USAGE)
		return -1;
	pyenv_tell_failure(job->ctx->out, err);
	err_reset(err);
	return 0;
}

/* One word, from the question to the last hook. *RET_ON: go on with the next. */
static int
install_word(struct install_job *job, const char *word, bool *ret_on, int *ret_status,
	     struct err *err)
{
	cleanup_with(order_reset) struct order order = { 0 };
	enum decision decision;

	*ret_on = false;
	order_init(job, word, &order);
	if (decide(job, &order, &decision, err) < 0)
		return -1;
	*ret_on = decision != DECISION_END;
	*ret_status = decision == DECISION_REFUSE || decision == DECISION_END;
	if (decision != DECISION_BUILD)
		return 0;
	*ret_on = false;
	if (before(job, &order, err) < 0)
		return -1;
	if (job->moments.hooks.has_ended)
		return 0;
	if (install_order(job, &order, ret_status, err) < 0 || job_after(job, *ret_status, err) < 0)
		return -1;
	*ret_on = *ret_status == 0 && !job->moments.hooks.has_ended;
	return 0;
}

/* The words of the nearest pin file: variables and the global file do not count. */
static int
add_pinned(const struct install_job *job, struct strvec *ret_words, struct err *err)
{
	const struct layout *layout = job->ctx->layout;
	cleanup_store struct store store = STORE_INIT;
	struct selection_input in = { .root = layout->root,
				      .policy = job->ctx->policy,
				      .dir = layout->working };
	struct selection s;

	if (store_open(layout, &store, err) < 0)
		return -1;
	in.root_fd = store.root.fd;
	if (!layout->working || !selection_find_pin(&in, &s) || s.pin.status != PIN_READ)
		return 0;
	for (size_t i = 0; i < s.pin.count; i++)
		strvec_add_str(ret_words, s.pin.words[i].text);
	return 0;
}

int
pyenv_install(struct install_job *job, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec words = { 0 };
	bool on;

	if (job_words(job, &words, err) < 0)
		return -1;
	if (words.count == 0 && add_pinned(job, &words, err) < 0)
		return -1;
	if (words.count == 0)
		return err_set(err, ERR_USAGE, "which version?");
	if (job_begin(job, &words, err) < 0)
		return -1;
	on = !job->moments.hooks.has_ended;
	for (size_t i = 0; on && i < words.count; i++) {
		int status = 0;

		if (install_word(job, words.items[i], &on, &status, err) < 0)
			return -1;
		/* The worst one is the command's. */
		if (status > *ret_status)
			*ret_status = status;
	}
	if (job->moments.hooks.has_ended)
		*ret_status = job->moments.hooks.status;
	return job_end(job, err);
}
