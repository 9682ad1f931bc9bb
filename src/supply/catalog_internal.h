/* SPDX-License-Identifier: MIT */
/* What the files of supply/catalog share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_CATALOG_INTERNAL_H
#define PYVERN_SUPPLY_CATALOG_INTERNAL_H

#include "base/path.h"
#include "supply/catalog.h"

enum catalog_column {
	COLUMN_IMPLEMENTATION,
	COLUMN_VERSION,
	COLUMN_VARIANT,
	COLUMN_KIND,
	COLUMN_OS,
	COLUMN_ARCH,
	COLUMN_LIBC,
	COLUMN_CPU,
	COLUMN_BUILD,
	COLUMN_URL,
	COLUMN_SHA256,
	COLUMN_SIZE,
};

/* A line of a file, its fields not looked at but for what every look-up asks. */
struct catalog_row {
	struct str line;
	struct str version;
	int kind;	 /* enum artifact_kind, or -1: none that we know */
	unsigned number; /* of the line in its file, from 1 */
};

struct catalog_file {
	char *path;
	char *text; /* what the rows point into */
	struct catalog_row *rows;
	size_t row_count;
};

struct catalog {
	struct catalog_file *files;
	size_t count;
	size_t own; /* the first OWN files are the root's */
};

/* The rows of TEXT: header, number of columns and safe version names of all
 * lines are checked. *RET_ROWS is owned by the caller (free), also after an
 * error. */
int catalog_cut(struct str text, const char *path, struct catalog_row **ret_rows, size_t *ret_count,
		struct err *err) __attribute__((warn_unused_result));

/* Check every field of ROW and copy it; TEXTS keeps the copies. ERR_CHECK names
 * PATH and line. */
int catalog_parse_row(const struct catalog_row *row, const char *path, struct strvec *texts,
		      struct artifact *ret_artifact, struct err *err)
	__attribute__((warn_unused_result));

#endif
