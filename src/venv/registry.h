/* SPDX-License-Identifier: MIT */
/* What this user has of environments: made, trusted, found; and pins that were written. */
#ifndef PYVERN_VENV_REGISTRY_H
#define PYVERN_VENV_REGISTRY_H

/*
 * One small file for each, per user and root (docs/formats.md, core/registered). Nothing
 * depends on it but comfort: who has no HOME, or one that he may not write to, has no
 * registry, and one that cannot be read or written is a warning, never the end of a
 * command.
 *
 *	registry_note(store, path, REGISTERED_MADE, events)
 *	registry_list(store, &envs, events)
 *
 * A record of what is gone is removed when it is seen. Gone is what is missing where
 * the rest of its path is on the device that it was on; else the disk may only not be
 * there, and the record stays.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/event.h"
#include "core/registered.h"
#include "core/store.h"

/* Known environments, as their records say; in the order of their paths. */
struct registry_env {
	char *path;    /* absolute, clean */
	char *base;    /* name of a version, a prefix, or "" */
	char *follows; /* alias that the base is reached through, or NULL */
	enum registered_how how;
	bool is_ours; /* made or trusted, and what is there is what was */
	bool is_away; /* its disk is not there, or may not be read */
	int64_t made; /* Unix seconds */
	int64_t used; /* Unix seconds; a day may be missing */
};

struct registry_envs {
	struct registry_env *items;
	size_t count;
};

void registry_envs_reset(struct registry_envs *envs);
#define cleanup_registry_envs cleanup_with(registry_envs_reset)

/* All that are known. What cannot be read is told to EVENTS (may be NULL). */
void
registry_list(const struct store *store, struct registry_envs *ret, const struct events *events);

/* The one at PATH (absolute, clean) in RET, which has one or none then. */
void registry_find(const struct store *store, const char *path, struct registry_envs *ret);

/* Write down the environment at PATH. Its pyvenv.cfg gets an id if it has none (TRUSTED:
 * always a new one, since whoever made it may know the one it has; FOUND: never, nothing
 * is written into it). What fails is a warning. */
void registry_note(const struct store *store, const char *path, enum registered_how how,
		   const struct events *events);

/* As registry_note() for TRUSTED (FORCED: although others may change it), where not being
 * able to is an error. */
int registry_trust(const struct store *store, const char *path, bool forced, struct err *err)
	__attribute__((warn_unused_result));

/* Take that back, and what was made: it is only known from now on. */
int registry_distrust(const struct store *store, const char *path, const struct events *events,
		      struct err *err) __attribute__((warn_unused_result));

/* Forget what is at PATH or below it. *RET_COUNT (may be NULL): how many. */
void registry_forget(const struct store *store, const char *path, size_t *ret_count,
		     const struct events *events);

/* The environment at FROM is at TO now. One that is not known stays so. */
void registry_move(const struct store *store, const char *from, const char *to,
		   const struct events *events);

/* The environment at PATH is on another Python now. One that is not known is found. */
void registry_rebound(const struct store *store, const char *path, const struct events *events);

/* The environment at PATH is used; written at most daily, and never fails. */
void registry_use(const struct store *store, const char *path);

/* The store's root was at OLD_ROOT. What is known there is known here: environments
 * that are below it by where they are now. With OLD_ROOT gone, its records go, too. */
void
registry_follow_root(const struct store *store, const char *old_root, const struct events *events);

/* The pin file at PATH was written by a command of ours. */
void registry_note_pin(const struct store *store, const char *path, const struct events *events);
/* Paths of those that are there still, in byte order. */
void
registry_pins(const struct store *store, struct strvec *ret_paths, const struct events *events);

/* Path of the small file of the root at ROOT whose text is another one after each change of
 * what is known: prompts compare it, and ask only then what may be entered. It need not be
 * there. NULL: there is no place for it. Owned by the caller (free). */
char *registry_changed_file(const char *root);

/* Remove, best effort, what those left who were killed while they wrote one of its records. */
void registry_sweep(const struct store *store);
/* A new id, for a pyvenv.cfg: REGISTERED_ID_LENGTH digits. Owned by the caller (free). */
char *registry_new_id(void) __attribute__((warn_unused_result));

#endif
