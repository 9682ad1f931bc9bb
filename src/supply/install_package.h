/* SPDX-License-Identifier: MIT */
/* One package of a definition: from its address to files below DESTDIR. */
#ifndef PYVERN_SUPPLY_INSTALL_PACKAGE_H
#define PYVERN_SUPPLY_INSTALL_PACKAGE_H

/*
 * Only for supply/install. All packages of a definition are installed below one
 * folder, DEST, as they will stand below the prefix. A package that needs an earlier one
 * finds it there, and so do functions of the definition's own, whose PREFIX_PATH is
 * STAGED: what they write of that path is replaced at the end (supply/prefix).
 */

#include "supply/definition.h"
#include "supply/install_internal.h"

struct package_work {
	struct install_work *w;
	struct definition *definition;
	struct definition_package *package;
	struct build_log *log;
	const struct dir *build; /* the folder that packages are unpacked in */
	const char *dest;	 /* absolute: DESTDIR */
	const char *staged;	 /* absolute: DEST and the prefix */
	bool has_earlier;	 /* packages were installed before this one */

	struct build_settings settings; /* of this package */
	struct dir source;		/* BUILD/NAME */
	struct build_report report;	/* of a Python that was built */
	char *patch;			/* what was applied; or NULL */
	char *tree;			/* what an installer made, relative to the stage; or NULL */
	bool is_built;			/* by configure and make */
	bool mentions_stage;		/* STAGED may be written in what it installed */
	struct fetched own_file;	/* where it is not the Python's, which is w->archive */
};

#define PACKAGE_WORK_INIT                                    \
	{                                                    \
		.source = DIR_INIT, .own_file = FETCHED_INIT \
	}

/* Environment and words for PACKAGE; before anything is downloaded. */
int package_prepare(struct package_work *p, struct err *err) __attribute__((warn_unused_result));

/* Download, unpack, patch, and do its steps. */
int package_make(struct package_work *p, struct err *err) __attribute__((warn_unused_result));
void package_reset(struct package_work *p);

/* Does a step of PACKAGE need a compiler? */
bool package_is_built(const struct definition_package *package);
/* Is it CPython, or made of it, with a source to be configured as CPython's is? */
bool package_is_cpython(const struct definition_package *package);

/* Get its file or its source tree into p->source (install_package_get.c). */
int package_get(struct package_work *p, struct err *err) __attribute__((warn_unused_result));
/* Run ARGV in its source, into the log. */
int package_run(struct package_work *p, const char *phase, const struct strvec *argv,
		struct err *err) __attribute__((warn_unused_result));

#endif
