/* SPDX-License-Identifier: MIT */
/* How a Python is to be built, beside what the environment's variables say. */
#ifndef PYVERN_SUPPLY_BUILD_OPTIONS_H
#define PYVERN_SUPPLY_BUILD_OPTIONS_H

/*
 * Each field is an option of `pyvern install`. What configure knows a word for becomes
 * that word, before those of CONFIGURE_OPTS and PYTHON_CONFIGURE_OPTS, so that these
 * have the last say; the rest is done by us (build.c, build_slim.c).
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"
#include "core/version.h"

/* Lowest priority that a build can have; 0 is everybody's. Source: setpriority(2). */
#define BUILD_NICE_MAX 19

/* How a version was built (its receipt says), for one that is built like it. */
struct build_like {
	struct strvec options;	 /* as build_options_list() has them */
	struct strvec configure; /* words of CONFIGURE_OPTS, PYTHON_CONFIGURE_OPTS */
	struct strvec make;	 /* of MAKE_OPTS and PYTHON_MAKE_OPTS, without -j */
	struct strvec install;	 /* of MAKE_INSTALL_OPTS and its like */
	struct strvec variables; /* "CFLAGS=-O2": of build_like_variables[] */
	char *patch;		 /* text; NULL: none */
	char *compiler;		 /* first line of its --version; NULL: not known */
};
/* Variables that a receipt keeps; NULL-terminated. */
extern const char *const build_like_variables[];
void build_like_reset(struct build_like *like);

struct build_options {
	const struct build_like *like; /* instead of the environment's variables; NULL */
	const char *openssl; /* absolute folder of an OpenSSL; NULL: what configure finds */
	const char *without; /* "ssl,tk": see build_check_needs(); NULL */
	unsigned jobs;	     /* compilers at once; 0: see build_settings_init() */
	unsigned nice;	     /* 0 to BUILD_NICE_MAX */
	bool pgo;	     /* --enable-optimizations: measured while its tests run */
	bool lto;	     /* --with-lto */
	bool jit;	     /* --enable-experimental-jit */
	bool shared;	     /* --enable-shared, which is usual, also against the variables */
	bool fixed;	     /* --disable-shared */
	bool tests;	     /* CPython's own tests, which are left out else: build_settings */
	bool no_tests;	     /* leave them out wherever they would not be */
	bool strip;	     /* without symbols that only debuggers read */
	bool debug_info;     /* -g, as CPython's makefile has it */
	bool as_pyenv;	     /* what pyenv's builds have, in a root of any face */
	bool fresh;	     /* neither kept answers of configure nor ccache */
};

/* The first option that changes what comes out ("--pgo"), which only makes sense for a
 * source; NULL: none does. */
const char *build_options_flag(const struct build_options *options);

/* ERR_USAGE for options that exclude each other, or that the source of VERSION does not
 * know yet. Other implementations' versions are not judged. */
int build_options_check(const struct build_options *options, const struct version *version,
			struct err *err) __attribute__((warn_unused_result));

/* Does the configure of VERSION know --disable-test-modules? */
bool build_options_knows_no_tests(const struct version *version);

/* The words for configure, appended. */
void build_options_words(const struct build_options *options, struct strvec *ret_words);

/* Set those of WORDS in OPTIONS, as build_options_list() gave them; the text of
 * --with-openssl is borrowed. Words that are not known are left out. */
void build_options_take(struct build_options *options, const struct strvec *words);

/* All that is given, as the options of `pyvern install` ("--pgo", "--with-openssl=DIR")
 * that change what comes out; appended. For receipts. */
void build_options_list(const struct build_options *options, struct strvec *ret_words);

#endif
