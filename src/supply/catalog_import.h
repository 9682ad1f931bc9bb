/* SPDX-License-Identifier: MIT */
/* The catalogue's files, made from what upstreams publish. */
#ifndef PYVERN_SUPPLY_CATALOG_IMPORT_H
#define PYVERN_SUPPLY_CATALOG_IMPORT_H

/*
 *	struct catalog_import *import = catalog_import_new();
 *	catalog_import_add(import, text, "release_file.json", &added, err)   for each input
 *	catalog_import_stems(import, &stems)
 *	catalog_import_write(import, stem, &buf, err)                        for each stem
 *
 * Inputs are recognised by what is in them:
 * - python.org's release API, /api/v2/downloads/release_file/ (a list of objects with
 *   url, filesize, sha256_sum, is_source …);
 * - uv's download-metadata.json (an object of objects with name, arch, os, libc, …),
 *   which lists the standalone builds;
 * - PyPy's versions.json (a list of objects with pypy_version, files, …), which has no
 *   digests: it is good for what another list has digests of;
 * - GitHub's releases of GraalPy (a list of objects with tag_name, assets, …);
 * - a table with a heading line of tab-separated names, among them name, kind,
 *   platforms, url and sha256: one line a file, named as pyenv names it;
 * - any other lines of tab-separated fields in which one is an address, one a SHA-256
 *   and perhaps one a size: CPython's source archives.
 *
 * Taken are CPython's source archives, builds for Linux and macOS, and installer
 * scripts for them. What a list has besides is passed over, or, where it has a name
 * that people may ask for, kept as refused, with the reason. Inputs may overlap; when
 * two differ on a digest or a size, nothing is written.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "supply/artifact.h"

struct catalog_import;

struct catalog_import *catalog_import_new(void) __attribute__((warn_unused_result));
void catalog_import_free(struct catalog_import *import);

/* Take what TEXT has; NAME is shown in errors. *RET_ADDED: new artifacts.
 * ERR_CHECK for a malformed input or one that contradicts an earlier one (says
 * which address, and both values). */
int catalog_import_add(struct catalog_import *import, struct str text, const char *name,
		       size_t *ret_added, struct err *err) __attribute__((warn_unused_result));

/* The names of the files to write, without ".tsv" ("cpython", "pypy-linux-x86_64-gnu"),
 * sorted. */
void catalog_import_stems(const struct catalog_import *import, struct strvec *ret_stems);

/* One whole file: heading, then the lines in version order. */
int catalog_import_write(struct catalog_import *import, const char *stem, struct buf *ret,
			 struct err *err) __attribute__((warn_unused_result));

/* The file of what cannot be installed (docs/formats.md): names, and why. */
int catalog_import_write_refused(const struct catalog_import *import, struct buf *ret,
				 struct err *err) __attribute__((warn_unused_result));

/* Version and archive type in the address of a source archive: "3.15.0b4" and
 * ".tgz" from ".../Python-3.15.0b4.tgz"; releases with fewer than three numbers
 * are filled up (2.2 is 2.2.0), as all lists of versions name them. False when
 * it is no source archive of CPython. *RET_VERSION is owned by the caller. */
bool catalog_import_source(const char *url, char **ret_version, const char **ret_type);

#endif
