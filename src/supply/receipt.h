/* SPDX-License-Identifier: MIT */
/* What was installed, from where and how: for people and for audits. */
#ifndef PYVERN_SUPPLY_RECEIPT_H
#define PYVERN_SUPPLY_RECEIPT_H

/*
 * .pyvern/receipt.json is written once, before the commit, and read by nothing
 * that we do all day: what the core needs stands in .pyvern/facts. Members are
 * only ever added; a change of meaning raises "schema".
 */

#include <stdint.h>

#include "core/provenance.h"
#include "os/fs.h"
#include "supply/build.h"
#include "supply/probe.h"

#define RECEIPT_SCHEMA 1

struct receipt {
	const char *name;    /* "3.13.5" */
	const char *request; /* as typed or pinned: "3.13" */
	const struct provenance *provenance;
	const struct build_settings *settings;
	const struct build_report *build;
	const struct probe_report *probe;
	const char *patch;    /* text that was applied to the source, or NULL */
	const char *packages; /* "pip 25.1", or NULL */
	uint64_t download_ms; /* with waiting for hosts; 0 from the cache */
	uint64_t unpack_ms;
};

/* Write it into META (the open folder .pyvern). */
int receipt_write(const struct dir *meta, const struct receipt *receipt, struct err *err)
	__attribute__((warn_unused_result));

#endif
