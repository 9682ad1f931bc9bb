/* SPDX-License-Identifier: MIT */
/* The transaction: from a request to an installed version. */
#include <config.h>

#include "supply/install.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/shims.h"
#include "core/store.h"
#include "os/platform.h"
#include "os/sig.h"
#include "supply/build.h"
#include "supply/fetch.h"
#include "supply/manifest.h"
#include "supply/receipt.h"
#include "supply/seedmaker.h"
#include "supply/unpack.h"
#include "venv/seed.h"

/* Bytes on disk that a build needs for each byte of the archive, unpacked,
 * compiled and installed: measured with 3.13.5 (716 MB for 22.9 MB). */
#define BUILD_BYTES_PER_BYTE 32
/* Less than this is a full disk, when something failed. */
#define DISK_FULL_BYTES ((uint64_t)1024 * 1024)
/* pyenv's folder for sources that are kept. */
#define SOURCES_DIR "sources"
#define STAGE_SOURCE "src"
#define STAGE_DEST "dest"

/* What a request is answered with. */
struct choice {
	char *version; /* "3.13.5", "3.13.5t" */
	char *name;    /* of its folder: the same, unless the caller has another */
	struct artifacts artifacts;
};

/* One installation on its way. */
struct work {
	const struct install_options *options;
	const char *request;
	struct choice choice;
	struct version version;
	struct build_settings settings;
	struct store store;
	struct stage stage;
	struct fetched archive;
	struct dir source;
	struct build_log log;
	struct build_report build;
	struct facts facts;
	char *packages; /* what pip's seed holds; NULL: none */
	uint64_t download_ms;
	uint64_t unpack_ms;
};

static void
choice_reset(struct choice *choice)
{
	free(choice->version);
	free(choice->name);
	artifacts_reset(&choice->artifacts);
}

static void
work_reset(struct work *w)
{
	choice_reset(&w->choice);
	build_settings_reset(&w->settings);
	dir_reset(&w->source);
	stage_reset(&w->stage);
	store_reset(&w->store);
	fetched_reset(&w->archive);
	build_report_reset(&w->build);
	facts_reset(&w->facts);
	free(w->packages);
}

static int
unknown(const struct catalog *catalog, const char *text, const struct request *request,
	struct err *err)
{
	(void)catalog_unknown(catalog, text, err);
	if (request->want.free_threaded && !version_can_be_free_threaded(&request->want))
		(void)err_detail(err, "because", "free-threaded builds begin with CPython 3.13");
	return -1;
}

static int
choose(const struct install_options *options, const char *text, struct choice *ret, struct err *err)
{
	const struct catalog *catalog = options->catalog;
	const char *why = NULL;
	struct request request;

	if (!request_parse(str_from(text), &request, &why))
		return err_set(err, ERR_USAGE, "%s is no version: %s", text, why);
	if (request.kind == REQUEST_SYSTEM)
		return err_set(err, ERR_USAGE, "system is not ours to install");
	request.want.debug |= options->debug;
	if (catalog_find(catalog, &request, ARTIFACT_SOURCE, &ret->artifacts, err) < 0)
		return -1;
	if (ret->artifacts.count == 0)
		return unknown(catalog, text, &request, err);
	/* One source makes all variants. */
	ret->version = mem_printf("%s%s%s", ret->artifacts.items[0].version,
				  request.want.free_threaded ? "t" : "",
				  request.want.debug ? "-debug" : "");
	ret->name = mem_strdup(options->name ? options->name : ret->version);
	if (strchr(ret->name, '/') || !version_name_ok(str_from(ret->name)) ||
	    strcmp(ret->name, "system") == 0)
		return err_set(err, ERR_USAGE, "%s can be no name of a version", ret->name);
	return 0;
}

static bool
is_installed(const struct store *store, const char *name)
{
	cleanup_free char *found = store_find(store, name);

	return found && strcmp(found, name) == 0;
}

/* Is there room to build what is in an archive of SIZE bytes (0: not known yet)? */
static int
check_space(const struct work *w, uint64_t size, struct err *err)
{
	uint64_t needed = size * BUILD_BYTES_PER_BYTE;
	uint64_t available = fs_free_bytes(&w->stage.work);

	if (available >= needed)
		return 0;
	(void)err_set(err, ERR_FAILED,
		      "building it needs about %.0f MB, and the disk of %s has %.0f MB free",
		      (double)needed / 1e6, w->options->layout->root, (double)available / 1e6);
	return err_detail(err, "to fix", "make room there, or PYVERN_ROOT=DIR on another disk");
}

static int
fetch(struct work *w, struct err *err)
{
	struct fetch_options options;
	int64_t start = platform_now_ms();

	fetch_options_init(w->options->layout, w->options->config, &options);
	options.offline = w->options->offline;
	options.subject = w->choice.name;
	options.events = w->options->events;
	if (fetch_artifact(&options, w->choice.artifacts.items, w->choice.artifacts.count,
			   &w->archive, err) < 0)
		return -1;
	w->download_ms = (uint64_t)(platform_now_ms() - start);
	return 0;
}

static int
unpack(struct work *w, struct err *err)
{
	struct extract_result result;
	int64_t start = platform_now_ms();
	struct unpack_spec spec = { .layout = w->options->layout,
				    .into = &w->source,
				    .strip = 1,
				    .limits = &archive_limits_default,
				    .subject = w->choice.name,
				    .events = w->options->events,
				    .size = w->archive.provenance.size };

	if (fs_make_dir_at(&w->stage.work, STAGE_SOURCE, 0755, &w->source, err) < 0 ||
	    unpack_archive(&spec, &w->archive, &result, err) < 0)
		return -1;
	w->unpack_ms = (uint64_t)(platform_now_ms() - start);
	return 0;
}

/* Open the folder SOURCES/NAME, empty. */
static int
open_sources(const struct work *w, struct dir *ret, struct err *err)
{
	cleanup_free char *path = path_join(w->options->layout->root, SOURCES_DIR, NULL);
	cleanup_dirfd struct dir sources = DIR_INIT;
	const char *wanted = w->options->sources ? w->options->sources : path;

	if (fs_make_dirs(wanted, LAYOUT_FOLDER_MODE, &sources, err) < 0 ||
	    fs_refuse_world_writable(&sources, err) < 0 ||
	    fs_remove_tree(&sources, w->choice.name, err) < 0)
		return -1;
	return fs_make_dir_at(&sources, w->choice.name, LAYOUT_FOLDER_MODE, ret, err);
}

/* Move the build folder to SOURCES/NAME/Python-X.Y.Z, where pyenv's --keep has it. */
static int
keep_source(const struct work *w, char **ret_path, struct err *err)
{
	cleanup_free char *package = install_package_name(w->choice.version);
	cleanup_dirfd struct dir sources = DIR_INIT;

	if (open_sources(w, &sources, err) < 0 ||
	    fs_rename_new(&w->stage.work, STAGE_SOURCE, &sources, package, err) < 0) {
		if (err->sys == EXDEV)
			(void)err_detail(err, "to fix",
					 "PYENV_BUILD_ROOT on the disk of the root, or without it");
		return err_wrap(err, "cannot keep the build folder");
	}
	*ret_path = path_join(sources.path, package, NULL);
	return 0;
}

static int
build(struct work *w, struct err *err)
{
	cleanup_free char *dest = path_join(w->stage.work.path, STAGE_DEST, NULL);
	cleanup_free char *tree = path_join(STAGE_DEST, w->stage.final_path, NULL);
	struct build_spec spec = { .settings = &w->settings,
				   .version = &w->version,
				   .subject = w->choice.name,
				   .source = &w->source,
				   .dest = dest,
				   .prefix = w->stage.final_path,
				   .patch = w->options->patch,
				   .log = &w->log,
				   .events = w->options->events };

	if (build_run(&spec, &w->build, err) < 0)
		return -1;
	if (store_stage_tree(&w->stage, tree, err) < 0)
		return err_wrap(err, "make install left nothing behind");
	return build_finish_tree(&w->stage.tree, &w->version, err);
}

/* Put pip into the version itself, as ensurepip would: people expect `pip`
 * right after an install. */
static int
plant_pip(struct work *w, struct err *err)
{
	cleanup_seed struct seed seed = SEED_INIT;
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_free char *site_path = path_join(w->stage.tree.path, w->facts.platlib, NULL);
	cleanup_free char *python = path_join(w->stage.final_path, w->facts.executable, NULL);

	if (seed_open(&w->stage.tree, &seed, err) < 0 || fs_open_dir(site_path, &site, err) < 0 ||
	    fs_open_dir_at(&w->stage.tree, "bin", &bin, err) < 0 ||
	    seed_plant(&seed, &site, &bin, python, err) < 0)
		return -1;
	w->packages = mem_strdup(seed.packages);
	return 0;
}

static int
make_seed(struct work *w, struct err *err)
{
	cleanup_env struct env env = { 0 };
	cleanup_free char *python = path_join(w->stage.tree.path, w->facts.executable, NULL);

	/* Before 2.7.9 and 3.4 no pip came with Python. */
	if (!w->facts.wheels || !*w->facts.wheels) {
		event_warning(w->options->events, w->choice.name, "this version brings no pip");
		return 0;
	}
	probe_env(&w->stage.tree, &w->settings.env, &env);
	if (seed_make(&w->stage.tree, python, &env, &w->facts, w->options->events, err) < 0 ||
	    plant_pip(w, err) < 0)
		return err_wrap(err, "cannot install its pip");
	return build_finish_tree(&w->stage.tree, &w->version, err);
}

static int
describe(struct work *w, const struct dir *meta, const struct probe_report *probe, struct err *err)
{
	struct receipt receipt = { .name = w->choice.name,
				   .request = w->request,
				   .provenance = &w->archive.provenance,
				   .settings = &w->settings,
				   .build = &w->build,
				   .probe = probe,
				   .patch = w->options->patch,
				   .packages = w->packages,
				   .download_ms = w->download_ms,
				   .unpack_ms = w->unpack_ms };
	struct manifest_result manifest;

	if (facts_write(meta, &w->facts, err) < 0 || receipt_write(meta, &receipt, err) < 0)
		return -1;
	return manifest_write(&w->stage.tree, meta, w->choice.name, w->options->events, &manifest,
			      err);
}

/* A source or a setting that overrules --disable-gil must not make a 3.13.5t with
 * the lock: its extensions would be those of another ABI. */
static int
check_threading(const struct work *w, struct err *err)
{
	const char *flags = strrchr(w->facts.abi, '-');

	if (!w->version.free_threaded || (flags && strchr(flags, 't')))
		return 0;
	return err_set(err, ERR_FAILED, "it was built with the global lock (its ABI is %s)",
		       w->facts.abi);
}

/* From the built tree to one that can be committed. */
static int
complete(struct work *w, struct probe_report *ret_probe, struct err *err)
{
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (facts_derive(&w->stage.tree, &w->facts, err) < 0)
		return -1;
	if (check_threading(w, err) < 0)
		return build_log_show(&w->log, err);
	event_phase(w->options->events, w->choice.name, "probe", NULL);
	if (probe_python(&w->stage.tree, w->facts.executable, &w->version, &w->settings.env,
			 ret_probe, err) < 0)
		return err->code == ERR_INTERRUPTED ? -1 : build_log_show(&w->log, err);
	if (fs_make_dir_at(&w->stage.tree, LAYOUT_META, 0755, &meta, err) < 0 ||
	    make_seed(w, err) < 0)
		return -1;
	return describe(w, &meta, ret_probe, err);
}

static int
commit(struct work *w, struct install_result *result, struct err *err)
{
	cleanup_err struct err after = { 0 };
	struct shims_result shims;
	unsigned flags = 0;

	flags |= w->options->replace ? COMMIT_REPLACE : 0;
	flags |= w->options->no_sync ? COMMIT_NO_SYNC : 0;
	event_phase(w->options->events, w->choice.name, "commit", NULL);
	if (sig_check(err) < 0 ||
	    store_commit(&w->stage, &w->archive.provenance, flags, &result->first, err) < 0)
		return -1;
	/* The version is there; shims can be made again at any time. */
	if (shims_rehash(&w->store, w->options->events, &shims, &after) < 0)
		event_warning(w->options->events, w->choice.name, "%s (pyvern rehash)",
			      after.message);
	return 0;
}

/* What happens in the stage, once its lock is held. */
static int
work_in_stage(struct work *w, struct install_result *result, struct err *err)
{
	if (check_space(w, w->archive.provenance.size, err) < 0 || unpack(w, err) < 0 ||
	    build(w, err) < 0 || complete(w, &result->probe, err) < 0)
		return -1;
	return 0;
}

/* A full disk makes everything fail in its own words; say the cause, too. */
static void
explain_full_disk(const struct work *w, struct err *err)
{
	if (err->code == ERR_FAILED && w->store.root.fd >= 0 &&
	    fs_free_bytes(&w->store.root) < DISK_FULL_BYTES)
		(void)err_detail(err, "because", "the disk of %s is full",
				 w->options->layout->root);
}

/* What stays of the build; a failed one (ERR is set) tells it at once. */
static void
keep(struct work *w, struct install_result *result, struct err *err)
{
	bool failed = err->code != ERR_NONE;
	cleanup_err struct err after = { 0 };

	/* An interrupt is no failure that somebody would look into. */
	if (failed && err->code == ERR_FAILED)
		(void)build_log_show(&w->log, err);
	result->kept_log =
		build_log_close(&w->log, w->options->keep || (failed && err->code == ERR_FAILED));
	if (!w->options->keep || w->source.fd < 0)
		return;
	if (keep_source(w, &result->kept_source, &after) < 0)
		event_warning(w->options->events, w->choice.name, "%s", after.message);
	else if (failed)
		(void)err_detail(err, "kept", "%s", result->kept_source);
}

static int
build_version(struct work *w, struct install_result *result, struct err *err)
{
	if (build_log_open(&w->store.root, w->choice.name, &w->log, err) < 0)
		return -1;
	if (work_in_stage(w, result, err) < 0)
		explain_full_disk(w, err);
	keep(w, result, err);
	return err->code != ERR_NONE ? -1 : commit(w, result, err);
}

static int
begin(struct work *w, struct err *err)
{
	cleanup_free char *what = mem_printf("install %s", w->choice.name);

	/* Before anything is locked or downloaded: it takes no time, and what is
	 * missing here is missing at the end. */
	if (build_settings_init(w->options->layout, w->options->jobs, &w->settings, err) < 0)
		return -1;
	if (store_open_writable(w->options->layout, what, &w->store, err) < 0)
		return -1;
	return store_begin(&w->store, w->choice.name, w->options->events, &w->stage, err);
}

static int
run_transaction(struct work *w, struct install_result *result, struct err *err)
{
	if (begin(w, err) < 0)
		return -1;
	/* Another install of this version may have been first. */
	result->replaced = is_installed(&w->store, w->choice.name);
	if (result->replaced && !w->options->replace) {
		result->was_installed = true;
		result->replaced = false;
		return 0;
	}
	if (build_preflight(&w->settings, w->stage.final_path, err) < 0 ||
	    (w->options->patch && build_find_patch(&w->settings, err) < 0) ||
	    check_space(w, w->choice.artifacts.items[0].size, err) < 0)
		return err_wrap(err, "%s", w->choice.name);
	if (fetch(w, err) < 0)
		return -1;
	if (build_version(w, result, err) < 0)
		return err->code == ERR_INTERRUPTED ? -1 : err_wrap(err, "%s", w->choice.name);
	result->provenance = w->archive.provenance;
	w->archive.provenance = (struct provenance){ 0 };
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
	cleanup_with(work_reset) struct work w = { .options = options,
						   .request = request,
						   .stage = STAGE_INIT,
						   .archive = FETCHED_INIT,
						   .source = DIR_INIT };

	if (choose(options, request, &w.choice, err) < 0)
		return -1;
	if (!version_parse(str_from(w.choice.version), &w.version))
		return err_set(err, ERR_USAGE, "%s is no name of a version", w.choice.version);
	result->name = mem_strdup(w.choice.name);
	if (!options->replace && is_there(options, w.choice.name)) {
		result->was_installed = true;
		return 0;
	}
	return run_transaction(&w, result, err);
}

int
install_version(const struct install_options *options, const char *request,
		struct install_result *ret_result, struct err *err)
{
	cleanup_install_result struct install_result result = { 0 };
	int64_t start = platform_now_ms();

	if (install(options, request, &result, err) < 0)
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
	cleanup_with(choice_reset) struct choice choice = { 0 };

	if (choose(options, request, &choice, err) < 0)
		return -1;
	*ret_name = steal_ptr(&choice.version);
	return 0;
}

char *
install_package_name(const char *name)
{
	struct version version;
	size_t n = strcspn(name, "-");

	/* One source makes all variants. */
	if (version_parse(str_from(name), &version) && version.free_threaded && n &&
	    name[n - 1] == 't')
		n--;
	return mem_printf("Python-%.*s", (int)n, name);
}

void
install_result_reset(struct install_result *result)
{
	free(result->name);
	free(result->kept_source);
	free(result->kept_log);
	provenance_reset(&result->provenance);
	probe_report_reset(&result->probe);
	*result = (struct install_result){ 0 };
}
