/* SPDX-License-Identifier: MIT */
/* What a request is answered with: a build that somebody made, or a source. */
#ifndef PYVERN_SUPPLY_INSTALL_CHOICE_H
#define PYVERN_SUPPLY_INSTALL_CHOICE_H

/*
 * A function of the request, the catalogue, the machine and the settings; it looks
 * at nothing else, so that tables can test it.
 *
 * With --build or --patch a source, with --prebuilt somebody's build, and an error
 * where there is none. Else, where the face prefers sources (pyenv's), or a
 * setting for builds is there (install_build_reason()), a source if there is one.
 * Else somebody's build, if it is of the same series (3.13) as the newest version
 * that answers: a platform whose last build is of 3.9 must not answer "latest" with
 * that. In a series it may be some patch releases behind its source: seconds and
 * the same series are what was asked for, the choice names the newer one, and
 * asking for that by its name builds it. The same version's source stands by for
 * when the build cannot be had.
 *
 * What the rules refuse (supply/install_rules) is as if it were not there, and is told when
 * it would have been a better answer, or the only one.
 *
 * Of builds: the C library exact, the CPU's level at most the target's, the newest
 * build of the version; offline any build will do.
 */

#include "supply/install.h"
#include "supply/install_rules.h"

struct choice_input {
	const struct catalog *catalog;
	const struct install_rules *rules; /* NULL: none */
	struct target target;
	enum install_source source;
	bool prefers_prebuilt;	  /* the face's policy */
	const char *build_reason; /* a setting that only makes sense for a build; or NULL */
	const char *build_flag;	  /* an option that cannot do without ("--patch"); or NULL */
	bool debug;		  /* as if the request had asked for a debug build */
	bool free_threaded;	  /* as if it had asked for one without the lock */
	bool offline;
};

/* One way to get the version: any of its artifacts, all of one kind. */
struct install_candidate {
	enum artifact_kind kind;
	struct artifacts artifacts;
};

/* A build, and its source. */
#define INSTALL_CANDIDATES_MAX 2

struct install_choice {
	char *version;						     /* "3.13.5", "3.13.5t" */
	struct install_candidate candidates[INSTALL_CANDIDATES_MAX]; /* the first is the best */
	size_t count;
	char *why;     /* "PYTHON_CFLAGS is set"; NULL: as a matter of course */
	char *newer;   /* newest version that answers, if that is another one; NULL */
	char *passed;  /* a better answer that a rule refuses, and which; NULL */
	char *warning; /* what a rule has told of it; NULL */
};

/* ERR_USAGE for a text that is no request, or that asks for what --build, --patch or
 * --prebuilt exclude; ERR_UNKNOWN_VERSION with the nearest names; ERR_RULE when rules refuse
 * all that would answer. */
int install_choose(const struct choice_input *input, const char *request,
		   struct install_choice *ret_choice, struct err *err)
	__attribute__((warn_unused_result));
void install_choice_reset(struct install_choice *choice);

/* Tell what the rules had to do with CHOICE. */
void install_choice_tell(const struct install_choice *choice, const struct events *events);

/* The variable of the environment by which somebody tells how to build Pythons
 * ("PYTHON_CFLAGS"); NULL: none. CFLAGS, LDFLAGS and CC are everybody's. */
const char *install_build_reason(void);

/* The machine, with the CPU's level at most CAP ("v1" to "v4"; NULL: no other limit).
 * ERR_USAGE when CAP is no level. */
int install_target(const char *cap, struct target *ret_target, struct err *err)
	__attribute__((warn_unused_result));

/* "standalone build for x86_64 gnu v3, build 20260814", "source". Owned by the caller
 * (free). */
char *install_describe(const struct artifact *artifact) __attribute__((warn_unused_result));

#endif
