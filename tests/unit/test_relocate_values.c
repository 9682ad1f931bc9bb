/* SPDX-License-Identifier: MIT */
/* What build data says, value by value, when a tree has moved. */
#include <config.h>

#include "relocate_ground.h"

#include "supply/relocate_internal.h"

struct value_row {
	const char *key;
	const char *old;
	const char *new; /* NULL: as it was */
};

static void
check_values(const struct folder *f, const char *to, const char *path, const struct value_row *rows,
	     size_t count)
{
	const struct relocate_spec spec = { .tree = &f->dir, .to = to, .path = path };
	const struct relocation r = { .spec = &spec,
				      .move = { STR_LIT("/install"), str_from(to) } };

	for (size_t i = 0; i < count; i++) {
		struct buf out = BUF_INIT(BUF_TEXT_MAX);
		bool changed = relocate_value(&r, &r.move, str_from(rows[i].key),
					      str_from(rows[i].old), &out);

		assert_string_equal(buf_text(&out), rows[i].new ? rows[i].new : rows[i].old);
		assert_int_equal(changed, rows[i].new != NULL);
		buf_reset(&out);
	}
}

static void
a_compiler_that_is_not_here_gives_way_to_one_that_is(void **state)
{
	static const struct value_row rows[] = {
		{ "CC", "clang -pthread", "cc -pthread" },
		{ "CC", "musl-clang", "cc" },
		{ "CC", "/usr/bin/x86_64-linux-none-gcc-12 -m64", "cc -m64" },
		{ "CC", "/tools/llvm/bin/clang", "cc" },
		{ "CC", "gcc -pthread", NULL }, /* is here */
		{ "CXX", "clang++ -pthread", "g++ -pthread" },
		{ "LDCXXSHARED", "clang++ -shared", "g++ -shared" },
		{ "BLDSHARED", "clang -shared", "cc -shared" },
		{ "LDSHARED", "clang -shared -Wl,--exclude-libs,ALL",
		  "cc -shared -Wl,--exclude-libs,ALL" },
		{ "LINKCC", " clang", " cc" },
		{ "AR", "/tools/llvm/bin/llvm-ar", "ar" }, /* for when one is installed */
		{ "CC", "ccache clang", "ccache cc" },
		{ "CC", "", NULL },
		{ "CC", "icc", NULL },
		{ "MULTIARCH", "clang", NULL },
		{ "CFLAGS", "-DCC=clang clang", NULL },
	};
	static const char *const programs[] = { "cc", "gcc", "g++", NULL };
	const struct folder *f = *state;
	char *path = make_programs(f, programs);

	check_values(f, "/n", path, rows, COUNT_OF(rows));
	free(path);
}

static void
folders_that_exist_nowhere_are_not_mentioned(void **state)
{
	static const struct value_row rows[] = {
		{ "CFLAGS", "-fPIC -I/nowhere/deps/include -O2", "-fPIC -O2" },
		{ "CFLAGS", "-I/nowhere/a -I/nowhere/b", "" },
		{ "CFLAGS", "-isysroot /nowhere/MacOSX.sdk -O2", "-O2" },
		{ "CFLAGS", "-O2 -isystem /nowhere/x", "-O2 " },
		{ "LDFLAGS", "-L/nowhere/lib -Wl,-rpath,/nowhere/lib --sysroot=/nowhere -lm",
		  "-lm" },
		{ "CFLAGS", "-I. -I./Include -I/usr -L/", NULL },
		{ "CFLAGS", "-I$(HOME)/x -I'/nowhere/with quotes'", NULL },
		{ "LDFLAGS", "-L/install/lib  -L/nowhere", "-L/n/lib  " },
		{ "CONFIG_ARGS", "'CFLAGS=-I/nowhere' '--prefix=/install'",
		  "'CFLAGS=-I/nowhere' '--prefix=/n'" },
		{ "DIST", "/nowhere/x README", NULL },
	};

	(void)state;
	check_values(*state, "/n", "/nowhere/bin", rows, COUNT_OF(rows));
}

static void
values_are_quoted_where_a_shell_reads_them(void **state)
{
	static const struct value_row rows[] = {
		{ "LIBDIR", "/install/lib", "/new dir/lib" },
		{ "prefix", "/install", "/new dir" },
		{ "PYTHONPATH", "/install/a:/install/b", "/new dir/a:/new dir/b" },
		{ "LDFLAGS", "-L/install/lib -Wl,-rpath,/install/lib",
		  "-L'/new dir'/lib -Wl,-rpath,'/new dir'/lib" },
		{ "DESTDIRS", "/install /install/lib", "'/new dir' '/new dir'/lib" },
		{ "CONFIG_ARGS", "'--prefix=/install' 'CC=clang'",
		  "'--prefix=/new dir' 'CC=clang'" },
		{ "CC", "clang", NULL },
	};

	check_values(*state, "/new dir", NULL, rows, COUNT_OF(rows));
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(a_compiler_that_is_not_here_gives_way_to_one_that_is),
		TREE_TEST(folders_that_exist_nowhere_are_not_mentioned),
		TREE_TEST(values_are_quoted_where_a_shell_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
