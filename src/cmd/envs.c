/* SPDX-License-Identifier: MIT */
/* The environments that there are. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/envs.h"
#include "core/choice.h"
#include "venv/cfg.h"
#include "venv/named.h"

void
venv_rows_reset(struct venv_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct venv_row *row = &rows->items[i];

		free(row->name);
		free(row->path);
		free(row->folder);
		free(row->real);
		free(row->python);
		free(row->follows);
		free(row->version);
		env_look_reset(&row->look);
	}
	free(rows->items);
	*rows = (struct venv_rows){ 0 };
}

const char *
venv_row_state(const struct venv_row *row)
{
	if (row->is_away)
		return "away";
	if (row->look.problem)
		return "broken";
	return row->name || row->is_ours ? "ok" : "not trusted";
}

static struct venv_row *
new_row(struct venv_rows *rows)
{
	rows->items = vec_grow(rows->items, rows->count, sizeof(*rows->items));
	rows->items[rows->count] = (struct venv_row){ 0 };
	return &rows->items[rows->count++];
}

/* What the files tell. conda's environments have a Python of their own. */
static void
look_at(const struct store *store, struct venv_row *row)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err failed = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(row->folder, &tree, &failed) < 0) {
		row->is_away = failed.sys != ENOENT && failed.sys != ENOTDIR;
		return;
	}
	if (!env_look(&tree, &row->look)) {
		row->is_away = row->look.is_unread;
		if (row->is_away)
			return;
		if (facts_derive(&tree, &facts, &ignored) == 0)
			row->python = mem_strdup(facts.version);
		if (fs_is_dir_at(&tree, "conda-meta"))
			row->look.maker = mem_strdup("conda");
		return;
	}
	row->version = env_base_version(store, row->look.base, &row->follows);
	row->python =
		mem_strdup(row->follows && row->version && !row->look.problem ? row->version
									      : row->look.version);
}

/* Is the entry an environment that has a name? */
static bool
is_named(const struct store *store, const struct entry *entry)
{
	cleanup_named struct named named = { 0 };
	cleanup_free char *cfg = path_join(entry->name, CFG_NAME, NULL);

	if (entry->kind == ENTRY_ENV)
		return true;
	/* A link in versions/ to one in envs/ is that one's name; it is there already. */
	if (entry->kind == ENTRY_ALIAS ||
	    (entry->kind == ENTRY_LINK && store_leads_into(store, entry->target, "")))
		return false;
	if (fs_exists_at(&store->versions, cfg))
		return true;
	named_look(store, entry->name, &named);
	return named.kind == NAMED_ENV;
}

/* versions/E for V/envs/E, where that is the link to it. */
static char *
link_path(const struct store *store, const char *name)
{
	const char *last = path_base(name).p;
	cleanup_free char *env = last == name ? NULL : named_of_link(store, last);

	return store_path(store, env && strcmp(env, name) == 0 ? last : name);
}

static void
add_named(const struct store *store, const struct entry *entry, struct venv_rows *rows)
{
	struct venv_row *row = new_row(rows);

	row->name = mem_strdup(path_base(entry->name).p);
	row->folder = store_path(store, entry->name);
	row->path = link_path(store, entry->name);
	row->real = realpath(row->folder, NULL);
	if (!row->real)
		row->real = mem_strdup(row->folder);
	look_at(store, row);
}

static struct venv_row *
row_of_real(struct venv_rows *rows, const char *real)
{
	for (size_t i = 0; i < rows->count; i++)
		if (strcmp(rows->items[i].real, real) == 0)
			return &rows->items[i];
	return NULL;
}

/* A row for the folder at PATH, which has none. */
static struct venv_row *
row_at(struct venv_rows *rows, const char *path)
{
	struct venv_row *row = new_row(rows);

	row->path = mem_strdup(path);
	row->folder = mem_strdup(path);
	row->real = mem_strdup(path);
	return row;
}

void
venvs_add(const struct store *store, const char *path, struct venv_rows *rows)
{
	if (!row_of_real(rows, path))
		look_at(store, row_at(rows, path));
}

static void
add_known(const struct store *store, const struct registry_env *env, struct venv_rows *rows)
{
	struct venv_row *row = row_of_real(rows, env->path);

	if (!row) {
		row = row_at(rows, env->path);
		row->is_away = env->is_away;
		if (!env->is_away)
			look_at(store, row);
	}
	row->is_known = true;
	row->how = env->how;
	row->is_ours = env->is_ours;
	row->used = env->used;
	if (row->is_away) {
		free(row->python);
		free(row->follows);
		row->python = mem_strdup(env->base);
		row->follows = mem_strdup(env->follows);
	}
}

/* What is entered, else what is chosen here. */
static void
mark_active(const struct context *ctx, const struct store *store, struct venv_rows *rows)
{
	const char *entered = getenv("VIRTUAL_ENV");
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct selection *s = &choice.selection;

	if (entered && *entered) {
		for (size_t i = 0; i < rows->count; i++)
			rows->items[i].is_active = fs_same_folder(rows->items[i].folder, entered);
		return;
	}
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	/* What shims enter is what is chosen. */
	for (size_t i = 0; s->has_venv && i < rows->count; i++)
		rows->items[i].is_active = fs_same_folder(rows->items[i].folder, s->venv);
	if (s->has_venv)
		return;
	(void)selection_resolve_all(s);
	for (size_t i = 0; i < s->count; i++) {
		cleanup_free char *path = NULL;

		if (s->items[i].state != ITEM_INSTALLED)
			continue;
		path = store_path(store, s->items[i].name);
		for (size_t k = 0; k < rows->count; k++)
			rows->items[k].is_active |= strcmp(rows->items[k].path, path) == 0 ||
						    strcmp(rows->items[k].folder, path) == 0;
	}
}

const struct venv_row *
venvs_find(const struct venv_rows *rows, const char *word, const char *path)
{
	for (size_t i = 0; *path && i < rows->count; i++)
		if (strcmp(rows->items[i].path, path) == 0 ||
		    fs_same_folder(rows->items[i].folder, path))
			return &rows->items[i];
	for (size_t i = 0; i < rows->count; i++)
		if (rows->items[i].name && strcmp(rows->items[i].name, word) == 0)
			return &rows->items[i];
	return NULL;
}

int
venvs_collect(const struct context *ctx, const struct store *store, struct venv_rows *ret,
	      struct err *err)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_registry_envs struct registry_envs envs = { 0 };

	if (store_list(store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++)
		if (is_named(store, &entries.items[i]))
			add_named(store, &entries.items[i], ret);
	registry_list(store, &envs, out_events(ctx->out));
	for (size_t i = 0; i < envs.count; i++)
		add_known(store, &envs.items[i], ret);
	mark_active(ctx, store, ret);
	return 0;
}
