/* SPDX-License-Identifier: MIT */
/* Installed versions: opening the store, listing it, finding in it. */
#include <config.h>

#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/store_internal.h"

void
store_reset(struct store *store)
{
	dir_reset(&store->root);
	dir_reset(&store->versions);
}

/* Open PATH; missing leaves it unopened, which is no error. Links are followed:
 * people put versions/ on a larger disk by a link. */
static int
open_if_there(const char *path, struct dir *ret_dir, struct err *err)
{
	if (fs_open_dir(path, ret_dir, err) == 0)
		return 0;
	if (err->sys != ENOENT)
		return -1;
	err_reset(err);
	return 0;
}

int
store_open(const struct layout *layout, struct store *ret_store, struct err *err)
{
	cleanup_free char *versions = path_join(layout->root, LAYOUT_VERSIONS, NULL);

	*ret_store = (struct store)STORE_INIT;
	ret_store->layout = layout;
	if (open_if_there(layout->root, &ret_store->root, err) < 0 ||
	    open_if_there(versions, &ret_store->versions, err) < 0) {
		store_reset(ret_store);
		return -1;
	}
	ret_store->policy = policy_of_open_root(layout, ret_store->root.fd);
	return 0;
}

int
store_open_writable(const struct layout *layout, const char *what, struct store *ret_store,
		    struct err *err)
{
	cleanup_free char *versions = path_join(layout->root, LAYOUT_VERSIONS, NULL);

	*ret_store = (struct store)STORE_INIT;
	ret_store->layout = layout;
	if (layout_prepare_root(layout, what, &ret_store->root, err) < 0 ||
	    fs_open_dir(versions, &ret_store->versions, err) < 0) {
		store_reset(ret_store);
		return -1;
	}
	ret_store->policy = policy_of_open_root(layout, ret_store->root.fd);
	return 0;
}

int
store_check_name(const char *name, struct err *err)
{
	struct str s = str_from(name);

	if (version_name_ok(s) && name[0] != '.' && name[0] != '-' && !str_eq_text(s, "system"))
		return 0;
	return err_set(err, ERR_USAGE, "no version can be called %s", name[0] ? name : "\"\"");
}

bool
store_leads_into(const struct store *store, const char *target, const char *name)
{
	cleanup_free char *path = path_clean(store->versions.path, target);
	cleanup_free char *place = path_join(store->versions.path, name, NULL);

	return path_is_below(path, place);
}

static void
add_entry(struct entries *entries, char *name, enum entry_kind kind, char *target)
{
	entries->items = vec_grow(entries->items, entries->count, sizeof(*entries->items));
	entries->items[entries->count++] = (struct entry){ name, kind, target };
}

/* Environments of the version NAME: folders, and links to folders. */
static void
add_envs(const struct store *store, const char *name, struct entries *entries)
{
	cleanup_free char *inside = path_join(name, LAYOUT_ENVS, NULL);
	cleanup_free char *path = NULL;
	cleanup_dirfd struct dir envs = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	/* Most versions have none: not worth the words of an error. */
	if (!fs_is_dir_at(&store->versions, inside))
		return;
	path = path_join(store->versions.path, inside, NULL);
	/* Or it is one that we may not look into. */
	if (fs_open_dir(path, &envs, &ignored) < 0 || fs_list(&envs, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *whole = path_join(name, LAYOUT_ENVS, names.items[i], NULL);

		if (version_name_ok(str_from(whole)) && fs_is_dir_at(&envs, names.items[i]))
			add_entry(entries, steal_ptr(&whole), ENTRY_ENV,
				  fs_read_link(&envs, names.items[i]));
	}
}

/* Links into versions/ show environments that are listed already. */
static bool
has_own_envs(const struct store *store, const struct entry *entry)
{
	return entry->kind == ENTRY_VERSION ||
	       (entry->kind == ENTRY_LINK && !store_leads_into(store, entry->target, ""));
}

/* An entry with what its order depends on. */
struct ordered {
	struct version version;
	struct entry entry;
};

static int
compare_ordered(const void *a, const void *b)
{
	return version_compare(&((const struct ordered *)a)->version,
			       &((const struct ordered *)b)->version);
}

/* An environment comes behind its version. */
static int
compare_as_text(const void *a, const void *b)
{
	struct str rest_a = str_from(((const struct ordered *)a)->entry.name);
	struct str rest_b = str_from(((const struct ordered *)b)->entry.name);
	struct str version_a;
	struct str version_b;
	int order;

	(void)str_split(&rest_a, '/', &version_a);
	(void)str_split(&rest_b, '/', &version_b);
	order = str_version_order(version_a, version_b);
	return order ? order : str_cmp(rest_a, rest_b);
}

static void
sort_entries(const struct store *store, struct entries *entries)
{
	cleanup_free struct ordered *ordered = mem_zalloc(entries->count * sizeof(*ordered));

	for (size_t i = 0; i < entries->count; i++) {
		ordered[i].entry = entries->items[i];
		/* Only names that parse were added. */
		(void)version_parse(str_from(entries->items[i].name), &ordered[i].version);
	}
	qsort(ordered, entries->count, sizeof(*ordered),
	      store->policy->sorts_as_text ? compare_as_text : compare_ordered);
	for (size_t i = 0; i < entries->count; i++)
		entries->items[i] = ordered[i].entry;
}

/* Is versions/NAME a folder (of itself: one look, as for most), or a link to one,
 * whose text is *RET_TARGET then? */
static bool
is_version_folder(const struct store *store, const char *name, char **ret_target)
{
	struct stat st;

	*ret_target = NULL;
	if (fstatat(store->versions.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (!S_ISLNK(st.st_mode))
		return S_ISDIR(st.st_mode);
	if (!fs_is_dir_at(&store->versions, name))
		return false;
	*ret_target = fs_read_link(&store->versions, name);
	return true;
}

int
store_list(const struct store *store, unsigned flags, struct entries *ret_entries, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec record = { 0 };

	if (store->versions.fd < 0)
		return 0;
	if (fs_list(&store->versions, &names, err) < 0 ||
	    alias_record_read(store, &record, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		cleanup_free char *target = NULL;
		enum entry_kind kind;
		const struct entry *last;

		if (name[0] == '.' || !version_name_ok(str_from(name)) ||
		    !is_version_folder(store, name, &target))
			continue;
		kind = target ? ENTRY_LINK : ENTRY_VERSION;
		if (target && alias_record_has(&record, name, target))
			kind = ENTRY_ALIAS;
		if (kind == ENTRY_ALIAS && !(flags & STORE_LIST_ALIASES))
			continue;
		add_entry(ret_entries, mem_strdup(name), kind, steal_ptr(&target));
		last = &ret_entries->items[ret_entries->count - 1];
		if ((flags & STORE_LIST_ENVS) &&
		    ((flags & STORE_LIST_LINKED_ENVS) || has_own_envs(store, last)))
			add_envs(store, name, ret_entries);
	}
	sort_entries(store, ret_entries);
	return 0;
}

void
entries_reset(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		free(entries->items[i].name);
		free(entries->items[i].target);
	}
	free(entries->items);
	*entries = (struct entries){ 0 };
}

/* The newest installed name that REQUEST's prefix or family matches. */
static char *
find_newest(const struct store *store, const struct request *request)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };
	struct version best = { 0 };

	if (store_list(store, 0, &entries, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < entries.count; i++) {
		struct version version;

		if (!version_parse(str_from(entries.items[i].name), &version) ||
		    !request_matches(request, &version))
			continue;
		if (best.name.n == 0 || request_prefers(request, &version, &best))
			best = version;
	}
	return best.name.n ? mem_strndup(best.name.p, best.name.n) : NULL;
}

char *
store_find(const struct store *store, const char *text)
{
	struct request request;
	cleanup_free char *exact = NULL;

	if (store->versions.fd < 0 || !request_parse(str_from(text), &request, NULL) ||
	    request.kind == REQUEST_SYSTEM)
		return NULL;
	exact = mem_strndup(request.name.p, request.name.n);
	if (version_name_ok(request.name) && exact[0] != '.' &&
	    fs_is_dir_at(&store->versions, exact)) {
		char *target;

		return store_alias_target(store, exact, &target) ? target : steal_ptr(&exact);
	}
	return request.kind == REQUEST_NAME ? NULL : find_newest(store, &request);
}

char *
store_path(const struct store *store, const char *name)
{
	return path_join(store->layout->root, LAYOUT_VERSIONS, name, NULL);
}
