/* SPDX-License-Identifier: MIT */
/* Newer lists of upstreams, merged into the root's own catalogue. */
#include <config.h>

#include "supply/catalog_update.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/path.h"
#include "supply/catalog_import.h"
#include "supply/catalog_internal.h"

#define LOCK_NAME "catalog"
/* Names shown of what a list has lost. */
#define LOST_SHOWN 5

/* Artifacts, found by address. */
struct pool {
	struct strvec texts;
	struct artifact *items;
	size_t count;
	struct map by_url; /* address -> index + 1 */
	struct map names;  /* "VERSION VARIANT" of all */
};

static void
pool_reset(struct pool *pool)
{
	strvec_reset(&pool->texts);
	free(pool->items);
	map_reset(&pool->by_url);
	map_reset(&pool->names);
}
#define cleanup_pool cleanup_with(pool_reset)

static struct artifact *
pool_find(const struct pool *pool, const char *url)
{
	uintptr_t index = (uintptr_t)map_get(&pool->by_url, url);

	return index ? &pool->items[index - 1] : NULL;
}

static char *
name_of(const struct artifact *a)
{
	return mem_printf("%s %s", a->version, a->variant);
}

/* What is there already stays; what it lacks is filled in. */
static void
pool_add(struct pool *pool, const struct artifact *a)
{
	struct artifact *old = pool_find(pool, a->url);
	cleanup_free char *name = name_of(a);

	if (old) {
		old->sha256 = *old->sha256 ? old->sha256 : a->sha256;
		old->build = *old->build ? old->build : a->build;
		old->size = old->size ? old->size : a->size;
		return;
	}
	pool->items = vec_grow(pool->items, pool->count, sizeof(*pool->items));
	pool->items[pool->count++] = *a;
	map_set(&pool->by_url, a->url, (void *)(uintptr_t)pool->count);
	map_set(&pool->names, name, pool);
}

static int
pool_add_text(struct pool *pool, struct str text, const char *path, struct err *err)
{
	cleanup_free struct catalog_row *rows = NULL;
	size_t count = 0;

	if (catalog_cut(text, path, &rows, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct artifact a;

		if (catalog_parse_row(&rows[i], path, &pool->texts, &a, err) < 0)
			return -1;
		pool_add(pool, &a);
	}
	return 0;
}

/* BASE/catalog/STEM.tsv, if it is there. */
static int
pool_add_file(struct pool *pool, const char *base, const char *stem, struct err *err)
{
	cleanup_free char *folder = path_join(base, LAYOUT_CATALOG, NULL);
	cleanup_free char *name = mem_printf("%s.tsv", stem);
	cleanup_free char *path = path_join(folder, name, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);

	if (fs_open_dir(folder, &dir, err) < 0 || fs_read_file(&dir, name, &text, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	return pool_add_text(pool, buf_str(&text), path, err);
}

/* One file of the catalogue, before and after. */
struct merged {
	const char *stem; /* borrowed */
	struct buf text;  /* what the root's file shall have; empty: none is needed */
};

struct merge {
	const struct layout *layout;
	const char *name; /* of the list */
	unsigned flags;
	bool has_digests;  /* the list has any */
	bool may_be_whole; /* it is no handful of lines */
	struct strvec stems;
	struct merged *files;
	size_t file_count;
	struct strvec lost;
	struct catalog_merge_report *report;
};

static void
merge_reset(struct merge *m)
{
	for (size_t i = 0; i < m->file_count; i++)
		buf_reset(&m->files[i].text);
	free(m->files);
	strvec_reset(&m->stems);
	strvec_reset(&m->lost);
}

static int
refuse_digest(const struct merge *m, const struct artifact *old, const struct artifact *new,
	      struct err *err)
{
	(void)err_set(err, ERR_CHECK, "%s %s a digest that is known: %s", m->name,
		      *new->sha256 ? "changes" : "has lost", old->url);
	(void)err_detail(err, "known is", "%s", old->sha256);
	if (*new->sha256)
		(void)err_detail(err, "it says", "%s", new->sha256);
	return err_detail(err, "to fix", "ask upstream: nothing of this list was taken");
}

/* Hold what the list says of one file against what is KNOWN. */
static int
check_file(struct merge *m, const struct pool *known, const struct pool *new, struct err *err)
{
	for (size_t i = 0; i < new->count; i++) {
		const struct artifact *a = &new->items[i];
		const struct artifact *old = pool_find(known, a->url);
		bool is_gone = old && !*a->sha256 && m->has_digests;

		if (old && *old->sha256 &&
		    (is_gone || (*a->sha256 && strcmp(a->sha256, old->sha256) != 0)))
			return refuse_digest(m, old, a, err);
		m->report->files += !old;
	}
	return 0;
}

/* Which versions of CPython, whose lists are whole, does the list lack? */
static void
note_losses(struct merge *m, const char *stem, const struct pool *known, const struct pool *new)
{
	if (!m->may_be_whole || !str_starts(str_from(stem), STR_LIT("cpython")))
		return;
	for (size_t i = 0; i < known->count; i++) {
		const struct artifact *a = &known->items[i];
		cleanup_free char *name = name_of(a);

		if (*a->sha256 && !map_get(&new->names, name) && !strvec_has(&m->lost, a->version))
			strvec_add(&m->lost, a->version);
	}
}

static void
note_versions(struct merge *m, const struct pool *known, const struct pool *new)
{
	cleanup_map struct map seen = { 0 };

	for (size_t i = 0; i < known->count; i++)
		map_set(&seen, known->items[i].version, m);
	for (size_t i = 0; i < new->count; i++)
		if (map_set(&seen, new->items[i].version, m) &&
		    !strvec_has(&m->report->versions, new->items[i].version))
			strvec_add(&m->report->versions, new->items[i].version);
}

/* The lines of the version and variant that begins at *I in sorted POOL, behind which *I
 * stands afterwards. */
static void
add_group(const struct pool *pool, size_t *i, struct buf *ret)
{
	const struct artifact *first = &pool->items[*i];

	for (; *i < pool->count && strcmp(pool->items[*i].version, first->version) == 0 &&
	       strcmp(pool->items[*i].variant, first->variant) == 0;
	     ++*i) {
		catalog_format_line(&pool->items[*i], ret);
		buf_add_char(ret, '\n');
	}
}

/* What ALL has that SHIPPED has not, version by version: the root's file hides all that
 * is shipped of a version. */
static void
add_difference(struct pool *all, struct pool *shipped, struct buf *ret)
{
	cleanup_map struct map groups = { 0 };
	struct strvec texts = { 0 };

	if (shipped->count)
		catalog_sort(shipped->items, shipped->count);
	if (all->count)
		catalog_sort(all->items, all->count);
	for (size_t i = 0; i < shipped->count;) {
		cleanup_buf struct buf group = BUF_INIT(CATALOG_FILE_MAX);
		cleanup_free char *name = name_of(&shipped->items[i]);

		add_group(shipped, &i, &group);
		strvec_take(&texts, buf_take(&group));
		map_set(&groups, name, texts.items[texts.count - 1]);
	}
	for (size_t i = 0; i < all->count;) {
		cleanup_buf struct buf group = BUF_INIT(CATALOG_FILE_MAX);
		cleanup_free char *name = name_of(&all->items[i]);
		const char *same;

		add_group(all, &i, &group);
		same = map_get(&groups, name);
		if (same && strcmp(same, buf_text(&group)) == 0)
			continue;
		if (ret->len == 0)
			buf_add_text(ret, CATALOG_HEADER "\n");
		buf_add_str(ret, buf_str(&group));
	}
	strvec_reset(&texts);
}

static int
merge_file(struct merge *m, struct catalog_import *import, const char *stem, struct err *err)
{
	cleanup_pool struct pool new = { 0 };
	cleanup_pool struct pool known = { 0 };
	cleanup_pool struct pool shipped = { 0 };
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	struct merged *file;

	if (catalog_import_write(import, stem, &text, err) < 0 ||
	    pool_add_text(&new, buf_str(&text), m->name, err) < 0 ||
	    pool_add_file(&known, m->layout->root, stem, err) < 0 ||
	    pool_add_file(&known, m->layout->share, stem, err) < 0 ||
	    pool_add_file(&shipped, m->layout->share, stem, err) < 0)
		return -1;
	if (check_file(m, &known, &new, err) < 0)
		return -1;
	note_losses(m, stem, &known, &new);
	note_versions(m, &known, &new);
	for (size_t i = 0; i < new.count; i++)
		pool_add(&known, &new.items[i]);
	m->files = vec_grow(m->files, m->file_count, sizeof(*m->files));
	file = &m->files[m->file_count++];
	*file = (struct merged){ stem, BUF_INIT(CATALOG_FILE_MAX) };
	add_difference(&known, &shipped, &file->text);
	if (buf_check(&file->text, stem, err) < 0)
		return -1;
	return file->text.len ? catalog_check_text(buf_str(&file->text), stem, err) : 0;
}

static int
refuse_losses(const struct merge *m, struct err *err)
{
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);

	if (m->lost.count == 0 || (m->flags & CATALOG_MERGE_LOSSY))
		return 0;
	for (size_t i = 0; i < m->lost.count && i < LOST_SHOWN; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", m->lost.items[i]);
	(void)err_set(err, ERR_CHECK, "%s has lost %zu versions that are known: %s%s", m->name,
		      m->lost.count, buf_text(&names), m->lost.count > LOST_SHOWN ? ", …" : "");
	return err_detail(err, "to fix",
			  "a list that is whole; or pyvern update --force: what is known stays");
}

static int
write_files(const struct merge *m, struct err *err)
{
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_dirfd struct dir locks = DIR_INIT;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;

	if (layout_prepare_root(m->layout, "update the catalogue", &root, err) < 0 ||
	    fs_make_dir_at(&root, LAYOUT_LOCKS, LAYOUT_FOLDER_MODE, &locks, err) < 0 ||
	    fs_lock(&locks, LOCK_NAME, NULL, NULL, &lock, err) < 0 ||
	    fs_make_dir_at(&root, LAYOUT_CATALOG, LAYOUT_FOLDER_MODE, &dir, err) < 0)
		return -1;
	for (size_t i = 0; i < m->file_count; i++) {
		const struct merged *file = &m->files[i];
		cleanup_free char *name = mem_printf("%s.tsv", file->stem);
		cleanup_buf struct buf old = BUF_INIT(CATALOG_FILE_MAX);
		cleanup_err struct err none = { 0 };
		bool is_there = fs_read_file(&dir, name, &old, &none) == 0;

		if (is_there && str_eq(buf_str(&old), buf_str(&file->text)))
			continue;
		if (file->text.len == 0) {
			if (is_there && unlinkat(dir.fd, name, 0) < 0)
				return err_sys(err, "cannot remove %s/%s", dir.path, name);
		} else if (fs_write_file(&dir, name, buf_str(&file->text), 0644, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	struct version v;
	struct version w;

	return version_parse(str_from(*(char *const *)a), &v) &&
			       version_parse(str_from(*(char *const *)b), &w)
		       ? version_compare(&v, &w)
		       : 0;
}

/* PyPy's list never has digests; any other that has some has them all. */
static int
look_for_digests(struct merge *m, struct catalog_import *import, struct err *err)
{
	for (size_t i = 0; i < m->stems.count && !m->has_digests; i++) {
		cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
		cleanup_free struct catalog_row *rows = NULL;
		size_t count = 0;

		if (catalog_import_write(import, m->stems.items[i], &text, err) < 0 ||
		    catalog_cut(buf_str(&text), m->name, &rows, &count, err) < 0)
			return -1;
		for (size_t k = 0; k < count; k++)
			m->has_digests |= catalog_row_field(&rows[k], COLUMN_SHA256).n != 0;
	}
	return 0;
}

static int
merge_list(struct merge *m, struct catalog_import *import, struct str text, struct err *err)
{
	struct str begin = str_trim(text);
	size_t added = 0;

	m->may_be_whole = begin.n && (begin.p[0] == '{' || begin.p[0] == '[');
	if (catalog_import_add(import, text, m->name, &added, err) < 0)
		return -1;
	if (added == 0)
		return err_set(err, ERR_CHECK, "%s has nothing that can be installed", m->name);
	catalog_import_stems(import, &m->stems);
	if (look_for_digests(m, import, err) < 0)
		return -1;
	for (size_t i = 0; i < m->stems.count; i++)
		if (merge_file(m, import, m->stems.items[i], err) < 0)
			return -1;
	if (m->report->versions.count)
		qsort(m->report->versions.items, m->report->versions.count,
		      sizeof(*m->report->versions.items), compare_names);
	if (refuse_losses(m, err) < 0)
		return -1;
	return m->flags & CATALOG_MERGE_DRY ? 0 : write_files(m, err);
}

int
catalog_merge(const struct layout *layout, struct str text, const char *name, unsigned flags,
	      struct catalog_merge_report *ret, struct err *err)
{
	struct catalog_import *import = catalog_import_new();
	cleanup_with(merge_reset) struct merge m = {
		.layout = layout, .name = name, .flags = flags, .report = ret
	};
	int status = merge_list(&m, import, text, err);

	catalog_import_free(import);
	return status;
}

void
catalog_merge_report_reset(struct catalog_merge_report *report)
{
	strvec_reset(&report->versions);
	*report = (struct catalog_merge_report){ 0 };
}
