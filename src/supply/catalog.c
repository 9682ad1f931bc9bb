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
	size_t length;

	if (fs_read_file(dir, name, &text, err) < 0)
		return -1;
	catalog->files = vec_grow(catalog->files, catalog->count, sizeof(*catalog->files));
	file = &catalog->files[catalog->count++];
	*file = (struct catalog_file){ .path = steal_ptr(&path) };
	length = text.len;
	file->text = buf_take(&text);
	return catalog_cut((struct str){ file->text, length }, file->path, &file->rows,
			   &file->row_count, err);
}

/* The digests in a catalogue decide what is taken for a Python. A sticky bit does
 * not help: a file that somebody adds is read like the others. */
static int
refuse_open_folder(const struct dir *dir, struct err *err)
{
	struct stat st;

	if (fstat(dir->fd, &st) < 0)
		return err_sys(err, "cannot look at %s", dir->path);
	if (!(st.st_mode & S_IWOTH))
		return 0;
	err_set(err, ERR_PROTECTED, "%s can be written by everybody", dir->path);
	err_detail(err, "because", "anybody could add a version with a digest of his own");
	return err_detail(err, "to fix", "chmod o-w %s", dir->path);
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
	if (refuse_open_folder(&dir, err) < 0 || fs_list(&dir, &names, err) < 0)
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
		free(catalog->files[i].rows);
	}
	if (catalog)
		free(catalog->files);
	free(catalog);
}

/* A row that may be the answer. */
struct pick {
	const struct catalog_file *file;
	const struct catalog_row *row;
};

struct finder {
	struct request request; /* for sources without its variant */
	bool free_threaded;
	enum artifact_kind kind;
	struct version best;
	struct pick *picks; /* all rows of the best version */
	size_t count;
	bool own; /* they are from the root's files */
};

static void
finder_reset(struct finder *f)
{
	free(f->picks);
}

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
satisfies(const struct finder *f, const struct version *v)
{
	if (f->kind == ARTIFACT_SOURCE && (v->free_threaded || v->debug))
		return false;
	if (f->free_threaded && !version_can_be_free_threaded(v))
		return false;
	return request_matches(&f->request, v);
}

/* Is NAME the best version so far, or better, which it then is? */
static bool
is_best(struct finder *f, struct str name)
{
	struct version v;

	if (!version_parse(name, &v) || !satisfies(f, &v))
		return false;
	if (f->count && str_eq(f->best.name, name))
		return true;
	if (f->count && !request_prefers(&f->request, &v, &f->best))
		return false;
	f->best = v;
	f->count = 0;
	return true;
}

/* Rows of one version follow each other, so that it is judged once for all. */
static void
find_in_file(struct finder *f, const struct catalog_file *file, bool own)
{
	struct str judged = { 0 };
	bool best = false;

	for (size_t i = 0; i < file->row_count; i++) {
		const struct catalog_row *row = &file->rows[i];

		if (row->kind != (int)f->kind)
			continue;
		if (!str_eq(row->version, judged))
			best = is_best(f, row->version);
		judged = row->version;
		/* What the root says of a version hides what is shipped. */
		if (!best || (f->count && f->own && !own))
			continue;
		f->picks = vec_grow(f->picks, f->count, sizeof(*f->picks));
		f->picks[f->count++] = (struct pick){ file, row };
		f->own = own;
	}
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
	cleanup_with(finder_reset) struct finder f = { 0 };
	struct artifacts *found = ret_artifacts;

	finder_init(&f, request, kind);
	for (size_t i = 0; i < catalog->count; i++)
		find_in_file(&f, &catalog->files[i], i < catalog->own);
	for (size_t i = 0; i < f.count; i++) {
		found->items = vec_grow(found->items, found->count, sizeof(*found->items));
		if (catalog_parse_row(f.picks[i].row, f.picks[i].file->path, &found->texts,
				      &found->items[found->count], err) < 0)
			return -1;
		found->count++;
	}
	if (found->count)
		qsort(found->items, found->count, sizeof(*found->items), compare_archives);
	return 0;
}

void
artifacts_reset(struct artifacts *artifacts)
{
	free(artifacts->items);
	strvec_reset(&artifacts->texts);
	*artifacts = (struct artifacts){ 0 };
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
	bool sorted = true;

	for (size_t i = 0; i < catalog->count; i++) {
		const struct catalog_file *file = &catalog->files[i];

		for (size_t k = 0; k < file->row_count; k++) {
			size_t n = ret_names->count;

			if (n && str_eq_text(file->rows[k].version, ret_names->items[n - 1]))
				continue;
			strvec_add_str(ret_names, file->rows[k].version);
			sorted = sorted && (n == 0 || compare_names(&ret_names->items[n - 1],
								    &ret_names->items[n]) < 0);
		}
	}
	/* One file is sorted; several are as long as they do not overlap. */
	if (sorted)
		return;
	qsort(ret_names->items, ret_names->count, sizeof(*ret_names->items), compare_names);
	strvec_unique(ret_names);
}
