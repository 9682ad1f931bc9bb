/* SPDX-License-Identifier: MIT */
/* Versions that bring the same pip, and compile alike, share one seed's files. */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "supply/seedmaker_internal.h"
#include "trust/digest.h"
#include "venv/seed.h"

/* A digest and a newline. */
#define KEY_MAX ((size_t)256)
/* Folders in folders: pip has seven. */
#define SEED_DEPTH_MAX 32

static int
add_wheels(const struct making *m, struct digest *digest, struct err *err)
{
	struct str rest = str_from(m->spec->facts->wheels);
	struct str wheel;

	while (str_word(&rest, &wheel)) {
		cleanup_free char *name = mem_strndup(wheel.p, wheel.n);
		cleanup_fd int fd = openat(m->spec->tree->fd, name, O_RDONLY | O_CLOEXEC);
		char hex[DIGEST_HEX_SIZE];

		if (fd < 0)
			return err_sys(err, "cannot open %s", name);
		if (digest_fd(fd, hex, NULL, err) < 0 ||
		    digest_add(digest, hex, sizeof(hex), err) < 0)
			return -1;
	}
	return 0;
}

char *
seed_key(const struct making *m)
{
	const struct seed_spec *spec = m->spec;
	cleanup_digest struct digest *digest = NULL;
	cleanup_err struct err ignored = { 0 };
	char hex[DIGEST_HEX_SIZE];
	/* RECORD has the way from platlib to bin in it, and scripts have the series. */
	const char *parts[] = { spec->magic, spec->tag, spec->facts->platlib, spec->facts->abi };

	/* What a bundle brought may be another one for each. */
	if (!spec->magic || !spec->tag || spec->facts->prefix || !*spec->facts->wheels ||
	    digest_new(&digest, &ignored) < 0 || add_wheels(m, digest, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (digest_add(digest, parts[i], strlen(parts[i]) + 1, &ignored) < 0)
			return NULL;
	return digest_finish(digest, hex, &ignored) == 0 ? mem_strdup(hex) : NULL;
}

static bool link_folder(const struct dir *from, const struct dir *to, unsigned depth);

static bool
link_entry(const struct dir *from, const struct dir *to, const char *name, unsigned depth)
{
	cleanup_dirfd struct dir below = DIR_INIT;
	cleanup_dirfd struct dir made = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	struct stat st;

	if (fstatat(from->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (S_ISREG(st.st_mode))
		return linkat(from->fd, name, to->fd, name, 0) == 0;
	return S_ISDIR(st.st_mode) && depth < SEED_DEPTH_MAX &&
	       fs_open_dir_at(from, name, &below, &ignored) == 0 &&
	       fs_make_dir_at(to, name, 0755, &made, &ignored) == 0 &&
	       link_folder(&below, &made, depth + 1);
}

static bool
link_folder(const struct dir *from, const struct dir *to, unsigned depth)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_list(from, &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (!link_entry(from, to, names.items[i], depth))
			return false;
	return true;
}

/* Is the seed in the folder META one with this KEY, and as it was made? */
static bool
is_same(const struct dir *meta, const char *key)
{
	cleanup_buf struct buf text = BUF_INIT(KEY_MAX);
	cleanup_seed struct seed seed = SEED_INIT;
	cleanup_err struct err ignored = { 0 };

	return fs_read_file(meta, LAYOUT_SEED "/" SEED_KEY, &text, &ignored) == 0 &&
	       str_eq_text(str_trim(buf_str(&text)), key) &&
	       seed_open_in(meta, &seed, &ignored) == 0 && seed_verify(&seed, &ignored) == 0;
}

static bool
take_from(struct making *m, const char *name, const char *key)
{
	cleanup_free char *path = path_join(name, LAYOUT_META, NULL);
	cleanup_free char *whole = path_join(m->spec->store->versions.path, path, NULL);
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_dirfd struct dir seed = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	return fs_open_dir(whole, &meta, &ignored) == 0 && is_same(&meta, key) &&
	       fs_open_dir_at(&meta, LAYOUT_SEED, &seed, &ignored) == 0 &&
	       link_folder(&seed, &m->seed, 0);
}

bool
seed_take_same(struct making *m, const char *key)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (!m->spec->store || !key || store_list(m->spec->store, 0, &entries, &ignored) < 0)
		return false;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_err struct err failed = { 0 };

		if (entries.items[i].kind != ENTRY_VERSION)
			continue;
		if (take_from(m, entries.items[i].name, key))
			return true;
		/* Half linked: another user's files, another file system. */
		if (seed_clear(m, &failed) < 0)
			return false;
	}
	return false;
}
