/* SPDX-License-Identifier: MIT */
/* A bundle: one file with all that a machine without a network needs. */
#ifndef PYVERN_SUPPLY_BUNDLE_H
#define PYVERN_SUPPLY_BUNDLE_H

/*
 * A tar archive (ustar, not compressed: what is in it is) of files below one folder:
 *
 *	pyvern-bundle/manifest            first; "# pyvern bundle 1", then a line
 *	                                  SHA256 <tab> SIZE <tab> PATH for each of the others,
 *	                                  sorted by PATH, which begins below pyvern-bundle/
 *	pyvern-bundle/catalog.tsv         the catalogue's lines of the artifacts
 *	pyvern-bundle/artifacts/SHA256    what the versions are made from
 *	pyvern-bundle/signatures/SHA256.sigstore, SHA256.asc
 *	                                  what vouches for the artifact of that digest, as it
 *	                                  was published; verified where it is used
 *	pyvern-bundle/wheels/NAME.whl     for Pythons that bring no pip
 *
 * The same versions make the same bytes. A bundle is from outside, and nothing vouches for
 * it: it is taken apart by the unpacker in its sandbox, into a stage; then each file
 * must be what the manifest says, each artifact one of the catalogue's lines, and none
 * may contradict the catalogue that this machine has. Only then its artifacts go into the
 * cache, where an install that may not use the network finds them.
 */

#include "base/event.h"
#include "core/config.h"
#include "core/layout.h"
#include "core/provenance.h"
#include "core/store.h"
#include "supply/catalog.h"
#include "supply/fetch.h"
#include "supply/signature.h"
#include "trust/digest.h"

#define BUNDLE_FOLDER "pyvern-bundle"
#define BUNDLE_MANIFEST "manifest"
#define BUNDLE_HEADER "# pyvern bundle 1"
#define BUNDLE_CATALOG "catalog.tsv"
#define BUNDLE_ARTIFACTS "artifacts"
#define BUNDLE_SIGNATURES "signatures"
#define BUNDLE_WHEELS "wheels"
/* Most files in one; all builds of all versions for one platform are some 3,000. */
#define BUNDLE_FILES_MAX 20000
/* 8 MiB: a manifest of so many lines. */
#define BUNDLE_MANIFEST_MAX ((size_t)8 * 1024 * 1024)
/* Longest PATH in it. */
#define BUNDLE_PATH_MAX 200

/* A line of the manifest. */
struct bundle_file {
	char *path; /* "artifacts/0123…" */
	char sha256[DIGEST_HEX_SIZE];
	uint64_t size; /* bytes */
};

struct bundle_manifest {
	struct bundle_file *items; /* by path */
	size_t count;
};

/* Read a manifest's text. ERR_CHECK says which line is wrong. */
int bundle_manifest_parse(struct str text, struct bundle_manifest *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Add a file; the order is not important. */
void bundle_manifest_add(struct bundle_manifest *manifest, const char *path, const char *sha256,
			 uint64_t size);

/* Sort MANIFEST, and write its text into RET. */
void bundle_manifest_format(struct bundle_manifest *manifest, struct buf *ret);

/* The line for PATH, or NULL. */
const struct bundle_file *
bundle_manifest_find(const struct bundle_manifest *manifest, const char *path);
void bundle_manifest_reset(struct bundle_manifest *manifest);

/* Is NAME that of a wheel: five or six parts with dashes between them, and ".whl"? Source:
 * binary distribution format. */
bool bundle_wheel_name_ok(struct str name);

/* What is put into a bundle: verified artifacts, each with its file, and wheels. */
struct bundle_content {
	struct artifact *artifacts;	    /* as the catalogue has them; are sorted */
	const int *files;		    /* of each, in the first order: an open descriptor */
	const struct signature *signatures; /* of each, likewise; NULL: none has one */
	size_t count;
	const struct dir *wheels; /* all *.whl of this folder; NULL: none */
};

struct bundle_result {
	uint64_t size; /* bytes */
	char sha256[DIGEST_HEX_SIZE];
	size_t wheels;
};

/* Write a bundle of CONTENT to PATH, which appears when it is whole. ERR_PROTECTED when
 * there is such a file, unless REPLACE; ERR_FAILED, ERR_INTERRUPTED. */
int bundle_write(const char *path, bool replace, const struct bundle_content *content,
		 struct bundle_result *ret, struct err *err) __attribute__((warn_unused_result));

/* Does the file at PATH begin as a bundle does? */
bool bundle_is(const char *path);

/* An opened bundle, all of whose files are what its manifest says. */
struct bundle {
	char *name; /* of the file, for people: "pythons.tar" */
	struct artifacts artifacts;
	struct bundle_manifest manifest;
	char *text;		   /* of its catalogue */
	struct catalog *catalog;   /* reads TEXT */
	struct provenance content; /* of the file itself */
	struct store store;
	struct stage stage; /* has its files until bundle_keep() */
	struct dir files;
};

struct bundle_spec {
	const struct layout *layout;
	const struct config *config;
	const struct events *events;
	const struct catalog *known; /* what this machine knows: it may not be contradicted */
	const char *path;	     /* absolute */
	const char *sha256;	     /* that the user says it has; NULL: none */
};

/* Take the bundle apart and look at all of it. ERR_CHECK for what is none, is damaged,
 * contradicts itself or KNOWN, or is not what SHA256 says; ERR_USAGE, ERR_FAILED,
 * ERR_INTERRUPTED. */
int bundle_open(const struct bundle_spec *spec, struct bundle **ret_bundle, struct err *err)
	__attribute__((warn_unused_result));

/* Give the cache what TARGET can use of the bundle, and its wheels; the stage goes. */
int bundle_keep(struct bundle *bundle, const struct bundle_spec *spec, const struct target *target,
		struct err *err) __attribute__((warn_unused_result));

/* Can a machine TARGET use A: is it a source, or a build for it? */
bool bundle_is_for(const struct artifact *a, const struct target *target);

/* The version that A is of, as it is installed ("3.13.5t"). Owned by the caller (free). */
char *bundle_version(const struct artifact *a) __attribute__((warn_unused_result));

/* The versions that BUNDLE has for TARGET, each once. */
void
bundle_versions(const struct bundle *bundle, const struct target *target, struct strvec *ret_names);

/* What BUNDLE has, for people: "3.12.11 (linux-x86_64-gnu), 3.13.5 (source)"; of many the
 * first ones. Owned by the caller (free). */
char *bundle_describe(const struct bundle *bundle) __attribute__((warn_unused_result));

void bundle_free(struct bundle *bundle);

static inline void
bundle_cleanup_handler(struct bundle **bundle)
{
	bundle_free(*bundle);
}
#define cleanup_bundle cleanup_with(bundle_cleanup_handler)

#endif
