/* SPDX-License-Identifier: MIT */
/* What a tree needs before it can be committed. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/install_internal.h"
#include "supply/manifest.h"
#include "supply/seedmaker.h"
#include "venv/seed.h"

/* Put pip into the version itself, as ensurepip would: people expect `pip`
 * right after an install. */
static int
plant_pip(struct install_work *w, struct err *err)
{
	cleanup_seed struct seed seed = SEED_INIT;
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_free char *site_path = path_join(w->stage.tree.path, w->facts.platlib, NULL);
	cleanup_free char *python = path_join(w->stage.final_path, w->facts.executable, NULL);

	if (seed_open(&w->stage.tree, &seed, err) < 0 || fs_open_dir(site_path, &site, err) < 0)
		return -1;
	/* Most builds come with it. */
	if (fs_is_dir_at(&site, "pip"))
		return 0;
	if (fs_open_dir_at(&w->stage.tree, "bin", &bin, err) < 0 ||
	    seed_plant(&seed, &site, &bin, python, SEED_ANY, err) < 0)
		return -1;
	w->packages = mem_strdup(seed.packages);
	return 0;
}

/* For a version without a pip: the one that a bundle brought, if it can be had. */
static int
make_spare_seed(struct install_work *w, const struct seed_spec *spec, struct err *err)
{
	cleanup_err struct err why = { 0 };

	if (!seed_has_spare(&w->store, w->facts.version)) {
		event_warning(w->options->events, w->name, "this version brings no pip");
		return 0;
	}
	if (seed_make(spec, &why) == 0)
		return plant_pip(w, err) < 0 ? err_wrap(err, "cannot install its pip")
					     : build_finish_tree(&w->stage.tree, &w->version, err);
	if (why.code == ERR_INTERRUPTED) {
		*err = why;
		why = (struct err){ 0 };
		return -1;
	}
	event_warning(w->options->events, w->name, "this version brings no pip: %s", why.message);
	return fs_remove_tree(&w->stage.tree, LAYOUT_META "/" LAYOUT_SEED, err);
}

static int
make_seed(struct install_work *w, const struct probe_report *probe, struct err *err)
{
	cleanup_env struct env env = { 0 };
	cleanup_free char *python = path_join(w->stage.tree.path, w->facts.executable, NULL);
	cleanup_free char *pip = path_join(w->facts.platlib, "pip", NULL);
	struct seed_spec spec = { .tree = &w->stage.tree,
				  .python = python,
				  .env = &env,
				  .facts = &w->facts,
				  .store = &w->store,
				  .magic = probe->magic,
				  .tag = probe->tag,
				  .subject = w->name,
				  .events = w->options->events };

	probe_env(&w->stage.tree, &w->settings.env, &env);
	/* Before 2.7.9 and 3.4 no pip came with Python. What others made may have one
	 * that is no wheel. */
	if (!w->facts.wheels || !*w->facts.wheels)
		return fs_exists_at(&w->stage.tree, pip) ? 0 : make_spare_seed(w, &spec, err);
	if (seed_make(&spec, err) < 0 || plant_pip(w, err) < 0)
		return err_wrap(err, "cannot install its pip");
	return build_finish_tree(&w->stage.tree, &w->version, err);
}

/* Its lines are what pip says when it refuses. */
#define MANAGED_FILE INSTALL_MANAGED_FILE
static const char managed_text[] =
	"[externally-managed]\n"
	"Error=This Python is for environments: `pyvern venv` makes one.\n"
	" Installed again without --externally-managed, it takes packages itself.\n";

/* People who come from pyenv install into versions; whoever built this one may have
 * thought of other people. */
static int
settle_pip_rule(const struct install_work *w, struct err *err)
{
	cleanup_dirfd struct dir stdlib = DIR_INIT;
	cleanup_free char *path = path_join(w->stage.tree.path, w->facts.stdlib, NULL);

	if (fs_open_dir(path, &stdlib, err) < 0)
		return -1;
	if (unlinkat(stdlib.fd, MANAGED_FILE, 0) < 0 && errno != ENOENT)
		return err_sys(err, "cannot remove %s/%s", path, MANAGED_FILE);
	if (!w->options->externally_managed)
		return 0;
	return fs_create_file(&stdlib, MANAGED_FILE, STR_LIT(managed_text), 0644, err);
}

static int
describe(struct install_work *w, const struct dir *meta, struct err *err)
{
	struct manifest_result manifest;

	if (settle_pip_rule(w, err) < 0 || facts_write(meta, &w->facts, err) < 0 ||
	    install_keep_signature(w, meta, err) < 0 || receipt_write(meta, &w->receipt, err) < 0)
		return -1;
	return manifest_write(&w->stage.tree, meta, w->name, w->options->events, &manifest, err);
}

/* A source or a setting that overrules --disable-gil must not make a 3.13.5t with
 * the lock: its extensions would be those of another ABI. */
static int
check_threading(const struct install_work *w, struct err *err)
{
	const char *flags = strrchr(w->facts.abi, '-');

	if (!w->version.free_threaded || (flags && strchr(flags, 't')))
		return 0;
	return err_set(err, ERR_FAILED, "it was built with the global lock (its ABI is %s)",
		       w->facts.abi);
}

/* A release is what its name says: what came under a wrong name (--from) is not
 * installed under it. */
static int
check_version(const struct install_work *w, struct err *err)
{
	const struct version *wanted = &w->version;
	struct str text = str_from(w->facts.version);
	struct version is;

	/* Without its headers a tree only tells the series; a branch calls itself 3.15.0a1+. */
	text.n = str_find(text, '+');
	if (!str_eq_text(wanted->family, "cpython") || wanted->language_parts < 3 ||
	    wanted->stage == VERSION_DEV || !version_parse(text, &is) || is.language_parts < 3)
		return 0;
	if (memcmp(is.language, wanted->language, sizeof(is.language)) == 0 &&
	    is.stage == wanted->stage && is.stage_number == wanted->stage_number)
		return 0;
	return err_set(err, ERR_CHECK, "what came is Python %s", w->facts.version);
}

int
install_complete(struct install_work *w, struct install_result *result, struct err *err)
{
	cleanup_dirfd struct dir meta = DIR_INIT;
	int64_t start = platform_now_ms();

	if (check_threading(w, err) < 0 || check_version(w, err) < 0)
		return -1;
	event_phase(w->options->events, w->name, "probe", NULL);
	if (probe_python(&w->stage.tree, w->facts.executable, &w->version, &w->settings.env,
			 &result->probe, err) < 0)
		return -1;
	if (fs_make_dir_at(&w->stage.tree, LAYOUT_META, 0755, &meta, err) < 0 ||
	    make_seed(w, &result->probe, err) < 0)
		return -1;
	w->receipt.probe = &result->probe;
	w->receipt.packages = w->packages;
	w->receipt.finish_ms = (uint64_t)(platform_now_ms() - start);
	return describe(w, &meta, err);
}
