/* SPDX-License-Identifier: MIT */
/* Fuzz target: upstreams' lists. A line "%" separates two of them. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "supply/catalog.h"
#include "supply/catalog_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each file that is made can be read. */
static void
check_files(struct catalog_import *import)
{
	cleanup_strvec struct strvec stems = { 0 };
	struct err err = { 0 };

	catalog_import_stems(import, &stems);
	for (size_t i = 0; i < stems.count; i++) {
		cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);

		if (catalog_import_write(import, stems.items[i], &text, &err) < 0 ||
		    catalog_check_text(buf_str(&text), stems.items[i], &err) < 0)
			abort();
	}
}

/* The sources in two lists in RET; false when they are refused. */
static bool
import(struct str one, struct str two, struct buf *ret)
{
	struct catalog_import *import = catalog_import_new();
	struct err err = { 0 };
	size_t added = 0;
	bool taken = catalog_import_add(import, one, "one", &added, &err) == 0 &&
		     catalog_import_add(import, two, "two", &added, &err) == 0;

	if (taken)
		check_files(import);
	if (taken && catalog_import_write(import, "cpython", ret, &err) < 0)
		abort();
	if (!taken && err.code != ERR_CHECK)
		abort();
	err_reset(&err);
	catalog_import_free(import);
	return taken;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct str one = rest;
	struct str line;
	cleanup_buf struct buf made = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_buf struct buf again = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_err struct err err = { 0 };

	while (str_line(&rest, &line))
		if (str_eq_text(line, "%"))
			break;
	one.n -= rest.n;
	if (!import(one, rest, &made))
		return 0;
	/* It can be read, and an import of it is the same again. */
	if (catalog_check_text(buf_str(&made), "made", &err) < 0)
		abort();
	if (!import(buf_str(&made), (struct str){ 0 }, &again) ||
	    !str_eq(buf_str(&made), buf_str(&again)))
		abort();
	return 0;
}
