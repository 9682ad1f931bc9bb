/* SPDX-License-Identifier: MIT */
/* Fuzz target: a catalogue's text, and looking things up in it. The first line of
 * the input is the request; the rest is the file. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "supply/catalog_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found is written as it was read. */
static void
check_artifact(const struct artifact *a)
{
	cleanup_buf struct buf b = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_err struct err err = { 0 };

	buf_add_text(&b, CATALOG_HEADER "\n");
	catalog_format_line(a, &b);
	if (catalog_check_text(buf_str(&b), "again", &err) < 0)
		abort();
}

static const struct target machine = { "linux", "x86_64", "gnu", "v3" };

/* All that is found is one version. */
static void
check_found(const struct artifacts *found)
{
	for (size_t i = 0; i < found->count; i++) {
		if (strcmp(found->items[i].version, found->items[0].version) != 0)
			abort();
		check_artifact(&found->items[i]);
	}
}

static void
look_up_build(const struct catalog *catalog, const struct request *request, bool well_formed)
{
	cleanup_artifacts struct artifacts found = { 0 };
	cleanup_err struct err err = { 0 };

	if (catalog_find_prebuilt(catalog, request, &machine, NULL, &found, &err) < 0 &&
	    (well_formed || err.code != ERR_CHECK))
		abort();
	check_found(&found);
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.items[i].libc, "gnu") != 0 ||
		    strcmp(found.items[i].cpu, "v4") == 0)
			abort();
}

static void
look_up(const struct catalog *catalog, const char *text, bool well_formed)
{
	cleanup_err struct err err = { 0 };
	cleanup_free char *nearest = catalog_nearest(catalog, text);
	struct request request;

	if (nearest && !*nearest)
		abort();
	if (!request_parse(str_from(text), &request, NULL))
		return;
	for (int kind = ARTIFACT_SOURCE; kind <= ARTIFACT_INSTALLER; kind++) {
		cleanup_artifacts struct artifacts found = { 0 };
		int status = catalog_find(catalog, &request, (enum artifact_kind)kind, NULL, &found,
					  &err);

		if (status < 0 && (well_formed || err.code != ERR_CHECK))
			abort();
		check_found(&found);
		err_reset(&err);
	}
	look_up_build(catalog, &request, well_formed);
}

static void
check_names(const struct catalog *catalog)
{
	cleanup_strvec struct strvec names = { 0 };
	struct version before;
	struct version v;
	struct err err = { 0 };

	if (catalog_names(catalog, &machine, &names, &err) < 0)
		abort();
	for (size_t i = 0; i < names.count; i++) {
		if (!version_parse(str_from(names.items[i]), &v) ||
		    (i > 0 && version_compare(&before, &v) >= 0))
			abort();
		before = v;
		look_up(catalog, names.items[i], false);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str request = { 0 };
	struct catalog_file file = { 0 };
	struct catalog catalog = { .files = &file, .count = 1 };
	cleanup_err struct err err = { 0 };
	cleanup_free char *wanted = NULL;
	cleanup_free struct catalog_row *rows = NULL;
	char file_name[] = "the file.tsv";
	size_t count;
	bool well_formed;

	(void)str_line(&text, &request);
	wanted = mem_strndup(request.n ? request.p : "", request.n);
	well_formed = catalog_check_text(text, "the file", &err) == 0;
	err_reset(&err);
	file.path = file_name;
	file.stem = (struct str){ file_name, sizeof("the file") - 1 };
	file.text = text.n ? text.p : "";
	file.length = text.n;
	if (catalog_cut(text, file.path, &rows, &count, &err) == 0) {
		look_up(&catalog, wanted, well_formed);
		check_names(&catalog);
	} else if (well_formed) {
		abort();
	}
	return 0;
}
