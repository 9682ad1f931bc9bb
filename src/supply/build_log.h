/* SPDX-License-Identifier: MIT */
/* The log of one build: every line to a file, the last ones at hand. */
#ifndef PYVERN_SUPPLY_BUILD_LOG_H
#define PYVERN_SUPPLY_BUILD_LOG_H

/*
 * A log is a file $ROOT/logs/VERSION-TIME.log. It is kept when the build fails
 * (the error shows its path and its last lines) and removed when it succeeds,
 * because a receipt then tells what was done; --keep keeps it always. One in
 * which no phase began has nothing to tell and is never kept.
 */

#include <stdio.h>

#include "base/err.h"
#include "os/fs.h"

/* Lines that an error shows. */
#define BUILD_LOG_TAIL 10

struct build_log {
	FILE *file;
	struct dir dir; /* $ROOT/logs */
	char *name;
	char *tail[BUILD_LOG_TAIL]; /* ring of the last lines */
	size_t lines;		    /* lines of the phase so far */
	off_t begun;		    /* where the phase begins in the file */
	bool used;		    /* a phase has begun */
	bool broken;		    /* a line could not be written */
};

/* Begin the log of VERSION (a checked name) below ROOT. */
int build_log_open(const struct dir *root, const char *version, struct build_log *ret_log,
		   struct err *err) __attribute__((warn_unused_result));

/* Begin a phase: a headline with the command, and an empty tail. */
void build_log_phase(struct build_log *log, const char *phase, char *const *argv);

void build_log_line(struct build_log *log, const char *line);

/* Append FILE of the build folder SOURCE, which is about to go, where it has more to say
 * than what was printed; its end, up to BUILD_LOG_MORE_LINES lines before UNTIL. */
#define BUILD_LOG_MORE_LINES 200
void build_log_more(struct build_log *log, const struct dir *source, const char *file,
		    const char *until);

/* Hang below a set ERR the last lines (labelled LABEL), the first error where it came
 * before them, what it usually means, and the log's path. Returns -1. */
int build_log_explain(struct build_log *log, const char *label, struct err *err);

/* Hang only the log's path below a set ERR, once and if there is something in it.
 * Returns -1. */
int build_log_show(struct build_log *log, struct err *err);

/* Close; the file goes unless KEEP and it has something in it. The path of a kept
 * one, owned by the caller (free), or NULL. */
char *build_log_close(struct build_log *log, bool keep) __attribute__((warn_unused_result));

#endif
