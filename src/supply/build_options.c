/* SPDX-License-Identifier: MIT */
/* How a Python is to be built, beside what the environment's variables say. */
#include <config.h>

#include "supply/build_options.h"

#include <stdlib.h>
#include <string.h>

/* An option's name, whether it is given, and the first series of Python 3 whose configure
 * knows its word; Python 2.7 knows the first two. Sources: CPython's "What's New" and
 * "Configure Python", per option. */
struct row {
	const char *name;
	const char *word; /* NULL: none that configure would know */
	unsigned since;
	bool given;
	bool has_two;
};

#define ROWS 9

static void
rows_of(const struct build_options *o, struct row ret[ROWS])
{
	const struct row rows[ROWS] = {
		{ "--pgo", "--enable-optimizations", 6, o->pgo, true },
		{ "--lto", "--with-lto", 6, o->lto, true },
		{ "--jit", "--enable-experimental-jit", 13, o->jit, false },
		{ "--shared", "--enable-shared", 0, o->shared, true },
		{ "--static", "--disable-shared", 0, o->fixed, true },
		{ "--tests", NULL, 0, o->tests, true },
		{ "--no-tests", NULL, 0, o->no_tests, true },
		{ "--strip", NULL, 0, o->strip, true },
		{ "--debug-info", NULL, 0, o->debug_info, true },
	};

	memcpy(ret, rows, sizeof(rows));
}

/* The first series with --disable-test-modules. */
#define TEST_MODULES_SINCE 10
/* The first series with --with-openssl. */
#define OPENSSL_SINCE 7

const char *
build_options_flag(const struct build_options *options)
{
	struct row rows[ROWS];

	rows_of(options, rows);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].given)
			return rows[i].name;
	return options->openssl ? "--with-openssl" : NULL;
}

static int
too_old(const char *name, const struct version *v, unsigned since, struct err *err)
{
	(void)err_set(err, ERR_USAGE, "%s: Python %u.%u does not know it yet", name, v->language[0],
		      v->language[1]);
	return err_detail(err, "because", "it begins with 3.%u", since);
}

static bool
knows(const struct version *v, unsigned since, bool has_two)
{
	if (!str_eq_text(v->family, "cpython") || v->language_parts < 2)
		return true;
	if (v->language[0] == 2)
		return has_two;
	return v->language[0] > 3 || v->language[1] >= since;
}

static int
check_pairs(const struct build_options *o, const struct version *v, struct err *err)
{
	if (o->shared && o->fixed)
		return err_set(err, ERR_USAGE, "--shared and --static exclude each other");
	if (o->pgo && v->debug)
		return err_set(err, ERR_USAGE,
			       "--pgo and a debug build exclude each other: one "
			       "is for speed, the other for the debugger");
	if (o->tests && o->no_tests)
		return err_set(err, ERR_USAGE, "--tests and --no-tests exclude each other");
	if (o->strip && o->debug_info)
		return err_set(err, ERR_USAGE, "--strip and --debug-info exclude each other");
	return 0;
}

int
build_options_check(const struct build_options *options, const struct version *version,
		    struct err *err)
{
	struct row rows[ROWS];

	rows_of(options, rows);
	if (check_pairs(options, version, err) < 0)
		return -1;
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].given && !knows(version, rows[i].since, rows[i].has_two))
			return too_old(rows[i].name, version, rows[i].since, err);
	if (options->openssl && !knows(version, OPENSSL_SINCE, false))
		return too_old("--with-openssl", version, OPENSSL_SINCE, err);
	return 0;
}

void
build_options_words(const struct build_options *options, struct strvec *ret_words)
{
	struct row rows[ROWS];

	rows_of(options, rows);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].given && rows[i].word)
			strvec_add(ret_words, rows[i].word);
	if (options->openssl) {
		strvec_printf(ret_words, "--with-openssl=%s", options->openssl);
		strvec_add(ret_words, "--with-openssl-rpath=auto");
	}
}

bool
build_options_knows_no_tests(const struct version *version)
{
	return knows(version, TEST_MODULES_SINCE, false);
}

void
build_options_list(const struct build_options *options, struct strvec *ret_words)
{
	struct row rows[ROWS];

	rows_of(options, rows);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].given)
			strvec_add(ret_words, rows[i].name);
	if (options->openssl)
		strvec_printf(ret_words, "--with-openssl=%s", options->openssl);
}

const char *const build_like_variables[] = {
	"CC",  "CXX", "CFLAGS",		 "CPPFLAGS",	   "LDFLAGS",
	"OPT", "AR",  "PKG_CONFIG_PATH", "LDFLAGS_NODIST", "CFLAGS_NODIST",
	NULL
};

void
build_like_reset(struct build_like *like)
{
	strvec_reset(&like->options);
	strvec_reset(&like->configure);
	strvec_reset(&like->make);
	strvec_reset(&like->install);
	strvec_reset(&like->variables);
	free(like->patch);
	free(like->compiler);
	*like = (struct build_like){ 0 };
}

void
build_options_take(struct build_options *o, const struct strvec *words)
{
	static const struct str openssl = STR_LIT("--with-openssl=");
	struct {
		const char *name;
		bool *flag;
	} rows[] = {
		{ "--pgo", &o->pgo },	   { "--lto", &o->lto },
		{ "--jit", &o->jit },	   { "--shared", &o->shared },
		{ "--static", &o->fixed }, { "--no-tests", &o->no_tests },
		{ "--strip", &o->strip },  { "--debug-info", &o->debug_info },
		{ "--tests", &o->tests },
	};

	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];

		for (size_t j = 0; j < sizeof(rows) / sizeof(*rows); j++)
			if (strcmp(word, rows[j].name) == 0)
				*rows[j].flag = true;
		if (str_starts(str_from(word), openssl))
			o->openssl = word + openssl.n;
	}
}
