/* SPDX-License-Identifier: MIT */
/* What the download cache holds, for those who look after it. */
#include <config.h>

#include "supply/cache_keep.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "supply/cache_internal.h"

/* What else stands beside a file under its digest, and goes with it. */
static const char *const companions[] = { LAYOUT_PART_FROM_ENDING, ".sigstore", ".asc" };
#define COMPANION_COUNT (sizeof(companions) / sizeof(*companions))

static bool
is_companion(struct str ending)
{
	for (size_t i = 0; i < COMPANION_COUNT; i++)
		if (str_eq_text(ending, companions[i]))
			return true;
	return false;
}

/* What FILE is by its name; false for what is no entry of its own. */
static bool
judge_name(struct str file, struct cache_entry *ret)
{
	struct str hex = { file.p, file.n < DIGEST_HEX_LEN ? file.n : DIGEST_HEX_LEN };
	struct str rest = str_skip(file, hex.n);

	if (file.n == 0 || file.p[0] == '.')
		return false;
	if (!digest_hex_ok(hex)) {
		ret->state = CACHE_PYENVS;
		ret->name = cache_shown_name(file);
		return true;
	}
	memcpy(ret->sha256, hex.p, hex.n);
	if (is_companion(rest))
		return false;
	ret->state = str_eq_text(rest, LAYOUT_PART_ENDING) ? CACHE_UNFINISHED : CACHE_WHOLE;
	ret->name = ret->state == CACHE_WHOLE && rest.n > 1 ? cache_shown_name(str_skip(rest, 1))
							    : mem_printf("%.12s...", hex.p);
	return true;
}

static void
add_file(const struct dir *folder, const char *file, struct cache_entries *to)
{
	struct cache_entry entry = { .folder = folder };
	struct stat st;

	if (fstatat(folder->fd, file, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    !judge_name(str_from(file), &entry))
		return;
	entry.file = mem_strdup(file);
	entry.size = (uint64_t)st.st_size;
	entry.changed = st.st_mtime;
	to->items = vec_grow(to->items, to->count, sizeof(*to->items));
	to->items[to->count++] = entry;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct cache_entry *x = a;
	const struct cache_entry *y = b;
	int order = str_version_order(str_from(x->name), str_from(y->name));

	if (x->folder != y->folder)
		return x->folder < y->folder ? -1 : 1;
	return order ? order : strcmp(x->file, y->file);
}

int
cache_entries_read(const struct cache *cache, struct cache_entries *ret, struct err *err)
{
	for (size_t i = 0; i < cache->count; i++) {
		cleanup_strvec struct strvec names = { 0 };

		if (fs_list(&cache->folders[i], &names, err) < 0)
			return -1;
		for (size_t k = 0; k < names.count; k++)
			add_file(&cache->folders[i], names.items[k], ret);
	}
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), compare_entries);
	return 0;
}

void
cache_entries_reset(struct cache_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		free(entries->items[i].file);
		free(entries->items[i].name);
	}
	free(entries->items);
	*entries = (struct cache_entries){ 0 };
}

int
cache_entry_verify(const struct cache_entry *entry, bool *ret_holds, struct err *err)
{
	cleanup_fd int fd = openat(entry->folder->fd, entry->file,
				   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char got[DIGEST_HEX_SIZE];

	if (fd < 0)
		return err_sys(err, "cannot read %s/%s", entry->folder->path, entry->file);
	if (digest_fd(fd, got, NULL, err) < 0)
		return err_wrap(err, "%s/%s", entry->folder->path, entry->file);
	*ret_holds = strcmp(got, entry->sha256) == 0;
	return 0;
}

int
cache_entry_remove(const struct cache_entry *entry, bool *ret_busy, struct err *err)
{
	cleanup_lock struct lock lock = LOCK_INIT;
	bool taken = false;

	*ret_busy = false;
	if (entry->state == CACHE_PYENVS)
		return err_set(err, ERR_PROTECTED, "%s/%s is not ours to remove",
			       entry->folder->path, entry->file);
	if (cache_try_lock(entry->folder, entry->sha256, &taken, &lock, err) < 0)
		return -1;
	*ret_busy = !taken;
	if (!taken)
		return 0;
	if (unlinkat(entry->folder->fd, entry->file, 0) < 0)
		return err_sys(err, "cannot remove %s/%s", entry->folder->path, entry->file);
	for (size_t i = 0; i < COMPANION_COUNT; i++) {
		cleanup_free char *beside = mem_printf("%s%s", entry->sha256, companions[i]);

		(void)unlinkat(entry->folder->fd, beside, 0);
	}
	return 0;
}
