/* SPDX-License-Identifier: MIT */
/* What can be installed: opening the catalogue and finding versions in it. */
#include <config.h>

#include "supply/catalog.h"

#include <string.h>

#include "supply/catalog_internal.h"

static int
read_file(struct catalog *catalog, const struct dir *dir, const char *name, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_free char *path = mem_printf("%s/%s", dir->path, name);
	struct catalog_file *file;

	if (fs_read_file(dir, name, &text, err) < 0 ||
	    catalog_check_shape(buf_str(&text), path, err) < 0)
		return -1;
	catalog->files = vec_grow(catalog->files, catalog->count, sizeof(*catalog->files));
	file = &catalog->files[catalog->count++];
	file->path = steal_ptr(&path);
	file->length = text.len;
	file->text = buf_take(&text);
	return 0;
}

/* All *.tsv of the folder BASE/catalog; a missing folder has none. */
static int
read_folder(struct catalog *catalog, const char *base, struct err *err)
{
	cleanup_free char *path = path_join(base, LAYOUT_CATALOG, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir(path, &dir, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		err_reset(err);
		return 0;
	}
	if (fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (str_ends(str_from(names.items[i]), STR_LIT(".tsv")) &&
		    read_file(catalog, &dir, names.items[i], err) < 0)
			return -1;
	return 0;
}

int
catalog_open(const struct layout *layout, struct catalog **ret_catalog, struct err *err)
{
	cleanup_catalog struct catalog *catalog = mem_zalloc(sizeof(*catalog));

	if (read_folder(catalog, layout->root, err) < 0)
		return -1;
	catalog->own = catalog->count;
	if (read_folder(catalog, layout->share, err) < 0)
		return -1;
	*ret_catalog = steal_ptr(&catalog);
	return 0;
}

void
catalog_free(struct catalog *catalog)
{
	for (size_t i = 0; catalog && i < catalog->count; i++) {
		free(catalog->files[i].path);
		free(catalog->files[i].text);
	}
	if (catalog)
		free(catalog->files);
	free(catalog);
}

/* Call FN for every line of the files FROM to TO until it returns false. */
static void
each_line(const struct catalog *catalog, size_t from, size_t to,
	  bool (*fn)(void *ctx, const struct catalog_line *line), void *ctx)
{
	for (size_t i = from; i < to; i++) {
		struct str rest = { catalog->files[i].text, catalog->files[i].length };
		struct catalog_line line;

		while (catalog_next_line(&rest, &line))
			if (!fn(ctx, &line))
				return;
	}
}

struct finder {
	const struct catalog *catalog;
	struct request request; /* for sources without its variant */
	bool free_threaded;
	enum artifact_kind kind;
	bool found;
	struct version best;
	struct artifacts *artifacts;
	struct err *err;
	bool failed;
};

/* The source of a version serves its free-threaded and debug builds, too. */
static void
finder_init(struct finder *f, const struct request *request, enum artifact_kind kind)
{
	f->request = *request;
	f->kind = kind;
	if (kind != ARTIFACT_SOURCE)
		return;
	f->free_threaded = request->want.free_threaded;
	f->request.want.free_threaded = false;
	f->request.want.debug = false;
}

static bool
line_matches(const struct finder *f, const struct catalog_line *line, struct version *ret_version)
{
	if (!str_eq_text(line->fields[COLUMN_KIND], artifact_kind_name(f->kind)) ||
	    !version_parse(line->fields[COLUMN_VERSION], ret_version))
		return false;
	if (f->kind == ARTIFACT_SOURCE && (ret_version->free_threaded || ret_version->debug))
		return false;
	if (f->free_threaded && !version_can_be_free_threaded(ret_version))
		return false;
	return request_matches(&f->request, ret_version);
}

static bool
find_best(void *ctx, const struct catalog_line *line)
{
	struct finder *f = ctx;
	struct version v;

	if (line_matches(f, line, &v) &&
	    (!f->found || request_prefers(&f->request, &v, &f->best))) {
		f->best = v;
		f->found = true;
	}
	return true;
}

/* "FILE:LINE: what is WRONG with it". */
static void
bad_artifact(const struct catalog *catalog, const struct catalog_line *line, const char *wrong,
	     struct err *err)
{
	const char *at = line->fields[0].p;

	for (size_t i = 0; i < catalog->count; i++) {
		const struct catalog_file *file = &catalog->files[i];
		unsigned number = 1;

		if (at < file->text || at > file->text + file->length)
			continue;
		for (const char *p = file->text; p < at; p++)
			number += *p == '\n';
		(void)catalog_bad_line(file->path, number, wrong, err);
	}
}

static bool
collect_best(void *ctx, const struct catalog_line *line)
{
	struct finder *f = ctx;
	struct version v;
	struct artifact *item;
	const char *wrong;

	if (!line_matches(f, line, &v) || version_compare(&v, &f->best) != 0)
		return true;
	f->artifacts->items =
		vec_grow(f->artifacts->items, f->artifacts->count, sizeof(*f->artifacts->items));
	item = &f->artifacts->items[f->artifacts->count];
	wrong = catalog_parse_line(line, &f->artifacts->texts, item);
	if (wrong) {
		bad_artifact(f->catalog, line, wrong, f->err);
		f->failed = true;
		return false;
	}
	f->artifacts->count++;
	return true;
}

/* xz is smallest, gz is everywhere, bz2 is slowest. */
static int
archive_rank(const struct artifact *artifact)
{
	static const char *const endings[] = { ".tar.xz", ".tar.zst", ".tgz", ".tar.gz",
					       ".tar.bz2" };
	int rank = 0;

	for (; rank < (int)(sizeof(endings) / sizeof(*endings)); rank++)
		if (str_ends(str_from(artifact->url), str_from(endings[rank])))
			break;
	return rank;
}

static int
compare_archives(const void *a, const void *b)
{
	const struct artifact *x = a;
	const struct artifact *y = b;
	int order = archive_rank(x) - archive_rank(y);

	return order ? order : strcmp(x->url, y->url);
}

int
catalog_find(const struct catalog *catalog, const struct request *request, enum artifact_kind kind,
	     struct artifacts *ret_artifacts, struct err *err)
{
	struct finder f = { .catalog = catalog, .artifacts = ret_artifacts, .err = err };

	finder_init(&f, request, kind);
	each_line(catalog, 0, catalog->count, find_best, &f);
	if (!f.found)
		return 0;
	each_line(catalog, 0, catalog->own, collect_best, &f);
	if (!f.failed && ret_artifacts->count == 0)
		each_line(catalog, catalog->own, catalog->count, collect_best, &f);
	if (f.failed)
		return -1;
	qsort(ret_artifacts->items, ret_artifacts->count, sizeof(*ret_artifacts->items),
	      compare_archives);
	return 0;
}

void
artifacts_reset(struct artifacts *artifacts)
{
	free(artifacts->items);
	strvec_reset(&artifacts->texts);
	*artifacts = (struct artifacts){ 0 };
}

static bool
add_name(void *ctx, const struct catalog_line *line)
{
	strvec_add_str(ctx, line->fields[COLUMN_VERSION]);
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	struct version x;
	struct version y;

	/* Names were checked when the files were read. */
	if (!version_parse(str_from(*(char *const *)a), &x) ||
	    !version_parse(str_from(*(char *const *)b), &y))
		return 0;
	return version_compare(&x, &y);
}

void
catalog_names(const struct catalog *catalog, struct strvec *ret_names)
{
	each_line(catalog, 0, catalog->count, add_name, ret_names);
	if (ret_names->count)
		qsort(ret_names->items, ret_names->count, sizeof(*ret_names->items), compare_names);
	strvec_unique(ret_names);
}
