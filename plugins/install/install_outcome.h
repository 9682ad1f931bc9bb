/* SPDX-License-Identifier: MIT */
/* What was asked for, and what became of it: for people, and as JSON. */
#ifndef PYVERN_INSTALL_OUTCOME_H
#define PYVERN_INSTALL_OUTCOME_H

#include "cmd/command.h"
#include "supply/install.h"

enum outcome_state {
	OUTCOME_WANTED, /* not yet, or not any more after an interrupt */
	OUTCOME_TWICE,	/* the same version as another one of them */
	OUTCOME_PRESENT,
	OUTCOME_DONE,
	OUTCOME_FAILED,
};

struct outcome {
	enum outcome_state state;
	char *request;
	char *asker;	  /* what asks for it ("~/x/.python-version:1"); "": the command line */
	char *name;	  /* of the version; NULL: not known */
	char *definition; /* path of the file that the request names; or NULL */
	struct install_result result; /* DONE */
	struct err err;		      /* FAILED */
};

struct outcomes {
	struct outcome *items;
	size_t count;
};

/* Add what is WANTED. Borrowed until the next one is added. */
struct outcome *outcomes_add(struct outcomes *all, const char *request, const char *asker);
/* Add what is PRESENT as NAME, and say so. */
void outcomes_add_present(struct outcomes *all, const struct context *ctx, const char *request,
			  const char *name);
/* It has failed with ERR, whose words are kept. */
void outcome_fail(struct outcome *outcome, const struct err *err);
size_t outcomes_count(const struct outcomes *all, enum outcome_state state);
void outcomes_reset(struct outcomes *all);
#define cleanup_outcomes cleanup_with(outcomes_reset)

/* NAME was there. */
void outcome_show_present(const struct context *ctx, const char *name);

/* A version that is new now, and what it lacks. */
void outcome_show_new(const struct context *ctx, const struct install_result *result);

/* NAME has become the global version; below the line that was printed last. */
void outcome_show_default(const struct context *ctx, const char *name);

/* After the first version of a root: without the shims on PATH nothing is found. */
void outcome_warn_of_path(const struct context *ctx);

/* All as one document on stdout. */
void outcomes_json(const struct outcomes *all, const struct context *ctx);

#endif
