/* SPDX-License-Identifier: MIT */
/* Pythons that are somewhere else: found, looked at, made versions of the root. */
#ifndef PYVERN_CORE_ADOPT_H
#define PYVERN_CORE_ADOPT_H

/*
 *	adopt_find (the known places) or adopt_look (one path) -> struct adoptee
 *	-> adopt_link
 *
 * A Python is known by its files: the standard library, its headers, its names in bin.
 * Only where these do not tell what it is, is it run, once: isolated, without its
 * `site`, in an empty environment, with a time limit. It is never run, nor linked, where
 * others than root and this user may change it (a shim would run what they put there),
 * unless the caller says so.
 *
 * A Python with a folder of its own (uv's, conda's, pyenv's, a Homebrew keg) becomes a
 * link. One that shares its folder with others (/usr) becomes a folder of links to its
 * own programs: a link to /usr would make shims for all of /usr/bin.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/event.h"
#include "core/store.h"

struct adoptee {
	const char *source;  /* "uv", "conda", …; NULL when the user named it. Static */
	char *prefix;	     /* absolute: what a link will lead to */
	char *interpreter;   /* absolute, links resolved */
	char *release;	     /* of an implementation with numbers of its own: PyPy's; or NULL */
	char *name;	     /* what the version will be called; NULL: say one */
	char *is_here;	     /* installed name of this same Python, or NULL */
	char *refused;	     /* why it is not taken without force: who may change it; or NULL */
	bool shared;	     /* its prefix has other things in it */
	bool was_run;	     /* its files did not tell */
	struct facts facts;  /* if shared, as they are for the folder of links */
	struct strvec links; /* if shared: "NAME=TARGET" for its bin */
};

struct adoptees {
	struct adoptee *items;
	size_t count;
	struct strvec passed_over; /* what looked like one and is none: "PATH is …" */
};

struct adopt_how {
	const struct store *store;
	const char *source; /* static; NULL */
	bool force;	    /* also what others may change */
	unsigned timeout_s; /* for an interpreter that has to be run; 0: ADOPT_TIMEOUT_S */
};

/* Seconds: a cold GraalPy on a slow disk takes three. */
#define ADOPT_TIMEOUT_S 10

/* Look at PATH (absolute): a prefix, its bin folder, or an interpreter. ERR_FAILED when
 * it is no Python, ERR_USAGE for a shim or a virtual environment, ERR_PROTECTED when it
 * would have to be run and others may change it. */
int adopt_look(const struct adopt_how *how, const char *path, struct adoptee *ret_adoptee,
	       struct err *err) __attribute__((warn_unused_result));

/* Where Pythons may be. SYSROOT is put before places that are not the user's ("": the
 * machine's own); ENV looks up a variable. */
struct adopt_places {
	const char *home; /* or NULL */
	const char *sysroot;
	const char *(*env)(const char *name);
};

/* All Pythons in the places that pyenv, uv, mise, asdf, conda, Homebrew and systems keep
 * them, each once, in the order of places. What is none is passed over; what has an
 * interpreter's name is told in passed_over. */
void adopt_find(const struct adopt_how *how, const struct adopt_places *places,
		struct adoptees *ret_adoptees);

/* The Pythons in the folder PATH: itself, or those that are folders in it. Fails as
 * adopt_look() when there is none. */
int adopt_find_in(const struct adopt_how *how, const char *path, struct adoptees *ret_adoptees,
		  struct err *err) __attribute__((warn_unused_result));

/* Make ADOPTEE the version NAME. */
int adopt_link(const struct store *store, const struct adoptee *adoptee, const char *name,
	       const struct events *events, struct err *err) __attribute__((warn_unused_result));

/* Who besides root and this user may change PROGRAM or a folder of PREFIX that matters,
 * as a sentence; NULL: nobody. Owned by the caller (free). */
char *adopt_who_may_change(const char *prefix, const char *program, const char *stdlib);

void adoptee_reset(struct adoptee *adoptee);
void adoptees_reset(struct adoptees *adoptees);
#define cleanup_adoptee cleanup_with(adoptee_reset)
#define cleanup_adoptees cleanup_with(adoptees_reset)

#endif
