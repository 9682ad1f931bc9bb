/* SPDX-License-Identifier: MIT */
/* Names of versions, what people ask for, and their order. */
#ifndef PYVERN_CORE_VERSION_H
#define PYVERN_CORE_VERSION_H

/*
 * A version's NAME is the name of its folder below versions/: "3.13.5",
 * "3.13.5t", "3.14.0rc2", "3.12-dev", "pypy3.11-7.3.20", "graalpy-24.2.1",
 * "miniforge3-25.3.0-3", "3.12.1/envs/shop" (an environment), or anything else
 * that is one safe component ("shop", "my-build"). A REQUEST is what people
 * type or pin: a name, a prefix ("3.12", "pypy3.11"), "latest", an
 * implementation form ("cpython@3.12", "cp312", "python3.12", "3.13t", uv's
 * "cpython-3.13-linux-x86_64-gnu"), a range (">=3.11,<3.13", "pypy>=3.10").
 *
 * Allocation-free: the shim uses it. Views borrow the text that was parsed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Longest name: a version, "/envs/" and an environment. */
#define VERSION_NAME_MAX 511
/* Most numbers in a dotted release that are kept. */
#define VERSION_PARTS_MAX 6
/* Most numbers of a language: 3.11.13. */
#define VERSION_LANGUAGE_MAX 3

enum version_stage {		  /* order of release */
		     VERSION_DEV, /* 3.14-dev, 3.14.0a1.dev0 */
		     VERSION_ALPHA,
		     VERSION_BETA,
		     VERSION_CANDIDATE,
		     VERSION_FINAL,
};

struct version {
	struct str name;   /* whole name */
	struct str family; /* "cpython" for plain numbers, else "pypy", "graalpy",
				* "miniforge", …; "" for a name that is no version */
	uint32_t language
		[VERSION_LANGUAGE_MAX]; /* Python version in the name: pypy3.11-7.3.20 -> 3 11;
				* CPython: its release */
	unsigned language_parts;
	uint32_t release[VERSION_PARTS_MAX]; /* the implementation's own version */
	unsigned release_parts;
	enum version_stage stage;
	uint32_t stage_number; /* 2 in rc2 */
	bool free_threaded;    /* suffix t */
	bool debug;	       /* suffix -debug, or d */
	struct str base;       /* of V/envs/E: V; else "" */
	struct str env;	       /* of V/envs/E: E; else "" */
};

/* Is NAME safe to build a path from: one component, or V/envs/E of three? */
bool version_name_ok(struct str name);

/* Take NAME apart; false only when version_name_ok() says no. A name that is no
 * version (an environment, a user's own build) gets an empty family. */
bool version_parse(struct str name, struct version *ret_version);

/* Is WORD an implementation of Python that we know by its name ("cpython", "pypy",
 * "miniforge")? */
bool version_is_implementation(struct str word);

/* The implementation that V's name tells of: the letters that its family begins with
 * ("miniforge" for miniforge3-25.3.0-3); of a name that is no version, its own. */
struct str version_implementation(const struct version *version);

/* Order for lists and for "newest": family, then language and release as
 * numbers, then stage, then plain before free-threaded before debug, then the
 * name's bytes. Total: 0 only for equal names. */
int version_compare(const struct version *a, const struct version *b);

enum request_kind {
	REQUEST_SYSTEM,
	REQUEST_LATEST, /* newest final of a family (default cpython) */
	REQUEST_NAME,	/* exact folder name, no version that we understand */
	REQUEST_PREFIX, /* a release or the beginning of one; an exact name wins */
	REQUEST_RANGE,	/* a version specifier of PEP 440 */
};

struct request {
	struct str text; /* as given */
	enum request_kind kind;
	struct version want; /* LATEST, RANGE: its family; PREFIX: what must match */
	struct str name;     /* the folder name that would match exactly; RANGE: none */
	struct str range;    /* RANGE: the specifier */
	struct str platform; /* of uv's long form: "linux-x86_64-gnu"; else empty. What is
				* installed here is for this machine, so that it only matters for
				* what is to be installed */
};

/* Understand TEXT (pyenv's, uv's and mise's spellings). False when it is empty,
 * unsafe or malformed; *RET_WHY (may be NULL, static) says what is wrong with
 * it in a few words. */
bool request_parse(struct str text, struct request *ret_request, const char **ret_why);

/* Is TEXT a version specifier: ">=3.11, <3.13", "~=3.12.1", "==3.12.*", "!=3.12.4",
 * "===3.12.1" (PEP 440), or "^3.11", "~3.11", "3.12.*", "^2.7 || ^3.5" (Poetry's)? Blanks may stand around
 * operators and commas. If not, *RET_WHY (may be NULL, static) says why. */
bool specifier_check(struct str text, const char **ret_why);

/* Does the specifier TEXT allow V? Unless ANY_STAGE, pre-releases only if it names one
 * itself (other than with !=). Variants and environments are the caller's to look at. */
bool specifier_allows(struct str text, const struct version *version, bool any_stage);

/* Does V satisfy R? An exact name always does. A prefix matches whole numbers
 * only (3.1 never matches 3.10), finals only unless the request itself names a
 * pre-release or -dev, the same threading and debug variant, and no
 * environments; a range likewise. */
bool request_matches(const struct request *request, const struct version *version);

/* May what is built for this machine, and this level of its CPU (NULL: any), answer
 * REQUEST, which may name a machine? Words as in os/platform. */
bool request_takes_platform(const struct request *request, const char *os, const char *arch,
			    const char *libc, const char *cpu);

/* Is A a better answer than B to a request that both satisfy? */
bool
request_prefers(const struct request *request, const struct version *a, const struct version *b);

/* The Python that V implements, in RET (VERSION_LANGUAGE_MAX numbers): what its name says;
 * for GraalPy, whose older names do not, what its releases are known to be. How many
 * numbers; 0: not known. */
unsigned version_language(const struct version *version, uint32_t *ret);

/* Can the source of V be built without the global lock (PEP 703: CPython from 3.13
 * on)? */
bool version_can_be_free_threaded(const struct version *version);

/* What REQUEST is called in a pin file that pyenv reads, too: "3.12" for cp312 and
 * python@3.12, "3.13t" for 3.13+freethreaded, "pypy3.11" for pp311. False when
 * only a whole name would do (pre-releases, debug builds, names). BUF holds
 * VERSION_NAME_MAX+1. */
bool request_spell(const struct request *request, char *buf);

/* The name of the minor alias that an installed V belongs under ("3.13" for
 * 3.13.5, "3.13t" for 3.13.5t) in BUF; false for families and stages without
 * aliases (environments, own names, pre-releases). BUF holds VERSION_NAME_MAX+1. */
bool version_alias_name(const struct version *version, char *buf);

/* Does the link NAME -> TARGET in versions/ look like one that we keep: 3.13 ->
 * 3.13.5? By its looks alone it may be a user's; where that matters the store also
 * asks its record of the links that it made. */
bool version_is_alias(struct str name, struct str target);

#endif
