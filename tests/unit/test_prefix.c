/* SPDX-License-Identifier: MIT */
/* The prefix of a tree replaced, and the installer scripts that need it. */
#include <config.h>

#include "folder.h"

#include <fcntl.h>

#include "supply/installer.h"
#include "trust/digest.h"

#define FROM "/root/.staging/x1/tree"
#define TO "/root/versions/conda3"

static void
texts(void **state)
{
	static const struct {
		const char *before;
		const char *after;
		size_t count;
	} rows[] = {
		{ "", "", 0 },
		{ FROM, TO, 1 },
		{ "#!" FROM "/bin/python\n", "#!" TO "/bin/python\n", 1 },
		{ "a=" FROM ":" FROM "/lib\n", "a=" TO ":" TO "/lib\n", 2 },
		{ FROM FROM, TO TO, 2 },
		{ FROM "2/bin", FROM "2/bin", 0 },
		{ FROM "-old " FROM "_ " FROM ".d " FROM "\"",
		  FROM "-old " FROM "_ " FROM ".d " TO "\"", 1 },
		{ "/root/.staging/x1/t", "/root/.staging/x1/t", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
		size_t count = prefix_change_text(str_from(rows[i].before), str_from(FROM),
						  str_from(TO), &text);

		assert_string_equal(buf_text(&text), rows[i].after);
		assert_int_equal(count, rows[i].count);
	}
}

static void
binaries_keep_their_length(void **state)
{
	static const char before[] = "ELF\0" FROM "/lib:" FROM "/lib64\0next\0" FROM "2\0" FROM;
	char data[sizeof(before) - 1];
	const char *at = data;

	(void)state;
	memcpy(data, before, sizeof(data));
	assert_int_equal(prefix_change_binary(data, sizeof(data), str_from(FROM), str_from(TO)), 0);
	assert_memory_equal(at, "ELF", 4);
	at += 4;
	assert_string_equal(at, TO "/lib:" TO "/lib64");
	for (size_t i = strlen(at); i < strlen(FROM "/lib:" FROM "/lib64"); i++)
		assert_int_equal(at[i], 0);
	at += sizeof(FROM "/lib:" FROM "/lib64");
	assert_string_equal(at, "next");
	at += sizeof("next");
	assert_string_equal(at, FROM "2");
	at += sizeof(FROM "2");
	/* The last one has no zero byte behind it. */
	assert_memory_equal(at, TO "\0", sizeof(TO));

	assert_int_equal(prefix_change_binary(data, sizeof(data), str_from(TO), str_from(FROM)),
			 -1);
}

static char *
read_text(const struct dir *dir, const char *name)
{
	struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };

	assert_ok(fs_read_file(dir, name, &text, &err), &err);
	return buf_take(&text);
}

static void
trees(void **state)
{
	const struct folder *f = *state;
	cleanup_prefix_report struct prefix_report report = { 0 };
	cleanup_free char *text = NULL;
	cleanup_free char *link = NULL;
	struct err err = { 0 };
	struct stat before;
	struct stat after;

	assert_int_equal(mkdirat(f->dir.fd, "bin", 0755), 0);
	assert_ok(fs_create_file(&f->dir, "bin/conda", STR_LIT("#!" FROM "/bin/python\n"), 0755,
				 &err),
		  &err);
	assert_ok(fs_create_file(&f->dir, "bin/x.pyc", STR_LIT("\0" FROM "\0"), 0644, &err), &err);
	assert_ok(fs_create_file(&f->dir, "other", STR_LIT("nothing"), 0444, &err), &err);
	assert_ok(fs_create_file(&f->dir, "empty", STR_LIT(""), 0644, &err), &err);
	assert_int_equal(symlinkat(FROM "/lib", f->dir.fd, "far"), 0);
	assert_int_equal(symlinkat("bin", f->dir.fd, "near"), 0);
	assert_int_equal(fchmodat(f->dir.fd, "bin/conda", 0775, 0), 0);
	assert_int_equal(fstatat(f->dir.fd, "bin/conda", &before, 0), 0);

	assert_ok(prefix_replace(&f->dir, FROM, TO, &report, &err), &err);
	assert_int_equal(report.files.count, 1);
	assert_string_equal(report.files.items[0], "bin/conda");
	assert_string_not_equal(report.before.items[0], report.after.items[0]);
	assert_int_equal(report.links, 1);
	text = read_text(&f->dir, "bin/conda");
	assert_string_equal(text, "#!" TO "/bin/python\n");
	link = fs_read_link(&f->dir, "far");
	assert_string_equal(link, TO "/lib");
	assert_int_equal(fstatat(f->dir.fd, "bin/conda", &after, 0), 0);
	assert_int_equal(after.st_mode, before.st_mode);
	assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
	assert_int_equal(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
}

/* What it was told, and what an installer writes: its place in files, and a record of
 * the digest of one of them. */
static const char script[] =
	"#!/bin/sh\n"
	"[ \"$1 $2 $3\" = '-b -f -p' ] || exit 9\n"
	"[ -z \"$CONDA_PREFIX$PYTHONPATH\" ] || exit 8\n"
	"echo installing; touch \"$HOME/.conda\"\n"
	"mkdir -p \"$4/bin\" \"$4/conda-meta\"\n"
	"printf '#!%s/bin/python\\n' \"$4\" >\"$4/bin/conda\"\n"
	"sum=$(sha256sum \"$4/bin/conda\" | cut -d' ' -f1)\n"
	"printf '{\"sha256_in_prefix\": \"%s\", \"x\": \"%s/pkgs\"}' \"$sum\" \"$4\" "
	">\"$4/conda-meta/a.json\"\n";

struct ground {
	struct fetched file;
	struct dir work;
	struct build_log log;
	char hex[DIGEST_HEX_SIZE];
};

static void
ground_make(const struct folder *f, struct str text, struct ground *g)
{
	struct err err = { 0 };

	*g = (struct ground){ .file = FETCHED_INIT };
	assert_ok(fs_create_file(&f->dir, "script", text, 0600, &err), &err);
	g->file.fd = openat(f->dir.fd, "script", O_RDONLY | O_CLOEXEC);
	assert_ok(digest_fd(g->file.fd, g->hex, NULL, &err), &err);
	g->file.provenance.sha256 = mem_strdup(g->hex);
	assert_ok(fs_make_dir_at(&f->dir, "work", 0700, &g->work, &err), &err);
	assert_ok(build_log_open(&f->dir, "conda3", &g->log, &err), &err);
}

static void
ground_reset(struct ground *g)
{
	free(build_log_close(&g->log, false));
	fetched_reset(&g->file);
	dir_reset(&g->work);
}

static void
an_installer_runs_in_the_stage(void **state)
{
	const struct folder *f = *state;
	cleanup_free char *final = mem_printf("%s/versions/a-name-of-some-length", f->path);
	cleanup_with(ground_reset) struct ground g;
	struct installer_spec spec = { .script = &g.file,
				       .work = &g.work,
				       .final_path = final,
				       .subject = "conda3",
				       .log = &g.log };
	cleanup_prefix_report struct prefix_report report = { 0 };
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *tree = NULL;
	cleanup_free char *conda = NULL;
	cleanup_free char *record = NULL;
	cleanup_free char *wanted = NULL;
	struct err err = { 0 };

	setenv("CONDA_PREFIX", "/somewhere", 1);
	setenv("PYTHONPATH", "/somewhere", 1);
	ground_make(f, STR_LIT(script), &g);
	assert_ok(installer_run(&spec, &tree, &report, &err), &err);
	unsetenv("CONDA_PREFIX");
	unsetenv("PYTHONPATH");
	assert_ok(fs_open_dir_at(&g.work, tree, &dir, &err), &err);
	conda = read_text(&dir, "bin/conda");
	wanted = mem_printf("#!%s/bin/python\n", final);
	assert_string_equal(conda, wanted);
	record = read_text(&dir, "conda-meta/a.json");
	assert_non_null(strstr(record, report.after.items[0]));
	assert_null(strstr(record, report.before.items[0]));
	assert_non_null(strstr(record, final));
	assert_null(strstr(record, g.work.path));
	assert_true(fs_exists_at(&g.work, "home/.conda"));
}

static void
an_installer_that_fails_says_why(void **state)
{
	const struct folder *f = *state;
	cleanup_with(ground_reset) struct ground g;
	struct installer_spec spec = { .script = &g.file,
				       .work = &g.work,
				       .final_path = "/nowhere",
				       .subject = "conda3",
				       .log = &g.log };
	cleanup_prefix_report struct prefix_report report = { 0 };
	cleanup_free char *tree = NULL;
	struct err err = { 0 };

	ground_make(f, STR_LIT("echo no room; exit 3\n"), &g);
	assert_int_equal(installer_run(&spec, &tree, &report, &err), -1);
	assert_int_equal(err.code, ERR_FAILED);
	assert_non_null(strstr(err.message, "status 3"));
	assert_string_equal(err.details[0].text, "no room");
	err_reset(&err);
}

static void
an_installer_that_was_changed_does_not_run(void **state)
{
	const struct folder *f = *state;
	cleanup_with(ground_reset) struct ground g;
	struct installer_spec spec = { .script = &g.file,
				       .work = &g.work,
				       .final_path = "/nowhere",
				       .subject = "conda3",
				       .log = &g.log };
	cleanup_prefix_report struct prefix_report report = { 0 };
	cleanup_free char *tree = NULL;
	struct err err = { 0 };

	ground_make(f, STR_LIT("touch ../ran\n"), &g);
	g.file.provenance.sha256[0] = g.hex[0] == '0' ? '1' : '0';
	assert_fails(installer_run(&spec, &tree, &report, &err), ERR_CHECK, &err);
	assert_false(fs_exists_at(&f->dir, "ran"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(binaries_keep_their_length),
		cmocka_unit_test_setup_teardown(trees, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(an_installer_runs_in_the_stage, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(an_installer_that_fails_says_why, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(an_installer_that_was_changed_does_not_run,
						folder_setup, folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
