/* SPDX-License-Identifier: MIT */
/* A bundle's manifest: what is taken, and what is refused. */
#include <config.h>

#include "folder.h"

#include <fcntl.h>
#include <string.h>

#include "supply/bundle.h"

#define A "0000000000000000000000000000000000000000000000000000000000000001"
#define B "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD BUNDLE_HEADER "\n"
#define LINE(path) A "\t7\t" path "\n"

static void
a_manifest_is_read_and_written_the_same(void **state)
{
	static const char *const texts[] = {
		HEAD,
		HEAD LINE("catalog.tsv"),
		HEAD LINE("artifacts/" A) LINE("catalog.tsv") LINE("signatures/a b.sigstore")
			LINE("wheels/pip-25.1-py3-none-any.whl"),
		HEAD A "\t0\tcatalog.tsv\n",
		HEAD B "\t8589934592\tartifacts/" B "\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cleanup_with(bundle_manifest_reset) struct bundle_manifest manifest = { 0 };
		cleanup_buf struct buf again = BUF_INIT(BUNDLE_MANIFEST_MAX);
		struct err err = { 0 };

		assert_ok(bundle_manifest_parse(str_from(texts[i]), &manifest, &err), &err);
		bundle_manifest_format(&manifest, &again);
		assert_string_equal(buf_text(&again), texts[i]);
	}
}

static void
other_texts_are_refused(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} rows[] = {
		{ "", "its manifest does not begin with \"# pyvern bundle 1\"" },
		{ "\n", "its manifest does not begin with \"# pyvern bundle 1\"" },
		{ BUNDLE_HEADER, "its manifest does not begin with \"# pyvern bundle 1\"" },
		{ "# pyvern bundle 2\n", "its manifest does not begin with \"# pyvern bundle 1\"" },
		{ HEAD "\n", "line 2 of its manifest is wrong" },
		{ HEAD LINE("catalog.tsv") "\n", "line 3 of its manifest is wrong" },
		/* Fields. */
		{ HEAD A "\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t7\t\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t7\n", "line 2 of its manifest is wrong" },
		{ HEAD A " 7 catalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t7\tcatalog.tsv\tmore\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t7\tcatalog.tsv\r\n", "line 2 of its manifest is wrong" },
		{ HEAD A "0\t7\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD "A" A "\t7\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD "\t7\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t-1\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t0x7\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t8589934593\tcatalog.tsv\n", "line 2 of its manifest is wrong" },
		{ HEAD A "\t18446744073709551616\tcatalog.tsv\n",
		  "line 2 of its manifest is wrong" },
		/* Names. */
		{ HEAD LINE("manifest"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("other.tsv"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts/"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("/artifacts/a"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("other/a"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts/.a"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts/.."), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts/a/b"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts//a"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts/../catalog.tsv"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("artifacts/a\x1b[m"), "line 2 of its manifest is wrong" },
		{ HEAD LINE("wheels/a.tar"), "line 2 of its manifest is wrong" },
		/* Each once, in order. */
		{ HEAD LINE("catalog.tsv") LINE("catalog.tsv"), "line 3 of its manifest is wrong" },
		{ HEAD LINE("catalog.tsv") LINE("artifacts/" A),
		  "line 3 of its manifest is wrong" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bundle_manifest manifest = { 0 };
		struct err err = { 0 };

		assert_int_equal(bundle_manifest_parse(str_from(rows[i].text), &manifest, &err),
				 -1);
		assert_int_equal(err.code, ERR_CHECK);
		assert_string_equal(err.message, rows[i].message);
		assert_int_equal(manifest.count, 0);
		err_reset(&err);
	}
}

static void
it_has_limits(void **state)
{
	cleanup_buf struct buf text = BUF_INIT(BUNDLE_MANIFEST_MAX);
	struct bundle_manifest manifest = { 0 };
	struct err err = { 0 };
	size_t most;

	(void)state;
	buf_add_text(&text, HEAD);
	for (int i = 0; i < BUNDLE_FILES_MAX; i++)
		buf_printf(&text, LINE("signatures/%06d"), i);
	most = text.len;
	assert_ok(bundle_manifest_parse(buf_str(&text), &manifest, &err), &err);
	assert_int_equal(manifest.count, BUNDLE_FILES_MAX);
	assert_non_null(bundle_manifest_find(&manifest, "signatures/012345"));
	assert_null(bundle_manifest_find(&manifest, "signatures/1"));
	bundle_manifest_reset(&manifest);
	buf_add_text(&text, LINE("signatures/more"));
	assert_fails(bundle_manifest_parse(buf_str(&text), &manifest, &err), ERR_CHECK, &err);
	buf_truncate(&text, most);
	/* A zero byte is no end of it. */
	text.data[most / 2] = '\0';
	assert_fails(bundle_manifest_parse(buf_str(&text), &manifest, &err), ERR_CHECK, &err);
}

static void
names_of_wheels(void **state)
{
	static const char *const good[] = { "pip-25.1-py3-none-any.whl",
					    "a-1-2build-cp312-cp312-linux_x86_64.whl" };
	static const char *const bad[] = {
		"",
		".whl",
		"pip.whl",
		"pip-25.1-py3-none-any.zip",
		"pip--py3-none-any.whl",
		".pip-25.1-py3-none-any.whl",
		"a/b-1-py3-none-any.whl",
		"pip-25.1-py3-none-any-more-more.whl",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(bundle_wheel_name_ok(str_from(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(bundle_wheel_name_ok(str_from(bad[i])));
}

/* What a file is said to be, and is not any more, makes no bundle. */
static void
what_changed_in_the_cache_is_not_written(void **state)
{
	const struct folder *f = *state;
	struct artifact artifact = { .implementation = "cpython",
				     .version = "3.13.5",
				     .variant = "",
				     .os = "",
				     .arch = "",
				     .libc = "",
				     .cpu = "",
				     .build = "",
				     .url = "https://example.org/Python-3.13.5.tgz",
				     .sha256 = A,
				     .size = 3 };
	cleanup_free char *path = path_join(f->path, "b.tar", NULL);
	cleanup_strvec struct strvec left = { 0 };
	cleanup_fd int fd = -1;
	struct bundle_content content = { .artifacts = &artifact, .files = &fd, .count = 1 };
	struct bundle_result result;
	struct err err = { 0 };

	assert_ok(fs_create_file(&f->dir, "file", STR_LIT("abc"), 0644, &err), &err);
	fd = openat(f->dir.fd, "file", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_fails(bundle_write(path, false, &content, &result, &err), ERR_CHECK, &err);
	assert_ok(fs_list(&f->dir, &left, &err), &err);
	assert_int_equal(left.count, 1);
	artifact.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	assert_ok(bundle_write(path, false, &content, &result, &err), &err);
	assert_true(bundle_is(path));
	assert_fails(bundle_write(path, false, &content, &result, &err), ERR_PROTECTED, &err);
	assert_ok(bundle_write(path, true, &content, &result, &err), &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manifest_is_read_and_written_the_same),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(it_has_limits),
		cmocka_unit_test(names_of_wheels),
		cmocka_unit_test_setup_teardown(what_changed_in_the_cache_is_not_written,
						folder_setup, folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
