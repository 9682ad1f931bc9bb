/* SPDX-License-Identifier: MIT */
/* Trees as standalone builds and source builds have them, moved to another place. */
#include <config.h>

#include "relocate_ground.h"

#include <fcntl.h>
#include <utime.h>

#include "os/proc.h"
#include "supply/relocate_internal.h"

#define DATA "lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py"
#define CONFIG "lib/python3.13/config-3.13-x86_64-linux-gnu"

static void
assert_file(const struct folder *f, const char *path, const char *expected)
{
	char *text = get(f, path);

	assert_string_equal(text, expected);
	free(text);
}

static void
relocate(const struct folder *f, const char *from, const char *to, const char *path,
	 struct relocate_report *ret)
{
	const struct relocate_spec spec = { .tree = &f->dir, .from = from, .to = to, .path = path };
	struct err err = { 0 };

	assert_ok(relocate_tree(&spec, ret, &err), &err);
}

/* Relocate, and again: the second time there is nothing to do. */
static void
relocate_twice(const struct folder *f, const char *from, const char *to, const char *path)
{
	struct relocate_report report = { 0 };

	relocate(f, from, to, path, &report);
	assert_int_not_equal(report.changed.count, 0);
	assert_int_equal(report.left.count, 0);
	relocate_report_reset(&report);
	relocate(f, from, to, path, &report);
	assert_int_equal(report.changed.count, 0);
	relocate_report_reset(&report);
}

static const char standalone_data[] =
	"# system configuration generated and used by the sysconfig module\n"
	"build_time_vars = {\n"
	"    \"AR\": \"/nowhere/bin/llvm-ar\",\n"
	"    \"CC\": \"clang -pthread\",\n"
	"    \"CFLAGS\": \"-fno-strict-overflow -I/nowhere/include -O3\",\n"
	"    \"LDFLAGS\": \"-L/install/lib\",\n"
	"    \"LIBDIR\": \"/install/lib\",\n"
	"    \"INSTALL\": \"/usr/bin/install -c\",\n"
	"    \"prefix\": \"/install\",\n"
	"    \"SIZEOF_INT\": 4\n"
	"}";

static void
put_standalone(const struct folder *f)
{
	put(f, DATA, standalone_data, 0644);
	put(f, "lib/python3.13/_sysconfig_vars__linux_x86_64-linux-gnu.json",
	    "{\n  \"LIBDIR\": \"/install/lib\",\n  \"LDFLAGS\": \"-L/install/lib\"\n}\n", 0644);
	put(f, "lib/python3.13/build-details.json", "{\"base_prefix\": \"/install\"}", 0644);
	put(f, CONFIG "/Makefile",
	    "CC=\t\tclang\nprefix=\t\t/install\nLIBDIR=\t/install/lib\n"
	    "INSTALL=\t/usr/bin/install -c\nLDFLAGS= -L/install/lib \\\n\t-L/nowhere\n"
	    "# it's in /install\nx:\n\techo \"/install/x\" /install\n",
	    0644);
	put(f, "lib/pkgconfig/python-3.13.pc", "prefix=/install\nlibdir=/install/lib\n", 0644);
	put(f, "lib/python3.13/site-packages/x.pth", "/install/lib/x\nimport y\n", 0644);
	put(f, "bin/pip", "#!/install/bin/python3.13\nimport pip\n", 0755);
	put(f, "bin/own", "#!/bin/sh\necho install /install/lib\n", 0755);
	put(f, "bin/other", "#!/usr/bin/env python3\nx\n", 0755);
	put(f, "share/man/man1/python.1", "in /install\n", 0644);
}

static void
a_standalone_build_gets_its_place(void **state)
{
	static const char *const programs[] = { "cc", NULL };
	const struct folder *f = *state;
	char *path = make_programs(f, programs);

	put_standalone(f);
	relocate_twice(f, NULL, "/new/3.13", path);
	assert_file(f, DATA,
		    "# system configuration generated and used by the sysconfig module\n"
		    "build_time_vars = {\n"
		    "    \"AR\": \"ar\",\n"
		    "    \"CC\": \"cc -pthread\",\n"
		    "    \"CFLAGS\": \"-fno-strict-overflow -O3\",\n"
		    "    \"LDFLAGS\": \"-L/new/3.13/lib\",\n"
		    "    \"LIBDIR\": \"/new/3.13/lib\",\n"
		    "    \"INSTALL\": \"/usr/bin/install -c\",\n"
		    "    \"prefix\": \"/new/3.13\",\n"
		    "    \"SIZEOF_INT\": 4\n"
		    "}");
	assert_file(f, "lib/python3.13/_sysconfig_vars__linux_x86_64-linux-gnu.json",
		    "{\n  \"LIBDIR\": \"/new/3.13/lib\",\n  \"LDFLAGS\": \"-L/new/3.13/lib\"\n}\n");
	assert_file(f, "lib/python3.13/build-details.json", "{\"base_prefix\": \"/new/3.13\"}");
	assert_file(f, CONFIG "/Makefile",
		    "CC=\t\tcc\nprefix=\t\t/new/3.13\nLIBDIR=\t/new/3.13/lib\n"
		    "INSTALL=\t/usr/bin/install -c\nLDFLAGS= -L/new/3.13/lib \\\n\t\n"
		    "# it's in /new/3.13\nx:\n\techo \"/new/3.13/x\" /new/3.13\n");
	assert_file(f, "lib/pkgconfig/python-3.13.pc", "prefix=/new/3.13\nlibdir=/new/3.13/lib\n");
	assert_file(f, "lib/python3.13/site-packages/x.pth", "/new/3.13/lib/x\nimport y\n");
	assert_file(f, "bin/pip", "#!/new/3.13/bin/python3.13\nimport pip\n");
	assert_file(f, "bin/own", "#!/bin/sh\necho install /new/3.13/lib\n");
	assert_file(f, "bin/other", "#!/usr/bin/env python3\nx\n");
	/* No program, and nothing that programs read. */
	assert_file(f, "share/man/man1/python.1", "in /install\n");
	free(path);
}

static void
a_place_may_have_blanks_and_signs(void **state)
{
	const struct folder *f = *state;

	put_standalone(f);
	relocate_twice(f, NULL, "/a b/c$d", NULL);
	assert_file(f, "lib/pkgconfig/python-3.13.pc",
		    "prefix=/a\\ b/c\\$d\nlibdir=/a\\ b/c\\$d/lib\n");
	assert_file(f, "bin/pip",
		    "#!/bin/sh\n'''exec' \"/a b/c\"'$'\"d/bin/python3.13\" \"$0\" \"$@\"\n' '''\n"
		    "import pip\n");
	assert_file(f, "bin/own", "#!/bin/sh\necho install '/a b/c$d'/lib\n");
	assert_file(f, CONFIG "/Makefile",
		    "CC=\t\tclang\nprefix=\t\t/a b/c$$d\nLIBDIR=\t/a b/c$$d/lib\n"
		    "INSTALL=\t/usr/bin/install -c\nLDFLAGS= -L'/a b/c$$d'/lib \\\n\t-L/nowhere\n"
		    "# it's in /a b/c$$d\nx:\n\techo \"/a b/c\\$\\$d/x\" '/a b/c$$d'\n");
	/* And on, to a place without any. */
	relocate_twice(f, NULL, "/new", NULL);
	assert_file(f, "bin/pip", "#!/new/bin/python3.13\nimport pip\n");
	assert_file(f, "lib/pkgconfig/python-3.13.pc", "prefix=/new\nlibdir=/new/lib\n");
}

static void
first_lines_keep_their_options(void **state)
{
	const struct folder *f = *state;
	char *longer = mem_printf("/%0130d", 0);
	struct relocate_report report = { 0 };
	char *text;

	put(f, DATA, "{'prefix': '/old'}", 0644);
	put(f, "bin/a", "#!/old/bin/python3.13 -E\nx = '/old/x'\n", 0755);
	put(f, "bin/b", "#! /old/bin/tclsh9.0\n", 0755);
	relocate_twice(f, NULL, "/new", NULL);
	assert_file(f, "bin/a", "#!/new/bin/python3.13 -E\nx = '/new/x'\n");
	assert_file(f, "bin/b", "#!/new/bin/tclsh9.0\n");
	relocate(f, NULL, longer, NULL, &report);
	text = get(f, "bin/a");
	assert_non_null(strstr(text, "/bin/python3.13\" -E \"$0\" \"$@\"\n' '''\nx = '/0000"));
	free(text);
	/* No trick works for others than Python. */
	assert_int_equal(report.left.count, 1);
	assert_string_equal(report.left.items[0], "bin/b");
	relocate_report_reset(&report);
	relocate(f, NULL, "/new", NULL, &report);
	assert_file(f, "bin/a", "#!/new/bin/python3.13 -E\nx = '/new/x'\n");
	relocate_report_reset(&report);
	free(longer);
}

static const char config_script[] =
	"#!/bin/sh\n"
	"installed_prefix ()\n{\n    echo $RESULT\n}\n"
	"prefix_real=$(installed_prefix \"$0\")\n"
	"prefix=\"/old\"\n"
	"exec_prefix_real=${prefix_real}\n"
	"libdir=$(echo \"/old/lib\" | sed \"s#$prefix#$prefix_real#\")\n"
	"case $1 in\n"
	"    --prefix)\n        echo \"$prefix_real\"\n        ;;\n"
	"    --libdir)\n        echo \"-L$libdir\"\n        ;;\n"
	"esac\n";

/* What `bin/python3.13-config OPTION` prints. Owned by the caller. */
static char *
run_config(const struct folder *f, const char *option)
{
	char *program = path_join(f->path, "bin/python3.13-config", NULL);
	struct proc_spec spec = PROC_SPEC_INIT;
	struct buf out = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };
	int status;

	spec.argv = (char *const[]){ "/bin/sh", program, (char *)option, NULL };
	assert_ok(proc_capture(&spec, &out, &status, &err), &err);
	assert_int_equal(status, 0);
	free(program);
	return buf_take(&out);
}

static void
python_config_prints_words_of_a_shell(void **state)
{
	static const char *const places[][3] = {
		{ "/a b", "-L'/a b'/lib\n", "/a b\n" },
		{ "/c  d/$x", "-L'/c  d/$x'/lib\n", "/c  d/$x\n" },
		{ "/e&#f", "-L'/e&#f'/lib\n", "/e&#f\n" },
	};
	const struct folder *f = *state;

	put(f, "bin/python3.13-config", config_script, 0755);
	put(f, DATA, "{'prefix': '/old'}", 0644);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		char *printed;

		relocate_twice(f, NULL, places[i][0], NULL);
		printed = run_config(f, "--libdir");
		assert_string_equal(printed, places[i][1]);
		free(printed);
		printed = run_config(f, "--prefix");
		assert_string_equal(printed, places[i][2]);
		free(printed);
	}
}

/* Hard links stay such, absolute links become relative ones, times are new. */
static void
names_of_one_file_stay_names_of_one_file(void **state)
{
	const struct folder *f = *state;
	char *first = path_join(f->path, "bin/a", NULL);
	char *second = path_join(f->path, "lib/b", NULL);
	char *link = path_join(f->path, "lib/link", NULL);
	struct stat a;
	struct stat b;
	char target[64] = "";

	put(f, DATA, "{'prefix': '/old'}", 0644);
	put(f, "bin/a", "#!/old/bin/python3\n", 0555);
	assert_int_equal(linkat(AT_FDCWD, first, AT_FDCWD, second, 0), 0);
	assert_int_equal(symlink("/old/bin/a", link), 0);
	assert_int_equal(utime(first, &(struct utimbuf){ 1000, 1000 }), 0);
	relocate_twice(f, NULL, "/new", NULL);
	assert_int_equal(stat(first, &a), 0);
	assert_int_equal(stat(second, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_int_equal(a.st_mode & 07777, 0555);
	assert_true(a.st_mtime > 1000);
	assert_file(f, "lib/b", "#!/new/bin/python3\n");
	assert_true(readlink(link, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, "../bin/a");
	free(first);
	free(second);
	free(link);
}

static void
compiled_files_of_what_has_changed_go(void **state)
{
	static const char *const kept[] = { "os.cpython-313.pyc", NULL };
	const struct folder *f = *state;
	struct relocate_report report = { 0 };
	struct dir cache = DIR_INIT;
	struct strvec names = { 0 };
	struct err err = { 0 };
	char *path = path_join(f->path, "lib/python3.13/__pycache__", NULL);

	put(f, DATA, "{'prefix': '/old'}", 0644);
	put(f, "lib/python3.13/__pycache__/_sysconfigdata__linux_x86_64-linux-gnu.cpython-313.pyc",
	    "magc\1   ", 0644);
	put(f,
	    "lib/python3.13/__pycache__/"
	    "_sysconfigdata__linux_x86_64-linux-gnu.cpython-313.opt-2.pyc",
	    "magc\3   ", 0644);
	put(f, "lib/python3.13/__pycache__/os.cpython-313.pyc", "", 0644);
	relocate(f, NULL, "/new", NULL, &report);
	assert_int_equal(report.stale_count, 2);
	assert_string_equal(report.stale[0].source, DATA);
	assert_int_equal(report.stale[0].optimize, 2);
	assert_int_equal(report.stale[1].optimize, 0);
	assert_ok(fs_open_dir(path, &cache, &err), &err);
	assert_ok(fs_list(&cache, &names, &err), &err);
	assert_int_equal(names.count, 1);
	assert_string_equal(names.items[0], kept[0]);
	strvec_reset(&names);
	dir_reset(&cache);
	relocate_report_reset(&report);
	free(path);
}

/* The data that the old place is learnt from is written last: what was cut short before it
 * is finished by the same call. */
static void
what_was_cut_short_can_be_repeated(void **state)
{
	const struct folder *f = *state;
	struct relocate_report report = { 0 };
	struct relocate_spec spec = { .tree = &f->dir, .to = "/new" };
	struct err err = { 0 };

	put_standalone(f);
	put(f, "lib/.tmp-abcdefABCDEF", "half", 0600);
	relocate(f, NULL, "/new", NULL, &report);
	relocate_report_reset(&report);
	put(f, "bin/pip", "#!/install/bin/python3.13\n", 0755);
	/* Nothing says any more where it came from. */
	relocate(f, NULL, "/new", NULL, &report);
	assert_null(report.from);
	relocate_report_reset(&report);
	/* The last file is the one that does. */
	put(f, DATA, standalone_data, 0644);
	assert_ok(relocate_tree(&spec, &report, &err), &err);
	assert_string_equal(report.from, "/install");
	assert_string_equal(report.changed.items[report.changed.count - 1], DATA);
	assert_file(f, "bin/pip", "#!/new/bin/python3.13\n");
	assert_false(fs_exists_at(&f->dir, "lib/.tmp-abcdefABCDEF"));
	relocate_report_reset(&report);
}

static void
a_dry_run_says_the_same_and_changes_nothing(void **state)
{
	const struct folder *f = *state;
	struct relocate_spec spec = { .tree = &f->dir, .to = "/new", .dry_run = true };
	struct relocate_report dry = { 0 };
	struct relocate_report wet = { 0 };
	struct err err = { 0 };

	put_standalone(f);
	assert_ok(relocate_tree(&spec, &dry, &err), &err);
	assert_file(f, DATA, standalone_data);
	spec.dry_run = false;
	assert_ok(relocate_tree(&spec, &wet, &err), &err);
	assert_int_equal(dry.changed.count, wet.changed.count);
	for (size_t i = 0; i < dry.changed.count; i++)
		assert_string_equal(dry.changed.items[i], wet.changed.items[i]);
	relocate_report_reset(&dry);
	relocate_report_reset(&wet);
}

static void
places_that_no_script_can_name_are_refused(void **state)
{
	static const char *const rows[] = { "relative", "/", "/a/", "/a\nb", "/a\xff", "" };
	const struct folder *f = *state;

	put_standalone(f);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct relocate_spec spec = { .tree = &f->dir, .from = "/install", .to = rows[i] };
		struct relocate_report report = { 0 };
		struct err err = { 0 };

		assert_fails(relocate_tree(&spec, &report, &err), ERR_USAGE, &err);
		relocate_report_reset(&report);
		spec.from = rows[i];
		spec.to = "/new";
		assert_fails(relocate_tree(&spec, &report, &err), ERR_USAGE, &err);
		relocate_report_reset(&report);
	}
	assert_file(f, DATA, standalone_data);
}

static void
an_environment_s_links_stay_absolute(void **state)
{
	const struct folder *f = *state;
	struct relocate_report report = { 0 };
	const struct relocate_spec spec = { .tree = &f->dir,
					    .from = "/old/versions",
					    .to = "/new root/versions",
					    .at = "3.13.5/envs/shop",
					    .absolute_links = true };
	char *target;
	struct err err = { 0 };

	put(f, "bin/tool", "#!/old/versions/3.13.5/envs/shop/bin/python\n", 0755);
	put(f, "lib/python2.7/orig-prefix.txt", "/old/versions/2.7.18", 0644);
	assert_int_equal(symlinkat("/old/versions/3.13.5/bin/python3.13", f->dir.fd, "bin/python"),
			 0);
	assert_ok(relocate_tree(&spec, &report, &err), &err);
	assert_int_equal(report.changed.count, 3);
	target = fs_read_link(&f->dir, "bin/python");
	assert_string_equal(target, "/new root/versions/3.13.5/bin/python3.13");
	assert_file(f, "lib/python2.7/orig-prefix.txt", "/new root/versions/2.7.18");
	free(target);
	relocate_report_reset(&report);
}

static void
scripts_tell_the_roots_that_a_tree_was_in(void **state)
{
	static const char *const at = "versions/3.13.5";
	const struct folder *f = *state;
	struct strvec roots = { 0 };

	put(f, "bin/a", "#!/one/versions/3.13.5/bin/python3.13\n", 0755);
	put(f, "bin/b",
	    "#!/bin/sh\n'''exec' '/two roots/versions/3.13.5/bin/python3' \"$0\" \"$@\"\n' '''\n",
	    0755);
	put(f, "bin/c", "#!/one/versions/3.13.5/bin/python3.13 -E\n", 0755);
	put(f, "bin/d", "#!/here/versions/3.13.5/bin/python\n", 0755);
	put(f, "bin/e", "#!/one/versions/3.13.4/bin/python\n", 0755);
	put(f, "bin/f", "#!/versions/3.13.5/bin/python\n", 0755);
	put(f, "bin/g", "#!/three/versions/3.13.5/bin/perl\n", 0755);
	put(f, "bin/h", "no script", 0755);
	put(f, "bin/i", "", 0755);
	relocate_recorded_roots(&f->dir, at, "/here", &roots);
	assert_int_equal(roots.count, 2);
	assert_string_equal(roots.items[0], "/one");
	assert_string_equal(roots.items[1], "/two roots");
	strvec_reset(&roots);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(a_standalone_build_gets_its_place),
		TREE_TEST(a_place_may_have_blanks_and_signs),
		TREE_TEST(first_lines_keep_their_options),
		TREE_TEST(python_config_prints_words_of_a_shell),
		TREE_TEST(names_of_one_file_stay_names_of_one_file),
		TREE_TEST(compiled_files_of_what_has_changed_go),
		TREE_TEST(what_was_cut_short_can_be_repeated),
		TREE_TEST(a_dry_run_says_the_same_and_changes_nothing),
		TREE_TEST(places_that_no_script_can_name_are_refused),
		TREE_TEST(an_environment_s_links_stay_absolute),
		TREE_TEST(scripts_tell_the_roots_that_a_tree_was_in),
	};

	return cmocka_run_group_tests_name("relocate_tree", tests, NULL, NULL);
}
