/* SPDX-License-Identifier: MIT */
/* The transaction: from a request to an installed version. */
#include <config.h>

#include "supply/install.h"

#include <string.h>

#include "core/policy.h"
#include "core/shims.h"
#include "os/platform.h"
#include "os/sig.h"
#include "supply/install_internal.h"

/* Less than this is a full disk, when something failed. */
#define DISK_FULL_BYTES ((uint64_t)1024 * 1024)

static void
work_reset(struct install_work *w)
{
	install_rules_reset(&w->rules);
	install_choice_reset(&w->choice);
	free(w->name);
	build_settings_reset(&w->settings);
	stage_reset(&w->stage);
	store_reset(&w->store);
	fetched_reset(&w->archive);
	facts_reset(&w->facts);
	free(w->packages);
	free(w->own_patch);
	free(w->own_names);
	signature_reset(&w->signature);
}

/* An option that only makes sense for a source; NULL. */
static const char *
build_flag(const struct install_options *options)
{
	return options->patch ? "--patch" : build_options_flag(&options->build);
}

/* The user's file, or that of a receipt, is the only way. */
static int
choose_named(const struct install_options *options, const struct install_rules *rules,
	     struct install_choice *ret, struct err *err)
{
	const struct catalog_named *named = options->named ? options->named : options->again;
	const struct artifact *artifact = &named->artifacts.items[0];
	struct install_candidate *candidate = &ret->candidates[0];

	const char *flag = build_flag(options);

	if (flag && artifact->kind != ARTIFACT_SOURCE)
		return err_set(err, ERR_USAGE, "%s is for what is built from source", flag);
	if (install_rules_check_named(rules, named, options->named != NULL, err) < 0)
		return -1;
	candidate->kind = artifact->kind;
	/* Its texts stay the user's. */
	candidate->artifacts.items = vec_grow(NULL, 0, sizeof(*artifact));
	candidate->artifacts.items[0] = *artifact;
	candidate->artifacts.count = 1;
	ret->count = 1;
	ret->version = mem_strdup(named->version);
	return 0;
}

/* A definition is what it is; without a Python in it, it is for a prefix only. */
static int
choose_definition(const struct install_options *options, const struct install_rules *rules,
		  struct install_choice *ret, struct err *err)
{
	const struct definition *definition = options->definition;

	if (install_rules_check_definition(rules, definition, err) < 0)
		return -1;
	if (install_requires_signature(options)) {
		(void)err_set(err, ERR_CHECK, "%s: nothing signs what a %s is made of",
			      definition->name, definition->path ? "definition" : "branch");
		return err_detail(err, "to fix", "a release: CPython's sources are signed");
	}
	if (options->source == INSTALL_PREBUILT && !definition->path) {
		(void)err_set(err, ERR_UNKNOWN_VERSION, "nobody's build of %s is known",
			      definition->name);
		return err_detail(err, "to fix", "without --prebuilt: it is built from source");
	}
	if (!definition->version && !options->prefix)
		return err_set(err, ERR_FAILED, "the definition %s makes no Python",
			       definition->path);
	ret->candidates[0].kind = ARTIFACT_SOURCE;
	/* Without one nothing asks for a version. */
	ret->version = mem_printf("%s%s", definition->version ? definition->version : "none",
				  options->debug ? "-debug" : "");
	return 0;
}

static int
choose(const struct install_options *options, const struct install_rules *rules,
       const char *request, struct install_choice *ret, struct err *err)
{
	if (options->definition)
		return choose_definition(options, rules, ret, err);
	if (options->named || options->again)
		return choose_named(options, rules, ret, err);

	struct choice_input in = {
		.catalog = options->catalog,
		.rules = rules,
		.source = options->source,
		.prefers_prebuilt =
			!options->prefix && policy_of_layout(options->layout)->prefers_prebuilt,
		.build_reason = install_build_reason(),
		.build_flag = build_flag(options),
		.debug = options->debug,
		.free_threaded = options->free_threaded,
		.offline = options->offline,
	};

	if (options->keep && !in.build_reason)
		in.build_reason = options->sources ? "PYENV_BUILD_ROOT" : "--keep";
	if (install_target(config_get(options->config, "cpu_level", NULL), &in.target, err) < 0)
		return -1;
	if (install_choose(&in, request, ret, err) == 0)
		return 0;
	if (options->origin && err->code == ERR_UNKNOWN_VERSION) {
		(void)err_wrap(err, "%s", options->origin->source);
		(void)err_detail(err, "it has", "%s", options->origin->has);
		(void)err_detail(err, "to fix", "a version that it has, or without --from");
	}
	return -1;
}

static int
check_name(const char *name, struct err *err)
{
	if (strchr(name, '/') || !version_name_ok(str_from(name)) || strcmp(name, "system") == 0)
		return err_set(err, ERR_USAGE, "%s can be no name of a version", name);
	return 0;
}

static bool
is_installed(const struct store *store, const char *name)
{
	cleanup_free char *found = store_find(store, name);

	return found && strcmp(found, name) == 0;
}

void
install_note_unpacked(struct install_work *w, const struct unpack_result *result, int64_t start)
{
	w->receipt.shut_in = result->shut_in;
	w->receipt.while_it_arrived = result->while_it_arrived;
	w->receipt.is_unpacked = true;
	w->receipt.unpack_ms = (uint64_t)(platform_now_ms() - start);
}

int
install_check_space(const struct install_work *w, uint64_t bytes, struct err *err)
{
	uint64_t available = fs_free_bytes(&w->stage.work);

	if (available >= bytes)
		return 0;
	(void)err_set(err, ERR_FAILED,
		      "%s it needs about %.0f MB, and the disk of %s has %.0f MB free",
		      w->candidate->kind == ARTIFACT_SOURCE ? "building" : "unpacking",
		      (double)bytes / 1e6, w->options->layout->root, (double)available / 1e6);
	return err_detail(err, "to fix", "make room there, or PYVERN_ROOT=DIR on another disk");
}

/* The file came with a bundle: who vouches for it? */
static int
apply_origin(struct install_work *w, const struct artifact *artifact, struct err *err)
{
	const struct install_origin *origin = w->options->origin;
	struct provenance *p = &w->archive.provenance;
	enum catalog_word word;

	if (catalog_look_up(origin->known, artifact, &word, err) < 0)
		return -1;
	p->kind = word == CATALOG_SAYS_SO ? PROVENANCE_PINNED_DIGEST : origin->otherwise;
	free(p->source);
	p->source = mem_strdup(origin->source);
	return 0;
}

int
install_fetch(struct install_work *w, const struct fetch_follower *follower, struct err *err)
{
	const struct artifacts *artifacts = &w->candidate->artifacts;
	struct fetch_options options;
	int64_t start = platform_now_ms();

	fetch_options_init(w->options->layout, w->options->config, &options);
	options.offline = w->options->offline;
	options.subject = w->name;
	options.events = w->options->events;
	options.follower = follower;
	options.session = w->options->session;
	if ((w->options->named ? fetch_named(&options, artifacts->items, &w->archive, err)
			       : fetch_artifact(&options, artifacts->items, artifacts->count,
						&w->archive, err)) < 0)
		return -1;
	w->receipt.download_ms = (uint64_t)(platform_now_ms() - start);
	w->receipt.provenance = &w->archive.provenance;
	w->receipt.why = w->choice.why;
	w->receipt.artifact = &artifacts->items[w->archive.chosen];
	if (w->options->origin && apply_origin(w, w->receipt.artifact, err) < 0)
		return -1;
	if (install_rules_check_fetched(w, err) < 0)
		return -1;
	if (install_check_signature(w, &options, err) < 0)
		return install_rules_say_signature(w, err);
	return install_rules_check_signed(w, err);
}

static int
commit(struct install_work *w, struct install_result *result, struct err *err)
{
	cleanup_err struct err after = { 0 };
	struct shims_result shims;
	unsigned flags = 0;

	flags |= w->options->replace ? COMMIT_REPLACE : 0;
	flags |= w->options->no_sync ? COMMIT_NO_SYNC : 0;
	flags |= w->options->trying ? COMMIT_TRYING : 0;
	flags |= w->options->no_default ? COMMIT_NO_DEFAULT : 0;
	event_phase(w->options->events, w->name, "commit", NULL);
	if (sig_check(err) < 0)
		return -1;
	if (w->options->prefix)
		return store_commit_at(&w->stage, &w->archive.provenance, flags, err);
	if (w->options->receiver)
		return w->options->receiver->take(w->options->receiver->ctx, &w->stage, err);
	if (store_commit(&w->stage, &w->archive.provenance, flags, &result->first, err) < 0)
		return -1;
	/* The version is there; shims can be made again at any time. */
	if (shims_rehash(&w->store, w->options->events, &shims, &after) < 0)
		event_warning(w->options->events, w->name, "%s (pyvern rehash)", after.message);
	return 0;
}

int
install_fail(const struct install_work *w, struct err *err)
{
	if (err->code == ERR_INTERRUPTED)
		return -1;
	/* A full disk makes everything fail in its own words; say the cause, too. */
	if (err->code == ERR_FAILED && w->store.root.fd >= 0 &&
	    fs_free_bytes(&w->store.root) < DISK_FULL_BYTES)
		(void)err_detail(err, "because", "the disk of %s is full",
				 w->options->layout->root);
	return err_wrap(err, "%s", w->name);
}

static int
try_candidate(struct install_work *w, struct install_result *result, struct err *err)
{
	switch (w->candidate->kind) {
	case ARTIFACT_SOURCE:
		return install_from_source(w, result, err);
	case ARTIFACT_STANDALONE:
		return install_from_standalone(w, result, err);
	case ARTIFACT_INSTALLER:
		break;
	}
	return install_from_installer(w, result, err);
}

static bool
may_try_another(const struct install_work *w, const struct err *err)
{
	/* A rule on what came is the last word; one on hosts is like a network without them. */
	return err->code == ERR_NETWORK || err->code == ERR_NOT_CACHED ||
	       (err->code == ERR_RULE && w->archive.fd < 0);
}

/* Both the build (FIRST) and the source (ERR) failed. What to do about the first is
 * most likely the answer, unless compiling had begun. */
static int
both_failed(const struct install_work *w, struct err *first, struct err *err)
{
	struct err second = *err;

	if (second.code == ERR_INTERRUPTED || w->archive.fd >= 0) {
		if (second.code != ERR_INTERRUPTED)
			(void)err_detail(err, "because", "%s", first->message);
		return -1;
	}
	*err = *first;
	*first = (struct err){ 0 };
	(void)err_detail(err, "also", "building it from source: %s", second.message);
	err_reset(&second);
	return -1;
}

/* The build, and its source when the build cannot be had. */
static int
make_tree(struct install_work *w, struct install_result *result, struct err *err)
{
	cleanup_err struct err first = { 0 };

	w->candidate = &w->choice.candidates[0];
	if (w->options->definition)
		return install_from_definition(w, result, err);
	if (try_candidate(w, result, err) == 0)
		return 0;
	if (w->choice.count == 1 || !may_try_another(w, err))
		return -1;
	event_note(w->options->events, w->name, "%s; building from source", err->message);
	first = *err;
	*err = (struct err){ 0 };
	w->candidate = &w->choice.candidates[1];
	free(w->choice.why);
	w->choice.why = mem_printf("no build could be had: %s", first.message);
	return try_candidate(w, result, err) == 0 ? 0 : both_failed(w, &first, err);
}

static int
begin(struct install_work *w, struct err *err)
{
	cleanup_free char *what = mem_printf("install %s", w->name);

	/* Before anything is locked or downloaded: it takes no time, and what is
	 * missing here is missing at the end. */
	if (build_settings_init(w->options->layout, &w->options->build, &w->version, &w->settings,
				err) < 0)
		return -1;
	if (store_open_writable(w->options->layout, what, &w->store, err) < 0)
		return -1;
	if (w->options->prefix)
		return store_begin_at(&w->store, w->options->prefix, w->options->events, &w->stage,
				      err);
	return store_begin(&w->store, w->name, w->options->events, &w->stage, err);
}

static void
fill_result(struct install_work *w, struct install_result *result)
{
	result->choice = install_describe(w->receipt.artifact);
	result->why = steal_ptr(&w->choice.why);
	result->newer = steal_ptr(&w->choice.newer);
	result->signed_as = w->signature.kind;
	result->signer = steal_ptr(&w->signature.report.identity);
	result->not_signed = steal_ptr(&w->signature.why);
	result->provenance = w->archive.provenance;
	result->is_brought = w->options->origin != NULL;
	w->archive.provenance = (struct provenance){ 0 };
}

static int
run_transaction(struct install_work *w, struct install_result *result, struct err *err)
{
	if (begin(w, err) < 0)
		return -1;
	/* Another install of this version may have been first. */
	result->replaced = !w->options->prefix && is_installed(&w->store, w->name);
	if (result->replaced && !w->options->replace) {
		result->was_installed = true;
		result->replaced = false;
		return 0;
	}
	if (make_tree(w, result, err) < 0)
		return -1;
	if (commit(w, result, err) < 0)
		return install_fail(w, err);
	fill_result(w, result);
	return 0;
}

/* Is it there already? Without a lock and without writing anything, so that it
 * also works in a root that is not ours. */
static bool
is_there(const struct install_options *options, const char *name)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_err struct err ignored = { 0 };

	return store_open(options->layout, &store, &ignored) == 0 && is_installed(&store, name);
}

/* Everything but the clock, which also counts the clearing up of the stage. */
static int
install(const struct install_options *options, const char *request, struct install_result *result,
	struct err *err)
{
	cleanup_with(work_reset) struct install_work w = { .options = options,
							   .request = request,
							   .stage = STAGE_INIT,
							   .archive = FETCHED_INIT,
							   .signature = SIGNATURE_INIT };

	if (install_rules_open(options->layout, options->config, &w.rules, err) < 0 ||
	    choose(options, &w.rules, request, &w.choice, err) < 0)
		return -1;
	w.name = mem_strdup(options->name ? options->name : w.choice.version);
	/* With a prefix it is for people, logs and what is kept. */
	if (!options->prefix && check_name(w.name, err) < 0)
		return -1;
	if (!version_parse(str_from(w.choice.version), &w.version))
		return err_set(err, ERR_USAGE, "%s is no name of a version", w.choice.version);
	w.receipt.name = w.name;
	w.receipt.request = request;
	result->name = mem_strdup(w.name);
	if (!options->prefix && !options->replace && is_there(options, w.name)) {
		result->was_installed = true;
		return 0;
	}
	install_choice_tell(&w.choice, options->events);
	return run_transaction(&w, result, err);
}

int
install_version(const struct install_options *options, const char *request,
		struct install_result *ret_result, struct err *err)
{
	cleanup_install_result struct install_result result = { 0 };
	int64_t start = platform_now_ms();
	int status = install(options, request, &result, err);

	/* Without a name nothing was begun. */
	if (result.name)
		event_end(options->events, result.name);
	if (status < 0)
		return -1;
	result.ms = (uint64_t)(platform_now_ms() - start);
	*ret_result = result;
	result = (struct install_result){ 0 };
	return 0;
}

int
install_find(const struct install_options *options, const char *request, char **ret_name,
	     struct err *err)
{
	cleanup_with(install_choice_reset) struct install_choice choice = { 0 };
	cleanup_install_rules struct install_rules rules = { 0 };

	if (install_rules_open(options->layout, options->config, &rules, err) < 0 ||
	    choose(options, &rules, request, &choice, err) < 0 ||
	    check_name(options->name ? options->name : choice.version, err) < 0)
		return -1;
	*ret_name = steal_ptr(&choice.version);
	return 0;
}

char *
install_package_name(const char *name)
{
	struct version version;
	size_t n = strcspn(name, "-");

	if (!version_parse(str_from(name), &version) || !str_eq_text(version.family, "cpython"))
		return mem_strdup(name);
	/* One source makes all variants; of a branch its ending is the name. */
	if (version.stage == VERSION_DEV)
		return mem_printf("Python-%s", name);
	if (version.free_threaded && n && name[n - 1] == 't')
		n--;
	return mem_printf("Python-%.*s", (int)n, name);
}

void
install_result_reset(struct install_result *result)
{
	free(result->name);
	free(result->choice);
	free(result->how);
	free(result->why);
	free(result->newer);
	free(result->signer);
	free(result->not_signed);
	free(result->kept_source);
	free(result->kept_log);
	provenance_reset(&result->provenance);
	probe_report_reset(&result->probe);
	*result = (struct install_result){ 0 };
}
