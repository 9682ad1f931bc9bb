/* SPDX-License-Identifier: MIT */
/* pyvern cache: the downloads, looked after. */
#include <config.h>

#include <string.h>

#include "base/shell.h"
#include "commands.h"
#include "os/sig.h"
#include "supply/cache_keep.h"

#define DAY_S 86400
/* Longest age and largest budget that anybody means: a century, a petabyte. */
#define DAYS_MAX 36500
#define MEGABYTES_MAX 1000000000

struct keeping {
	struct context *ctx;
	struct cache cache;
	struct cache_entries entries;
	bool json;
};

static void
keeping_reset(struct keeping *k)
{
	cache_entries_reset(&k->entries);
	cache_reset(&k->cache);
}

static const char *
state_name(enum cache_state state)
{
	static const char *const names[] = { "whole", "unfinished", "pyenv's" };

	return names[state];
}

/* "today", "3 days". Owned by the caller (free). */
static char *
age_text(const struct cache_entry *entry, time_t now)
{
	long long days = (long long)(now - entry->changed) / DAY_S;

	if (days < 1)
		return mem_strdup("today");
	return mem_printf("%lld day%s", days, days == 1 ? "" : "s");
}

static void
json_entry(struct out *out, const struct cache_entry *entry, const char *result)
{
	cleanup_free char *path = mem_printf("%s/%s", entry->folder->path, entry->file);

	out_json_object(out, NULL);
	out_json_text(out, "name", entry->name);
	out_json_text(out, "path", path);
	out_json_text(out, "state", state_name(entry->state));
	out_json_text(out, "sha256", *entry->sha256 ? entry->sha256 : NULL);
	out_json_number(out, "size", (int64_t)entry->size);
	out_json_number(out, "changed", (int64_t)entry->changed);
	if (result)
		out_json_text(out, "result", result);
	out_json_close(out);
}

static void
json_begin(const struct keeping *k)
{
	if (!k->json)
		return;
	out_json_begin(k->ctx->out, 1);
	out_json_array(k->ctx->out, "files");
}

static void
json_end(const struct keeping *k)
{
	if (!k->json)
		return;
	out_json_close(k->ctx->out);
	out_json_end(k->ctx->out);
}

static void
list_json(const struct keeping *k)
{
	json_begin(k);
	for (size_t i = 0; i < k->entries.count; i++)
		json_entry(k->ctx->out, &k->entries.items[i], NULL);
	json_end(k);
}

static void
list(const struct keeping *k)
{
	struct out_table *table = out_table_new(5);
	time_t now = time(NULL);
	uint64_t total = 0;
	cleanup_free char *sum = NULL;

	for (size_t i = 0; i < k->entries.count; i++) {
		const struct cache_entry *entry = &k->entries.items[i];
		cleanup_free char *size = out_size(entry->size);
		cleanup_free char *age = age_text(entry, now);
		cleanup_free char *safe = out_safe(entry->name);
		cleanup_free char *file = out_safe(entry->file);

		total += entry->size;
		out_table_row(table, (const char *[]){ safe, size, age,
						       entry->state == CACHE_WHOLE
							       ? ""
							       : state_name(entry->state),
						       file });
	}
	out_table_print(k->ctx->out, table);
	sum = out_size(total);
	out_note(k->ctx->out, "%zu file%s, %s", k->entries.count, k->entries.count == 1 ? "" : "s",
		 sum);
}

/* -1 only for what ends all of it. */
static int
verify_entry(const struct keeping *k, const struct cache_entry *entry, bool *ret_holds,
	     struct err *err)
{
	cleanup_free char *word = NULL;
	cleanup_free char *path = mem_printf("%s/%s", entry->folder->path, entry->file);

	if (cache_entry_verify(entry, ret_holds, err) < 0)
		return -1;
	if (k->json) {
		json_entry(k->ctx->out, entry, *ret_holds ? "holds" : "damaged");
		return 0;
	}
	if (*ret_holds) {
		out_fact(k->ctx->out, '=', entry->name, "sha256 holds");
		return 0;
	}
	word = shell_word(path);
	out_fact(k->ctx->out, '!', entry->name, "is not what its name says");
	out_detail(k->ctx->out, "to fix", "rm %s (the next install downloads it again)", word);
	return 0;
}

static int
verify(const struct keeping *k, int *ret_status, struct err *err)
{
	json_begin(k);
	for (size_t i = 0; i < k->entries.count; i++) {
		const struct cache_entry *entry = &k->entries.items[i];
		bool holds = true;

		if (entry->state != CACHE_WHOLE)
			continue;
		if (verify_entry(k, entry, &holds, err) < 0)
			return -1;
		if (!holds)
			*ret_status = err_status(ERR_CHECK);
	}
	json_end(k);
	return 0;
}

struct prune_options {
	uint64_t days;	 /* UINT64_MAX: whatever the age */
	uint64_t budget; /* bytes; UINT64_MAX: none */
	bool has_budget;
	bool unfinished_only;
	bool dry_run;
};

static int
read_number(const struct context *ctx, const char *name, uint64_t most, uint64_t *ret,
	    struct err *err)
{
	const char *text = options_text(ctx->options, name);

	if (text && !str_u64(str_from(text), 0, most, ret))
		return err_set(err, ERR_USAGE, "--%s takes a number from 0 to %llu, not %s", name,
			       (unsigned long long)most, text);
	return 0;
}

static int
read_prune(const struct context *ctx, struct prune_options *ret, struct err *err)
{
	uint64_t megabytes = 0;

	*ret = (struct prune_options){ .has_budget = options_has(ctx->options, "max-size"),
				       .unfinished_only = options_has(ctx->options, "unfinished"),
				       .dry_run = options_has(ctx->options, "dry-run") };
	if (read_number(ctx, "older-than", DAYS_MAX, &ret->days, err) < 0 ||
	    read_number(ctx, "max-size", MEGABYTES_MAX, &megabytes, err) < 0)
		return -1;
	ret->budget = megabytes * 1000000;
	return 0;
}

static int
compare_ages(const void *a, const void *b)
{
	const struct cache_entry *x = *(const struct cache_entry *const *)a;
	const struct cache_entry *y = *(const struct cache_entry *const *)b;

	return x->changed < y->changed ? -1 : x->changed > y->changed;
}

/* What may go, the oldest first; owned by the caller (free). */
static const struct cache_entry **
candidates(const struct keeping *k, const struct prune_options *o, size_t *ret_count,
	   uint64_t *ret_size)
{
	const struct cache_entry **found = mem_resize(NULL, k->entries.count + 1, sizeof(*found));
	time_t now = time(NULL);

	*ret_count = 0;
	*ret_size = 0;
	for (size_t i = 0; i < k->entries.count; i++) {
		const struct cache_entry *entry = &k->entries.items[i];

		if (entry->state == CACHE_PYENVS)
			continue;
		*ret_size += entry->size;
		if (o->unfinished_only && entry->state != CACHE_UNFINISHED)
			continue;
		if ((long long)(now - entry->changed) < (long long)o->days * DAY_S)
			continue;
		found[(*ret_count)++] = entry;
	}
	if (*ret_count)
		qsort(found, *ret_count, sizeof(*found), compare_ages);
	return found;
}

static int
prune_entry(const struct keeping *k, const struct prune_options *o, const struct cache_entry *entry,
	    uint64_t *freed, struct err *err)
{
	cleanup_free char *size = out_size(entry->size);
	bool busy = false;

	if (sig_check(err) < 0)
		return -1;
	if (!o->dry_run && cache_entry_remove(entry, &busy, err) < 0)
		return -1;
	if (!busy)
		*freed += entry->size;
	if (k->json)
		json_entry(k->ctx->out, entry, busy ? "busy" : o->dry_run ? "would go" : "removed");
	else if (busy)
		out_fact(k->ctx->out, '=', entry->name, "is being downloaded");
	else
		out_fact(k->ctx->out, '-', entry->name, "%s", size);
	return 0;
}

static int
prune(const struct keeping *k, struct err *err)
{
	struct prune_options o;
	cleanup_free const struct cache_entry **found = NULL;
	cleanup_free char *text = NULL;
	size_t count = 0;
	uint64_t size = 0;
	uint64_t freed = 0;

	if (read_prune(k->ctx, &o, err) < 0)
		return -1;
	found = candidates(k, &o, &count, &size);
	json_begin(k);
	for (size_t i = 0; i < count; i++) {
		if (o.has_budget && size - freed <= o.budget)
			break;
		if (prune_entry(k, &o, found[i], &freed, err) < 0)
			return -1;
	}
	json_end(k);
	text = out_size(freed);
	if (!k->json)
		out_note(k->ctx->out, o.dry_run ? "%s would be freed" : "%s freed", text);
	return 0;
}

static int
refuse_other_options(const struct context *ctx, const char *word, struct err *err)
{
	static const char *const names[] = { "older-than", "max-size", "unfinished", "dry-run" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (options_has(ctx->options, names[i]))
			return err_set(err, ERR_USAGE, "--%s is for prune, not for %s", names[i],
				       word);
	return 0;
}

int
cache_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *word = args->count ? args->items[0] : "list";
	cleanup_with(keeping_reset) struct keeping k = {
		.ctx = ctx, .cache = CACHE_INIT, .json = options_has(ctx->options, "json")
	};
	const char *shared = config_get(ctx->config, "cache", NULL);
	bool is_list = strcmp(word, "list") == 0;
	bool is_prune = strcmp(word, "prune") == 0;

	*ret_status = 0;
	if (args->count > 1 || (!is_list && !is_prune && strcmp(word, "verify") != 0))
		return err_set(err, ERR_USAGE, "cache takes list, verify or prune, not %s",
			       args->items[args->count - 1]);
	if (!is_prune && refuse_other_options(ctx, word, err) < 0)
		return -1;
	if (cache_open(ctx->layout, shared && *shared ? shared : NULL, &k.cache, err) < 0 ||
	    cache_entries_read(&k.cache, &k.entries, err) < 0)
		return -1;
	if (is_prune)
		return prune(&k, err);
	if (!is_list)
		return verify(&k, ret_status, err);
	if (k.json)
		list_json(&k);
	else
		list(&k);
	return 0;
}
