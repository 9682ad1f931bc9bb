/* SPDX-License-Identifier: MIT */
/* The seed of a Python that is there already. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "supply/seedmaker_internal.h"
#include "venv/seed.h"

/* A digest and a newline. */
#define KEY_MAX ((size_t)256)

/* What is known of the Python, and what is held while its seed is made. */
struct restoring {
	const struct seed_target *target;
	struct stage stage;
	struct facts facts;
	struct dir tree;
	struct dir meta;  /* in which we keep what we know of it */
	struct dir place; /* in which the seed is to be */
	const char *name; /* of the seed in it */
	char *python;
};

#define RESTORING_INIT                                                                     \
	{                                                                                  \
		.stage = STAGE_INIT, .tree = DIR_INIT, .meta = DIR_INIT, .place = DIR_INIT \
	}

static void
restoring_reset(struct restoring *r)
{
	stage_reset(&r->stage);
	facts_reset(&r->facts);
	dir_reset(&r->tree);
	dir_reset(&r->meta);
	dir_reset(&r->place);
	free(r->python);
}

/* The folder of versions/ that NAME is, or is a link to; an adopted Python's own name.
 * An environment has no pip to share. */
static int
real_name(const struct store *store, const char *name, char **ret_name, struct err *err)
{
	cleanup_free char *path = store_path(store, name);
	cleanup_free char *real = realpath(path, NULL);
	cleanup_free char *versions = realpath(store->versions.path, NULL);
	cleanup_free char *from = NULL;
	struct str parent;
	bool gone;

	if (!real || !versions)
		return err_sys(err, "cannot look at %s", path);
	parent = path_dir(real);
	if (str_eq_text(parent, versions)) {
		*ret_name = mem_strdup(path_base(real).p);
		return 0;
	}
	from = store_adopted_from(store, name, &gone);
	if (from) {
		*ret_name = mem_strdup(name);
		return 0;
	}
	err_set(err, ERR_FAILED, "cannot keep pip for %s: it is a link to %s, elsewhere", name,
		real);
	return err_detail(err, "to fix", "environments without it: --without-pip");
}

static int
open_installed(struct restoring *r, struct err *err)
{
	const struct store *store = r->target->store;
	cleanup_free char *real = NULL;
	cleanup_free char *path = NULL;

	if (facts_read(store, r->target->name, &r->facts, err) < 0 ||
	    real_name(store, r->target->name, &real, err) < 0)
		return -1;
	path = store_path(store, real);
	if (fs_open_dir(path, &r->tree, err) < 0 ||
	    store_begin(store, real, r->target->events, &r->stage, err) < 0)
		return -1;
	return store_open_meta(store, real, true, &r->meta, err);
}

static int
open_system(struct restoring *r, struct err *err)
{
	const struct system_python *system = r->target->system;
	const struct store *store = r->target->store;

	if (fs_open_dir(system->prefix, &r->tree, err) < 0 ||
	    store_begin_outside(store, r->target->name, r->target->events, &r->stage, err) < 0)
		return -1;
	facts_copy(&system->facts, &r->facts);
	/* What it has is not what was unpacked for a version of ours. */
	if (!r->facts.prefix)
		r->facts.prefix = mem_strdup(system->prefix);
	return store_open_outside(store, r->target->name, system->real, true, &r->meta, err);
}

static int
open_all(struct restoring *r, struct err *err)
{
	const struct seed_choice *choice = r->target->choice;

	if ((r->target->system ? open_system : open_installed)(r, err) < 0 ||
	    (choice ? fs_make_dir_at(&r->meta, LAYOUT_SEEDS, LAYOUT_FOLDER_MODE, &r->place, err)
		    : fs_open_dir_at(&r->meta, ".", &r->place, err)) < 0)
		return -1;
	r->name = choice ? choice->list->key : LAYOUT_SEED;
	r->python = path_join(r->tree.path, r->facts.executable, NULL);
	return 0;
}

/* Is the seed there, whole, and made of what KEY (NULL: whatever) stands for? */
static bool
is_right(const struct restoring *r, const char *key)
{
	cleanup_free char *file = path_join(r->name, SEED_KEY, NULL);
	cleanup_buf struct buf text = BUF_INIT(KEY_MAX);
	cleanup_seed struct seed seed = SEED_INIT;
	cleanup_err struct err ignored = { 0 };

	if (key && (fs_read_file(&r->place, file, &text, &ignored) < 0 ||
		    !str_eq_text(str_trim(buf_str(&text)), key)))
		return false;
	return seed_open_at(&r->place, r->name, &seed, &ignored) == 0 &&
	       seed_verify(&seed, &ignored) == 0;
}

/* Make the seed in the stage and let it take its place. */
static int
make_and_place(struct restoring *r, struct making *m, struct err *err)
{
	const struct dir *work = &r->stage.work;

	if (seed_make_in(m, work, r->name, err) < 0)
		return -1;
	if (fs_exists_at(&r->place, r->name))
		return fs_exchange(work, r->name, &r->place, r->name, err);
	return fs_rename_new(work, r->name, &r->place, r->name, err);
}

int
seed_restore(const struct seed_target *target, bool *ret_made, struct err *err)
{
	cleanup_with(restoring_reset) struct restoring r = RESTORING_INIT;
	cleanup_with(seed_making_reset) struct making m = { .seed = DIR_INIT, .files = DIR_INIT };
	struct seed_wheels wheels = { .store = target->store,
				      .facts = &r.facts,
				      .choice = target->choice,
				      .downloads = DIR_INIT };
	struct seed_spec spec = { .tree = &r.tree,
				  .facts = &r.facts,
				  .store = target->choice ? target->store : NULL,
				  .subject = target->name,
				  .events = target->events };
	int result;

	*ret_made = false;
	r.target = target;
	if (open_all(&r, err) < 0)
		return -1;
	wheels.prefix = r.facts.prefix ? r.facts.prefix : r.tree.path;
	spec.python = r.python;
	m.spec = &spec;
	m.wheels = target->choice ? &wheels : NULL;
	result = m.wheels ? seed_wheels_download(&wheels, &r.stage.work, target->events,
						 target->name, err)
			  : 0;
	if (result == 0 && m.wheels)
		result = seed_chosen_key(&m, &m.key, err);
	if (result == 0 && !is_right(&r, m.key)) {
		*ret_made = true;
		result = make_and_place(&r, &m, err);
	}
	dir_reset(&wheels.downloads);
	return result;
}
