/* SPDX-License-Identifier: MIT */
/* The catalogue's files, made from what upstreams publish. */
#ifndef PYVERN_SUPPLY_CATALOG_IMPORT_H
#define PYVERN_SUPPLY_CATALOG_IMPORT_H

/*
 *	struct catalog_import *import = catalog_import_new();
 *	catalog_import_add(import, text, "release_file.json", &added, err)   for each input
 *	catalog_import_write(import, &buf, err)
 *
 * Inputs are recognised by their first character:
 * - `[` or `{`: python.org's release API, /api/v2/downloads/release_file/ (a list
 *   of objects with url, filesize, sha256_sum, is_source …);
 * - else lines of tab-separated fields in which one is an address, one a SHA-256
 *   and perhaps one a size; a heading line without a digest is passed over.
 * Only CPython source archives are taken: Python-VERSION.{tgz,tar.gz,tar.bz2,tar.xz}.
 * Inputs may overlap; when two differ on a digest or a size, nothing is written.
 */

#include "base/buf.h"
#include "base/err.h"

struct catalog_import;

struct catalog_import *catalog_import_new(void) __attribute__((warn_unused_result));
void catalog_import_free(struct catalog_import *import);

/* Take what TEXT has; NAME is shown in errors. *RET_ADDED: new artifacts.
 * ERR_CHECK for a malformed input or one that contradicts an earlier one (says
 * which address, and both values). */
int catalog_import_add(struct catalog_import *import, struct str text, const char *name,
		       size_t *ret_added, struct err *err) __attribute__((warn_unused_result));

/* The whole file: heading, then the lines in version order. */
int catalog_import_write(const struct catalog_import *import, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Version and archive type in the address of a source archive: "3.15.0b4" and
 * ".tgz" from ".../Python-3.15.0b4.tgz"; releases with fewer than three numbers
 * are filled up (2.2 is 2.2.0), as all lists of versions name them. False when
 * it is no source archive of CPython. *RET_VERSION is owned by the caller. */
bool catalog_import_source(const char *url, char **ret_version, const char **ret_type);

#endif
