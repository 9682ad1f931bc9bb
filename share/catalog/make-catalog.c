/* SPDX-License-Identifier: MIT */
/* For maintainers: makes the files of the shipped catalogue from upstream's lists. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "io/json.h"
#include "os/fs.h"
#include "os/platform.h"
#include "supply/catalog.h"
#include "supply/catalog_import.h"
#include "ui/out.h"

/* Read the file at PATH whole. */
static int
read_input(const char *path, struct buf *ret, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);

	if (fs_open_dir(folder, &dir, err) < 0)
		return -1;
	return fs_read_file(&dir, path_base(path).p, ret, err);
}

static int
write_file(const struct dir *dir, const char *stem, struct str text, size_t *total, struct err *err)
{
	cleanup_free char *name = mem_printf("%s.tsv", stem);

	/* What we write must be what pyvern reads. */
	if (catalog_check_text(text, name, err) < 0)
		return -1;
	++*total;
	return fs_write_file(dir, name, text, 0644, err);
}

static int
write_files(struct catalog_import *import, const struct dir *dir, size_t *ret_files,
	    struct err *err)
{
	cleanup_strvec struct strvec stems = { 0 };
	cleanup_buf struct buf refused = BUF_INIT(CATALOG_FILE_MAX);

	catalog_import_stems(import, &stems);
	for (size_t i = 0; i < stems.count; i++) {
		cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);

		if (catalog_import_write(import, stems.items[i], &text, err) < 0 ||
		    write_file(dir, stems.items[i], buf_str(&text), ret_files, err) < 0)
			return -1;
	}
	if (catalog_import_write_refused(import, &refused, err) < 0)
		return -1;
	return fs_write_file(dir, CATALOG_REFUSED_FILE, buf_str(&refused), 0644, err);
}

static int
take_inputs(struct out *out, struct catalog_import *import, char *const *inputs, size_t *ret_total,
	    struct err *err)
{
	for (; *inputs; inputs++) {
		cleanup_buf struct buf input = BUF_INIT(JSON_DOCUMENT_MAX);
		size_t added = 0;

		if (read_input(*inputs, &input, err) < 0 ||
		    catalog_import_add(import, buf_str(&input), *inputs, &added, err) < 0)
			return -1;
		out_note(out, "%s: %zu artifacts that no earlier list had", *inputs, added);
		*ret_total += added;
	}
	return 0;
}

static int
make(struct out *out, const char *folder, char *const *inputs, struct err *err)
{
	struct catalog_import *import = catalog_import_new();
	cleanup_dirfd struct dir dir = DIR_INIT;
	size_t total = 0;
	size_t files = 0;
	int result = 0;

	if (fs_open_dir(folder, &dir, err) < 0 ||
	    take_inputs(out, import, inputs, &total, err) < 0 ||
	    write_files(import, &dir, &files, err) < 0)
		result = -1;
	else
		out_fact(out, '+', folder, "%zu artifacts in %zu files", total, files);
	catalog_import_free(import);
	return result;
}

int
main(int argc, char **argv)
{
	cleanup_free char *home = platform_home();
	cleanup_err struct err err = { 0 };
	struct out *out = out_new("make-catalog", home, 0);
	int status = 0;

	if (argc < 3)
		err_set(&err, ERR_USAGE, "usage: make-catalog FOLDER INPUT...");
	if (argc < 3 || make(out, argv[1], argv + 2, &err) < 0) {
		out_error(out, &err);
		status = err_status(err.code);
	}
	return out_finish(out) || status ? (status ? status : 1) : 0;
}
