/* SPDX-License-Identifier: MIT */
/* What was installed, from where and how: for people and for audits. */
#ifndef PYVERN_SUPPLY_RECEIPT_H
#define PYVERN_SUPPLY_RECEIPT_H

/*
 * .pyvern/receipt.json is written once, before the commit, and read by nothing
 * that we do all day: what the core needs stands in .pyvern/facts. When the version
 * is moved, "moved" gets one more entry. Members are only ever added; a change of
 * meaning raises "schema".
 */

#include <stdint.h>

#include "core/provenance.h"
#include "os/fs.h"
#include "supply/artifact.h"
#include "supply/build.h"
#include "supply/catalog_import_named.h"
#include "supply/probe.h"
#include "supply/relocate.h"
#include "supply/signature.h"

#define RECEIPT_SCHEMA 1

struct receipt {
	const char *name;    /* "3.13.5" */
	const char *request; /* as typed or pinned: "3.13" */
	const struct provenance *provenance;
	const struct artifact *artifact;       /* what was chosen */
	const char *why;		       /* why so, or NULL */
	const struct build_settings *settings; /* these two: NULL for what was not built here */
	const struct build_report *build;
	const struct build_options *options;	 /* with these */
	const struct relocate_report *relocated; /* NULL: nothing had to be */
	const struct probe_report *probe;
	const struct signature *signature; /* NULL: there is none */
	const char *patch;		   /* text that was applied to the source, or NULL */
	const char *patches;  /* the names of our own ones that it is made of, or NULL */
	const char *packages; /* "pip 25.1", or NULL */
	uint64_t download_ms; /* with waiting for hosts; 0 from the cache */
	uint64_t unpack_ms;   /* for a build that is unpacked as it arrives: the time after that */
	uint64_t relocate_ms;
	uint64_t finish_ms;    /* probe, pip */
	bool is_unpacked;      /* by the unpacker; then: */
	bool shut_in;	       /* in its sandbox */
	bool while_it_arrived; /* before anything vouched for the archive */
};

/* Write it into META (the open folder .pyvern). */
int receipt_write(const struct dir *meta, const struct receipt *receipt, struct err *err)
	__attribute__((warn_unused_result));

/* What a receipt says, for a version that is to be like that one. */
struct receipt_read {
	bool is_built;		/* here, from a source; then: */
	struct build_like like; /* how */
	char *sha256;		/* of what it was made of, or NULL */
};

/* ERR_FAILED where there is none, or an old one that does not tell enough. */
int receipt_read(const struct dir *meta, struct receipt_read *ret, struct err *err)
	__attribute__((warn_unused_result));
/* The artifact that the version NAME was made of, by its digest. ERR_FAILED where there is none
 * that could be had again (a branch, a definition), or NAME does not say which version it is. */
int receipt_read_artifact(const struct dir *meta, const char *name, struct catalog_named *ret,
			  struct err *err) __attribute__((warn_unused_result));
void receipt_read_reset(struct receipt_read *read);
#define cleanup_receipt_read cleanup_with(receipt_read_reset)

/* Write down in META's receipt that the version was made right for TO, in FILES files,
 * where it was for FROM; nothing when there is no receipt, or this is its last entry. */
int receipt_add_move(const struct dir *meta, const char *from, const char *to, size_t files,
		     struct err *err) __attribute__((warn_unused_result));

#endif
