/* SPDX-License-Identifier: MIT */
/* The catalogue: look-ups, nearest names, and what another file than the shipped one adds. */
#include <config.h>

#include "catalog_ground.h"

/* The artifacts of one version, in their order. */
#define BOTH(version) LINE(version, ".tar.xz") LINE(version, ".tgz")

static const char some_lines[] = HEADER BOTH("2.7.18") BOTH("3.1.5") BOTH("3.3.7") BOTH("3.10.20")
	BOTH("3.12.0rc3") BOTH("3.12.0") BOTH("3.12.9") BOTH("3.12.13") BOTH("3.13.0rc2")
		BOTH("3.13.5") BOTH("3.13.14") BOTH("3.14.0a1") BOTH("3.14.0") BOTH("3.14.6")
			BOTH("3.15.0a8") BOTH("3.15.0b4");

static void
test_find(void **state)
{
	static const struct {
		const char *request, *version;
	} rows[] = {
		{ "3.12.9", "3.12.9" },
		{ "3.12", "3.12.13" },
		{ "3.1", "3.1.5" },
		{ "3.10", "3.10.20" },
		{ "3", "3.14.6" },
		{ "2", "2.7.18" },
		{ "27", "2.7.18" },
		{ "python3.12", "3.12.13" },
		{ "cpython@3.13", "3.13.14" },
		{ "latest", "3.14.6" },
		{ "cpython", "3.14.6" },
		{ "3.15", NULL },
		{ "3.15.0b4", "3.15.0b4" },
		{ "3.15b4", "3.15.0b4" },
		{ "3.14.0a1", "3.14.0a1" },
		{ "3.12.0rc3", "3.12.0rc3" },
		{ "3.12.1", NULL },
		{ "3.31", NULL },
		{ "3.14-dev", NULL },
		{ "pypy3.11", NULL },
		{ "shop", NULL },
		{ "3.13.5/envs/shop", NULL },
		/* A range: the newest final that it allows. */
		{ ">=3.11,<3.13", "3.12.13" },
		{ ">=3.9", "3.14.6" },
		{ "~=3.12.9", "3.12.13" },
		{ "==3.12.9", "3.12.9" },
		{ "<3", "2.7.18" },
		{ "^3.1", "3.14.6" },
		{ ">=3.15.0a1", "3.15.0b4" },
		{ ">=3.15", NULL },
		{ ">3.14.6,<4", NULL },
		{ "pypy>=3.10", NULL },
		/* A source makes all variants that it can. */
		{ "3.13t", "3.13.14" },
		{ "3.13.5t", "3.13.5" },
		{ "3.13+freethreaded", "3.13.14" },
		{ "3t", "3.14.6" },
		{ "latest+freethreaded", "3.14.6" },
		{ "3.15.0b4t", "3.15.0b4" },
		{ "3.12t", NULL },
		{ "3.12.13t", NULL },
		{ "2t", NULL },
		{ "2.7.18t-debug", NULL },
		{ "3.13.5-debug", "3.13.5" },
		{ "3.12-debug", "3.12.13" },
		{ "2.7d", "2.7.18" },
		{ "3.13td", "3.13.14" },
	};
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_err struct err err = { 0 };

	write_catalog(place, "share", "cpython.tsv", some_lines);
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct request r = requested(rows[i].request);
		cleanup_artifacts struct artifacts found = { 0 };
		const char *version;

		assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err), &err);
		version = found.count ? found.items[0].version : NULL;
		if (!version != !rows[i].version ||
		    (version && strcmp(version, rows[i].version) != 0))
			fail_msg("%s finds %s", rows[i].request, version ? version : "nothing");
		assert_int_equal(found.count, version ? 2 : 0);
	}
}

static void
test_artifacts(void **state)
{
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_artifacts struct artifacts found = { 0 };
	cleanup_artifacts struct artifacts none = { 0 };
	cleanup_err struct err err = { 0 };
	struct request r = requested("3.13");
	const struct artifact *a;

	write_catalog(place, "share", "cpython.tsv",
		      HEADER LINE("3.13.5", ".tar.bz2") LINE("3.13.5", ".tar.xz")
			      LINE("3.13.5", ".tgz"));
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	assert_ok(catalog_find(catalog, &r, ARTIFACT_STANDALONE, NULL, &none, &err), &err);
	assert_int_equal(none.count, 0);
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err), &err);
	assert_int_equal(found.count, 3);
	/* Smallest first. */
	assert_string_equal(found.items[0].url, "https://example.org/Python-3.13.5.tar.xz");
	assert_string_equal(found.items[1].url, "https://example.org/Python-3.13.5.tgz");
	assert_string_equal(found.items[2].url, "https://example.org/Python-3.13.5.tar.bz2");
	a = &found.items[0];
	assert_string_equal(a->implementation, "cpython");
	assert_string_equal(a->sha256, DIGEST);
	assert_string_equal(a->variant, "");
	assert_string_equal(a->libc, "");
	assert_int_equal(a->size, 100);
	assert_int_equal(a->kind, ARTIFACT_SOURCE);
}

#define BUILD(version, variant, arch, libc, cpu, build)                                  \
	"cpython\t" version "\t" variant "\tstandalone\tlinux\t" arch "\t" libc "\t" cpu \
	"\t" build "\thttps://example.org/" version variant cpu build ".tar.gz\t" DIGEST "\t0\n"

/* 3.13.5 was built twice; 3.13.7 is not there for all. */
static const char gnu_lines[] = HEADER BUILD("3.13.5", "", "x86_64", "gnu", "", "20250612") BUILD(
	"3.13.5", "", "x86_64", "gnu", "",
	"20250630") BUILD("3.13.5", "", "x86_64", "gnu", "v2",
			  "20250612") BUILD("3.13.5", "", "x86_64", "gnu", "v2", "20250630")
	BUILD("3.13.5", "", "x86_64", "gnu", "v3",
	      "20250612") BUILD("3.13.5", "", "x86_64", "gnu", "v3",
				"20250630") BUILD("3.13.5", "", "x86_64", "gnu", "v4", "20250630")
		BUILD("3.13.5", "debug", "x86_64", "gnu", "",
		      "20250630") BUILD("3.13.5", "freethreaded", "x86_64", "gnu", "", "20250630")
			BUILD("3.13.5", "freethreaded+debug", "x86_64", "gnu", "", "20250630")
				BUILD("3.13.7", "", "x86_64", "gnu", "v4", "20250901")
					BUILD("3.14.0rc2", "", "x86_64", "gnu", "", "20250901");
static const char musl_lines[] = HEADER BUILD("3.12.1", "", "x86_64", "musl", "", "20240107")
	BUILD("3.13.7", "", "x86_64", "musl", "", "20250901");

static void
test_find_prebuilt(void **state)
{
	static const struct {
		const char *request, *arch, *libc, *cpu;
		const char *addresses; /* best first */
	} rows[] = {
		/* The newest build, then the highest level that the CPU has. */
		{ "3.13", "x86_64", "gnu", "v3",
		  "3.13.5v320250630 3.13.5v220250630 3.13.520250630 "
		  "3.13.5v320250612 3.13.5v220250612 3.13.520250612" },
		{ "3.13.5", "x86_64", "gnu", "", "3.13.520250630 3.13.520250612" },
		/* A newer version that this CPU cannot run is no answer. */
		{ "3", "x86_64", "gnu", "v2",
		  "3.13.5v220250630 3.13.520250630 3.13.5v220250612 3.13.520250612" },
		{ "latest", "x86_64", "gnu", "v4", "3.13.7v420250901" },
		{ ">=3.12,<3.13.6", "x86_64", "gnu", "", "3.13.520250630 3.13.520250612" },
		{ "3.13", "x86_64", "musl", "v4", "3.13.720250901" },
		{ "<3.13", "x86_64", "musl", "v4", "3.12.120240107" },
		{ "3.12", "x86_64", "gnu", "v4", "" },
		{ "3.13", "aarch64", "gnu", "", "" },
		{ "3.14", "x86_64", "gnu", "", "" },
		{ "3.14.0rc2", "x86_64", "gnu", "", "3.14.0rc220250901" },
		/* Variants are builds of their own. */
		{ "3.13t", "x86_64", "gnu", "v3", "3.13.5freethreaded20250630" },
		{ "3.13.5t", "x86_64", "gnu", "v3", "3.13.5freethreaded20250630" },
		{ "3.13-debug", "x86_64", "gnu", "v3", "3.13.5debug20250630" },
		{ "3.13+freethreaded+debug", "x86_64", "gnu", "v3",
		  "3.13.5freethreaded+debug20250630" },
		{ "3.13.5t-debug", "x86_64", "gnu", "v3", "3.13.5freethreaded+debug20250630" },
		/* uv's long form: for that machine only, of that level if it names one. */
		{ "cpython-3.13.5-linux-x86_64_v2-gnu", "x86_64", "gnu", "v3",
		  "3.13.5v220250630 3.13.5v220250612" },
		{ "cpython-3.13+freethreaded-linux-x86_64-gnu", "x86_64", "gnu", "v3",
		  "3.13.5freethreaded20250630" },
		{ "cpython-3.13-linux-x86_64-musl", "x86_64", "gnu", "v3", "" },
		{ "cpython-3.13-linux-x86_64_v4-gnu", "x86_64", "gnu", "v3", "" },
		{ "3.13t", "x86_64", "musl", "v3", "" },
		{ "pypy3.11", "x86_64", "gnu", "v3", "" },
		{ "system", "x86_64", "gnu", "v3", "" },
	};
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_err struct err err = { 0 };

	write_catalog(place, "share", "cpython-linux-x86_64-gnu.tsv", gnu_lines);
	write_catalog(place, "share", "cpython-linux-x86_64-musl.tsv", musl_lines);
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct request r = requested(rows[i].request);
		struct target target = { "linux", rows[i].arch, rows[i].libc, rows[i].cpu };
		cleanup_artifacts struct artifacts found = { 0 };
		cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

		assert_ok(catalog_find_prebuilt(catalog, &r, &target, NULL, &found, &err), &err);
		for (size_t k = 0; k < found.count; k++) {
			struct str name = path_base(found.items[k].url);

			buf_printf(&b, "%s%.*s", k ? " " : "", (int)name.n - 7, name.p);
		}
		if (strcmp(buf_text(&b), rows[i].addresses) != 0)
			fail_msg("%s: %s", rows[i].request, buf_text(&b));
	}
}

/* A look-up opens the files that can answer, and any whose name says nothing. */
static void
test_files_read(void **state)
{
	static const struct {
		const char *folder, *name;
		bool source, build; /* is it read in a look-up of that? */
	} rows[] = {
		{ "share", "cpython.tsv", true, false },
		{ "root", "cpython.tsv", true, true },
		{ "share", "cpython-linux-x86_64-gnu.tsv", false, true },
		{ "root", "cpython-linux-x86_64-gnu.tsv", false, true },
		{ "share", "cpython-linux-x86_64-musl.tsv", false, false },
		{ "share", "cpython-linux-aarch64-gnu.tsv", false, false },
		{ "share", "cpython-darwin-x86_64-none.tsv", false, false },
		{ "share", "pypy.tsv", false, false },
		{ "share", "pypy-linux-x86_64-gnu.tsv", false, false },
		{ "root", "mine.tsv", true, true },
		{ "share", "mine-linux-x86_64-musl.tsv", true, true },
		{ "root", "cpython-mine.tsv", true, true },
		{ "root", "cpython-linux-x86_64-gnu-2.tsv", true, true },
		{ "root", "notes.txt", false, false },
	};
	static const struct target machine = { "linux", "x86_64", "gnu", "" };
	struct place *place = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_catalog struct catalog *catalog = NULL;
		cleanup_artifacts struct artifacts found = { 0 };
		cleanup_free char *path =
			path_join(place->path, rows[i].folder, LAYOUT_CATALOG, rows[i].name, NULL);
		cleanup_err struct err err = { 0 };
		struct request r = requested("3.13");

		write_catalog(place, rows[i].folder, rows[i].name, "malformed\n");
		assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
		if (catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err) !=
		    (rows[i].source ? -1 : 0))
			fail_msg("%s/%s, sources", rows[i].folder, rows[i].name);
		err_reset(&err);
		if (catalog_find_prebuilt(catalog, &r, &machine, NULL, &found, &err) !=
		    (rows[i].build ? -1 : 0))
			fail_msg("%s/%s, builds", rows[i].folder, rows[i].name);
		assert_int_equal(unlink(path), 0);
	}
}

/* The root's catalogue hides a version of the shipped one, and adds to it. */
static void
test_own_catalog(void **state)
{
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_artifacts struct artifacts old = { 0 };
	cleanup_artifacts struct artifacts new = { 0 };
	cleanup_artifacts struct artifacts hidden = { 0 };
	cleanup_err struct err err = { 0 };
	struct request r = requested("3.13");

	write_catalog(place, "share", "cpython.tsv", some_lines);
	write_catalog(place, "root", "mine.tsv", HEADER LINE("3.13.5", ".tar.bz2"));
	write_catalog(place, "root", "newer.tsv", HEADER LINE("3.13.99", ".tgz"));
	write_catalog(place, "root", "notes.txt", "no catalogue");
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &new, &err), &err);
	assert_int_equal(new.count, 1);
	assert_string_equal(new.items[0].version, "3.13.99");
	r = requested("3.13.5");
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &hidden, &err), &err);
	assert_int_equal(hidden.count, 1);
	assert_string_equal(hidden.items[0].url, "https://example.org/Python-3.13.5.tar.bz2");
	r = requested("3.13.14");
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &old, &err), &err);
	assert_int_equal(old.count, 2);
}

static void
test_names_and_nearest(void **state)
{
	static const struct {
		const char *text, *nearest;
	} rows[] = {
		{ "3.31", "3.13 (3.13.14), 3.3 (3.3.7), 3.1 (3.1.5)" },
		{ "3.31.2", "3.13 (3.13.14), 3.3 (3.3.7), 3.1 (3.1.5)" },
		{ "python3.31", "3.13 (3.13.14), 3.3 (3.3.7), 3.1 (3.1.5)" },
		{ "3.12.99", "3.12 (3.12.13), 3.14 (3.14.6), 3.13 (3.13.14)" },
		{ "2.8", "2.7 (2.7.18)" },
		{ "4.0", NULL },
		{ "shop", NULL },
		{ "3.15", "3.15.0b4 (not final), 3.14 (3.14.6), 3.13 (3.13.14)" },
		{ "3.15t", "3.15.0b4t (not final), 3.14t (3.14.6t), 3.13t (3.13.14t)" },
		/* Free-threaded builds begin with 3.13. */
		{ "3.12t", "3.14t (3.14.6t), 3.13t (3.13.14t)" },
		{ "2.7.18t", "3.14t (3.14.6t), 3.13t (3.13.14t)" },
		{ "3.31t", "3.13t (3.13.14t), 3.14t (3.14.6t)" },
		{ "3.31-debug", "3.13 (3.13.14), 3.3 (3.3.7), 3.1 (3.1.5)" },
	};
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *all = NULL;
	cleanup_err struct err err = { 0 };

	write_catalog(place, "share", "cpython.tsv", some_lines);
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	assert_ok(catalog_names(catalog, NULL, &names, &err), &err);
	all = strvec_join(&names, " ");
	assert_string_equal(all,
			    "2.7.18 3.1.5 3.3.7 3.10.20 3.12.0rc3 3.12.0 3.12.9 3.12.13 "
			    "3.13.0rc2 3.13.5 3.13.14 3.14.0a1 3.14.0 3.14.6 3.15.0a8 3.15.0b4");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *nearest = catalog_nearest(catalog, rows[i].text);

		if (!nearest != !rows[i].nearest ||
		    (nearest && strcmp(nearest, rows[i].nearest) != 0))
			fail_msg("%s: %s", rows[i].text, nearest ? nearest : "nothing");
	}
}

static void
test_no_catalog(void **state)
{
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_artifacts struct artifacts found = { 0 };
	cleanup_free char *nearest = NULL;
	cleanup_err struct err err = { 0 };
	struct request r = requested("3.13");

	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err), &err);
	assert_int_equal(found.count, 0);
	nearest = catalog_nearest(catalog, "3.13");
	assert_null(nearest);
}

#define OTHER_DIGEST "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* What is known of an artifact that comes from elsewhere. */
static void
test_look_up(void **state)
{
	static const struct {
		const char *line;
		enum catalog_word word;
	} rows[] = {
		{ "cpython\t3.13.5\t\tsource\t\t\t\t\t\thttps://example.org/"
		  "Python-3.13.5.tgz\t" DIGEST "\t100",
		  CATALOG_SAYS_SO },
		/* From a mirror. */
		{ "cpython\t3.13.5\t\tsource\t\t\t\t\t\thttps://mirror/p/Python-3.13.5.tgz\t" DIGEST
		  "\t100",
		  CATALOG_SAYS_SO },
		{ "cpython\t3.13.5\t\tsource\t\t\t\t\t\thttps://mirror/p/"
		  "Python-3.13.5.tgz\t" OTHER_DIGEST "\t100",
		  CATALOG_SAYS_OTHER },
		/* A known file by another name, as another version, or of another kind. */
		{ "cpython\t3.13.5\t\tsource\t\t\t\t\t\thttps://example.org/p.tgz\t" DIGEST "\t100",
		  CATALOG_SAYS_SO },
		{ "cpython\t3.99.5\t\tsource\t\t\t\t\t\thttps://example.org/"
		  "Python-3.13.5.tgz\t" DIGEST "\t100",
		  CATALOG_SAYS_NOTHING },
		{ "cpython\t3.13.5\t\tstandalone\tlinux\tx86_64\tgnu\t\t1\thttps://example.org/"
		  "Python-3.13.5.tgz\t" DIGEST "\t100",
		  CATALOG_SAYS_NOTHING },
		/* What nobody knows. */
		{ "cpython\t3.99.5\t\tsource\t\t\t\t\t\thttps://example.org/"
		  "Python-3.99.5.tgz\t" DIGEST "\t100",
		  CATALOG_SAYS_NOTHING },
		{ "pypy\tpypy3.11-7.3.20\t\tsource\t\t\t\t\t\thttps://example.org/"
		  "Python-3.13.5.tgz\t" OTHER_DIGEST "\t100",
		  CATALOG_SAYS_OTHER },
	};
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	struct err err = { 0 };

	write_catalog(place, "share", "all.tsv", some_lines);
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *text = mem_printf(HEADER "%s\n", rows[i].line);
		cleanup_artifacts struct artifacts artifacts = { 0 };
		enum catalog_word word;

		assert_ok(catalog_read_text(str_from(text), "text", &artifacts, &err), &err);
		assert_int_equal(artifacts.count, 1);
		assert_ok(catalog_look_up(catalog, &artifacts.items[0], &word, &err), &err);
		if (word != rows[i].word)
			fail_msg("%s: %d", rows[i].line, word);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, catalog_setup, catalog_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_find),	    T(test_artifacts),	 T(test_find_prebuilt),
		T(test_files_read), T(test_own_catalog), T(test_names_and_nearest),
		T(test_no_catalog), T(test_look_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
