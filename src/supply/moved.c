/* SPDX-License-Identifier: MIT */
/* A root that was moved: where it was, and the links in it. */
#include <config.h>

#include "supply/moved_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/binlinks.h"

void
moved_result_reset(struct moved_result *result)
{
	free(result->from);
	free(result->to);
	strvec_reset(&result->left);
	strvec_reset(&result->reasons);
	*result = (struct moved_result){ 0 };
}

bool
moved_root_ok(const struct store *store, const char *path)
{
	return path[0] == '/' && path[1] && path[strlen(path) - 1] != '/' && shell_text_ok(path) &&
	       !fs_same_folder(path, store->layout->root);
}

char *
moved_root_in(const char *path, const char *at)
{
	cleanup_free char *middle = mem_printf("/%s", at);
	size_t n = strlen(middle);
	const char *found = NULL;

	for (const char *p = path; (p = strstr(p, middle)) != NULL; p++)
		if (p > path && (p[n] == '\0' || p[n] == '/'))
			found = p;
	return found ? mem_strndup(path, (size_t)(found - path)) : NULL;
}

void
moved_add_root(struct strvec *roots, char *root)
{
	if (strvec_has(roots, root))
		free(root);
	else
		strvec_take(roots, root);
}

static bool
has_stale(const struct relocate_report *report, const char *compiled)
{
	for (size_t i = 0; i < report->stale_count; i++)
		if (strcmp(report->stale[i].compiled, compiled) == 0)
			return true;
	return false;
}

void
moved_add_report(struct relocate_report *to, const struct relocate_report *from)
{
	strvec_add_all(&to->changed, from->changed.items);
	for (size_t i = 0; i < from->left.count; i++) {
		if (strvec_has(&to->left, from->left.items[i]))
			continue;
		strvec_add(&to->left, from->left.items[i]);
		strvec_add(&to->reasons, from->reasons.items[i]);
	}
	for (size_t i = 0; i < from->stale_count; i++) {
		struct relocate_stale stale = from->stale[i];

		if (has_stale(to, stale.compiled))
			continue;
		stale.source = mem_strdup(stale.source);
		stale.compiled = mem_strdup(stale.compiled);
		to->stale = vec_grow(to->stale, to->stale_count, sizeof(stale));
		to->stale[to->stale_count++] = stale;
	}
}

/* What the version or environment NAME tells. */
static int
look_at_tree(const struct moved_spec *spec, const struct entry *entry, struct strvec *roots,
	     struct err *err)
{
	const struct store *store = spec->store;
	cleanup_free char *path = store_path(store, entry->name);
	cleanup_free char *at = path_join(LAYOUT_VERSIONS, entry->name, NULL);
	cleanup_free char *recorded = NULL;
	cleanup_free char *root = NULL;
	cleanup_strvec struct strvec found = { 0 };
	cleanup_dirfd struct dir tree = DIR_INIT;
	bool is_env;

	if (fs_open_dir(path, &tree, err) < 0 || moved_is_env(path, &is_env, err) < 0)
		return -1;
	if (is_env) {
		moved_env_roots(spec, entry->name, &tree, roots, &found);
	} else {
		recorded = relocate_recorded(&tree, path);
		root = recorded ? moved_root_in(recorded, at) : NULL;
		if (root)
			strvec_add(&found, root);
		relocate_recorded_roots(&tree, at, store->layout->root, &found);
	}
	for (size_t i = 0; i < found.count; i++)
		if (moved_root_ok(store, found.items[i]))
			moved_add_root(roots, mem_strdup(found.items[i]));
	return 0;
}

/* R, where the link TARGET leads to R/versions/X and that is nothing, but the store's own
 * versions/X is there. Owned by the caller (free). */
static char *
root_of_link(const struct store *store, const char *target)
{
	cleanup_free char *root = NULL;

	if (target[0] != '/' || access(target, F_OK) == 0)
		return NULL;
	root = moved_root_in(target, LAYOUT_VERSIONS);
	if (!root || !moved_root_ok(store, root) ||
	    !fs_exists_at(&store->root, target + strlen(root) + 1))
		return NULL;
	return steal_ptr(&root);
}

/* The link of `install --bin` at PATH, if it leads to nothing: that of a root that was
 * copied is the first one's. Owned by the caller (free). */
static char *
broken_link(const char *path, struct dir *ret_dir)
{
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);
	cleanup_free char *target = NULL;
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(folder, ret_dir, &ignored) < 0)
		return NULL;
	target = fs_read_link(ret_dir, path_base(path).p);
	return target && access(target, F_OK) < 0 ? steal_ptr(&target) : NULL;
}

static void
look_at_bin_links(const struct store *store, struct strvec *roots)
{
	cleanup_strvec struct strvec paths = { 0 };

	binlinks_known(store, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_free char *target = broken_link(paths.items[i], &dir);
		char *root = target ? root_of_link(store, target) : NULL;

		if (root)
			moved_add_root(roots, root);
	}
}

static void
look_at_links(const struct store *store, struct strvec *roots, const struct strvec *names)
{
	for (size_t i = 0; i < names->count; i++) {
		cleanup_free char *target = fs_read_link(&store->versions, names->items[i]);
		char *root = target ? root_of_link(store, target) : NULL;

		if (root)
			moved_add_root(roots, root);
	}
	look_at_bin_links(store, roots);
}

static int
add_envs(const struct store *store, const char *version, struct entries *entries, struct err *err)
{
	cleanup_free char *inside = path_join(version, LAYOUT_ENVS, NULL);
	cleanup_free char *path = store_path(store, inside);
	cleanup_dirfd struct dir envs = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir(path, &envs, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	if (fs_list(&envs, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *name = path_join(inside, names.items[i], NULL);

		if (!version_name_ok(str_from(name)) || !fs_is_dir_at(&envs, names.items[i]))
			continue;
		entries->items = vec_grow(entries->items, entries->count, sizeof(*entries->items));
		entries->items[entries->count++] =
			(struct entry){ .name = steal_ptr(&name),
					.kind = ENTRY_ENV,
					.target = fs_read_link(&envs, names.items[i]) };
	}
	return 0;
}

int
moved_list(const struct store *store, struct entries *ret_entries, struct err *err)
{
	size_t versions;

	if (store_list(store, 0, ret_entries, err) < 0)
		return -1;
	versions = ret_entries->count;
	for (size_t i = 0; i < versions; i++)
		if (ret_entries->items[i].kind == ENTRY_VERSION &&
		    add_envs(store, ret_entries->items[i].name, ret_entries, err) < 0)
			return -1;
	return 0;
}

int
moved_find_roots(const struct moved_spec *spec, struct strvec *ret_roots, struct err *err)
{
	const struct store *store = spec->store;
	cleanup_entries struct entries entries = { 0 };
	cleanup_strvec struct strvec names = { 0 };

	if (store->versions.fd < 0)
		return 0;
	if (fs_list(&store->versions, &names, err) < 0 || moved_list(store, &entries, err) < 0)
		return -1;
	/* Versions know best; what environments tell is judged by that. */
	for (size_t i = 0; i < entries.count; i++)
		if (entries.items[i].kind == ENTRY_VERSION &&
		    look_at_tree(spec, &entries.items[i], ret_roots, err) < 0)
			return -1;
	look_at_links(store, ret_roots, &names);
	for (size_t i = 0; i < entries.count; i++)
		if (entries.items[i].kind == ENTRY_ENV && !entries.items[i].target &&
		    look_at_tree(spec, &entries.items[i], ret_roots, err) < 0)
			return -1;
	return 0;
}

void
moved_links_reset(struct moved_links *links)
{
	strvec_reset(&links->names);
	strvec_reset(&links->targets);
}

/* The link NAME in DIR, shown as SHOWN. */
static int
move_link(const struct moved_spec *spec, const struct strvec *roots, const struct dir *dir,
	  const char *name, const char *shown, struct moved_links *ret, struct err *err)
{
	const struct store *store = spec->store;
	cleanup_free char *target = fs_read_link(dir, name);

	for (size_t i = 0; target && i < roots->count; i++) {
		cleanup_free char *old = path_join(roots->items[i], LAYOUT_VERSIONS, NULL);
		cleanup_free char *moved = NULL;

		if (!path_is_below(target, old))
			continue;
		moved = path_join(store->layout->root, target + strlen(roots->items[i]), NULL);
		/* A version that stayed behind, or was removed. */
		if (access(moved, F_OK) < 0)
			continue;
		strvec_add(&ret->names, shown);
		strvec_add(&ret->targets, moved);
		return spec->dry_run ? 0 : fs_write_link(dir, name, moved, err);
	}
	return 0;
}

static int
move_links_in(const struct moved_spec *spec, const struct strvec *roots, const struct dir *dir,
	      const char *below, struct moved_links *ret, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *shown = path_join(below, names.items[i], NULL);

		if (move_link(spec, roots, dir, names.items[i], shown, ret, err) < 0)
			return -1;
	}
	return 0;
}

static int
move_bin_links(const struct moved_spec *spec, const struct strvec *roots, struct moved_links *ret,
	       struct err *err)
{
	cleanup_strvec struct strvec paths = { 0 };

	binlinks_known(spec->store, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const char *path = paths.items[i];
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_free char *target = broken_link(path, &dir);

		if (target && move_link(spec, roots, &dir, path_base(path).p, path, ret, err) < 0)
			return -1;
	}
	return 0;
}

int
moved_links(const struct moved_spec *spec, const struct strvec *roots, struct moved_links *ret,
	    struct err *err)
{
	const struct store *store = spec->store;
	cleanup_entries struct entries entries = { 0 };

	if (roots->count == 0 || store->versions.fd < 0)
		return 0;
	if (move_links_in(spec, roots, &store->versions, "", ret, err) < 0 ||
	    move_bin_links(spec, roots, ret, err) < 0 || store_list(store, 0, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_free char *below = path_join(entries.items[i].name, LAYOUT_ENVS, NULL);
		cleanup_free char *path = store_path(store, below);
		cleanup_dirfd struct dir envs = DIR_INIT;

		if (entries.items[i].kind != ENTRY_VERSION ||
		    !fs_is_dir_at(&store->versions, below))
			continue;
		if (fs_open_dir(path, &envs, err) < 0 ||
		    move_links_in(spec, roots, &envs, below, ret, err) < 0)
			return -1;
	}
	return 0;
}
