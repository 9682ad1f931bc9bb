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
 *
 * Several threads may fetch at once, each with options of its own; with one
 * SESSION they share its connections.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
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
	char *address; /* that the bytes came from in this run, with its password; NULL: none */
	size_t chosen; /* which of the alternatives it is */
};

#define FETCHED_INIT     \
	{                \
		.fd = -1 \
	}

/* Told of a download's bytes while they arrive, before anything vouches for them.
 * Called by the thread that downloads, which waits: return at once. */
struct fetch_follower {
	/* The first SIZE bytes of the file are there, also those of an earlier run. FD
	 * can be read (pread) during the call, and a dup() of it until the end:
	 * until restarted() the file behind it stays the same one, and those bytes
	 * stay as they are. Not called for a file that is whole in the cache. */
	void (*grew)(void *ctx, int fd, uint64_t size);
	/* What was there is not the file, and changes after this call: forget it,
	 * and the descriptor. */
	void (*restarted)(void *ctx);
	void *ctx;
};

/* Connections that several fetches share, at the same time from several threads. */
struct fetch_session;

int fetch_session_open(const struct http_options *http, struct fetch_session **ret, struct err *err)
	__attribute__((warn_unused_result));
/* No fetch that uses it may run any more. */
void fetch_session_close(struct fetch_session *session);

static inline void
fetch_session_cleanup_handler(struct fetch_session **session)
{
	fetch_session_close(*session);
}
#define cleanup_fetch_session cleanup_with(fetch_session_cleanup_handler)

struct fetch_options {
	const struct layout *layout;
	struct mirror_options mirrors;
	struct http_options http;	       /* unless there is a session, which has its own */
	struct fetch_session *session;	       /* NULL: connections of its own */
	const struct fetch_follower *follower; /* or NULL */
	const char *cache;		       /* folder that roots share; NULL: none */
	bool offline;			       /* cache only */
	const char *subject; /* what is worked on, for events and errors: "3.13.5" */
	const struct events *events;
};

/* Options from the settings (`mirror`, `ca_file`), the rules on hosts (supply/hosts) and the
 * environment; borrowed from LAYOUT and CONFIG. Subject, events,
 * session and follower are the caller's to set. */
void fetch_options_init(const struct layout *layout, const struct config *config,
			struct fetch_options *ret);

/* Get one of COUNT ALTERNATIVES (any will do; the best first).
 *
 * ERR_NETWORK when no candidate has it, ERR_CHECK when one sent something else
 * (or no alternative has a digest), ERR_NOT_CACHED offline, ERR_FAILED for
 * trouble with the cache's folder or disk, ERR_USAGE for a mirror setting that
 * is no address, ERR_RULE when the rules let no host be asked, ERR_INTERRUPTED. */
int fetch_artifact(const struct fetch_options *options, const struct artifact *alternatives,
		   size_t count, struct fetched *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Get the file at the address of ARTIFACT, which the user named. With a digest, which
 * is the user's, as fetch_artifact(), but a file of this machine is used where it is.
 * Without one, whatever is there: it is not kept in the cache, no follower sees it
 * arrive, and RET's provenance (PROVENANCE_USER_FILE) says that nothing vouches for it;
 * https: only. ERR_USAGE for a file that is not there; else as fetch_artifact(). */
int fetch_named(const struct fetch_options *options, const struct artifact *artifact,
		struct fetched *ret, struct err *err) __attribute__((warn_unused_result));

/* Add to RET (whose limit is the largest that is taken) what stands at URL, a small file that
 * is checked by what it says: http: will do. It is not kept, and not told. ERR_NETWORK where
 * there is none, ERR_NOT_CACHED offline. */
int fetch_text(const struct fetch_options *options, const char *url, struct buf *ret,
	       struct err *err) __attribute__((warn_unused_result));

void fetched_reset(struct fetched *fetched);
#define cleanup_fetched cleanup_with(fetched_reset)

#endif
