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

struct catalog_file {
	char *path;
	char *text;
	size_t length;
};

struct catalog {
	struct catalog_file *files;
	size_t count;
	size_t own; /* the first OWN files are the root's */
};

/* A line cut into fields, not looked at yet. */
struct catalog_line {
	struct str fields[CATALOG_COLUMNS];
};

/* The next line that is no comment; the text has passed catalog_check_shape. */
bool catalog_next_line(struct str *rest, struct catalog_line *ret_line);

/* Header, number of columns, and safe version names of all lines. */
int catalog_check_shape(struct str text, const char *path, struct err *err)
	__attribute__((warn_unused_result));

/* Check every field and copy it; TEXTS keeps the copies. NULL, or what is wrong. */
const char *catalog_parse_line(const struct catalog_line *line, struct strvec *texts,
			       struct artifact *ret_artifact) __attribute__((warn_unused_result));

/* The error for line NUMBER of the file PATH; returns -1. */
int catalog_bad_line(const char *path, unsigned number, const char *what, struct err *err);

#endif
