/* SPDX-License-Identifier: MIT */
/* Fuzz target: lists of series and their ends of life, ours and a root's (behind a line "%"),
 * which keeps none alive. */
#include <config.h>

#include "core/layout.h"
#include "ground.h"
#include "supply/catalog_series.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_list(const char *folder, struct str text, char **ret_path)
{
	cleanup_dirfd struct dir above = DIR_INIT;
	cleanup_dirfd struct dir catalog = DIR_INIT;

	ground_folder(ground(), folder, &above);
	ground_folder(&above, LAYOUT_CATALOG, &catalog);
	ground_write(&catalog, "series.txt", text);
	*ret_path = mem_strdup(above.path);
}

static void
check_date(const char *date)
{
	must(strlen(date) == strlen("YYYY-MM-DD") && date[4] == '-' && date[7] == '-');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { size ? (const char *)data : "", size };
	struct str ours = rest;
	struct str line;
	struct catalog_ends alone = { 0 };
	struct catalog_ends both = { 0 };
	struct layout layout = { 0 };
	cleanup_free char *share = NULL;
	cleanup_free char *root = NULL;
	char nowhere[] = "/nowhere";
	cleanup_err struct err err = { 0 };

	while (str_line(&rest, &line))
		if (str_eq_text(line, "%"))
			break;
	ours.n -= rest.n;
	write_list("share", ours, &share);
	write_list("root", rest, &root);
	layout.share = share;
	layout.root = nowhere;
	if (catalog_ends_read(&layout, &alone, &err) == 0) {
		layout.root = root;
		must(catalog_ends_read(&layout, &both, &err) == 0 && both.count >= alone.count);
		for (size_t i = 0; i < both.count; i++)
			check_date(both.items[i].date);
		for (size_t i = 0; i < alone.count; i++) {
			must(both.items[i].major == alone.items[i].major);
			must(both.items[i].minor == alone.items[i].minor);
			must(strcmp(both.items[i].date, alone.items[i].date) <= 0);
		}
	}
	catalog_ends_reset(&alone);
	catalog_ends_reset(&both);
	return 0;
}
