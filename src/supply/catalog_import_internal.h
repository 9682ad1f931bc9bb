/* SPDX-License-Identifier: MIT */
/* What the files of supply/catalog_import share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_CATALOG_IMPORT_INTERNAL_H
#define PYVERN_SUPPLY_CATALOG_IMPORT_INTERNAL_H

#include "io/json.h"
#include "supply/catalog_import.h"

/* One input that is being taken. */
struct import_input {
	struct catalog_import *import;
	const char *name; /* for errors */
	size_t added;	  /* artifacts that no earlier input had */
};

/* Take ARTIFACT, whose texts are copied; sha256 may be "". ERR_CHECK for a malformed
 * address, digest or size, or one that contradicts what is there. */
int import_artifact(struct import_input *input, const struct artifact *artifact, struct err *err)
	__attribute__((warn_unused_result));

/* As import_artifact() for the source archive at URL; others are passed over. */
int import_source(struct import_input *input, const char *url, struct str sha256, uint64_t size,
		  struct err *err) __attribute__((warn_unused_result));

/* NAME cannot be installed, for the reason WHY (static); an artifact of that name, of
 * whatever input, is stronger. */
void import_refuse(struct import_input *input, const char *name, const char *why);

/* The formats. */
int import_releases(struct import_input *input, const json_t *list, struct err *err)
	__attribute__((warn_unused_result));
int import_builds(struct import_input *input, const json_t *object, struct err *err)
	__attribute__((warn_unused_result));
int import_pypy(struct import_input *input, const json_t *list, struct err *err)
	__attribute__((warn_unused_result));
int import_graalpy(struct import_input *input, const json_t *list, struct err *err)
	__attribute__((warn_unused_result));
int import_table(struct import_input *input, struct str text, struct err *err)
	__attribute__((warn_unused_result));
/* Has TEXT the heading of such a table? */
bool import_is_table(struct str text);

/* The words of other lists for a machine, as ours: false for machines that are not
 * Linux or macOS. ARCH may be "x86", "ppc64le", "arm64", … */
bool import_platform(struct str os, struct str arch, struct artifact *artifact);

/* The version's name in an archive's: "pypy3.11-7.3.20" of
 * ".../pypy3.11-v7.3.20-linux64.tar.gz", "graalpy-24.2.1"; with the machine, if it is
 * there, in ARTIFACT. NULL: it is no such name. Owned by the caller (free). */
char *
import_file_version(const char *url, struct artifact *artifact) __attribute__((warn_unused_result));

#endif
