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
	struct str stem;  /* its name without ".tsv": points into PATH */
	bool own;	  /* the root's */
	const char *text; /* NULL: is read when it is asked for; else that (tests) */
	size_t length;
};

struct catalog {
	struct catalog_file *files; /* the root's come first */
	size_t count;
	struct strvec folders; /* in which there may be a list of what is refused */
};

/* A line of a file, its fields not looked at but for what every look-up asks. */
struct catalog_row {
	struct str line;
	struct str version;
	struct str variant;
	int kind;	 /* enum artifact_kind, or -1: none that we know */
	unsigned number; /* of the line in its file, from 1 */
};

/* A file that was read for a look-up. */
struct catalog_text {
	const struct catalog_file *file;
	char *text; /* what the rows point into; or NULL: FILE's */
	struct catalog_row *rows;
	size_t count;
};

struct catalog_texts {
	struct catalog_text *items;
	size_t count;
};
void catalog_texts_reset(struct catalog_texts *texts);
#define cleanup_catalog_texts cleanup_with(catalog_texts_reset)

/* What a look-up is about: files that cannot say anything of it are not opened. */
struct catalog_scope {
	struct str implementation;   /* empty: all */
	const struct target *target; /* builds for it; NULL: none */
	bool sources;
};

/* Read the files that SCOPE is about, the root's first. */
int catalog_read(const struct catalog *catalog, const struct catalog_scope *scope,
		 struct catalog_texts *ret, struct err *err) __attribute__((warn_unused_result));

/* The name of what ROW is of, in BUF (VERSION_NAME_MAX + 1), taken apart: "3.13.5t" for the
 * free-threaded variant of 3.13.5. False when it is no safe name. */
bool catalog_row_version(const struct catalog_row *row, char *buf, struct version *ret);

/* Can the machine TARGET run the build that ROW is of? */
bool catalog_runs_on(const struct catalog_row *row, const struct target *target);

/* Names of all versions that SCOPE is about, without variants, in version order. */
int
catalog_scope_names(const struct catalog *catalog, const struct catalog_scope *scope,
		    struct strvec *ret_names, struct err *err) __attribute__((warn_unused_result));

/* The rows of TEXT: header, number of columns and safe version names of all
 * lines are checked. *RET_ROWS is owned by the caller (free), also after an
 * error. */
int catalog_cut(struct str text, const char *path, struct catalog_row **ret_rows, size_t *ret_count,
		struct err *err) __attribute__((warn_unused_result));

/* May S stand in a column other than version, address, digest and size? */
bool catalog_word_ok(struct str s);

/* Check every field of ROW and copy it; TEXTS keeps the copies. ERR_CHECK names
 * PATH and line. */
int catalog_parse_row(const struct catalog_row *row, const char *path, struct strvec *texts,
		      struct artifact *ret_artifact, struct err *err)
	__attribute__((warn_unused_result));

/* Field COLUMN of ROW, as it is in the file. */
struct str catalog_row_field(const struct catalog_row *row, enum catalog_column column);

#endif
