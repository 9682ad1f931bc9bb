/* SPDX-License-Identifier: MIT */
/* pyvern verify: are installed versions what was installed? */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "commands.h"
#include "core/choice.h"
#include "core/store.h"
#include "os/sig.h"
#include "supply/verify.h"

#define SCHEMA 1
/* Damaged files that people are shown. */
#define SHOWN 20

static const char *const change_words[] = {
	[MANIFEST_CHANGED] = "changed",
	[MANIFEST_VANISHED] = "vanished",
	[MANIFEST_APPEARED] = "appeared",
};

/* For people: what fits into the column of labels. */
static const char *const change_labels[] = {
	[MANIFEST_CHANGED] = "changed",
	[MANIFEST_VANISHED] = "gone",
	[MANIFEST_APPEARED] = "new",
};

static void
count_changes(const struct verify_report *report, size_t ret[3])
{
	for (size_t i = 0; i < report->count; i++)
		if (report->items[i].kind == VERIFY_DAMAGE)
			ret[report->items[i].difference.change]++;
}

/* "2 changed, 1 vanished" */
static char *
summary_of(const struct verify_report *report)
{
	size_t counts[3] = { 0 };
	struct strvec parts = { 0 };
	char *text;

	count_changes(report, counts);
	for (size_t i = 0; i < 3; i++)
		if (counts[i])
			strvec_printf(&parts, "%zu %s", counts[i], change_labels[i]);
	text = strvec_join(&parts, ", ");
	strvec_reset(&parts);
	return text;
}

/* How many of the items behind ITEM are what is gone with it, a folder. *RET_END: behind them. */
static size_t
gone_with(const struct verify_report *report, size_t item, size_t *ret_end)
{
	const struct verify_finding *items = report->items;
	size_t count = 0;
	size_t i = item + 1;

	for (; items[item].difference.change == MANIFEST_VANISHED && i < report->count &&
	       items[i].difference.change == MANIFEST_VANISHED &&
	       path_is_below(items[i].difference.path, items[item].difference.path);
	     i++)
		count += items[i].kind == VERIFY_DAMAGE;
	*ret_end = i;
	return count;
}

static void
show_damage(const struct context *ctx, const char *name, const struct verify_report *report)
{
	cleanup_free char *summary = summary_of(report);
	cleanup_free char *word = shell_word(name);
	size_t shown = 0;
	size_t told = 0;
	size_t next;

	out_fact(ctx->out, '!', name, "%s, of %llu files", summary,
		 (unsigned long long)report->files);
	for (size_t i = 0; i < report->count && shown < SHOWN; i = next) {
		const struct verify_finding *f = &report->items[i];
		size_t more;

		next = i + 1;
		if (f->kind != VERIFY_DAMAGE)
			continue;
		more = gone_with(report, i, &next);
		if (more)
			out_detail(ctx->out, "gone", "%s, with %zu in it", f->difference.path,
				   more);
		else
			out_detail(ctx->out, change_labels[f->difference.change], "%s",
				   f->difference.path);
		shown++;
		told += 1 + more;
	}
	if (report->damaged > told)
		out_detail(ctx->out, "and", "%zu more (--json has all)", report->damaged - told);
	out_detail(ctx->out, "to fix", "pyvern repair %s", word);
}

/* What pip did is no damage, and worth knowing. */
static void
show_packages(const struct context *ctx, const struct verify_report *report)
{
	cleanup_free char *names = strvec_join(&report->packages, ", ");

	if (report->changed)
		out_detail(ctx->out, "by pip", "%zu files%s%s", report->changed, *names ? ": " : "",
			   names);
}

static void
show(const struct context *ctx, const char *name, const struct verify_report *report)
{
	if (report->damaged) {
		show_damage(ctx, name, report);
	} else {
		out_fact(ctx->out, '=', name, "%llu files, as they were installed",
			 (unsigned long long)report->files);
	}
	show_packages(ctx, report);
}

static void
print_json(struct out *out, const char *name, const struct verify_report *report)
{
	static const char *const kinds[] = { [VERIFY_DAMAGE] = "damage",
					     [VERIFY_PACKAGE] = "package",
					     [VERIFY_COMPILED] = "compiled" };

	out_json_object(out, NULL);
	out_json_text(out, "name", name);
	out_json_bool(out, "holds", report->damaged == 0);
	out_json_number(out, "files", (int64_t)report->files);
	out_json_array(out, "packages");
	for (size_t i = 0; i < report->packages.count; i++)
		out_json_text(out, NULL, report->packages.items[i]);
	out_json_close(out);
	out_json_array(out, "differences");
	for (size_t i = 0; i < report->count; i++) {
		const struct verify_finding *f = &report->items[i];

		out_json_object(out, NULL);
		out_json_text(out, "path", f->difference.path);
		out_json_text(out, "change", change_words[f->difference.change]);
		out_json_text(out, "kind", kinds[f->kind]);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_close(out);
}

/* The versions that WORDS name; without any, all that have a manifest. */
static int
find_names(struct context *ctx, const struct store *store, struct strvec *ret, struct err *err)
{
	const struct strvec *words = &ctx->options->args;
	cleanup_entries struct entries entries = { 0 };

	for (size_t i = 0; i < words->count; i++) {
		char *name = store_find(store, words->items[i]);

		if (!name) {
			(void)err_set(err, ERR_NOT_INSTALLED, "%s is not installed",
				      words->items[i]);
			return err_detail(err, "to fix", "pyvern versions shows what is");
		}
		strvec_take(ret, name);
	}
	if (words->count)
		return 0;
	if (store_list(store, 0, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_free char *manifest =
			mem_printf("%s/" LAYOUT_META "/" LAYOUT_MANIFEST, entries.items[i].name);

		if (entries.items[i].kind != ENTRY_LINK && fs_exists_at(&store->versions, manifest))
			strvec_add(ret, entries.items[i].name);
	}
	return 0;
}

static int
verify_all(struct context *ctx, const struct store *store, const struct strvec *names,
	   size_t *ret_damaged, struct err *err)
{
	bool json = options_has(ctx->options, "json");

	for (size_t i = 0; i < names->count; i++) {
		cleanup_verify_report struct verify_report report = { 0 };
		const char *name = names->items[i];

		if (verify_version(store, name, out_events(ctx->out), &report, err) < 0)
			return -1;
		event_end(out_events(ctx->out), name);
		*ret_damaged += report.damaged != 0;
		if (json)
			print_json(ctx->out, name, &report);
		else
			show(ctx, name, &report);
	}
	return 0;
}

int
verify_run(struct context *ctx, int *ret_status, struct err *err)
{
	bool json = options_has(ctx->options, "json");
	cleanup_store struct store store = STORE_INIT;
	cleanup_strvec struct strvec names = { 0 };
	size_t damaged = 0;

	sig_install();
	if (store_open(ctx->layout, &store, err) < 0 || find_names(ctx, &store, &names, err) < 0)
		return -1;
	if (json) {
		out_json_begin(ctx->out, SCHEMA);
		out_json_array(ctx->out, "versions");
	}
	if (verify_all(ctx, &store, &names, &damaged, err) < 0)
		return -1;
	if (json) {
		out_json_close(ctx->out);
		out_json_end(ctx->out);
	} else if (names.count == 0) {
		out_fact(ctx->out, '=', "verify", "nothing here was installed by pyvern");
	}
	if (damaged)
		*ret_status = err_status(ERR_CHECK);
	return 0;
}
