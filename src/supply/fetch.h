/* SPDX-License-Identifier: MIT */
/* From a catalogue entry to an open file whose digest holds. */
#ifndef PYVERN_SUPPLY_FETCH_H
#define PYVERN_SUPPLY_FETCH_H

/*
 *	struct fetch_options options;
 *	cleanup_fetched struct fetched file = FETCHED_INIT;
 *	fetch_options_init(layout, config, &options);
 *	options.subject = "3.13.5";
 *	options.events = out_events(out);
 *	if (fetch_artifact(&options, alternatives, count, &file, err) < 0)
 *		return -1;
 *
 * The cache is looked at first, then every candidate (supply/mirrors) is asked in
 * turn. What a candidate does wrong is told as a note, and the next is tried;
 * the error at the end names them all. Nothing gets a final name before its
 * digest was found to hold; a download that was cut off stays in the cache and
 * the next one goes on from there, also from another host.
 *
 * Use RET->fd, never RET->path, to read the file: the digest was computed
 * through this very descriptor.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/event.h"
#include "core/config.h"
#include "core/layout.h"
#include "core/provenance.h"
#include "io/http.h"
#include "supply/artifact.h"
#include "supply/mirrors.h"

/* 2 GiB: most bytes taken when the catalogue does not know the size. */
#define FETCH_SIZE_MAX ((uint64_t)2 * 1024 * 1024 * 1024)

/* A verified file. */
struct fetched {
	int fd; /* read-only, offset 0 */
	struct provenance provenance;
	char *path;    /* in the cache, for people */
	size_t chosen; /* which of the alternatives it is */
};

#define FETCHED_INIT     \
	{                \
		.fd = -1 \
	}

struct fetch_options {
	const struct layout *layout;
	struct mirror_options mirrors;
	struct http_options http;
	bool offline;	     /* cache only */
	const char *subject; /* what is worked on, for events and errors: "3.13.5" */
	const struct events *events;
};

/* Options from the settings (`mirror`, `ca_file`) and the environment; borrowed
 * from LAYOUT and CONFIG. Subject and events are the caller's to set. */
void fetch_options_init(const struct layout *layout, const struct config *config,
			struct fetch_options *ret);

/* Get one of COUNT ALTERNATIVES (any will do; the best first).
 *
 * ERR_NETWORK when no candidate has it, ERR_CHECK when one sent something else
 * (or no alternative has a digest), ERR_NOT_CACHED offline, ERR_FAILED for
 * trouble with the cache's folder or disk, ERR_USAGE for a mirror setting that
 * is no address, ERR_INTERRUPTED. */
int fetch_artifact(const struct fetch_options *options, const struct artifact *alternatives,
		   size_t count, struct fetched *ret, struct err *err)
	__attribute__((warn_unused_result));

void fetched_reset(struct fetched *fetched);
#define cleanup_fetched cleanup_with(fetched_reset)

#endif
