/* SPDX-License-Identifier: MIT */
/* Why installed versions stay. */
#ifndef PYVERN_CMD_GC_NEEDS_H
#define PYVERN_CMD_GC_NEEDS_H

#include "cmd/command.h"
#include "cmd/envs.h"

/* A version that may go. */
struct gc_version {
	char *name;
	uint64_t size;	      /* bytes */
	struct strvec needs;  /* what needs it, as people see it */
	struct strvec inside; /* of these, named environments that are on another version: they
				* only have their folders in this one */
	char *series;	      /* that those follow */
	char *recent;	      /* "used 3 days ago"; or NULL */
	const char *state;    /* for JSON: "kept", "planned", "removed", "failed" */
};

struct gc_versions {
	struct gc_version *items;
	size_t count;
	size_t passed_over; /* that no upgrade has replaced, without ALL */
};
void gc_versions_reset(struct gc_versions *versions);

struct gc_spec {
	const struct context *ctx;
	const struct store *store;
	const struct venv_rows *rows; /* environments that are known, or were found */
	const struct strvec *pins; /* pin files that were found, and the registry does not know */
	bool all;		   /* also what no upgrade has replaced */
	uint64_t keep_days;	   /* since its last use, or since it was replaced */
	int64_t now;		   /* Unix seconds */
};

/* The versions of ours that could go, each with why it stays, if it does. What an alias leads to,
 * what pyenv made and what was adopted is never among them. */
int gc_find(const struct gc_spec *spec, struct gc_versions *ret, struct err *err)
	__attribute__((warn_unused_result));

static inline bool
gc_stays(const struct gc_version *version)
{
	return version->needs.count || version->recent;
}

#endif
