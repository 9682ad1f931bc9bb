/* SPDX-License-Identifier: MIT */
/* Request, catalogue, machine and options: what is installed. */
#include <config.h>

#include "folder.h"

#include "base/path.h"
#include "supply/install_choice.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SOURCE(version) \
	"cpython\t" version "\t\tsource\t\t\t\t\t\thttps://e.org/" version ".tgz\t" DIGEST "\t1\n"
#define BUILD(version, variant, machine, cpu, build)                                  \
	"cpython\t" version "\t" variant "\tstandalone\t" machine "\t" cpu "\t" build \
	"\thttps://e.org/" version variant cpu build ".tar.gz\t" DIGEST "\t1\n"
#define GNU "linux\tx86_64\tgnu"
#define MUSL "linux\tx86_64\tmusl"
#define ARM "linux\taarch64\tgnu"

static const char sources[] = CATALOG_HEADER "\n" SOURCE("2.7.18") SOURCE("3.7.17") SOURCE("3.12.9")
	SOURCE("3.13.5") SOURCE("3.13.7") SOURCE("3.14.6") SOURCE("3.15.0a1");

/* Of 3.13 the last source has no build yet; 3.7 ended long before its last source; the
 * musl builds are few, and the one for aarch64 is of an old series. */
static const char builds[] = CATALOG_HEADER "\n" BUILD("3.7.9", "", GNU, "", "20200823") BUILD(
	"3.9.1", "", ARM, "", "20201220") BUILD("3.12.9", "", GNU, "", "20250205")
	BUILD("3.12.9", "", GNU, "", "20250212") BUILD("3.12.9", "", GNU, "v2", "20250212") BUILD(
		"3.12.9", "", GNU, "v3", "20250212") BUILD("3.12.9", "", GNU, "v4", "20250205")
		BUILD("3.13.5", "", GNU, "", "20250702") BUILD("3.13.5", "", GNU, "v4", "20250702")
			BUILD("3.13.5", "", MUSL, "", "20250702") BUILD("3.13.5", "debug", GNU, "",
									"20250702")
				BUILD("3.13.5", "freethreaded", GNU, "",
				      "20250702") "pypy\tpypy3.11-7.3.20\t\tstandalone\t" GNU
						  "\t\t\thttps://e.org/pypy\t" DIGEST "\t1\n";

/* A root with these two files. */
struct place {
	char *path;
	struct layout layout;
	struct catalog *catalog;
};

static int
setup(void **state)
{
	struct place *place = mem_zalloc(sizeof(*place));
	cleanup_free char *folder = NULL;
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct err err = { 0 };

	place->path = unit_make_folder();
	place->layout.root = mem_strdup(place->path);
	place->layout.share = path_join(place->path, "share", NULL);
	folder = path_join(place->path, LAYOUT_CATALOG, NULL);
	assert_ok(fs_make_dirs(folder, 0755, &dir, &err), &err);
	assert_ok(fs_write_file(&dir, "a.tsv", str_from(sources), 0644, &err), &err);
	assert_ok(fs_write_file(&dir, "b.tsv", str_from(builds), 0644, &err), &err);
	assert_ok(catalog_open(&place->layout, &place->catalog, &err), &err);
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	struct place *place = *state;

	remove_folder(place->path);
	catalog_free(place->catalog);
	layout_reset(&place->layout);
	free(place->path);
	free(place);
	return 0;
}

static const struct target gnu = { "linux", "x86_64", "gnu", "" };
static const struct target gnu_v3 = { "linux", "x86_64", "gnu", "v3" };
static const struct target gnu_v4 = { "linux", "x86_64", "gnu", "v4" };
static const struct target musl = { "linux", "x86_64", "musl", "v4" };
static const struct target arm = { "linux", "aarch64", "gnu", "" };
static const struct target riscv = { "linux", "riscv64", "gnu", "" };

enum face { PYVERN, PYENV };

struct row {
	const char *request;
	const struct target *target;
	enum face face;
	enum install_source source;
	const char *reason; /* a setting for builds; beginning with "--": a flag */
	/* "3.13.5 standalone v3 20250702; source": the version, each candidate's kind and
	 * what tells its best artifact from others; or what the error says */
	const char *expected;
	const char *newer;
};

static char *
shown(const struct install_choice *choice)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);

	buf_add_text(&b, choice->version);
	for (size_t i = 0; i < choice->count; i++) {
		const struct artifact *best = &choice->candidates[i].artifacts.items[0];

		buf_printf(&b, "%s %s", i ? ";" : "", artifact_kind_name(best->kind));
		if (*best->cpu)
			buf_printf(&b, " %s", best->cpu);
		if (*best->build)
			buf_printf(&b, " %s", best->build);
	}
	return buf_take(&b);
}

static void
check_row(const struct place *place, const struct row *row)
{
	bool flag = row->reason && strncmp(row->reason, "--", 2) == 0;
	struct choice_input in = { .catalog = place->catalog,
				   .target = *row->target,
				   .source = row->source,
				   .prefers_prebuilt = row->face == PYVERN,
				   .build_reason = flag ? NULL : row->reason,
				   .build_flag = flag ? row->reason : NULL };
	cleanup_with(install_choice_reset) struct install_choice choice = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_free char *got = NULL;

	if (install_choose(&in, row->request, &choice, &err) < 0)
		got = mem_strdup(err.message);
	else
		got = shown(&choice);
	if (strcmp(got, row->expected) != 0)
		fail_msg("%s (%s, %s): %s, not %s", row->request, row->target->libc,
			 row->target->cpu, got, row->expected);
	if (row->newer ? !choice.newer || strcmp(choice.newer, row->newer) : !!choice.newer)
		fail_msg("%s: newer is %s", row->request, choice.newer ? choice.newer : "none");
}

static void
a_build_of_the_series_else_a_source(void **state)
{
	static const struct row rows[] = {
		/* The same version from both; its source stands by. */
		{ "3.12", &gnu, PYVERN, 0, NULL, "3.12.9 standalone 20250212; source", NULL },
		{ "3.12.9", &gnu, PYVERN, 0, NULL, "3.12.9 standalone 20250212; source", NULL },
		/* The source is two patch releases ahead: the build, and its own source. */
		{ "3.13", &gnu, PYVERN, 0, NULL, "3.13.5 standalone 20250702; source", "3.13.7" },
		{ ">=3.13,<3.14", &gnu, PYVERN, 0, NULL, "3.13.5 standalone 20250702; source",
		  "3.13.7" },
		{ "3.7", &gnu, PYVERN, 0, NULL, "3.7.9 standalone 20200823", "3.7.17" },
		/* Asked for by its name, what has no build is built. */
		{ "3.13.7", &gnu, PYVERN, 0, NULL, "3.13.7 source", NULL },
		{ "3.15.0a1", &gnu, PYVERN, 0, NULL, "3.15.0a1 source", NULL },
		/* "latest" is not answered with an older series. */
		{ "latest", &gnu, PYVERN, 0, NULL, "3.14.6 source", NULL },
		{ "3", &arm, PYVERN, 0, NULL, "3.14.6 source", NULL },
		{ ">=3.9", &arm, PYVERN, 0, NULL, "3.14.6 source", NULL },
		{ "3.9", &arm, PYVERN, 0, NULL, "3.9.1 standalone 20201220", NULL },
		/* No build for this machine at all. */
		{ "3.12", &riscv, PYVERN, 0, NULL, "3.12.9 source", NULL },
		{ "2.7", &gnu, PYVERN, 0, NULL, "2.7.18 source", NULL },
		/* Only builds. */
		{ "pypy3.11", &gnu, PYVERN, 0, NULL, "pypy3.11-7.3.20 standalone", NULL },
		/* Another C library is another machine. */
		{ "3.13", &musl, PYVERN, 0, NULL, "3.13.5 standalone 20250702; source", "3.13.7" },
		{ "3.12", &musl, PYVERN, 0, NULL, "3.12.9 source", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(*state, &rows[i]);
}

static void
the_newest_build_then_the_highest_level_that_the_cpu_has(void **state)
{
	static const struct row rows[] = {
		{ "3.12", &gnu, PYVERN, 0, NULL, "3.12.9 standalone 20250212; source", NULL },
		{ "3.12", &gnu_v3, PYVERN, 0, NULL, "3.12.9 standalone v3 20250212; source", NULL },
		/* There is an older build for v4. */
		{ "3.12", &gnu_v4, PYVERN, 0, NULL, "3.12.9 standalone v3 20250212; source", NULL },
		{ "3.13.5", &gnu_v3, PYVERN, 0, NULL, "3.13.5 standalone 20250702; source", NULL },
		{ "3.13.5", &gnu_v4, PYVERN, 0, NULL, "3.13.5 standalone v4 20250702; source",
		  NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(*state, &rows[i]);
}

static void
variants_have_builds_of_their_own(void **state)
{
	static const struct row rows[] = {
		{ "3.13.5t", &gnu_v4, PYVERN, 0, NULL, "3.13.5t standalone 20250702; source",
		  NULL },
		{ "3.13t", &gnu, PYVERN, 0, NULL, "3.13.5t standalone 20250702; source", "3.13.7" },
		{ "3.13.5-debug", &gnu, PYVERN, 0, NULL, "3.13.5-debug standalone 20250702; source",
		  NULL },
		{ "3.13.5t", &musl, PYVERN, 0, NULL, "3.13.5t source", NULL },
		{ "3.12.9-debug", &gnu, PYVERN, 0, NULL, "3.12.9-debug source", NULL },
		{ "3.12t", &gnu, PYVERN, 0, NULL, "no Python matches 3.12t", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(*state, &rows[i]);
}

static void
what_asks_for_a_source_gets_one(void **state)
{
	static const struct row rows[] = {
		{ "3.13", &gnu, PYVERN, INSTALL_BUILD, NULL, "3.13.7 source", NULL },
		{ "3.13", &gnu, PYVERN, 0, "PYTHON_CFLAGS", "3.13.7 source", NULL },
		{ "3.13", &gnu, PYVERN, 0, "--patch", "3.13.7 source", NULL },
		{ "3.13", &gnu, PYENV, 0, NULL, "3.13.7 source", NULL },
		{ "3.13", &gnu, PYENV, INSTALL_PREBUILT, NULL, "3.13.5 standalone 20250702",
		  "3.13.7" },
		/* --prebuilt is said for this time, the variable for all. */
		{ "3.12", &gnu, PYVERN, INSTALL_PREBUILT, "PYTHON_CFLAGS",
		  "3.12.9 standalone 20250212", NULL },
		/* What pyenv itself takes as it was built, and where flags mean nothing. */
		{ "pypy3.11", &gnu, PYENV, 0, NULL, "pypy3.11-7.3.20 standalone", NULL },
		{ "pypy3.11", &gnu, PYVERN, 0, "PYTHON_CFLAGS", "pypy3.11-7.3.20 standalone",
		  NULL },
		/* Insisting on what is not there. */
		{ "pypy3.11", &gnu, PYVERN, INSTALL_BUILD, NULL, "no source of pypy3.11 is known",
		  NULL },
		{ "pypy3.11", &gnu, PYVERN, 0, "--patch", "no source of pypy3.11 is known", NULL },
		{ "3.13.7", &gnu, PYVERN, INSTALL_PREBUILT, NULL,
		  "nobody's build of 3.13.7 is known for linux x86_64 gnu", NULL },
		{ "3.13", &gnu, PYVERN, INSTALL_PREBUILT, "--patch",
		  "--patch is for what is built from source, not for --prebuilt", NULL },
		{ "3.31", &gnu, PYVERN, INSTALL_BUILD, NULL, "no Python matches 3.31", NULL },
		{ "system", &gnu, PYVERN, 0, NULL, "system is not ours to install", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_row(*state, &rows[i]);
}

/* Only builds of the newest date are alternatives; offline whatever the cache may have. */
static void
alternatives_are_of_one_build(void **state)
{
	const struct place *place = *state;
	struct choice_input in = { .catalog = place->catalog,
				   .target = gnu_v4,
				   .prefers_prebuilt = true };
	cleanup_with(install_choice_reset) struct install_choice online = { 0 };
	cleanup_with(install_choice_reset) struct install_choice offline = { 0 };
	struct err err = { 0 };

	assert_ok(install_choose(&in, "3.12", &online, &err), &err);
	assert_int_equal(online.candidates[0].artifacts.count, 3);
	in.offline = true;
	assert_ok(install_choose(&in, "3.12", &offline, &err), &err);
	assert_int_equal(offline.candidates[0].artifacts.count, 5);
}

static void
reasons_are_told(void **state)
{
	const struct place *place = *state;
	struct choice_input in = { .catalog = place->catalog,
				   .target = arm,
				   .prefers_prebuilt = true };
	cleanup_with(install_choice_reset) struct install_choice old = { 0 };
	cleanup_with(install_choice_reset) struct install_choice set = { 0 };
	cleanup_with(install_choice_reset) struct install_choice asked = { 0 };
	struct err err = { 0 };

	assert_ok(install_choose(&in, "latest", &old, &err), &err);
	assert_string_equal(old.why, "the newest build for this machine is of 3.9.1");
	in.build_reason = "PYTHON_CFLAGS";
	assert_ok(install_choose(&in, "3.12", &set, &err), &err);
	assert_string_equal(set.why, "PYTHON_CFLAGS is set");
	in.source = INSTALL_BUILD;
	assert_ok(install_choose(&in, "3.12", &asked, &err), &err);
	assert_null(asked.why);
}

/* What the rules refuse is passed over for the next best, and told. */
static void
rules_pass_over(void **state)
{
	static const struct {
		const char *rules;
		const char *request;
		enum install_source source;
		const char *expected; /* as a row's, or what the error says */
		const char *passed;   /* "VERSION LINE", or NULL */
	} rows[] = {
		{ "", "3.13", 0, "3.13.5 standalone 20250702; source", NULL },
		{ "minimum 3.12.9", "3.12", 0, "3.12.9 standalone 20250212; source", NULL },
		{ "minimum 3.13.6", "3.13.5", 0, "3.13.5 is refused by p:1: the minimum is 3.13.6",
		  NULL },
		{ "minimum 3.13.6", "3.13", 0, "3.13.7 source", "3.13.5 1" },
		{ "minimum 3.13.6", "<3.13.6", 0, "3.12.9 standalone 20250212; source",
		  "3.13.5 1" },
		{ "minimum 3.13.8", "3.13", 0,
		  "3.13: 3.13.7 is refused by p:1: the minimum is 3.13.8", NULL },
		{ "minimum 3.13.8", "3.13t", 0,
		  "3.13t: 3.13.5t is refused by p:1: the minimum is 3.13.8", NULL },
		{ "minimum 3.14.7", "latest", 0, "3.13.5 standalone 20250702; source", "3.14.6 1" },
		{ "\nrequire standalone refuse", "3.12", 0, "3.12.9 source", "3.12.9 2" },
		{ "require standalone refuse", "3.13", 0, "3.13.7 source", "3.13.5 1" },
		{ "require standalone refuse", "3.13", INSTALL_BUILD, "3.13.7 source", NULL },
		{ "require standalone refuse", "3.13", INSTALL_PREBUILT,
		  "3.13: 3.13.5 from `standalone` is refused by p:1", NULL },
		{ "require cpython-source refuse", "3.12", 0, "3.12.9 standalone 20250212", NULL },
		{ "require cpython-source refuse", "3.13", 0, "3.13.5 standalone 20250702",
		  "3.13.7 1" },
		{ "require cpython-source refuse", "3.13.7", 0,
		  "3.13.7 from `cpython-source` is refused by p:1", NULL },
		{ "require cpython-source refuse", "3.13", INSTALL_BUILD,
		  "3.13: 3.13.7 from `cpython-source` is refused by p:1", NULL },
		{ "require * refuse", "pypy3.11", 0,
		  "pypy3.11: pypy3.11-7.3.20 from `pypy` is refused by p:1", NULL },
		{ "require * refuse\nrequire pypy any", "pypy3.11", 0, "pypy3.11-7.3.20 standalone",
		  NULL },
		{ "end-of-life refuse", "3.7", 0,
		  "3.7: 3.7.17 is refused by p:1: Python 3.7 reached its end of life on 2023-06-27 "
		  "(today is 2026-11-27)",
		  NULL },
		{ "end-of-life refuse", "2.7.18", 0,
		  "2.7.18 is refused by p:1: Python 2.7 reached its end of life long ago (today is "
		  "2026-11-27)",
		  NULL },
		{ "end-of-life refuse", "<3.13", 0, "3.12.9 standalone 20250212; source", NULL },
		{ "end-of-life warn", "3.7", 0, "3.7.9 standalone 20200823", NULL },
		{ "minimum 3.7", "nothing-like-it", 0, "no Python matches nothing-like-it", NULL },
	};
	const struct place *place = *state;
	struct catalog_end ends[] = { { 3, 7, "2023-06-27" }, { 3, 13, "2029-10-31" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_rules struct rules *read = rules_new();
		struct install_rules rules = { read, { ends, 2 }, "2026-11-27" };
		struct choice_input in = { .catalog = place->catalog,
					   .rules = &rules,
					   .target = gnu,
					   .source = rows[i].source,
					   .prefers_prebuilt = true };
		cleanup_with(install_choice_reset) struct install_choice choice = { 0 };
		cleanup_err struct err err = { 0 };
		cleanup_free char *got = NULL;
		const char *passed = rows[i].passed ? rows[i].passed : "";
		const char *line = strchr(passed, ' ');

		assert_ok(rules_add(read, "p", str_from(rows[i].rules), &err), &err);
		got = install_choose(&in, rows[i].request, &choice, &err) < 0
			      ? mem_strdup(err.message)
			      : shown(&choice);
		if (strcmp(got, rows[i].expected) != 0)
			fail_msg("%s, %s: %s", rows[i].rules, rows[i].request, got);
		if (!choice.passed != !line ||
		    (line && (strncmp(choice.passed, passed, (size_t)(line - passed)) != 0 ||
			      !strstr(choice.passed, line + 1))))
			fail_msg("%s, %s: passed over %s", rows[i].rules, rows[i].request,
				 choice.passed ? choice.passed : "nothing");
		assert_int_equal(choice.warning != NULL, strstr(rows[i].rules, "warn") != NULL);
	}
}

static void
only_variables_meant_for_pythons_ask_for_a_build(void **state)
{
	static const char *const all[] = { "CFLAGS", "LDFLAGS", "CC", "MAKE_OPTS", "MAKEOPTS" };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_int_equal(setenv(all[i], "-O1", 1), 0);
	assert_null(install_build_reason());
	assert_int_equal(setenv("PYTHON_CONFIGURE_OPTS", "", 1), 0);
	assert_null(install_build_reason());
	assert_int_equal(setenv("PYTHON_LDFLAGS", "-s", 1), 0);
	assert_string_equal(install_build_reason(), "PYTHON_LDFLAGS");
	assert_int_equal(setenv("PYTHON_CONFIGURE_OPTS", "--enable-optimizations", 1), 0);
	assert_string_equal(install_build_reason(), "PYTHON_CONFIGURE_OPTS");
}

static void
the_level_may_be_limited_and_never_raised(void **state)
{
	static const char *const caps[] = { NULL, "", "v1", "v2", "v3", "v4" };
	const char *real = target_here().cpu;
	struct target target;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(caps) / sizeof(*caps); i++) {
		const char *cap = caps[i] && *caps[i] ? caps[i] : "v4";
		const char *least = strcmp(cap, real) < 0 ? cap : real;

		assert_ok(install_target(caps[i], &target, &err), &err);
		assert_string_equal(target.cpu, strcmp(cap, "v1") == 0 ? "" : least);
		assert_string_equal(target.libc, target_here().libc);
	}
	assert_fails(install_target("v5", &target, &err), ERR_USAGE, &err);
	assert_fails(install_target("x86_64", &target, &err), ERR_USAGE, &err);
}

static void
choices_are_described(void **state)
{
	static const struct {
		struct artifact artifact;
		const char *text;
	} rows[] = {
		{ { .kind = ARTIFACT_STANDALONE,
		    .arch = "x86_64",
		    .libc = "gnu",
		    .cpu = "v3",
		    .build = "20260814" },
		  "standalone build for x86_64 gnu v3, build 20260814" },
		{ { .kind = ARTIFACT_STANDALONE,
		    .arch = "aarch64",
		    .libc = "none",
		    .cpu = "",
		    .build = "" },
		  "standalone build for aarch64" },
		{ { .kind = ARTIFACT_INSTALLER,
		    .arch = "x86_64",
		    .libc = "gnu",
		    .cpu = "",
		    .build = "" },
		  "installer for x86_64 gnu" },
		{ { .kind = ARTIFACT_SOURCE, .arch = "", .libc = "", .cpu = "", .build = "" },
		  "source" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_free char *text = install_describe(&rows[i].artifact);

		assert_string_equal(text, rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_build_of_the_series_else_a_source),
		cmocka_unit_test(the_newest_build_then_the_highest_level_that_the_cpu_has),
		cmocka_unit_test(variants_have_builds_of_their_own),
		cmocka_unit_test(what_asks_for_a_source_gets_one),
		cmocka_unit_test(alternatives_are_of_one_build),
		cmocka_unit_test(reasons_are_told),
		cmocka_unit_test(rules_pass_over),
		cmocka_unit_test(only_variables_meant_for_pythons_ask_for_a_build),
		cmocka_unit_test(the_level_may_be_limited_and_never_raised),
		cmocka_unit_test(choices_are_described),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
