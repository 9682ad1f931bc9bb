/* SPDX-License-Identifier: MIT */
/* An artifact that no catalogue has: a file that the user names. */
#ifndef PYVERN_SUPPLY_CATALOG_IMPORT_NAMED_H
#define PYVERN_SUPPLY_CATALOG_IMPORT_NAMED_H

/*
 * What the file is, and of which version, is told by its name, as upstreams give
 * them: Python-3.14.9.tar.xz, cpython-3.14.9+20261101-x86_64-unknown-linux-gnu-…,
 * pypy3.11-v7.3.20-linux64.tar.gz, graalpy-…, Miniforge3-25.3.0-3-Linux-x86_64.sh.
 * Where the name does not tell, the user does: the version by his request, the kind by
 * --build or --prebuilt. Nothing is read from the file here.
 *
 *	catalog_name(&naming, &named, err)
 *	options.named = &named;              supply/install takes it in place of the
 *	install_version(&options, …)         catalogue's artifacts (fetch_named())
 */

#include "base/err.h"
#include "supply/catalog.h"

struct catalog_naming {
	const char *place;   /* http, https or file address, or path of a file */
	const char *cwd;     /* absolute: where relative paths begin; NULL: there are none */
	const char *request; /* what the version shall be ("3.14.9", "3.14"); NULL: as named */
	const char *sha256;  /* that the user says it has; NULL: none */
	bool is_source;	     /* --build, */
	bool is_prebuilt;    /* --prebuilt: what it is, where the name does not tell */
	bool debug;	     /* as if the request had asked for a debug build */
	bool free_threaded;  /* as if it had asked for one without the lock */
	struct target target;
};

struct catalog_named {
	struct artifacts artifacts; /* one */
	char *version;		    /* "3.14.9", "3.14.9t", "pypy3.11-7.3.20" */
};

/*
 * ERR_USAGE when the version or the kind cannot be told, when the request, --build or
 * --prebuilt contradict the name, for a place that is no address and no file's path, and
 * for a sha256 that is none; ERR_UNKNOWN_VERSION when the name says another machine
 * than TARGET.
 */
int catalog_name(const struct catalog_naming *naming, struct catalog_named *ret, struct err *err)
	__attribute__((warn_unused_result));
void catalog_named_reset(struct catalog_named *named);
#define cleanup_named cleanup_with(catalog_named_reset)

#endif
