/* SPDX-License-Identifier: MIT */
/* What can be installed: the catalogue. */
#ifndef PYVERN_SUPPLY_CATALOG_H
#define PYVERN_SUPPLY_CATALOG_H

/*
 * Text files, one artifact a line, twelve columns separated by tabs (named in
 * docs/formats.md and in each file's second line), sorted, greppable, in
 * $ROOT/catalog and in the shipped catalog folder; what the first says of a version
 * hides what the second says of it. Files are named by what is in them:
 * IMPLEMENTATION.tsv has sources, IMPLEMENTATION-OS-ARCH-LIBC.tsv builds for such
 * machines. A look-up reads those that can answer (and any other *.tsv), scans their
 * text, and keeps nothing: threads may share a catalogue. No line is taken apart that
 * is not asked for.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "core/version.h"
#include "supply/artifact.h"

/* First line of every file: the format's number. */
#define CATALOG_HEADER "# pyvern catalogue 1"
#define CATALOG_COLUMNS 12
/* First line of the file of what cannot be installed. */
#define CATALOG_REFUSED_HEADER "# pyvern refused 1"
#define CATALOG_REFUSED_FILE "refused.txt"
/* 16 MiB: four times what 6,000 artifacts with long addresses need. */
#define CATALOG_FILE_MAX ((size_t)16 * 1024 * 1024)
/* 8 GiB: no Python has a tenth of it; keeps sizes far from overflow. */
#define CATALOG_ARTIFACT_MAX ((uint64_t)8 * 1024 * 1024 * 1024)

struct catalog;

/* See which files there are. Each look-up then fails with ERR_CHECK, file and line when
 * one that it reads is not well formed: a file is never used in part. */
int catalog_open(const struct layout *layout, struct catalog **ret_catalog, struct err *err)
	__attribute__((warn_unused_result));
void catalog_free(struct catalog *catalog);

static inline void
catalog_cleanup_handler(struct catalog **catalog)
{
	catalog_free(*catalog);
}
#define cleanup_catalog cleanup_with(catalog_cleanup_handler)

struct artifacts {
	struct artifact *items; /* best first */
	size_t count;
	struct strvec texts; /* what the items point into */
};

/* What else a version has to be, besides what is asked for. */
struct catalog_filter {
	/* False passes the version over, for the next best one. */
	bool (*takes)(void *ctx, enum artifact_kind kind, const struct version *version);
	void *ctx;
};

/* The newest version that REQUEST accepts and FILTER (NULL: none) takes, as all its artifacts of KIND: for
 * sources every archive of it (.tar.xz, .tar.gz, .tar.bz2), any of which will
 * do. A free-threaded or debug request is answered with the plain source, if that
 * can be built so. None is not an error: count is 0. */
int
catalog_find(const struct catalog *catalog, const struct request *request, enum artifact_kind kind,
	     const struct catalog_filter *filter, struct artifacts *ret_artifacts, struct err *err)
	__attribute__((warn_unused_result));

/* The newest version that REQUEST accepts and FILTER (NULL: none) takes of which there is a build (standalone or
 * installer) that TARGET can run: its C library and no CPU level above TARGET's, in the
 * variant that the request names (3.13t, 3.13-debug). All its builds: the newest first,
 * then the highest level of the CPU. None: count is 0. */
int
catalog_find_prebuilt(const struct catalog *catalog, const struct request *request,
		      const struct target *target, const struct catalog_filter *filter,
		      struct artifacts *ret, struct err *err) __attribute__((warn_unused_result));
void artifacts_reset(struct artifacts *artifacts);
#define cleanup_artifacts cleanup_with(artifacts_reset)

/* Names of all versions that there are sources of, or builds for TARGET (NULL: sources
 * alone), in version order; variants have none of their own. */
int catalog_names(const struct catalog *catalog, const struct target *target,
		  struct strvec *ret_names, struct err *err) __attribute__((warn_unused_result));

/* The names under which all that can be installed on TARGET is installed, in version
 * order: versions that there is a source of, or a build for it, and their free-threaded
 * variants ("3.13.5t"). Debug builds are left out, as pyenv's lists do. */
int
catalog_installable(const struct catalog *catalog, const struct target *target,
		    struct strvec *ret_names, struct err *err) __attribute__((warn_unused_result));

/* Series with names like TEXT, each with its newest version: "3.13 (3.13.5),
 * 3.3 (3.3.7)"; for a free-threaded one "3.14t (3.14.6t), 3.13t (3.13.14t)". What
 * only has pre-releases comes first: "3.15.0b4 (not final)". Owned by the caller
 * (free); NULL when nothing is near. */
char *catalog_nearest(const struct catalog *catalog, const char *text)
	__attribute__((warn_unused_result));

/* Why the version NAME, which somebody publishes, cannot be installed; NULL when the
 * catalogue does not say that. Owned by the caller (free). */
char *catalog_refused(const struct catalog *catalog, const char *name)
	__attribute__((warn_unused_result));

/* All such names, each with its reason, as lines "NAME\tREASON", in byte order. */
void catalog_refused_lines(const struct catalog *catalog, struct strvec *ret_lines);

/* Set ERR for TEXT, which nothing in CATALOG answers: ERR_UNKNOWN_VERSION with the
 * nearest names. Returns -1. */
int catalog_unknown(const struct catalog *catalog, const char *text, struct err *err);

/* Look at one file's text as catalog_open does, and at every field and the order
 * of the lines (by version, then by the other columns up to the address). NAME is
 * shown in errors. For the importer and the tests. */
int catalog_check_text(struct str text, const char *name, struct err *err)
	__attribute__((warn_unused_result));

/* One line (without newline) as the file has it, into RET. */
void catalog_format_line(const struct artifact *artifact, struct buf *ret);

/* Put COUNT artifacts into the order of a catalogue's lines. */
void catalog_sort(struct artifact *items, size_t count);

/* A catalogue that is TEXT (borrowed, as long as the catalogue), called NAME in errors. */
void catalog_open_text(struct str text, const char *name, struct catalog **ret_catalog);

/* All artifacts of TEXT, which is looked at as by catalog_check_text(). */
int catalog_read_text(struct str text, const char *name, struct artifacts *ret, struct err *err)
	__attribute__((warn_unused_result));

/* What CATALOG has to say of an artifact from elsewhere: nothing; that just this file is
 * known for what it is said to be; or that a file of that name is another one. The host
 * that it is from is not important: mirrors have the same files. */
enum catalog_word { CATALOG_SAYS_NOTHING, CATALOG_SAYS_SO, CATALOG_SAYS_OTHER };
int
catalog_look_up(const struct catalog *catalog, const struct artifact *artifact,
		enum catalog_word *ret_word, struct err *err) __attribute__((warn_unused_result));

/* "source", "standalone", "installer". */
const char *artifact_kind_name(enum artifact_kind kind);

#endif
