/* SPDX-License-Identifier: MIT */
/* A Python that was built for one place, made right for another. */
#ifndef PYVERN_SUPPLY_RELOCATE_H
#define PYVERN_SUPPLY_RELOCATE_H

/*
 * An installed Python runs from any place, since it finds its library beside itself; but
 * it has written down where it was to be: for those who build extensions and embed it, in
 * the first lines of its programs, and in the libraries' search paths. All of these are
 * made right: sysconfig's data (.py and .json), the Makefile and python-config for
 * builds, .pc files, build-details.json, .pth files, scripts, ELF search paths, absolute
 * links.
 *
 *	relocate_tree(&spec, &report, err)
 *	relocate_recompile(&tree, python, &env, &report, err)
 *
 * Each file is replaced at one stroke, and the ones that the old place is learnt from
 * come last: what was cut short is finished by the same call again. A file that needs
 * nothing is not written. Compiled files of a changed source are removed before anything
 * can load them; the second call makes them again.
 *
 * Must not be done: programs and libraries are not searched for the old place outside of
 * the dynamic section. The linker lets texts share their ends (the version "3.13.5" with
 * a prefix ".../versions/3.13.5"), so that one cannot be overwritten without the other.
 */

#include "base/event.h"
#include "base/vec.h"
#include "os/fs.h"
#include "os/proc.h"

struct relocate_spec {
	const struct dir *tree; /* what is changed: a stage, or the place itself */
	const char *from;	/* absolute: the old place; NULL: relocate_recorded() */
	const char *to;		/* absolute, clean: the new one */
	/* Where in TO the tree will be ("versions/3.13.5", when FROM and TO are roots);
	 * NULL: TO itself. */
	const char *at;
	/* Where programs are looked for (a PATH). Compilers that are not here give way to
	 * those that are, and folders of headers and libraries that exist nowhere are not
	 * mentioned any more: for what was built on another machine. NULL: none of that. */
	const char *path;
	const char *subject; /* for events */
	const struct events *events;
	bool dry_run; /* nothing is written; the report is the same */
	/* A link is absolute again: of an environment, whose base is another tree. Else it
	 * becomes a relative one, which is right in a stage, too. */
	bool absolute_links;
};

/* A compiled file that has gone because its source was changed. */
struct relocate_stale {
	char *source;	   /* relative: "lib/python3.13/x.py" */
	char *compiled;	   /* relative: "lib/python3.13/__pycache__/x.cpython-313.pyc" */
	unsigned optimize; /* 0, 1, 2 */
	unsigned flags;	   /* of PEP 552: 0 by time, 1 by hash, unchecked, 3 checked */
};

struct relocate_report {
	char *from;	       /* the old place; NULL: none is recorded, nothing was done */
	char *place;	       /* absolute: where the tree will be */
	struct strvec changed; /* relative paths, in the order of the walk */
	struct strvec left;    /* relative paths of files that name the old place still */
	struct strvec reasons; /* why, for each of LEFT */
	struct relocate_stale *stale;
	size_t stale_count;
};

/*
 * Make the tree right. ERR_USAGE when a place is not absolute, is "/" or has control
 * characters (no script can name it); ERR_FAILED when a file cannot be read or
 * replaced; ERR_INTERRUPTED. *RET_REPORT is filled as far as it went, and released by
 * the caller in all cases. Thread-safe.
 */
int relocate_tree(const struct relocate_spec *spec, struct relocate_report *ret_report,
		  struct err *err) __attribute__((warn_unused_result));

/* The place that TREE was made for, as its own files say ("/install"), passing over those
 * that say EXCEPT (NULL: none). NULL when they do not. Owned by the caller (free). */
char *
relocate_recorded(const struct dir *tree, const char *except) __attribute__((warn_unused_result));

/* The folders R for which scripts in TREE's bin are run by a Python in R/AT/bin (AT
 * "versions/3.13.5"): the roots in which TREE was at AT, but for ROOT, each once. */
void relocate_recorded_roots(const struct dir *tree, const char *at, const char *root,
			     struct strvec *ret_roots);

/* Compile again what REPORT says has gone, with PYTHON (relative: "bin/python3.13") of
 * TREE in the environment ENV. The files name the place where the tree will be. */
int relocate_recompile(const struct dir *tree, const char *python, const struct env *env,
		       const struct relocate_report *report, struct err *err)
	__attribute__((warn_unused_result));

void relocate_report_reset(struct relocate_report *report);
#define cleanup_relocate_report cleanup_with(relocate_report_reset)

#endif
