/* SPDX-License-Identifier: MIT */
/* The catalogue: look-ups, nearest names, what is refused, and the shipped file. */
#include <config.h>

#include "folder.h"

#include <errno.h>

#include "base/path.h"
#include "supply/catalog.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEADER CATALOG_HEADER "\n"

/* A line as the shipped file has it: VERSION, address of an archive of TYPE. */
#define LINE(version, type)                                                                  \
	"cpython\t" version "\t\tsource\t\t\t\t\t\thttps://example.org/Python-" version type \
	"\t" DIGEST "\t100\n"
/* The artifacts of one version, in their order. */
#define BOTH(version) LINE(version, ".tar.xz") LINE(version, ".tgz")

static const char some_lines[] = HEADER BOTH("2.7.18") BOTH("3.1.5") BOTH("3.3.7") BOTH("3.10.20")
	BOTH("3.12.0rc3") BOTH("3.12.0") BOTH("3.12.9") BOTH("3.12.13") BOTH("3.13.0rc2")
		BOTH("3.13.5") BOTH("3.13.14") BOTH("3.14.0a1") BOTH("3.14.0") BOTH("3.14.6")
			BOTH("3.15.0a8") BOTH("3.15.0b4");

/* A private root and a shipped folder, each with a catalogue if there is TEXT. */
struct place {
	char *path;
	struct dir dir;
	struct layout layout;
};

static void
write_catalog(struct place *place, const char *base, const char *name, const char *text)
{
	cleanup_free char *folder = path_join(place->path, base, LAYOUT_CATALOG, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct err err = { 0 };

	if (mkdir(folder, 0755) < 0)
		assert_int_equal(errno, EEXIST);
	assert_ok(fs_open_dir(folder, &dir, &err), &err);
	assert_ok(fs_write_file(&dir, name, str_from(text), 0644, &err), &err);
}

static int
setup(void **state)
{
	struct place *place = mem_zalloc(sizeof(*place));
	struct err err = { 0 };

	place->path = unit_make_folder();
	assert_ok(fs_open_dir(place->path, &place->dir, &err), &err);
	place->layout.root = path_join(place->path, "root", NULL);
	place->layout.share = path_join(place->path, "share", NULL);
	assert_int_equal(mkdir(place->layout.root, 0755), 0);
	assert_int_equal(mkdir(place->layout.share, 0755), 0);
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	struct place *place = *state;

	remove_folder(place->path);
	dir_reset(&place->dir);
	layout_reset(&place->layout);
	free(place->path);
	free(place);
	return 0;
}

static struct request
requested(const char *text)
{
	struct request r;
	const char *why = "";

	if (!request_parse(str_from(text), &r, &why))
		fail_msg("%s: %s", text, why);
	return r;
}

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

#define FIELDS(version, kind, url, digest, size) \
	"cpython\t" version "\t\t" kind "\t\t\t\t\t\t" url "\t" digest "\t" size "\n"
#define GOOD_URL "https://example.org/Python-3.13.5.tgz"
#define GOOD LINE("3.13.4", ".tgz")

/* Line 3 or the line given is what is wrong, and the message says why. SHAPE: so
 * wrong that nothing is looked up in the file. */
static const struct {
	const char *text;
	const char *message;
	bool shape;
} bad_rows[] = {
	{ "", "x.tsv:1: the file is empty", true },
	{ "cpython\n", "x.tsv:1: this is no catalogue", true },
	{ "# pyvern catalogue 2\n", "x.tsv:1: this is no catalogue", true },
	{ "# pyvern catalogue 1\r\n", "x.tsv:1: this is no catalogue", true },
	{ "\n" HEADER, "x.tsv:1: this is no catalogue", true },
	{ HEADER GOOD "cpython\t3.13.5\n", "x.tsv:3: a line must have 12 columns", true },
	{ HEADER "#\n\n" GOOD "x\n", "x.tsv:5: a line must have 12 columns", true },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, "1\t2"),
	  "x.tsv:3: a line must have 12 columns", true },
	{ HEADER GOOD FIELDS("../3.13.5", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the version is no safe name", true },
	{ HEADER GOOD FIELDS("", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the version is no safe name", true },
	{ HEADER FIELDS("", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:2: the version is no safe name", true },
	{ HEADER GOOD FIELDS("3.13.5\r", "source", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the version is no safe name", true },
	{ HEADER GOOD FIELDS("3.13.5", "wheel", GOOD_URL, DIGEST, "1"),
	  "x.tsv:3: the kind is not known", false },
	{ HEADER GOOD FIELDS("3.13.5", "", GOOD_URL, DIGEST, "1"), "x.tsv:3: the kind is not known",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "", DIGEST, "1"), "x.tsv:3: the address is no",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "/tmp/Python.tgz", DIGEST, "1"),
	  "x.tsv:3: the address is no", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "ftp://example.org/x", DIGEST, "1"),
	  "x.tsv:3: the address is no", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", "https://example.org/a b", DIGEST, "1"),
	  "x.tsv:3: the address is no", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, "0123", "1"),
	  "x.tsv:3: the sha256 is not 64", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST "0", "1"),
	  "x.tsv:3: the sha256 is not 64", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL,
			     "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
			     "1"),
	  "x.tsv:3: the sha256 is not 64", false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, ""), "x.tsv:3: the size is no",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, "-1"), "x.tsv:3: the size is no",
	  false },
	{ HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, DIGEST, "8589934593"),
	  "x.tsv:3: the size is no", false },
	{ HEADER GOOD "cpython\t3.13.5\tx y\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST "\t1\n",
	  "x.tsv:3: a column holds what it cannot", false },
	{ HEADER GOOD "\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST "\t1\n",
	  "x.tsv:3: the implementation is missing", false },
	/* Order. */
	{ HEADER LINE("3.10.0", ".tgz") LINE("3.9.0", ".tgz"),
	  "x.tsv:3: it belongs before the line above", false },
	{ HEADER LINE("3.13.0", ".tgz") LINE("3.13.0rc1", ".tgz"),
	  "x.tsv:3: it belongs before the line above", false },
	{ HEADER LINE("3.13.5", ".tgz") "#\n" LINE("3.13.5", ".tar.xz"),
	  "x.tsv:4: it belongs before the line above", false },
	{ HEADER GOOD GOOD, "x.tsv:3: the same artifact again", false },
	{ HEADER GOOD FIELDS("3.13.4", "source", "https://example.org/Python-3.13.4.tgz", DIGEST,
			     "7"),
	  "x.tsv:3: the same artifact again", false },
};

static void
test_malformed(void **state)
{
	struct place *place = *state;

	for (size_t i = 0; i < COUNT_OF(bad_rows); i++) {
		cleanup_catalog struct catalog *catalog = NULL;
		cleanup_err struct err err = { 0 };
		struct str text = str_from(bad_rows[i].text);
		cleanup_artifacts struct artifacts found = { 0 };
		struct request r = requested("2.7");
		int looked;

		assert_int_equal(catalog_check_text(text, "x.tsv", &err), -1);
		if (!str_starts(str_from(err.message), str_from(bad_rows[i].message)))
			fail_msg("row %zu: %s", i, err.message);
		assert_fails(-1, ERR_CHECK, &err);
		write_catalog(place, "root", "x.tsv", bad_rows[i].text);
		assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
		looked = catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &found, &err);
		assert_int_equal(looked, bad_rows[i].shape ? -1 : 0);
		if (looked == 0)
			continue;
		assert_non_null(strstr(err.message, bad_rows[i].message));
		assert_fails(-1, ERR_CHECK, &err);
	}
}

/* A zero byte was a letter of any word. */
static void
test_zero_bytes(void **state)
{
	static const struct str texts[] = {
		STR_LIT(HEADER "cpy\0thon\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\0\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\t\tsource\0\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\0\t" DIGEST
			       "\t1\n"),
		STR_LIT(HEADER "cpython\t3.13.5\t\tsource\t\t\t\t\t\t" GOOD_URL "\t" DIGEST
			       "\t1\0\n"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cleanup_err struct err err = { 0 };

		assert_fails(catalog_check_text(texts[i], "x", &err), ERR_CHECK, &err);
	}
}

/* A bad line is named when somebody asks for it, and harms nobody else. */
static void
test_malformed_when_asked(void **state)
{
	struct place *place = *state;
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_artifacts struct artifacts bad = { 0 };
	cleanup_artifacts struct artifacts good = { 0 };
	cleanup_err struct err err = { 0 };
	struct request r = requested("3.13.5");

	write_catalog(place, "share", "x.tsv",
		      HEADER GOOD FIELDS("3.13.5", "source", GOOD_URL, "0123", "1"));
	assert_ok(catalog_open(&place->layout, &catalog, &err), &err);
	assert_int_equal(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &bad, &err), -1);
	assert_non_null(strstr(err.message, "share/catalog/x.tsv:3: the sha256 is not 64"));
	assert_fails(-1, ERR_CHECK, &err);
	r = requested("3.13.4");
	assert_ok(catalog_find(catalog, &r, ARTIFACT_SOURCE, NULL, &good, &err), &err);
	assert_int_equal(good.count, 1);
}

/* What is written is what was read. */
static void
test_format_line(void **state)
{
	static const struct artifact a = { "cpython",	   "3.13.5",
					   "freethreaded", ARTIFACT_STANDALONE,
					   "linux",	   "x86_64",
					   "gnu",	   "v3",
					   "20250612",	   "https://example.org/a.tar.gz",
					   DIGEST,	   28400000 };
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err err = { 0 };

	(void)state;
	buf_add_text(&b, HEADER);
	catalog_format_line(&a, &b);
	assert_string_equal(buf_text(&b), HEADER
			    "cpython\t3.13.5\tfreethreaded\tstandalone\tlinux\tx86_64\tgnu\tv3\t"
			    "20250612\thttps://example.org/a.tar.gz\t" DIGEST "\t28400000");
	assert_ok(catalog_check_text(buf_str(&b), "it", &err), &err);
}

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_artifacts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_find_prebuilt, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_catalog, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_and_nearest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_catalog, setup, teardown),
		cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_malformed_when_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_look_up, setup, teardown),
		cmocka_unit_test(test_zero_bytes),
		cmocka_unit_test(test_format_line),
		cmocka_unit_test(test_shipped_releases),
		cmocka_unit_test(test_shipped_lines),
		cmocka_unit_test(test_shipped_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
