/* SPDX-License-Identifier: MIT */
/* The shipped catalogue: the releases that there are, and each line of it. */
#include <config.h>

#include "catalog_ground.h"

/* Finals of each series, as python.org has them (3.9.3 was withdrawn; of 2.0 and
 * 2.1 only the last is there as an archive that anybody names). Series that still
 * get releases have at least these. */
static const struct {
	const char *series;
	unsigned count;
	const char *last;
	bool is_over;
} shipped_rows[] = {
	{ "2.0", 1, "2.0.1", true },	  { "2.1", 1, "2.1.3", true },
	{ "2.2", 4, "2.2.3", true },	  { "2.3", 8, "2.3.7", true },
	{ "2.4", 7, "2.4.6", true },	  { "2.5", 7, "2.5.6", true },
	{ "2.6", 10, "2.6.9", true },	  { "2.7", 19, "2.7.18", true },
	{ "3.0", 2, "3.0.1", true },	  { "3.1", 6, "3.1.5", true },
	{ "3.2", 7, "3.2.6", true },	  { "3.3", 8, "3.3.7", true },
	{ "3.4", 11, "3.4.10", true },	  { "3.5", 11, "3.5.10", true },
	{ "3.6", 16, "3.6.15", true },	  { "3.7", 18, "3.7.17", true },
	{ "3.8", 21, "3.8.20", true },	  { "3.9", 25, "3.9.25", true },
	{ "3.10", 21, "3.10.20", false }, { "3.11", 16, "3.11.15", false },
	{ "3.12", 14, "3.12.13", false }, { "3.13", 15, "3.13.14", false },
	{ "3.14", 7, "3.14.6", false },
};

static struct catalog *
open_shipped(struct layout *layout)
{
	const char *source = getenv("PYVERN_TEST_SOURCE");
	struct catalog *catalog = NULL;
	struct err err = { 0 };

	layout->root = mem_strdup("/nonexistent");
	layout->share = path_join(source ? source : ".", "share", NULL);
	assert_ok(catalog_open(layout, &catalog, &err), &err);
	return catalog;
}

static void
test_shipped_releases(void **state)
{
	cleanup_layout struct layout layout = { 0 };
	cleanup_catalog struct catalog *catalog = open_shipped(&layout);
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err err = { 0 };

	(void)state;
	assert_ok(catalog_names(catalog, NULL, &names, &err), &err);
	/* 255 finals and 198 others, when it was made. */
	assert_true(names.count >= 453);
	assert_string_equal(names.items[0], "2.0.1");
	assert_true(strvec_has(&names, "3.15.0b4"));
	for (size_t i = 0; i < COUNT_OF(shipped_rows); i++) {
		struct request r = requested(shipped_rows[i].series);
		const char *last = NULL;
		unsigned count = 0;

		for (size_t k = 0; k < names.count; k++) {
			struct version v;

			assert_true(version_parse(str_from(names.items[k]), &v));
			if (!request_matches(&r, &v))
				continue;
			count++;
			last = names.items[k];
		}
		if (shipped_rows[i].is_over ? count != shipped_rows[i].count
					    : count < shipped_rows[i].count)
			fail_msg("%s: %u releases", shipped_rows[i].series, count);
		if (shipped_rows[i].is_over)
			assert_string_equal(last, shipped_rows[i].last);
		assert_true(strvec_has(&names, shipped_rows[i].last));
	}
}

static void
test_shipped_lines(void **state)
{
	cleanup_layout struct layout layout = { 0 };
	cleanup_catalog struct catalog *catalog = open_shipped(&layout);
	cleanup_free char *folder = path_join(layout.share, LAYOUT_CATALOG, NULL);
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err err = { 0 };
	cleanup_strvec struct strvec names = { 0 };

	(void)state;
	assert_ok(fs_open_dir(folder, &dir, &err), &err);
	assert_ok(fs_read_file(&dir, "cpython.tsv", &text, &err), &err);
	/* Every field well formed, in order, none twice. */
	assert_ok(catalog_check_text(buf_str(&text), "cpython.tsv", &err), &err);
	assert_ok(catalog_names(catalog, NULL, &names, &err), &err);
	for (size_t i = 0; i < names.count; i++) {
		struct request r = requested(names.items[i]);
		cleanup_artifacts struct artifacts found = { 0 };

		assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err), &err);
		assert_true(found.count > 0);
		for (size_t k = 0; k < found.count; k++) {
			const struct artifact *a = &found.items[k];
			bool is_gzip = str_ends(str_from(a->url), STR_LIT(".tgz"));

			assert_string_equal(a->version, names.items[i]);
			assert_true(str_starts(str_from(a->url),
					       STR_LIT("https://www.python.org/ftp/python/")));
			/* python.org lists the .tgz files up to 2.7.5 with the size of the
			 * tar file inside: no download ever had it. */
			if (a->size && (a->size < 4000000 || a->size > 60000000 ||
					(is_gzip && a->size % 10240 == 0)))
				fail_msg("%s: %ju bytes", a->url, (uintmax_t)a->size);
			for (size_t m = 0; m < k; m++)
				assert_string_not_equal(a->sha256, found.items[m].sha256);
		}
	}
}

/* Field NUMBER of LINE. */
static struct str
field(struct str line, unsigned number)
{
	struct str part = { 0 };

	for (unsigned i = 0; i <= number; i++)
		assert_true(str_split(&line, '\t', &part));
	return part;
}

/* What a look-up finds depends on each line being in the file that is named so. */
static void
check_place(struct str line, const char *name)
{
	struct str os = field(line, 4);
	cleanup_free char *place =
		os.n ? mem_printf("%.*s-%.*s-%.*s-%.*s.tsv", STR_ARG(field(line, 0)), STR_ARG(os),
				  STR_ARG(field(line, 5)), STR_ARG(field(line, 6)))
		     : mem_printf("%.*s.tsv", STR_ARG(field(line, 0)));

	if (strcmp(place, name) != 0)
		fail_msg("%s has %.*s", name, STR_ARG(line));
	assert_true(version_is_implementation(field(line, 0)));
}

static void
test_shipped_files(void **state)
{
	cleanup_layout struct layout layout = { 0 };
	cleanup_catalog struct catalog *catalog = open_shipped(&layout);
	cleanup_free char *folder = path_join(layout.share, LAYOUT_CATALOG, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err err = { 0 };
	size_t lines = 0;

	(void)state;
	assert_ok(fs_open_dir(folder, &dir, &err), &err);
	assert_ok(fs_list(&dir, &names, &err), &err);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
		struct str rest;
		struct str line;

		if (!str_ends(str_from(names.items[i]), STR_LIT(".tsv")))
			continue;
		assert_ok(fs_read_file(&dir, names.items[i], &text, &err), &err);
		assert_ok(catalog_check_text(buf_str(&text), names.items[i], &err), &err);
		rest = buf_str(&text);
		while (str_line(&rest, &line)) {
			if (str_starts(line, STR_LIT("#")))
				continue;
			check_place(line, names.items[i]);
			lines++;
		}
	}
	/* 8,055 when they were made. */
	assert_true(lines >= 8000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_releases),
		cmocka_unit_test(test_shipped_lines),
		cmocka_unit_test(test_shipped_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
