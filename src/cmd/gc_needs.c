/* SPDX-License-Identifier: MIT */
/* Why installed versions stay. */
#include <config.h>

#include "cmd/gc_needs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "cmd/uninstall_needs.h"
#include "cmd/when.h"
#include "core/binlinks.h"
#include "core/choice.h"
#include "venv/named.h"

#define DAY_S ((int64_t)24 * 60 * 60)

void
gc_versions_reset(struct gc_versions *versions)
{
	for (size_t i = 0; i < versions->count; i++) {
		free(versions->items[i].name);
		strvec_reset(&versions->items[i].needs);
		strvec_reset(&versions->items[i].inside);
		free(versions->items[i].series);
		free(versions->items[i].recent);
	}
	free(versions->items);
	*versions = (struct gc_versions){ 0 };
}

/* *RET: NAME was replaced by an upgrade, or left by a rollback. *RET_LEADS: its alias leads to
 * it. */
static int
was_replaced(const struct store *store, const char *name, bool *ret, bool *ret_leads,
	     struct err *err)
{
	cleanup_generations struct generations g = { 0 };
	cleanup_free char *target = NULL;
	char alias[VERSION_NAME_MAX + 1];
	struct version version;

	*ret = *ret_leads = false;
	if (!version_parse(str_from(name), &version) || !version_alias_name(&version, alias))
		return 0;
	target = fs_read_link(&store->versions, alias);
	*ret_leads = target && strcmp(target, name) == 0;
	if (store_generations(store, alias, &g, err) < 0)
		return -1;
	*ret = strvec_has(&g.was, name) || strvec_has(&g.left, name);
	return 0;
}

static bool
is_ours(const struct store *store, const struct entry *entry)
{
	cleanup_free char *manifest = path_join(entry->name, LAYOUT_META, LAYOUT_MANIFEST, NULL);

	return entry->kind == ENTRY_VERSION && fs_exists_at(&store->versions, manifest);
}

static int
find_candidates(const struct gc_spec *spec, struct gc_versions *ret, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	if (store_list(spec->store, 0, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		const char *name = entries.items[i].name;
		bool leads;
		bool replaced;

		if (was_replaced(spec->store, name, &replaced, &leads, err) < 0)
			return -1;
		if (!is_ours(spec->store, &entries.items[i]) || leads)
			continue;
		if (!replaced && !spec->all) {
			ret->passed_over++;
			continue;
		}
		ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
		ret->items[ret->count++] =
			(struct gc_version){ .name = mem_strdup(name),
					     .size = fs_tree_size(&spec->store->versions, name) };
	}
	return 0;
}

/* Environments that are in it would go with it. */
static void
add_inside(const struct gc_spec *spec, struct gc_version *version)
{
	cleanup_free char *folder = store_path(spec->store, version->name);

	for (size_t i = 0; i < spec->rows->count; i++) {
		const struct venv_row *row = &spec->rows->items[i];

		if (!path_is_below(row->folder, folder))
			continue;
		strvec_take(&version->needs, row->name ? mem_strdup(row->name)
						       : layout_show(spec->ctx->layout, row->path));
		if (!row->name || !row->follows || !row->version ||
		    strcmp(row->version, version->name) == 0)
			continue;
		strvec_add(&version->inside, row->name);
		free(version->series);
		version->series = mem_strdup(row->follows);
	}
}

/* Links that somebody made: in versions/, and those of install --bin. */
static int
add_links(const struct gc_spec *spec, struct gc_version *version, struct err *err)
{
	cleanup_free char *folder = store_path(spec->store, version->name);
	cleanup_free char *real = realpath(folder, NULL);
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec links = { 0 };

	if (store_list(spec->store, 0, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];
		cleanup_free char *env = named_of_link(spec->store, entry->name);

		if (!env && entry->kind == ENTRY_LINK &&
		    store_leads_into(spec->store, entry->target, version->name))
			strvec_printf(&version->needs, "the link versions/%s", entry->name);
	}
	binlinks_known(spec->store, &links);
	for (size_t i = 0; real && i < links.count; i++) {
		cleanup_free char *target = realpath(links.items[i], NULL);

		if (target && path_is_below(target, real))
			strvec_take(&version->needs,
				    layout_show(spec->ctx->layout, links.items[i]));
	}
	return 0;
}

static void
add_need(struct gc_version *version, char *shown)
{
	if (strvec_has(&version->needs, shown))
		free(shown);
	else
		strvec_take(&version->needs, shown);
}

/* Pins that nobody has told us of. */
static void
add_found(const struct gc_spec *spec, struct gc_version *version, const struct strvec *leaving)
{
	for (size_t i = 0; i < spec->pins->count; i++)
		if (needs_pin(spec->ctx, spec->store, spec->pins->items[i], version->name, leaving))
			add_need(version, layout_show(spec->ctx->layout, spec->pins->items[i]));
}

/* The global file, and whatever asks here: a pin, a variable. */
static void
add_asked(const struct gc_spec *spec, struct gc_version *version, const struct strvec *leaving)
{
	cleanup_free char *global = path_join(spec->ctx->layout->root, LAYOUT_GLOBAL, NULL);
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct selection *s = &choice.selection;

	if (needs_pin(spec->ctx, spec->store, global, version->name, leaving))
		strvec_add(&version->needs, "global");
	choice_make(spec->ctx->layout, spec->ctx->policy, NULL, &choice);
	(void)selection_resolve_all(s);
	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].state != ITEM_INSTALLED ||
		    strcmp(s->items[i].name, version->name) != 0 || s->source == SOURCE_DEFAULT ||
		    (s->place && strcmp(s->place, global) == 0))
			continue;
		add_need(version, layout_show(spec->ctx->layout, s->place));
	}
}

static int64_t
modified(const struct dir *dir, const char *path)
{
	struct stat st;

	return fstatat(dir->fd, path, &st, 0) < 0 ? 0 : st.st_mtime;
}

/* When its interpreter was read last, where the file system notes that. */
static int64_t
last_read(const struct store *store, const char *name)
{
	cleanup_free char *python = path_join(name, "bin/python", NULL);
	struct stat st;

	if (fstatat(store->versions.fd, python, &st, 0) < 0 || st.st_atime <= st.st_ctime)
		return 0;
	return st.st_atime;
}

/* Was it used, installed, or replaced, in the last days? */
static void
find_recent(const struct gc_spec *spec, struct gc_version *version)
{
	cleanup_free char *manifest = path_join(version->name, LAYOUT_META, LAYOUT_MANIFEST, NULL);
	cleanup_free char *generations = NULL;
	char alias[VERSION_NAME_MAX + 1];
	struct version parsed;
	int64_t used = last_read(spec->store, version->name);
	int64_t installed = modified(&spec->store->versions, manifest);
	int64_t replaced = 0;
	int64_t last;
	cleanup_free char *when = NULL;

	if (version_parse(str_from(version->name), &parsed) && version_alias_name(&parsed, alias)) {
		generations = path_join(STORE_GENERATIONS, alias, NULL);
		replaced = modified(&spec->store->root, generations);
	}
	last = used > installed ? used : installed;
	last = last > replaced ? last : replaced;
	/* A clock that was wrong is no reason to remove anything. */
	if (last + (int64_t)spec->keep_days * DAY_S <= spec->now && last <= spec->now)
		return;
	when = when_text(last, spec->now);
	version->recent = mem_printf("%s %s",
				     last == used	? "used"
				     : last == replaced ? "replaced"
							: "installed",
				     when);
}

int
gc_find(const struct gc_spec *spec, struct gc_versions *ret, struct err *err)
{
	cleanup_strvec struct strvec leaving = { 0 };

	if (find_candidates(spec, ret, err) < 0)
		return -1;
	/* As if all went: what one of two can answer must not be left without both. */
	for (size_t i = 0; i < ret->count; i++)
		strvec_add(&leaving, ret->items[i].name);
	for (size_t i = 0; i < ret->count; i++) {
		struct gc_version *version = &ret->items[i];
		cleanup_needs struct needs needs = { 0 };

		add_inside(spec, version);
		needs_find(spec->ctx, spec->store, version->name, &leaving, spec->rows, &needs);
		strvec_add_all(&version->needs, needs.envs.items);
		strvec_add_all(&version->needs, needs.pins.items);
		add_found(spec, version, &leaving);
		add_asked(spec, version, &leaving);
		if (add_links(spec, version, err) < 0)
			return -1;
		find_recent(spec, version);
	}
	return 0;
}
