/* SPDX-License-Identifier: MIT */
/* pyvern relocate: a root that was moved, made right for its new place. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "commands.h"
#include "core/shims.h"
#include "supply/moved.h"
#include "venv/registry.h"

struct relocating {
	const struct context *ctx;
	struct store store;
	struct moved_spec spec;
	struct entries entries;
	struct strvec names;   /* entries that are asked for; none: all */
	struct strvec folders; /* absolute: environments elsewhere */
	struct strvec roots;   /* where the root was */
	size_t changed;
	struct err failed; /* the first failure; others go on */
};

static void
relocating_reset(struct relocating *r)
{
	store_reset(&r->store);
	entries_reset(&r->entries);
	strvec_reset(&r->names);
	strvec_reset(&r->folders);
	strvec_reset(&r->roots);
	err_reset(&r->failed);
}

/* Is there an entry NAME, or an environment of that name in a version? Its link may lead
 * to the old place still. */
static const char *
entry_called(const struct relocating *r, const char *name)
{
	for (size_t i = 0; i < r->entries.count; i++)
		if (strcmp(r->entries.items[i].name, name) == 0 &&
		    r->entries.items[i].kind != ENTRY_LINK)
			return r->entries.items[i].name;
	for (size_t i = 0; i < r->entries.count; i++)
		if (r->entries.items[i].kind == ENTRY_ENV &&
		    str_eq_text(path_base(r->entries.items[i].name), name))
			return r->entries.items[i].name;
	return NULL;
}

static int
add_operand(struct relocating *r, const char *text, struct err *err)
{
	const struct layout *layout = r->ctx->layout;
	cleanup_free char *found = store_find(&r->store, text);
	const char *name = entry_called(r, found ? found : text);
	cleanup_free char *folder = NULL;
	bool is_env = false;

	if (name || found) {
		strvec_add(&r->names, name ? name : found);
		return 0;
	}
	folder = path_clean(layout->cwd ? layout->cwd : "/", text);
	if ((layout->cwd || text[0] == '/') && moved_is_env(folder, &is_env, err) < 0)
		return -1;
	if (is_env) {
		strvec_take(&r->folders, steal_ptr(&folder));
		return 0;
	}
	err_set(err, ERR_NOT_INSTALLED, "%s is neither installed nor an environment", text);
	return err_detail(err, "to fix", "pyvern versions");
}

static bool
is_asked_for(const struct relocating *r, const char *name)
{
	if (r->names.count == 0)
		return r->folders.count == 0;
	for (size_t i = 0; i < r->names.count; i++)
		if (path_is_below(name, r->names.items[i]))
			return true;
	return false;
}

/* One that fails does not stop the others; an interrupt stops all. */
static int
go_on(struct relocating *r, struct err *failed, struct err *err)
{
	if (failed->code == ERR_INTERRUPTED) {
		*err = *failed;
		*failed = (struct err){ 0 };
		return -1;
	}
	if (r->failed.code == ERR_NONE) {
		r->failed = *failed;
		*failed = (struct err){ 0 };
		return 0;
	}
	out_error(r->ctx->out, failed);
	return 0;
}

static void
show(struct relocating *r, const char *name, const struct moved_result *result)
{
	struct out *out = r->ctx->out;
	const char *would = r->spec.dry_run ? " would be changed" : "";

	if (result->from) {
		cleanup_free char *from = layout_show(r->ctx->layout, result->from);
		cleanup_free char *to = layout_show(r->ctx->layout, result->to);

		out_fact(out, '~', name, "%s -> %s   %zu file%s%s", from, to, result->files,
			 result->files == 1 ? "" : "s", would);
	} else if (result->resumed) {
		out_fact(out, '~', name, "what was cut short %s finished",
			 r->spec.dry_run ? "would be" : "is");
	} else {
		event_end(out_events(out), name);
		return;
	}
	r->changed++;
	for (size_t i = 0; i < result->left.count; i++)
		out_fact(out, '!', name, "%s: %s", result->left.items[i], result->reasons.items[i]);
}

static int
relocate_version(struct relocating *r, const char *name, struct err *err)
{
	cleanup_moved_result struct moved_result result = { 0 };
	cleanup_err struct err failed = { 0 };

	if (moved_version(&r->spec, name, &result, &failed) < 0)
		return go_on(r, &failed, err);
	show(r, name, &result);
	return 0;
}

/* NAME below versions/; NULL: elsewhere. */
static int
relocate_env(struct relocating *r, const char *name, const char *path, struct err *err)
{
	cleanup_free char *shown = layout_show(r->ctx->layout, path);
	cleanup_moved_result struct moved_result result = { 0 };
	cleanup_err struct err failed = { 0 };
	cleanup_free char *home = NULL;
	cleanup_free char *word = shell_word(path);

	if (moved_env(&r->spec, &r->roots, name, path, &result, &failed) < 0)
		return go_on(r, &failed, err);
	show(r, name ? name : shown, &result);
	if ((r->spec.dry_run && result.from) || !moved_env_is_dead(path, &home))
		return 0;
	out_fact(r->ctx->out, '!', name ? name : shown, "its Python in %s is gone", home);
	out_detail(r->ctx->out, "to fix", "pyvern repair %s", word);
	return 0;
}

/* Folders of ours; of an adopted Python, only links to it are. */
static bool
is_ours(const struct relocating *r, const struct entry *entry)
{
	bool gone = false;
	cleanup_free char *from = NULL;

	if ((entry->kind != ENTRY_VERSION && entry->kind != ENTRY_ENV) || entry->target ||
	    !is_asked_for(r, entry->name))
		return false;
	from = store_adopted_from(&r->store, entry->name, &gone);
	return !from;
}

static int
relocate_entries(struct relocating *r, bool envs, struct err *err)
{
	for (size_t i = 0; i < r->entries.count; i++) {
		const struct entry *entry = &r->entries.items[i];
		cleanup_free char *path = store_path(&r->store, entry->name);
		cleanup_err struct err failed = { 0 };
		bool is_env;

		if (!is_ours(r, entry))
			continue;
		if (moved_is_env(path, &is_env, &failed) < 0) {
			if (go_on(r, &failed, err) < 0)
				return -1;
			continue;
		}
		if (is_env == envs && (envs ? relocate_env(r, entry->name, path, err)
					    : relocate_version(r, entry->name, err)) < 0)
			return -1;
	}
	return 0;
}

static int
relocate_links(struct relocating *r, struct err *err)
{
	cleanup_moved_links struct moved_links links = { 0 };

	if (moved_links(&r->spec, &r->roots, &links, err) < 0)
		return -1;
	for (size_t i = 0; i < links.names.count; i++) {
		cleanup_free char *target = layout_show(r->ctx->layout, links.targets.items[i]);

		out_fact(r->ctx->out, '~', links.names.items[i], "%s %s",
			 r->spec.dry_run ? "would lead to" : "leads to", target);
		r->changed++;
	}
	return 0;
}

/* What leads out of the root, to where nothing is any more, is not ours to mend. */
static int
tell_of_broken(const struct relocating *r, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (r->store.versions.fd < 0)
		return 0;
	if (fs_list(&r->store.versions, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		bool gone = false;
		cleanup_free char *from = NULL;
		cleanup_free char *word = shell_word(names.items[i]);

		if (names.items[i][0] == '.' || !is_asked_for(r, names.items[i]))
			continue;
		from = store_adopted_from(&r->store, names.items[i], &gone);
		if (!from || !gone)
			continue;
		out_fact(r->ctx->out, '!', names.items[i], "was adopted from %s, which is gone",
			 from);
		out_detail(r->ctx->out, "to fix", "pyvern uninstall %s", word);
	}
	return 0;
}

static int
refresh(const struct relocating *r, struct err *err)
{
	struct shims_result shims = { 0 };

	if (store_refresh_aliases(&r->store, err) < 0 ||
	    shims_rehash(&r->store, out_events(r->ctx->out), &shims, err) < 0)
		return -1;
	if (shims.added || shims.removed)
		out_fact(r->ctx->out, '~', "shims", "%u made, %u removed, %u as they were",
			 shims.added, shims.removed, shims.kept);
	return 0;
}

static int
relocate_all(struct relocating *r, struct err *err)
{
	cleanup_free char *root = layout_show(r->ctx->layout, r->ctx->layout->root);

	if (moved_find_roots(&r->spec, &r->roots, err) < 0 || relocate_entries(r, false, err) < 0 ||
	    relocate_links(r, err) < 0 || relocate_entries(r, true, err) < 0)
		return -1;
	for (size_t i = 0; i < r->folders.count; i++)
		if (relocate_env(r, NULL, r->folders.items[i], err) < 0)
			return -1;
	if (!r->spec.dry_run && refresh(r, err) < 0)
		return -1;
	for (size_t i = 0; !r->spec.dry_run && i < r->roots.count; i++)
		registry_follow_root(&r->store, r->roots.items[i], out_events(r->ctx->out));
	/* In a dry run the links to the old root lead nowhere still. */
	if ((!r->spec.dry_run || r->changed == 0) && tell_of_broken(r, err) < 0)
		return -1;
	if (r->failed.code != ERR_NONE) {
		*err = r->failed;
		r->failed = (struct err){ 0 };
		return -1;
	}
	if (r->changed == 0)
		out_fact(r->ctx->out, '=', root, "nothing to do: what is in it names this place");
	else if (r->roots.count && r->names.count == 0 && r->folders.count == 0)
		out_note(r->ctx->out, "environments in other folders: pyvern relocate DIR");
	return 0;
}

int
relocate_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_with(relocating_reset) struct relocating r = { .ctx = ctx, .store = STORE_INIT };

	(void)ret_status;
	r.spec = (struct moved_spec){ .store = &r.store,
				      .events = out_events(ctx->out),
				      .dry_run = options_has(ctx->options, "dry-run") };
	if (store_open(ctx->layout, &r.store, err) < 0 || moved_list(&r.store, &r.entries, err) < 0)
		return -1;
	for (size_t i = 0; i < args->count; i++)
		if (add_operand(&r, args->items[i], err) < 0)
			return -1;
	if (!r.spec.dry_run) {
		store_reset(&r.store);
		if (store_open_writable(ctx->layout, "relocate the root", &r.store, err) < 0)
			return -1;
	}
	return relocate_all(&r, err);
}
