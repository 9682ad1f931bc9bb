/* SPDX-License-Identifier: MIT */
/* What can be installed: the catalogue's files, and which of them a look-up reads. */
#include <config.h>

#include "supply/catalog.h"

#include <string.h>

#include "supply/catalog_internal.h"

#define FILE_ENDING ".tsv"

static void
add_file(struct catalog *catalog, const struct dir *dir, const char *name, bool own)
{
	struct catalog_file file = { .path = mem_printf("%s/%s", dir->path, name), .own = own };

	file.stem = path_base(file.path);
	file.stem.n -= strlen(FILE_ENDING);
	catalog->files = vec_grow(catalog->files, catalog->count, sizeof(*catalog->files));
	catalog->files[catalog->count++] = file;
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
list_folder(struct catalog *catalog, const char *base, bool own, struct err *err)
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
	strvec_add(&catalog->folders, path);
	if (refuse_open_folder(&dir, err) < 0 || fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (str_ends(str_from(names.items[i]), STR_LIT(FILE_ENDING)))
			add_file(catalog, &dir, names.items[i], own);
	return 0;
}

int
catalog_open(const struct layout *layout, struct catalog **ret_catalog, struct err *err)
{
	cleanup_catalog struct catalog *catalog = mem_zalloc(sizeof(*catalog));

	if (list_folder(catalog, layout->root, true, err) < 0 ||
	    list_folder(catalog, layout->share, false, err) < 0)
		return -1;
	*ret_catalog = steal_ptr(&catalog);
	return 0;
}

void
catalog_free(struct catalog *catalog)
{
	for (size_t i = 0; catalog && i < catalog->count; i++)
		free(catalog->files[i].path);
	if (catalog) {
		strvec_reset(&catalog->folders);
		free(catalog->files);
	}
	free(catalog);
}

/* IMPLEMENTATION-OS-ARCH-LIBC, all of which must be there. */
static bool
cut_stem(struct str stem, struct str parts[4], size_t *ret_count)
{
	*ret_count = 0;
	while (str_split(&stem, '-', &parts[*ret_count]))
		if (++*ret_count == 4)
			return stem.p == NULL;
	return *ret_count == 1;
}

/* Can FILE say anything of SCOPE? Files are named by what is in them: IMPLEMENTATION
 * (sources) or IMPLEMENTATION-OS-ARCH-LIBC (builds); any other may have all. */
static bool
is_about(const struct catalog_file *file, const struct catalog_scope *scope)
{
	const struct target *target = scope->target;
	struct str parts[4];
	size_t count;

	if (!cut_stem(file->stem, parts, &count) || !version_is_implementation(parts[0]))
		return true;
	if (scope->implementation.n && !str_eq(parts[0], scope->implementation))
		return false;
	/* What a user wrote into such a file of his own may be anything. */
	if (count == 1)
		return scope->sources || file->own;
	return target && str_eq_text(parts[1], target->os) && str_eq_text(parts[2], target->arch) &&
	       str_eq_text(parts[3], target->libc);
}

static int
read_file(const struct catalog_file *file, struct catalog_text *ret, struct err *err)
{
	struct str folder = path_dir(file->path);
	cleanup_free char *path = mem_strndup(folder.p, folder.n);
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_dirfd struct dir dir = DIR_INIT;
	size_t length = file->length;

	if (!file->text) {
		if (fs_open_dir(path, &dir, err) < 0 ||
		    fs_read_file(&dir, path_base(file->path).p, &text, err) < 0)
			return -1;
		length = text.len;
		ret->text = buf_take(&text);
	}
	return catalog_cut((struct str){ file->text ? file->text : ret->text, length }, file->path,
			   &ret->rows, &ret->count, err);
}

int
catalog_read(const struct catalog *catalog, const struct catalog_scope *scope,
	     struct catalog_texts *ret, struct err *err)
{
	for (size_t i = 0; i < catalog->count; i++) {
		if (!is_about(&catalog->files[i], scope))
			continue;
		ret->items = vec_grow(ret->items, ret->count, sizeof(*ret->items));
		ret->items[ret->count] = (struct catalog_text){ .file = &catalog->files[i] };
		if (read_file(&catalog->files[i], &ret->items[ret->count++], err) < 0)
			return -1;
	}
	return 0;
}

void
catalog_texts_reset(struct catalog_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++) {
		free(texts->items[i].text);
		free(texts->items[i].rows);
	}
	free(texts->items);
	*texts = (struct catalog_texts){ 0 };
}
