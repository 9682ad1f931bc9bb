/* SPDX-License-Identifier: MIT */
/* What `pyvern repair` does with versions: damaged files are put back. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "commands.h"
#include "core/store.h"
#include "os/sig.h"
#include "supply/repair.h"

#define SCHEMA 1
/* Files that people are shown. */
#define SHOWN 20

static const char *
label_of(const struct repair_file *file)
{
	return file->change == MANIFEST_CHANGED ? "changed" : "gone";
}

/* How many of the files behind FILE are what is, or was, gone with it, a folder, and has the same
 * to be said of it. */
static size_t
gone_with(const struct repair_report *report, size_t file)
{
	const struct repair_file *items = report->items;
	size_t i = file + 1;

	while (items[file].change != MANIFEST_CHANGED && i < report->count &&
	       items[i].change != MANIFEST_CHANGED && items[i].restored == items[file].restored &&
	       !items[i].because && path_is_below(items[i].path, items[file].path))
		i++;
	return i - file - 1;
}

/* The files that are RESTORED, or those that are not. */
static void
show_files(const struct context *ctx, const struct repair_report *report, bool restored)
{
	size_t shown = 0;
	size_t left = 0;
	size_t more;

	for (size_t i = 0; i < report->count; i += 1 + more) {
		const struct repair_file *file = &report->items[i];

		more = gone_with(report, i);
		if (file->restored != restored)
			continue;
		if (shown == SHOWN) {
			left += 1 + more;
			continue;
		}
		shown++;
		if (more)
			out_detail(ctx->out, label_of(file), "%s, with %zu in it%s%s", file->path,
				   more, file->because ? ": " : "",
				   file->because ? file->because : "");
		else
			out_detail(ctx->out, label_of(file), "%s%s%s", file->path,
				   file->because ? ": " : "", file->because ? file->because : "");
	}
	if (left)
		out_detail(ctx->out, "and", "%zu more (--json has all)", left);
}

static void
show_plan(const struct context *ctx, const char *name, const struct repair_report *report)
{
	out_fact(ctx->out, '~', name, "%zu of %llu files would be put back%s", report->count,
		 (unsigned long long)report->files,
		 report->is_built ? ", built again for it (--rebuild)" : "");
	show_files(ctx, report, false);
}

static void
show_restored(const struct context *ctx, const char *name, const struct repair_report *report)
{
	cleanup_free char *time = out_duration(report->made.ms);

	if (report->restored == 0)
		return;
	out_fact(ctx->out, '~', name, "%zu file%s put back, %s %s   %s", report->restored,
		 report->restored == 1 ? "" : "s", report->is_built ? "built again from" : "from",
		 report->made.provenance.source, time);
	show_files(ctx, report, true);
}

/* Nothing is known of them, and somebody may need them. */
static void
show_strange(const struct context *ctx, const char *name, const struct repair_report *report)
{
	if (report->strange.count == 0)
		return;
	out_fact(ctx->out, '!', name, "%zu file%s did not come with it, and stay%s",
		 report->strange.count, report->strange.count == 1 ? "" : "s",
		 report->strange.count == 1 ? "s" : "");
	for (size_t i = 0; i < report->strange.count && i < SHOWN; i++)
		out_detail(ctx->out, "new", "%s", report->strange.items[i]);
	if (report->strange.count > SHOWN)
		out_detail(ctx->out, "and", "%zu more (--json has all)",
			   report->strange.count - SHOWN);
}

static void
show_left(const struct context *ctx, const char *name, const struct repair_report *report)
{
	cleanup_free char *word = shell_word(name);
	size_t left = report->count - report->restored;

	if (!report->was_made || left == 0)
		return;
	out_fact(ctx->out, '!', name, "%zu file%s could not be put back", left,
		 left == 1 ? "" : "s");
	show_files(ctx, report, false);
	out_detail(ctx->out, "to fix", "pyvern install --force %s", word);
}

static void
show(const struct context *ctx, const char *name, const struct repair_report *report)
{
	if (report->count == 0)
		out_fact(ctx->out, '=', name, "%llu files, nothing to repair",
			 (unsigned long long)report->files);
	else if (!report->was_made)
		show_plan(ctx, name, report);
	show_restored(ctx, name, report);
	show_strange(ctx, name, report);
	show_left(ctx, name, report);
}

static void
print_json(struct out *out, const char *name, const struct repair_report *report)
{
	out_json_object(out, NULL);
	out_json_text(out, "name", name);
	out_json_number(out, "files", (int64_t)report->files);
	out_json_bool(out, "built", report->is_built);
	out_json_text(out, "source", report->was_made ? report->made.provenance.source : NULL);
	out_json_array(out, "damaged");
	for (size_t i = 0; i < report->count; i++) {
		const struct repair_file *file = &report->items[i];

		out_json_object(out, NULL);
		out_json_text(out, "path", file->path);
		out_json_text(out, "change",
			      file->change == MANIFEST_CHANGED ? "changed" : "vanished");
		out_json_bool(out, "restored", file->restored);
		out_json_text(out, "because", file->because);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_array(out, "appeared");
	for (size_t i = 0; i < report->strange.count; i++)
		out_json_text(out, NULL, report->strange.items[i]);
	out_json_close(out);
	out_json_close(out);
}

static int
repair_one(const struct context *ctx, const struct repair_options *options,
	   const struct store *store, const char *word, int *ret_status, struct err *err)
{
	cleanup_free char *name = store_find(store, word);
	cleanup_repair_report struct repair_report report = { 0 };

	if (!name)
		return err_set(err, ERR_NOT_INSTALLED, "%s is not installed", word);
	if (repair_version(options, name, &report, err) < 0)
		return -1;
	event_end(out_events(ctx->out), name);
	if (options_has(ctx->options, "json"))
		print_json(ctx->out, name, &report);
	else
		show(ctx, name, &report);
	if (report.was_made && report.restored < report.count)
		*ret_status = err_status(ERR_CHECK);
	return 0;
}

int
repair_version_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_store struct store store = STORE_INIT;
	struct install_options install = { .layout = ctx->layout,
					   .config = ctx->config,
					   .events = out_events(ctx->out),
					   .offline = options_has(ctx->options, "offline") };
	struct repair_options options = { .install = &install,
					  .rebuild = options_has(ctx->options, "rebuild"),
					  .dry_run = options_has(ctx->options, "dry-run") };
	bool json = options_has(ctx->options, "json");
	int result = 0;

	sig_install();
	if (args->count == 0)
		return err_set(err, ERR_USAGE, "repair-version: which version?");
	if (store_open(ctx->layout, &store, err) < 0 ||
	    catalog_open(ctx->layout, &catalog, err) < 0)
		return -1;
	install.catalog = catalog;
	if (json) {
		out_json_begin(ctx->out, SCHEMA);
		out_json_array(ctx->out, "versions");
	}
	for (size_t i = 0; result == 0 && i < args->count; i++)
		result = repair_one(ctx, &options, &store, args->items[i], ret_status, err);
	if (json) {
		out_json_close(ctx->out);
		out_json_end(ctx->out);
	}
	return result;
}
