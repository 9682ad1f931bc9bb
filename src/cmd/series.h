/* SPDX-License-Identifier: MIT */
/* A series whose alias moves: who follows it, who stays, and whether they start. */
#ifndef PYVERN_CMD_SERIES_H
#define PYVERN_CMD_SERIES_H

/*
 *	series_find(ctx, &store, "3.13", &series, err)
 *	series.to = "3.13.7", …
 *	series_try(&series, …, err)		what follows starts on it
 *	series_switch(&series, err)
 */

#include "cmd/envs.h"

struct series {
	const struct context *ctx;
	const struct store *store;
	char *alias;	      /* "3.13" */
	char *from;	      /* what it leads to: "3.13.5" */
	char *to;	      /* what it is to lead to; NULL: not known yet. What somebody who was
			       * killed had begun is finished: then what it leads to now */
	struct strvec follow; /* environments that the alias carries along, as people see them */
	struct strvec stay;   /* made for FROM itself */
	struct strvec pins;   /* pin files (and the global one) that name FROM itself */
	size_t started;	      /* of FOLLOW, on TO */
	size_t untried;	      /* of FOLLOW: not trusted, so that nothing in them is run */
	struct venv_rows rows;
};
void series_reset(struct series *series);
#define cleanup_series cleanup_with(series_reset)

/* The series that WORD (an alias, or a version of one) means. ERR_NOT_INSTALLED; ERR_FAILED where
 * the root keeps no alias of it. Borrows CTX and STORE. */
int series_find(const struct context *ctx, const struct store *store, const char *word,
		struct series *ret, struct err *err) __attribute__((warn_unused_result));

/* Start what follows on TO. ERR_FAILED with the first that does not. */
int series_try(struct series *series, struct err *err) __attribute__((warn_unused_result));

/* Have the alias lead to TO, and say so in what follows. */
int series_switch(const struct series *series, struct err *err) __attribute__((warn_unused_result));

/* Is the version A newer than B? */
bool series_is_newer(const char *a, const char *b);

/* "2 environments start", "" where nothing follows. Owned by the caller (free). */
char *series_started_text(const struct series *series) __attribute__((warn_unused_result));

/* Details of who follows and who stays, below a fact. */
void series_show_users(const struct series *series);

/* After a switch: named environments that follow, and whose folders are in another version's, which
 * gc keeps for them. */
void series_show_inside(const struct series *series);

/* Who follows, stays and is inside, as members of the JSON object that is open. */
void series_json_users(const struct series *series);

#endif
