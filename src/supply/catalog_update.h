/* SPDX-License-Identifier: MIT */
/* Newer lists of upstreams, merged into the root's own catalogue. */
#ifndef PYVERN_SUPPLY_CATALOG_UPDATE_H
#define PYVERN_SUPPLY_CATALOG_UPDATE_H

/*
 *	catalog_list_get(&source, &text, &answer, err)     a list, over TLS or from a file
 *	catalog_merge(layout, text, name, flags, &report, err)
 *	catalog_list_remember(layout, url, answer.etag, err)
 *
 * A list only adds. What is known of a file (its digest, its size) stays known, and a
 * list that says something else of it, or that has digests but not that one, is refused
 * whole: an address whose file has changed is either an accident or an attack. So is a
 * list of CPython's files that lacks versions which are known: a list that was cut off,
 * or an old one.
 *
 * $ROOT/catalog gets what the shipped files do not have, in files of the same names, by
 * one replacement for each; a later package with newer files is not hidden by them.
 */

#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "io/http.h"

enum catalog_merge_flags {
	CATALOG_MERGE_DRY = 1 << 0,   /* write nothing */
	CATALOG_MERGE_LOSSY = 1 << 1, /* take a list that lacks known versions; they stay */
};

struct catalog_merge_report {
	size_t files;		/* that were not known */
	struct strvec versions; /* that were not known, in version order */
};

/* Merge the list TEXT, called NAME in errors, of any format that catalog_import_add()
 * takes. ERR_CHECK when it is malformed or refused (says which address or versions);
 * ERR_PROTECTED, ERR_FAILED for the root's folder. */
int catalog_merge(const struct layout *layout, struct str text, const char *name, unsigned flags,
		  struct catalog_merge_report *ret, struct err *err)
	__attribute__((warn_unused_result));
void catalog_merge_report_reset(struct catalog_merge_report *report);

struct catalog_list {
	const char *place; /* https address, file: address or path */
	const char *cwd;   /* where relative paths begin, or NULL */
	struct http_options http;
};

/* Get a list into RET (limit: JSON_DOCUMENT_MAX). If the answer of an earlier update is
 * still the newest, RET_ANSWER->not_modified is true and RET empty. ERR_NETWORK,
 * ERR_USAGE for a place that is neither an address nor a file, ERR_INTERRUPTED. */
int catalog_list_get(const struct layout *layout, const struct catalog_list *list, struct buf *ret,
		     struct http_answer *ret_answer, struct err *err)
	__attribute__((warn_unused_result));

/* The list at URL was merged as of ETAG ("": forget it). */
int catalog_list_remember(const struct layout *layout, const char *url, const char *etag,
			  struct err *err) __attribute__((warn_unused_result));

#endif
