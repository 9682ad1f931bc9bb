/* SPDX-License-Identifier: MIT */
/* An installed version whose files are damaged: only those are put back. */
#include <config.h>

#include "supply/repair_internal.h"

#include <string.h>

#include "base/path.h"
#include "core/store.h"
#include "os/sig.h"
#include "supply/receipt.h"

/* Damaged files that an error names. */
#define NAMED_MAX 5

struct repairing {
	const struct repair_options *options;
	const struct store *store;
	const char *name;
	struct repair_report *report;
};

static void
clear_findings(struct repair_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->items[i].path);
		free(report->items[i].because);
	}
	free(report->items);
	report->items = NULL;
	report->count = 0;
	strvec_reset(&report->strange);
}

void
repair_report_reset(struct repair_report *report)
{
	clear_findings(report);
	install_result_reset(&report->made);
	*report = (struct repair_report){ 0 };
}

/* What is damaged now. */
static int
look(const struct repairing *r, struct err *err)
{
	struct repair_report *report = r->report;
	cleanup_verify_report struct verify_report found = { 0 };

	if (verify_version(r->store, r->name, r->options->install->events, &found, err) < 0)
		return -1;
	clear_findings(report);
	report->files = found.files;
	for (size_t i = 0; i < found.count; i++) {
		struct manifest_difference *d = &found.items[i].difference;

		if (found.items[i].kind != VERIFY_DAMAGE)
			continue;
		if (d->change == MANIFEST_APPEARED) {
			strvec_add(&report->strange, d->path);
			continue;
		}
		report->items = vec_grow(report->items, report->count, sizeof(*report->items));
		report->items[report->count++] =
			(struct repair_file){ .path = steal_ptr(&d->path), .change = d->change };
	}
	return 0;
}

/* Put back what is damaged, from STAGE's tree; the version is locked. */
static int
take(void *ctx, const struct stage *stage, struct err *err)
{
	struct repairing *r = ctx;
	cleanup_dirfd struct dir live = DIR_INIT;
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_strvec struct strvec paths = { 0 };
	cleanup_strvec struct strvec lines = { 0 };

	/* While it was made, pip may have changed something. */
	if (look(r, err) < 0 || fs_open_dir(stage->final_path, &live, err) < 0 ||
	    fs_open_dir_at(&live, LAYOUT_META, &meta, err) < 0)
		return -1;
	for (size_t i = 0; i < r->report->count; i++)
		strvec_add(&paths, r->report->items[i].path);
	if (manifest_find_lines(&meta, &paths, &lines, err) < 0)
		return -1;
	for (size_t i = 0; i < r->report->count; i++) {
		struct repair_file *file = &r->report->items[i];

		if (sig_check(err) < 0 ||
		    repair_file(&live, &stage->tree, lines.items[i], file, err) < 0)
			return -1;
		r->report->restored += file->restored;
	}
	return 0;
}

static bool
is_damaged(const struct repair_report *report, const char *path)
{
	for (size_t i = 0; i < report->count; i++)
		if (strcmp(report->items[i].path, path) == 0)
			return true;
	return false;
}

/* Some of the damaged files hang below a set ERR. Returns -1. */
static int
name_files(const struct repair_report *report, struct err *err)
{
	for (size_t i = 0; i < report->count && i < NAMED_MAX; i++)
		(void)err_detail(err,
				 report->items[i].change == MANIFEST_CHANGED ? "changed" : "gone",
				 "%s", report->items[i].path);
	if (report->count > NAMED_MAX)
		(void)err_detail(err, "and", "%zu more", report->count - NAMED_MAX);
	return -1;
}

static int
unknown_origin(const struct repairing *r, const char *why, struct err *err)
{
	err_reset(err);
	(void)err_set(err, ERR_CHECK, "%s cannot be repaired: %s", r->name, why);
	(void)name_files(r->report, err);
	return err_detail(err, "to fix", "pyvern install --force %s", r->name);
}

/* What it was made of, and how. */
static int
read_receipt(const struct repairing *r, struct catalog_named *ret_again,
	     struct receipt_read *ret_like, struct err *err)
{
	static const char receipt[] = LAYOUT_META "/" LAYOUT_RECEIPT;
	cleanup_free char *path = store_path(r->store, r->name);
	cleanup_free char *inside = path_join(path, LAYOUT_META, NULL);
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (is_damaged(r->report, receipt))
		return unknown_origin(r, "its receipt is damaged, too", err);
	if (fs_open_dir(inside, &meta, err) < 0 || receipt_read(&meta, ret_like, err) < 0 ||
	    receipt_read_artifact(&meta, r->name, ret_again, err) < 0) {
		cleanup_free char *why = mem_strdup(err->message);

		return unknown_origin(r, why, err);
	}
	return 0;
}

static int
needs_rebuild(const struct repairing *r, struct err *err)
{
	(void)err_set(err, ERR_CHECK,
		      "%s was built here: to have %zu of its files again, it has to be built again",
		      r->name, r->report->count);
	(void)name_files(r->report, err);
	return err_detail(err, "to fix", "pyvern repair --rebuild %s", r->name);
}

/* Did it come with the file that tells pip to leave it alone? */
static bool
is_managed(const struct repairing *r)
{
	cleanup_free char *path = store_path(r->store, r->name);
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *file = NULL;

	if (fs_open_dir(path, &tree, &ignored) < 0 ||
	    facts_read(r->store, r->name, &facts, &ignored) < 0)
		return false;
	file = path_join(facts.stdlib, INSTALL_MANAGED_FILE, NULL);
	return fs_exists_at(&tree, file) || is_damaged(r->report, file);
}

static int
make_again(struct repairing *r, struct err *err)
{
	const struct install_receiver receiver = { take, r };
	cleanup_named struct catalog_named again = { 0 };
	cleanup_receipt_read struct receipt_read like = { 0 };
	struct install_options options = *r->options->install;

	if (read_receipt(r, &again, &like, err) < 0)
		return -1;
	r->report->is_built = like.is_built;
	if (r->options->dry_run)
		return 0;
	if (like.is_built && !r->options->rebuild)
		return needs_rebuild(r, err);
	options.again = &again;
	options.receiver = &receiver;
	options.name = r->name;
	options.replace = true;
	options.no_default = true;
	options.externally_managed = is_managed(r);
	if (like.is_built) {
		build_options_take(&options.build, &like.like.options);
		options.build.like = &like.like;
		options.patch = like.like.patch;
	}
	if (install_version(&options, r->name, &r->report->made, err) < 0)
		return -1;
	r->report->was_made = true;
	return 0;
}

int
repair_version(const struct repair_options *options, const char *name, struct repair_report *ret,
	       struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	struct repairing r = { options, &store, name, ret };

	*ret = (struct repair_report){ 0 };
	if (store_open(options->install->layout, &store, err) < 0 || look(&r, err) < 0)
		return -1;
	return ret->count ? make_again(&r, err) : 0;
}
