/* SPDX-License-Identifier: MIT */
/* What several installations that run at the same time take turns at. */
#ifndef PYVERN_SUPPLY_INSTALL_TURNS_H
#define PYVERN_SUPPLY_INSTALL_TURNS_H

/*
 * Downloads wait for networks and run all at once; what waits for a CPU does not get
 * faster by that, and takes its memory at the same time.
 *
 *	if (install_turn_take(turns, TURN_BUILD, events, "3.13.5", err) < 0)
 *		return -1;
 *	… build …
 *	install_turn_give(turns, TURN_BUILD);
 */

#include "base/cleanup.h"
#include "base/err.h"
#include "base/event.h"

enum install_turn {
	TURN_FINISH, /* make a version of an archive that is there: as many as there are CPUs */
	TURN_BUILD,  /* build from source, which uses all CPUs: one */
	TURN_KINDS,
};

struct install_turns;

/* For CPUS (at least 1) CPUs. Owned by the caller (install_turns_free). */
struct install_turns *install_turns_new(unsigned cpus);
void install_turns_free(struct install_turns *turns);

static inline void
install_turns_cleanup_handler(struct install_turns **turns)
{
	install_turns_free(*turns);
}
#define cleanup_install_turns cleanup_with(install_turns_cleanup_handler)

/* Wait for a turn; whoever has to is told to be in the phase "wait" of SUBJECT. TURNS
 * NULL: nobody to wait for. ERR_INTERRUPTED. */
int
install_turn_take(struct install_turns *turns, enum install_turn kind, const struct events *events,
		  const char *subject, struct err *err) __attribute__((warn_unused_result));
void install_turn_give(struct install_turns *turns, enum install_turn kind);

#endif
