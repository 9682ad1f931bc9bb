/* SPDX-License-Identifier: MIT */
/* What an installed version consists of, for programs that keep account of software. */
#ifndef PYVERN_SUPPLY_SBOM_H
#define PYVERN_SUPPLY_SBOM_H

/*
 * A document of SPDX 2.3 in JSON: the Python with what it was made of (receipt), each of its files
 * with SHA-1, which SPDX asks for, and SHA-256, and the packages that are in it: those that it
 * came with, pip's seed, and what pip has installed into it. What is not known is NOASSERTION.
 * The same tree gives the same document, but for the time (SOURCE_DATE_EPOCH sets that).
 *
 * Sources: The SPDX specification, version 2.3 (clauses 6 to 11); purl's types `generic` and
 * `pypi`; PEP 376 and 639 for packages' metadata.
 */

#include "core/store.h"

/* 64 MiB: a document of a conda tree with some ten thousand files. */
#define SBOM_MAX ((size_t)64 * 1024 * 1024)

/* The document of the installed version NAME, appended to RET. ERR_NOT_INSTALLED where it has no
 * manifest; ERR_CHECK where files are damaged: it would be about something else. */
int sbom_write(const struct store *store, const char *name, const struct events *events,
	       struct buf *ret, struct err *err) __attribute__((warn_unused_result));

#endif
