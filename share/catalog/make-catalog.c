/* SPDX-License-Identifier: MIT */
/* For maintainers: makes a file of the shipped catalogue from upstream's lists. */
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
write_output(const char *path, struct str text, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);

	/* What we write must be what pyvern reads. */
	if (catalog_check_text(text, path, err) < 0 || fs_open_dir(folder, &dir, err) < 0)
		return -1;
	return fs_write_file(&dir, path_base(path).p, text, 0644, err);
}

static int
make(struct out *out, const char *target, char *const *inputs, struct err *err)
{
	struct catalog_import *import = catalog_import_new();
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	size_t total = 0;
	int result = 0;

	for (; *inputs && result == 0; inputs++) {
		cleanup_buf struct buf input = BUF_INIT(JSON_DOCUMENT_MAX);
		size_t added = 0;

		result = read_input(*inputs, &input, err);
		if (result == 0)
			result = catalog_import_add(import, buf_str(&input), *inputs, &added, err);
		if (result == 0)
			out_note(out, "%s: %zu artifacts that no earlier list had", *inputs, added);
		total += added;
	}
	if (result == 0)
		result = catalog_import_write(import, &text, err);
	if (result == 0)
		result = write_output(target, buf_str(&text), err);
	if (result == 0)
		out_fact(out, '+', target, "%zu artifacts", total);
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
		err_set(&err, ERR_USAGE, "usage: make-catalog TARGET INPUT...");
	if (argc < 3 || make(out, argv[1], argv + 2, &err) < 0) {
		out_error(out, &err);
		status = err_status(err.code);
	}
	return out_finish(out) || status ? (status ? status : 1) : 0;
}
