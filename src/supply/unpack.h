/* SPDX-License-Identifier: MIT */
/* An archive becomes a staged tree, in a program of its own. */
#ifndef PYVERN_SUPPLY_UNPACK_H
#define PYVERN_SUPPLY_UNPACK_H

/*
 *	cleanup_unpacking struct unpacking *unpacking = NULL;
 *	if (unpack_begin(&spec, &unpacking, err) < 0)
 *		return -1;
 *	options.follower = unpack_follower(unpacking);
 *	if (fetch_artifact(&options, …, &file, err) < 0 ||
 *	    unpack_end(unpacking, &file, &result, err) < 0)
 *		return -1;
 *
 * The work is done by the program `pyvern-unpack` in our libexec folder, which gets
 * the archive as stdin and the folder as descriptor 3. It says in its first line
 * whether it is shut in (os/sandbox). Only then is it fed with bytes that nothing
 * vouches for yet, while they arrive; otherwise it waits for the verified file. Either
 * way what is hashed is what was fed: the tree is refused unless those bytes have
 * the verified file's digest.
 *
 * A thread feeds and a thread waits for the program, so that neither the network
 * nor the caller stands still; several may be at work in one process.
 */

#include "base/event.h"
#include "core/layout.h"
#include "io/archive.h"
#include "io/extract.h"
#include "supply/fetch.h"

struct unpack_spec {
	const struct layout *layout;
	const struct dir *into; /* empty; is emptied again when a download starts over */
	unsigned strip;		/* top folders to take off */
	const struct archive_limits *limits;
	const char *subject; /* of the events: phase "unpack", in bytes of the archive */
	const struct events *events;
	uint64_t size; /* of the archive, for the progress; 0: unknown */
};

/* What came of it. */
struct unpack_result {
	struct extract_result tree;
	bool shut_in;	       /* the program was */
	bool while_it_arrived; /* it was fed before anything vouched for the bytes */
};

struct unpacking;

/* Start the program. SPEC is copied; what it points to must outlive the unpacking.
 * ERR_FAILED when there is no thread or no pipe to be had. */
int unpack_begin(const struct unpack_spec *spec, struct unpacking **ret_unpacking, struct err *err)
	__attribute__((warn_unused_result));

/* For fetch_options; borrowed, as long as the unpacking. */
const struct fetch_follower *unpack_follower(const struct unpacking *unpacking);

/* FILE is whole and verified: feed what is left of it and wait. ERR_CHECK when the
 * archive is damaged or breaks a rule (io/extract), or when other bytes than the
 * verified ones were fed; ERR_FAILED when the tree cannot be written;
 * ERR_INTERRUPTED. To be called once. */
int
unpack_end(struct unpacking *unpacking, const struct fetched *file,
	   struct unpack_result *ret_result, struct err *err) __attribute__((warn_unused_result));

/* Stop what is still at work, and release. */
void unpack_free(struct unpacking *unpacking);

static inline void
unpack_cleanup_handler(struct unpacking **unpacking)
{
	unpack_free(*unpacking);
}
#define cleanup_unpacking cleanup_with(unpack_cleanup_handler)

/* Is the program shut in, as far as it has said by now; and was it fed before anything
 * vouched for the bytes? For tests. */
bool unpack_is_shut_in(struct unpacking *unpacking);
bool unpack_was_fed_early(struct unpacking *unpacking);

/* Unpack the verified ARCHIVE: begin and end in one. */
int unpack_archive(const struct unpack_spec *spec, const struct fetched *archive,
		   struct unpack_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));

#endif
