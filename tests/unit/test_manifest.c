/* SPDX-License-Identifier: MIT */
/* The manifest: every file, in an order and a spelling that other programs read. */
#include <config.h>

#include "folder.h"

#include <fcntl.h>

#include "supply/manifest.h"

static void
make_file(const struct folder *f, const char *name, const char *text, mode_t mode)
{
	struct err err = { 0 };

	assert_ok(fs_create_file(&f->dir, name, str_from(text), mode, &err), &err);
	assert_int_equal(fchmodat(f->dir.fd, name, mode, 0), 0);
}

static int
write_manifest(const struct folder *f, struct buf *ret_text, struct err *err)
{
	cleanup_dirfd struct dir meta = DIR_INIT;
	struct manifest_result result;

	umask(022);
	assert_ok(fs_make_dir_at(&f->dir, ".pyvern", 0755, &meta, err), err);
	if (manifest_write(&f->dir, &meta, "9.9.9", NULL, &result, err) < 0)
		return -1;
	buf_truncate(ret_text, 0);
	return fs_read_file(&meta, "manifest.mtree", ret_text, err);
}

#define OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
every_kind_of_entry(void **state)
{
	const struct folder *f = *state;
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };

	assert_int_equal(mkdirat(f->dir.fd, "lib", 0755), 0);
	make_file(f, "lib/b", "abc", 0755);
	make_file(f, "lib/a", "", 0640);
	assert_int_equal(symlinkat("b", f->dir.fd, "lib/c"), 0);
	make_file(f, "a b#\\=\n\xc3\xa9", "", 0644);
	/* Twice: it is not in itself. */
	for (int i = 0; i < 2; i++) {
		assert_ok(write_manifest(f, &text, &err), &err);
		assert_string_equal(
			buf_text(&text),
			"#mtree\n"
			"./.pyvern type=dir mode=0755\n"
			"./a\\040b\\043\\134\\075\\012\\303\\251 type=file mode=0644 size=0 "
			"sha256digest=" OF_NOTHING "\n"
			"./lib type=dir mode=0755\n"
			"./lib/a type=file mode=0640 size=0 sha256digest=" OF_NOTHING "\n"
			"./lib/b type=file mode=0755 size=3 sha256digest=" OF_ABC "\n"
			"./lib/c type=link link=b\n");
	}
}

static void
what_no_version_has_is_refused(void **state)
{
	const struct folder *f = *state;
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };

	assert_int_equal(mkfifoat(f->dir.fd, "pipe", 0644), 0);
	assert_fails(write_manifest(f, &text, &err), ERR_FAILED, &err);
	assert_false(fs_exists_at(&f->dir, ".pyvern/manifest.mtree"));
}

/* What somebody else has changed is found by the manifest still, when files of ours are
 * renewed in it. */
/* What is no escape stands for itself: it was computed from any three characters. */
static void
escapes_are_three_octal_digits(void **state)
{
	const struct folder *f = *state;
	static const char *const gone[] = { "\\!!!", "\\000", "\\08a", "\\1", "a b" };
	cleanup_manifest_differences struct manifest_differences found = { 0 };
	cleanup_dirfd struct dir meta = DIR_INIT;
	struct err err = { 0 };

	assert_ok(fs_make_dir_at(&f->dir, ".pyvern", 0755, &meta, &err), &err);
	assert_ok(fs_replace_file(&meta, "manifest.mtree",
				  STR_LIT("#mtree\n./.pyvern type=dir mode=0755\n./\\!!! x\n"
					  "./\\000 x\n./\\08a x\n./\\1 x\n./a\\040b x\n"),
				  0644, &err),
		  &err);
	assert_int_equal(fchmod(meta.fd, 0755), 0);
	assert_ok(manifest_compare(&f->dir, &meta, "it", NULL, &found, &err), &err);
	assert_int_equal(found.count, COUNT_OF(gone));
	for (size_t i = 0; i < found.count; i++) {
		bool known = false;

		for (size_t k = 0; k < COUNT_OF(gone); k++)
			known = known || strcmp(found.items[i].path, gone[k]) == 0;
		assert_true(known);
	}
}

static void
some_lines_are_made_true_again(void **state)
{
	static const char *const names[] = {
		"lib/a b", "lib/gone", "theirs", "link", "lib", "new"
	};
	const struct folder *f = *state;
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_dirfd struct dir meta = DIR_INIT;
	struct strvec paths = { 0 };
	struct strvec is_true = { 0 };
	struct err err = { 0 };

	assert_int_equal(mkdirat(f->dir.fd, "lib", 0755), 0);
	make_file(f, "lib/a b", "", 0644);
	make_file(f, "lib/gone", "", 0644);
	make_file(f, "theirs", "", 0644);
	assert_int_equal(symlinkat("b", f->dir.fd, "link"), 0);
	assert_ok(write_manifest(f, &text, &err), &err);
	assert_int_equal(unlinkat(f->dir.fd, "theirs", 0), 0);
	make_file(f, "theirs", "changed", 0644);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		strvec_add(&paths, names[i]);
	assert_ok(fs_open_dir_at(&f->dir, ".pyvern", &meta, &err), &err);
	assert_ok(manifest_find_true(&f->dir, &meta, &paths, &is_true, &err), &err);
	assert_int_equal(is_true.count, 3);
	assert_false(strvec_has(&is_true, "theirs"));

	assert_ok(fs_replace_file(&f->dir, "lib/a b", STR_LIT("abc"), 0755, &err), &err);
	assert_ok(fs_write_link(&f->dir, "link", "c", &err), &err);
	assert_int_equal(unlinkat(f->dir.fd, "lib/gone", 0), 0);
	make_file(f, "new", "", 0644);
	strvec_add(&is_true, "new");
	assert_ok(manifest_renew(&f->dir, &meta, &is_true, &err), &err);
	buf_truncate(&text, 0);
	assert_ok(fs_read_file(&meta, "manifest.mtree", &text, &err), &err);
	assert_string_equal(buf_text(&text),
			    "#mtree\n"
			    "./.pyvern type=dir mode=0755\n"
			    "./lib type=dir mode=0755\n"
			    "./lib/a\\040b type=file mode=0755 size=3 sha256digest=" OF_ABC "\n"
			    "./link type=link link=c\n"
			    "./theirs type=file mode=0644 size=0 sha256digest=" OF_NOTHING "\n");
	strvec_reset(&paths);
	strvec_reset(&is_true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_kind_of_entry, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(what_no_version_has_is_refused, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(escapes_are_three_octal_digits, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(some_lines_are_made_true_again, folder_setup,
						folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
