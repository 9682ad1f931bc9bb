/* SPDX-License-Identifier: MIT */
/* The download cache: folders and whole files. */
#include <config.h>

#include "supply/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "io/url.h"
#include "supply/cache_internal.h"

/* Folder for lock files inside a cache folder. */
#define CACHE_LOCKS ".locks"

/* An open folder that is writable by all could have its files exchanged. */
static int
open_folder(struct cache *cache, const char *path, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err missing = { 0 };

	if (fs_open_dir(path, &dir, &missing) < 0)
		return 0;
	if (fs_refuse_world_writable(&dir, err) < 0)
		return -1;
	cache->folders[cache->count++] = dir;
	dir = (struct dir)DIR_INIT;
	return 0;
}

int
cache_open(const struct layout *layout, const char *shared, struct cache *ret, struct err *err)
{
	cleanup_free char *own = path_join(layout->root, LAYOUT_CACHE, NULL);
	cleanup_free char *absolute = NULL;
	const char *pyenvs = getenv("PYTHON_BUILD_CACHE_PATH");

	if (pyenvs && *pyenvs && (*pyenvs == '/' || layout->working))
		absolute = path_clean(layout->working, pyenvs);
	if (absolute && open_folder(ret, absolute, err) < 0)
		return -1;
	if (shared && *shared != '/') {
		(void)err_set(err, ERR_USAGE, "%s in `cache` is no absolute path", shared);
		return err_detail(err, "to fix", "pyvern config set cache /absolute/path");
	}
	ret->shared = shared;
	if (shared && open_folder(ret, shared, err) < 0)
		return -1;
	return open_folder(ret, own, err);
}

static bool
is_ours_to_change(const struct dir *dir)
{
	struct stat st;

	return fstat(dir->fd, &st) == 0 && (st.st_uid == geteuid() || geteuid() == 0);
}

/* The first folder that can be written. A folder of another user that all may
 * write (sticky, as /tmp) has his lock files and parts, which are closed to us:
 * OURS_ONLY passes it over. */
static const struct dir *
find_target(const struct cache *cache, bool ours_only)
{
	for (size_t i = 0; i < cache->count; i++) {
		const struct dir *dir = &cache->folders[i];

		if (fs_is_writable(dir) && (!ours_only || is_ours_to_change(dir)))
			return dir;
	}
	return NULL;
}

static bool
is_open(const struct cache *cache, const char *path)
{
	for (size_t i = 0; i < cache->count; i++)
		if (strcmp(cache->folders[i].path, path) == 0)
			return true;
	return false;
}

/* Make the shared folder; it comes before the root's OWN, which is the last. */
static int
make_shared(struct cache *cache, const char *own, struct err *err)
{
	struct dir dir = DIR_INIT;
	size_t at = is_open(cache, own) ? cache->count - 1 : cache->count;

	if (fs_make_dirs(cache->shared, 0755, &dir, err) < 0)
		return err_wrap(err, "the setting `cache`");
	memmove(&cache->folders[at + 1], &cache->folders[at],
		(cache->count - at) * sizeof(*cache->folders));
	cache->folders[at] = dir;
	cache->count++;
	return 0;
}

int
cache_prepare(const struct layout *layout, struct cache *cache, struct err *err)
{
	cleanup_free char *own = path_join(layout->root, LAYOUT_CACHE, NULL);

	if (cache->shared && !is_open(cache, cache->shared) && make_shared(cache, own, err) < 0)
		return -1;
	cache->target = find_target(cache, true);
	/* The root's own may not exist yet. */
	if (!cache->target && !is_open(cache, own)) {
		if (fs_make_dirs(own, 0755, &cache->folders[cache->count], err) < 0)
			return -1;
		cache->target = &cache->folders[cache->count++];
	}
	if (!cache->target)
		cache->target = find_target(cache, false);
	if (!cache->target)
		return err_set(err, ERR_FAILED, "the folder %s is not writable", own);
	return 0;
}

void
cache_reset(struct cache *cache)
{
	for (size_t i = 0; i < cache->count; i++)
		dir_reset(&cache->folders[i]);
	*cache = (struct cache)CACHE_INIT;
}

void
cached_reset(struct cached *cached)
{
	cleanup_fd_handler(&cached->fd);
	free(cached->path);
	*cached = (struct cached)CACHED_INIT;
}

/* Is NAME below FOLDER a readable file of ours with the right size and digest?
 * Then RET is it. */
static int
check_file(const struct dir *folder, const char *name, const struct artifact *artifact,
	   struct cached *ret, struct err *err)
{
	cleanup_fd int fd = openat(folder->fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char got[DIGEST_HEX_SIZE];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_uid != geteuid() && st.st_uid != 0))
		return 0;
	if (artifact->size && (uint64_t)st.st_size != artifact->size)
		return 0;
	if (digest_fd(fd, got, &ret->size, err) < 0)
		return err_wrap(err, "%s/%s", folder->path, name);
	if (strcmp(got, artifact->sha256) != 0)
		return 0;
	ret->fd = steal_fd(&fd);
	ret->path = path_join(folder->path, name, NULL);
	return 0;
}

/* pyenv's name for the archive at URL: it writes ".tgz" out. */
static char *
pyenv_name(const char *url)
{
	struct str base = url_base_name(url);

	if (str_ends(base, STR_LIT(".tgz")))
		return mem_printf("%.*s.tar.gz", (int)(base.n - 4), base.p);
	return mem_strndup(base.p, base.n);
}

static bool
is_ours(const char *name, const struct artifact *artifact)
{
	return !strncmp(name, artifact->sha256, DIGEST_HEX_LEN) && name[DIGEST_HEX_LEN] == '-';
}

static int
find_in(const struct dir *folder, const struct artifact *artifact, struct cached *ret,
	char **ret_damaged, struct err *err)
{
	struct str base = url_base_name(artifact->url);
	cleanup_free char *plain = mem_strndup(base.p, base.n);
	cleanup_free char *pyenvs = pyenv_name(artifact->url);
	cleanup_strvec struct strvec names = { 0 };

	if (fs_list(folder, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		bool ours = is_ours(name, artifact);

		if (!ours && strcmp(name, plain) != 0 && strcmp(name, pyenvs) != 0)
			continue;
		if (check_file(folder, name, artifact, ret, err) < 0)
			return -1;
		if (ret->fd >= 0)
			return 0;
		if (ours && unlinkat(folder->fd, name, 0) == 0 && ret_damaged && !*ret_damaged)
			*ret_damaged = path_join(folder->path, name, NULL);
	}
	return 0;
}

int
cache_find(const struct cache *cache, const struct artifact *artifact, struct cached *ret,
	   char **ret_damaged, struct err *err)
{
	for (size_t i = 0; i < cache->count && ret->fd < 0; i++)
		if (find_in(&cache->folders[i], artifact, ret, ret_damaged, err) < 0)
			return -1;
	return 0;
}

char *
cache_shown_name(struct str name)
{
	static const char *const endings[] = { ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2",
					       ".tar.zst" };
	struct str version = name;

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (str_ends(version, str_from(endings[i])))
			version.n -= strlen(endings[i]);
	if (str_starts(version, STR_LIT("Python-")) || str_starts(version, STR_LIT("cpython-")))
		version = str_skip(version, str_find(version, '-') + 1);
	version.n = str_find(version, '+');
	if (version.n == 0 || !str_is_digit(version.p[0]))
		version = name;
	return mem_strndup(version.p, version.n);
}

static void
list_file(const char *name, struct strvec *ret)
{
	struct str s = str_from(name);
	struct str hex = { s.p, s.n < DIGEST_HEX_LEN ? s.n : DIGEST_HEX_LEN };
	bool ours = digest_hex_ok(hex);

	if (name[0] == '.' || (ours && s.n > DIGEST_HEX_LEN && s.p[DIGEST_HEX_LEN] != '-'))
		return;
	strvec_take(ret, cache_shown_name(ours ? str_skip(s, DIGEST_HEX_LEN + 1) : s));
}

void
cache_list(const struct cache *cache, struct strvec *ret)
{
	for (size_t i = 0; i < cache->count; i++) {
		cleanup_strvec struct strvec names = { 0 };
		cleanup_err struct err ignored = { 0 };

		if (fs_list(&cache->folders[i], &names, &ignored) < 0)
			continue;
		for (size_t k = 0; k < names.count; k++)
			list_file(names.items[k], ret);
	}
	strvec_sort(ret);
	strvec_unique(ret);
}

int
cache_lock(const struct cache *cache, const struct artifact *artifact, void (*on_wait)(void *ctx),
	   void *ctx, struct lock *ret, struct err *err)
{
	cleanup_dirfd struct dir locks = DIR_INIT;

	if (fs_make_dir_at(cache->target, CACHE_LOCKS, 0755, &locks, err) < 0)
		return -1;
	return fs_lock(&locks, artifact->sha256, on_wait, ctx, ret, err);
}

int
cache_try_lock(const struct dir *folder, const char *sha256, bool *ret_taken, struct lock *ret,
	       struct err *err)
{
	cleanup_dirfd struct dir locks = DIR_INIT;

	if (fs_make_dir_at(folder, CACHE_LOCKS, 0755, &locks, err) < 0)
		return -1;
	return fs_try_lock(&locks, sha256, ret_taken, ret, err);
}
