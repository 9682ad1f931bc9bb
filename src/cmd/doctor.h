/* SPDX-License-Identifier: MIT */
/* What `doctor` looks at: a table of checks, each of which tells its findings. */
#ifndef PYVERN_CMD_DOCTOR_H
#define PYVERN_CMD_DOCTOR_H

/*
 * A check is one function in a row of the table in doctor.c. It looks, changes
 * nothing, and tells what it found: what is well in a line at most, what is worth
 * knowing, and what needs the user, each with what mends it.
 */

#include "cmd/command.h"
#include "core/store.h"

enum doctor_state {
	DOCTOR_FINE,
	DOCTOR_NOTE,	/* worth knowing; may be meant so */
	DOCTOR_PROBLEM, /* needs the user: the status is 1 */
};

struct symptom {
	const char *check; /* name of the check; static */
	enum doctor_state state;
	char *subject;
	char *text;
	char *because; /* or NULL */
	char *fix;     /* or NULL */
};

struct doctor {
	const struct context *ctx;
	const struct store *store; /* root not open (-1): there is none */
	const char *check;	   /* that runs; static */
	const char *version;	   /* that is to be built; NULL: any */
	struct symptom *symptoms;
	size_t count;
	size_t problems;
};

/* Tell a finding; why, and what mends it, are told of the last one. */
void doctor_tell(struct doctor *d, enum doctor_state state, const char *subject, const char *fmt,
		 ...) MEM_PRINTF(4, 5);
void doctor_because(struct doctor *d, const char *fmt, ...) MEM_PRINTF(2, 3);
/* Names and paths in it are words of a shell: it will be pasted. */
void doctor_fix(struct doctor *d, const char *fmt, ...) MEM_PRINTF(2, 3);

/* The checks. A -1 is an interrupt, or a system that cannot be looked at. */
int doctor_root(struct doctor *d, struct err *err);
int doctor_folders(struct doctor *d, struct err *err);
int doctor_versions(struct doctor *d, struct err *err);
int doctor_envs(struct doctor *d, struct err *err);
int doctor_aliases(struct doctor *d, struct err *err);
int doctor_plugins(struct doctor *d, struct err *err);
int doctor_shims(struct doctor *d, struct err *err);
int doctor_shell(struct doctor *d, struct err *err);
int doctor_path(struct doctor *d, struct err *err);
int doctor_variables(struct doctor *d, struct err *err);
int doctor_policy(struct doctor *d, struct err *err);
int doctor_pins(struct doctor *d, struct err *err);
int doctor_build(struct doctor *d, struct err *err);

#endif
