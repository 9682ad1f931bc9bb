/* SPDX-License-Identifier: MIT */
/* From a standalone build: unpacked while it arrives, relocated. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/install_internal.h"
#include "supply/relocate.h"
#include "supply/unpack.h"

/* Bytes on disk for each byte of the archive. Ours of 3.13.5 has 3.6 with zstd, with the
 * test suite 5.4. */
#define UNPACKED_BYTES_PER_BYTE 6
#define STAGE_TREE "tree"
/* In archives with all that a build leaves ("full"), the folder beside build/ that is
 * the Python. */
#define FULL_INSTALL "install"

/* One build of somebody's, on its way. */
struct arriving {
	struct install_work *w;
	struct dir into;
	struct unpacking *unpacking; /* uses INTO */
	struct relocate_report relocated;
};

static void
arriving_reset(struct arriving *a)
{
	unpack_free(a->unpacking);
	dir_reset(&a->into);
	relocate_report_reset(&a->relocated);
}

static int
open_unpacker(struct arriving *a, struct err *err)
{
	struct install_work *w = a->w;
	uint64_t size = w->candidate->artifacts.items[0].size;
	struct unpack_spec spec = { .layout = w->options->layout,
				    .into = &a->into,
				    .strip = 1,
				    .limits = &archive_limits_default,
				    .subject = w->name,
				    .events = w->options->events,
				    .size = size };

	if (install_check_space(w, size * UNPACKED_BYTES_PER_BYTE, err) < 0 ||
	    fs_make_dir_at(&w->stage.work, STAGE_TREE, 0755, &a->into, err) < 0)
		return -1;
	return unpack_begin(&spec, &a->unpacking, err);
}

/* All bytes are there and hold: let the unpacker end. */
static int
unpack_rest(struct arriving *a, struct err *err)
{
	struct install_work *w = a->w;
	struct unpack_result result;
	int64_t start = platform_now_ms();

	if (unpack_end(a->unpacking, &w->archive, &result, err) < 0)
		return -1;
	install_note_unpacked(w, &result, start);
	return 0;
}

static int
open_tree(struct arriving *a, struct err *err)
{
	bool is_full = !fs_is_dir_at(&a->into, "bin") && fs_is_dir_at(&a->into, FULL_INSTALL);

	return store_stage_tree(&a->w->stage, is_full ? STAGE_TREE "/" FULL_INSTALL : STAGE_TREE,
				err);
}

/* PyPy and GraalPy come with names of their own, older ones without the others. */
static int
link_python(const struct install_work *w, struct err *err)
{
	static const char *const names[] = { "pypy3", "pypy", "graalpy" };
	cleanup_dirfd struct dir bin = DIR_INIT;

	if (fs_open_dir_at(&w->stage.tree, "bin", &bin, err) < 0)
		return err_wrap(err, "the archive has no Python");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!fs_is_executable_at(&bin, names[i]))
			continue;
		if (symlinkat(names[i], bin.fd, "python") < 0 && errno != EEXIST)
			return err_sys(err, "cannot make the link %s/python", bin.path);
	}
	return 0;
}

/* A program that looks for its library in the old place would only start in the
 * stage, where we tell it another one: better no version than such a one. Other files
 * that could not be made right are named. */
static int
check_left(const struct arriving *a, struct err *err)
{
	const struct relocate_report *report = &a->relocated;

	for (size_t i = 0; i < report->left.count; i++) {
		const char *path = report->left.items[i];
		struct str text = str_from(path);

		if (str_starts(text, STR_LIT("bin/")) || str_starts(text, STR_LIT("lib/libpython")))
			return err_set(err, ERR_FAILED, "it was made for %s: %s: %s", report->from,
				       path, report->reasons.items[i]);
		event_warning(a->w->options->events, a->w->name, "%s: %s", path,
			      report->reasons.items[i]);
	}
	return 0;
}

static int
relocate(struct arriving *a, struct err *err)
{
	struct install_work *w = a->w;
	const struct env *env = &w->settings.env;
	struct relocate_spec spec = { .tree = &w->stage.tree,
				      .to = w->stage.final_path,
				      .path = env_get(env, "PATH"),
				      .subject = w->name,
				      .events = w->options->events };
	int64_t start = platform_now_ms();

	if (relocate_tree(&spec, &a->relocated, err) < 0 || check_left(a, err) < 0)
		return err_wrap(err, "cannot relocate it");
	w->receipt.relocated = &a->relocated;
	w->receipt.relocate_ms = (uint64_t)(platform_now_ms() - start);
	return 0;
}

static int
recompile(struct arriving *a, struct err *err)
{
	struct install_work *w = a->w;
	cleanup_env struct env env = { 0 };

	if (a->relocated.stale_count == 0)
		return 0;
	probe_env(&w->stage.tree, &w->settings.env, &env);
	return relocate_recompile(&w->stage.tree, w->facts.executable, &env, &a->relocated, err);
}

static int
make(struct arriving *a, struct install_result *result, struct err *err)
{
	struct install_work *w = a->w;

	if (unpack_rest(a, err) < 0 || open_tree(a, err) < 0 || link_python(w, err) < 0 ||
	    build_link_names(&w->stage.tree, &w->version, err) < 0 || relocate(a, err) < 0 ||
	    facts_derive(&w->stage.tree, &w->facts, err) < 0 || recompile(a, err) < 0)
		return -1;
	return install_complete(w, result, err);
}

/* What is there of a build that could not be had must not stand in the next way's way. */
static int
give_up(struct arriving *a, struct err *err)
{
	struct install_work *w = a->w;
	cleanup_err struct err after = { 0 };

	arriving_reset(a);
	*a = (struct arriving){ .w = w, .into = DIR_INIT };
	if (fs_remove_tree(&w->stage.work, STAGE_TREE, &after) < 0)
		(void)err_detail(err, "also", "%s", after.message);
	return -1;
}

int
install_from_standalone(struct install_work *w, struct install_result *result, struct err *err)
{
	cleanup_with(arriving_reset) struct arriving a = { .w = w, .into = DIR_INIT };
	int status;

	if (open_unpacker(&a, err) < 0)
		return install_fail(w, err);
	if (install_fetch(w, unpack_follower(a.unpacking), err) < 0)
		return give_up(&a, err);
	if (install_turn_take(w->options->turns, TURN_FINISH, w->options->events, w->name, err) < 0)
		return -1;
	status = make(&a, result, err);
	install_turn_give(w->options->turns, TURN_FINISH);
	w->receipt.relocated = NULL;
	return status < 0 ? install_fail(w, err) : 0;
}
