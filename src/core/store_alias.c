/* SPDX-License-Identifier: MIT */
/* Our own aliases: versions/3.13 -> 3.13.5, and the record of them. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/path.h"
#include "core/store_internal.h"

/* 64 KiB: a thousand aliases. */
#define RECORD_MAX ((size_t)64 * 1024)
#define ALIASES_LOCK "aliases"

int
alias_record_read(const struct store *store, struct strvec *ret_lines, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);
	struct str rest;
	struct str line;

	if (store->root.fd < 0)
		return 0;
	if (fs_read_file(&store->root, STORE_ALIAS_RECORD, &text, err) < 0) {
		/* What is no record has no lines; one that cannot be read this time may have. */
		if (err->sys && err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		strvec_add_str(ret_lines, line);
	return 0;
}

bool
alias_record_has(const struct strvec *lines, const char *name, const char *target)
{
	cleanup_free char *line = mem_printf("%s %s", name, target);

	return version_is_alias(str_from(name), str_from(target)) && strvec_has(lines, line);
}

bool
store_alias_target(const struct store *store, const char *name, char **ret_target)
{
	cleanup_free char *target = fs_read_link(&store->versions, name);
	cleanup_strvec struct strvec record = { 0 };
	cleanup_err struct err ignored = { 0 };

	/* Most names are no links: those cost no read of the record. */
	if (!target || !version_is_alias(str_from(name), str_from(target)))
		return false;
	if (alias_record_read(store, &record, &ignored) < 0 ||
	    !alias_record_has(&record, name, target))
		return false;
	if (ret_target)
		*ret_target = steal_ptr(&target);
	return true;
}

bool
store_is_alias(const struct store *store, const char *name)
{
	return store_alias_target(store, name, NULL);
}

/* NAME is one of ALIAS's; G has the generations of the alias OF. */
static int
want_alias(const struct store *store, const char *alias, char *name, char **of,
	   struct generations *g, struct map *wanted, struct err *err)
{
	if (!*of || strcmp(*of, alias) != 0) {
		generations_reset(g);
		if (store_generations(store, alias, g, err) < 0)
			return -1;
		free(*of);
		*of = mem_strdup(alias);
	}
	/* One that is left, or not tried yet, is better than none. */
	if (generations_allow(g, name) || !map_get(wanted, alias))
		map_set(wanted, alias, name);
	return 0;
}

/* What each alias should point at: the newest version of its name. Values are
 * names borrowed from ENTRIES. */
static int
wanted_aliases(const struct store *store, const struct entries *entries, struct map *ret_wanted,
	       struct err *err)
{
	cleanup_generations struct generations g = { 0 };
	cleanup_free char *of = NULL;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];
		char alias[VERSION_NAME_MAX + 1];
		struct version version;
		/* An adopted Python; not another name of something in here. */
		bool is_adopted =
			entry->kind == ENTRY_LINK && !store_leads_into(store, entry->target, "");

		/* The list goes upwards, so that a later one is newer. */
		if ((entry->kind == ENTRY_VERSION || is_adopted) &&
		    version_parse(str_from(entry->name), &version) &&
		    version_alias_name(&version, alias) &&
		    want_alias(store, alias, entry->name, &of, &g, ret_wanted, err) < 0)
			return -1;
	}
	return 0;
}

/* May we make or change the link NAME? Only when nothing is there or the link
 * is in the record: a folder and a user's link stay. */
static bool
is_ours(const struct store *store, const struct strvec *record, const char *name)
{
	cleanup_free char *target = fs_read_link(&store->versions, name);

	if (!target)
		return !fs_exists_at(&store->versions, name);
	return alias_record_has(record, name, target);
}

struct plan {
	const struct store *store;
	const struct strvec *old_record;
	struct strvec names;   /* links to make or change … */
	struct strvec targets; /* … and what they will point at */
	struct strvec record;  /* lines of the new record */
};

static int
plan_one(const char *name, void *value, void *ctx)
{
	struct plan *plan = ctx;
	cleanup_free char *target = NULL;

	if (!is_ours(plan->store, plan->old_record, name))
		return 0;
	strvec_printf(&plan->record, "%s %s", name, (const char *)value);
	target = fs_read_link(&plan->store->versions, name);
	if (!target || strcmp(target, value) != 0) {
		strvec_add(&plan->names, name);
		strvec_add(&plan->targets, value);
	}
	return 0;
}

static void
plan_reset(struct plan *plan)
{
	strvec_reset(&plan->names);
	strvec_reset(&plan->targets);
	strvec_reset(&plan->record);
}

static int
write_record(const struct store *store, const struct strvec *lines, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);

	for (size_t i = 0; i < lines->count; i++)
		buf_printf(&text, "%s\n", lines->items[i]);
	if (buf_check(&text, STORE_ALIAS_RECORD, err) < 0)
		return -1;
	return fs_write_file(&store->root, STORE_ALIAS_RECORD, buf_str(&text), 0644, err);
}

/* The name in LINE of the record, if it is an alias of ours that no version asks for any
 * more; else NULL. Owned by the caller (free). */
static char *
stale_name(const struct store *store, const struct strvec *record, const struct map *wanted,
	   const char *line)
{
	struct str rest = str_from(line);
	struct str name;
	cleanup_free char *text = NULL;

	if (!str_word(&rest, &name) || !version_name_ok(name))
		return NULL;
	text = mem_strndup(name.p, name.n);
	if (map_get(wanted, text) || !fs_exists_at(&store->versions, text) ||
	    !is_ours(store, record, text))
		return NULL;
	return steal_ptr(&text);
}

static int
remove_stale(const struct store *store, const struct strvec *record, const struct map *wanted,
	     struct err *err)
{
	for (size_t i = 0; i < record->count; i++) {
		cleanup_free char *text = stale_name(store, record, wanted, record->items[i]);

		if (text && unlinkat(store->versions.fd, text, 0) < 0 && errno != ENOENT)
			return err_sys(err, "cannot remove the alias %s/%s", store->versions.path,
				       text);
	}
	return 0;
}

static bool
same_lines(const struct strvec *a, const struct strvec *b)
{
	cleanup_free char *a_text = strvec_join(a, "\n");
	cleanup_free char *b_text = strvec_join(b, "\n");

	return strcmp(a_text, b_text) == 0;
}

static int
move_alias(const struct store *store, const char *alias, const char *target, struct err *err)
{
	cleanup_free char *before = fs_read_link(&store->versions, alias);

	if (before && generation_moved(store, alias, before, target, err) < 0)
		return -1;
	return fs_write_link(&store->versions, alias, target, err);
}

int
alias_refresh_locked(const struct store *store, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec record = { 0 };
	cleanup_strvec struct strvec both = { 0 };
	cleanup_map struct map wanted = { 0 };
	cleanup_with(plan_reset) struct plan plan = { .store = store, .old_record = &record };

	if (store_list(store, 0, &entries, err) < 0 || alias_record_read(store, &record, err) < 0 ||
	    wanted_aliases(store, &entries, &wanted, err) < 0)
		return -1;
	map_each(&wanted, plan_one, &plan);
	strvec_sort(&plan.record);
	/* While links change, the record knows their old and new targets, so that
	 * a crash in between cannot turn one of ours into a user's. */
	strvec_add_all(&both, record.items);
	strvec_add_all(&both, plan.record.items);
	if (plan.names.count && write_record(store, &both, err) < 0)
		return -1;
	for (size_t i = 0; i < plan.names.count; i++)
		if (move_alias(store, plan.names.items[i], plan.targets.items[i], err) < 0)
			return -1;
	if (remove_stale(store, &record, &wanted, err) < 0)
		return -1;
	if (plan.names.count == 0 && same_lines(&record, &plan.record))
		return 0;
	return write_record(store, &plan.record, err);
}

int
alias_lock(const struct store *store, struct lock *ret_lock, struct err *err)
{
	cleanup_dirfd struct dir locks = DIR_INIT;

	if (fs_make_dir_at(&store->root, LAYOUT_LOCKS, LAYOUT_FOLDER_MODE, &locks, err) < 0)
		return -1;
	return fs_lock(&locks, ALIASES_LOCK, NULL, NULL, ret_lock, err);
}

int
store_refresh_aliases(const struct store *store, struct err *err)
{
	cleanup_lock struct lock lock = LOCK_INIT;

	if (!store->policy->keeps_aliases || store->versions.fd < 0)
		return 0;
	return alias_lock(store, &lock, err) < 0 ? -1 : alias_refresh_locked(store, err);
}

int
store_settle(const struct store *store, const char *name, bool *ret_first, struct err *err)
{
	const struct strvec alone = { 0 };
	cleanup_free char *receipt = path_join(name, LAYOUT_META, LAYOUT_RECEIPT, NULL);

	*ret_first = false;
	if (!fs_exists_at(&store->versions, receipt) || !fs_is_writable(&store->versions))
		return 0;
	if (store_refresh_aliases(store, err) < 0)
		return -1;
	return store_choose_first(store, name, &alone, ret_first, err);
}

int
store_check_aliases(const struct store *store, struct strvec *ret_names, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec record = { 0 };
	cleanup_map struct map wanted = { 0 };
	cleanup_with(plan_reset) struct plan plan = { .store = store, .old_record = &record };

	if (!store->policy->keeps_aliases || store->versions.fd < 0)
		return 0;
	if (store_list(store, 0, &entries, err) < 0 || alias_record_read(store, &record, err) < 0 ||
	    wanted_aliases(store, &entries, &wanted, err) < 0)
		return -1;
	map_each(&wanted, plan_one, &plan);
	/* One that was never made is no fault: a root that pyenv fills has none. */
	for (size_t i = 0; i < plan.names.count; i++)
		if (fs_exists_at(&store->versions, plan.names.items[i]))
			strvec_add(ret_names, plan.names.items[i]);
	for (size_t i = 0; i < record.count; i++) {
		char *name = stale_name(store, &record, &wanted, record.items[i]);

		if (name)
			strvec_take(ret_names, name);
	}
	return 0;
}
