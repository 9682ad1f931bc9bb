/* SPDX-License-Identifier: MIT */
/* What a build's texts tell: which answers may be kept, why it failed. */
#include <config.h>

#include "unit.h"

#include "supply/answers.h"
#include "supply/build_failure.h"
#include "supply/build_options.h"

#define LOG(lines)                                                                         \
	"## ---------------- ##\n## Cache variables. ##\n## ---------------- ##\n\n" lines \
	"\n## ----------------- ##\n## Output variables. ##\n## ----------------- ##\n\n"  \
	"ac_cv_late=yes\n"

static void
only_answers_that_are_asked_for_first_and_have_no_effects_are_kept(void **state)
{
	static const struct {
		const char *configure;
		const char *log;
		const char *site;
	} rows[] = {
		/* Asked in each of autoconf's ways. */
		{ "if test ${ac_cv_a+y}\nthen :\nelse\n  ac_cv_a=yes\nfi\n: \"result: $ac_cv_a\"\n",
		  LOG("ac_cv_a=yes\n"), "test \"${ac_cv_a+set}\" || ac_cv_a='yes'\n" },
		{ "if ${ac_cv_a+:} false; then\nac_cv_a=1\nfi\necho \"result: $ac_cv_a\" >&5\n",
		  LOG("ac_cv_a=1\n"), "test \"${ac_cv_a+set}\" || ac_cv_a='1'\n" },
		{ "ac_fn_c_check_func \"$LINENO\" \"fork\" \"ac_cv_func_fork\"\n",
		  LOG("ac_cv_func_fork=no\n"),
		  "test \"${ac_cv_func_fork+set}\" || ac_cv_func_fork='no'\n" },
		/* In loops the names are put together. */
		{ "for ac_func in fork; do\n", LOG("ac_cv_func_fork=no\n"),
		  "test \"${ac_cv_func_fork+set}\" || ac_cv_func_fork='no'\n" },
		/* 3.13's libmpdec: used, then asked for. */
		{ "if test \"$ac_cv_a\" = yes; then x=1; fi\n"
		  "if test ${ac_cv_a+y}\nthen\n:\nfi\n: \"result: $ac_cv_a\"\n",
		  LOG("ac_cv_a=yes\n"), "" },
		/* 3.13's NO_AS_NEEDED: more is set than the answer. */
		{ "if test ${ac_cv_a+y}\nthen :\nelse\n  FLAG=\"-x\"\n     ac_cv_a=yes\nfi\n"
		  ": \"result: $ac_cv_a\"\n",
		  LOG("ac_cv_a=yes\n"), "" },
		{ "if test ${ac_cv_a+y}\nthen :\nelse\nprintf \"#define A\" >>confdefs.h\nfi\n"
		  ": \"result: $ac_cv_a\"\n",
		  LOG("ac_cv_a=yes\n"), "" },
		/* Flags that are put back, autoconf's own variables. */
		{ "if test ${ac_cv_a+y}\nthen :\nelse\n  save_LIBS=$LIBS\n LIBS=-lx\n ac_x=1\n"
		  " as_y=2\n ac_cv_a=no\n LIBS=$save_LIBS\nfi\n: \"result: $ac_cv_a\"\n",
		  LOG("ac_cv_a=no\n"), "test \"${ac_cv_a+set}\" || ac_cv_a='no'\n" },
		/* After the end anything may be set. */
		{ "if test ${ac_cv_a+y}\nthen :\nelse\n ac_cv_a=no\nfi\n: \"result: $ac_cv_a\"\n"
		  "FLAG=1\n",
		  LOG("ac_cv_a=no\n"), "test \"${ac_cv_a+set}\" || ac_cv_a='no'\n" },
		/* A question without an end has told nothing. */
		{ "if test ${ac_cv_a+y}\nthen :\n", LOG("ac_cv_a=no\n"), "" },
		/* One inside of another, C code that looks like shell. */
		{ "if test ${ac_cv_z+y}\nthen :\nelse\nif test ${ac_cv_a+y}\nthen :\nelse\n"
		  "cat >conftest.c <<_ACEOF\nif (x)\nx=1;\n_ACEOF\nac_cv_a=1\nfi\nFLAG=1\nfi\n",
		  LOG("ac_cv_a=no\nac_cv_z=no\n"), "test \"${ac_cv_a+set}\" || ac_cv_a='no'\n" },
		/* One name is not the beginning of another. */
		{ "if test ${ac_cv_ab+y}\nthen :\nfi\n: \"result: $ac_cv_ab\"\n$ac_cv_a\n",
		  LOG("ac_cv_ab=no\nac_cv_a=no\n"), "test \"${ac_cv_ab+set}\" || ac_cv_ab='no'\n" },
		/* Not ours to keep, and what no single word is. */
		{ "", LOG("ac_cv_env_CC_set=set\npy_cv_x=1\nac_cv_=\nX=1\n"),
		  "test \"${ac_cv_+set}\" || ac_cv_=''\n" },
		{ "", LOG("ac_cv_a=$(reboot)\nac_cv_b='a'\\''b'\nac_cv_c='a b'\nac_cv_d=a b\n"),
		  "test \"${ac_cv_c+set}\" || ac_cv_c='a b'\n" },
		{ "", LOG("ac_cv_a='`x`'\nac_cv_b=\"x\"\nac_cv_c='x\n"), "" },
		{ "", LOG("ac_cv_path_install='/usr/bin/install -c'\nac_cv_search_x=-lm\n"),
		  "test \"${ac_cv_path_install+set}\" || ac_cv_path_install='/usr/bin/install -c'\n"
		  "test \"${ac_cv_search_x+set}\" || ac_cv_search_x='-lm'\n" },
		{ "", "ac_cv_a=before\n", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf site = BUF_INIT(10000);

		answers_judge(str_from(rows[i].configure), str_from(rows[i].log), &site);
		assert_string_equal(buf_text(&site), rows[i].site);
		buf_reset(&site);
	}
}

static void
the_first_error_is_found_and_explained(void **state)
{
	static const struct {
		const char *log;
		const char *context;
		const char *cause;  /* begins so; NULL: none */
		const char *header; /* NULL: none */
	} rows[] = {
		{ "== make: make -j2\ngcc -c a.c\ngcc -c b.c\n", NULL, NULL, NULL },
		{ "== make: make\ngcc -c a.c\na.c:1:2: error: x\nmore\n",
		  "gcc -c a.c\na.c:1:2: error: x\nmore", NULL, NULL },
		{ "a.c:1:10: fatal error: openssl/ssl.h: No such file or directory\n",
		  "a.c:1:10: fatal error: openssl/ssl.h: No such file or directory",
		  "a library's header", "openssl/ssl.h" },
		{ "a.c:1:10: fatal error: 'zlib.h' file not found\n",
		  "a.c:1:10: fatal error: 'zlib.h' file not found", "a library's header",
		  "zlib.h" },
		{ "checking for error: no\nconfig.log: x.c:1: error: y\nconfigure: error: C "
		  "compiler "
		  "cannot create executables\n",
		  "checking for error: no\nconfig.log: x.c:1: error: y\nconfigure: error: C "
		  "compiler "
		  "cannot create executables",
		  "a trivial program", NULL },
		{ "cc1: Killed\n", "cc1: Killed", "the system ended the compiler", NULL },
		{ "gcc: fatal error: Killed signal terminated program cc1\n",
		  "gcc: fatal error: Killed signal terminated program cc1",
		  "the system ended the compiler", NULL },
		{ "x.c:3:1: internal compiler error: Segmentation fault\n",
		  "x.c:3:1: internal compiler error: Segmentation fault", "the compiler itself",
		  NULL },
		{ "as: x.o: No space left on device\n", "as: x.o: No space left on device",
		  "the disk is full", NULL },
		{ "/usr/bin/ld: cannot find -lssl: No such file\n",
		  "/usr/bin/ld: cannot find -lssl: No such file", "a library is not found", NULL },
		{ "ld: x.a(y.o): relocation R_X86_64_32 against `z'; recompile with -fPIC\n",
		  "ld: x.a(y.o): relocation R_X86_64_32 against `z'; recompile with -fPIC",
		  "a static library", NULL },
		{ "p.c:1:1: error: implicit declaration of function 'f'\n",
		  "p.c:1:1: error: implicit declaration of function 'f'", "the compiler is newer",
		  NULL },
		/* The cause may come after the first error. */
		{ "a.c:1: error: x\nb: No space left on device\n",
		  "a.c:1: error: x\nb: No space left on device", "the disk is full", NULL },
		{ "", NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct build_failure failure;
		char *text;

		build_failure_find(str_from(rows[i].log), &failure);
		text = mem_strndup(failure.context.p ? failure.context.p : "", failure.context.n);
		assert_string_equal(text, rows[i].context ? rows[i].context : "");
		free(text);
		if (rows[i].cause)
			assert_true(failure.cause &&
				    str_starts(str_from(failure.cause), str_from(rows[i].cause)));
		else
			assert_null(failure.cause);
		assert_true(str_eq_text(failure.header, rows[i].header ? rows[i].header : ""));
	}
}

static void
options_are_listed_as_they_are_taken(void **state)
{
	struct build_options all = { .pgo = true,
				     .lto = true,
				     .jit = true,
				     .shared = true,
				     .fixed = true,
				     .tests = true,
				     .no_tests = true,
				     .strip = true,
				     .debug_info = true,
				     .openssl = "/o s" };
	struct build_options again = { 0 };
	struct strvec words = { 0 };
	struct strvec twice = { 0 };
	char *one;
	char *other;

	(void)state;
	build_options_list(&all, &words);
	assert_int_equal(words.count, 10);
	strvec_add(&words, "--unknown");
	build_options_take(&again, &words);
	build_options_list(&again, &twice);
	strvec_add(&twice, "--unknown");
	one = strvec_join(&words, "|");
	other = strvec_join(&twice, "|");
	assert_string_equal(one, other);
	free(one);
	free(other);
	strvec_reset(&words);
	strvec_reset(&twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			only_answers_that_are_asked_for_first_and_have_no_effects_are_kept),
		cmocka_unit_test(the_first_error_is_found_and_explained),
		cmocka_unit_test(options_are_listed_as_they_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
