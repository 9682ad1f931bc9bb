/* SPDX-License-Identifier: MIT */
/* What the files of supply/sbom share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_SBOM_INTERNAL_H
#define PYVERN_SUPPLY_SBOM_INTERNAL_H

#include "io/json.h"
#include "supply/sbom.h"

#define SPDX_DOCUMENT "SPDXRef-DOCUMENT"
#define SPDX_PYTHON "SPDXRef-Python"
#define SPDX_UNKNOWN "NOASSERTION"

/* A document on its way. */
struct sbom {
	const struct store *store;
	const char *name;
	const struct events *events;
	struct dir tree;
	struct facts facts;
	json_t *receipt;
	json_t *packages; /* arrays of the document, borrowed by it at the end */
	json_t *files;
	json_t *relationships;
	struct strvec sha1s; /* of all files */
	struct strvec seen;  /* "NAME VERSION" of packages that are in it */
};

/* FROM is related to TO as TYPE says ("CONTAINS"). */
void sbom_relate(struct sbom *s, const char *from, const char *type, const char *to);

/* All files of the tree. */
int sbom_add_files(struct sbom *s, struct err *err) __attribute__((warn_unused_result));

/* The packages in it: in site-packages, in pip's seed, and the wheels that it brings. */
int sbom_add_packages(struct sbom *s, struct err *err) __attribute__((warn_unused_result));

#endif
