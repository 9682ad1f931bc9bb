/* SPDX-License-Identifier: MIT */
/* Does a staged Python work, and what can it import? */
#ifndef PYVERN_SUPPLY_PROBE_H
#define PYVERN_SUPPLY_PROBE_H

/*
 * The interpreter runs once, in its stage, isolated and without writing .pyc.
 * It is shown the staged library folder first, and says which libpython it got:
 * on a reinstall it could silently load the old one from the final place, and
 * the probe would be about that.
 */

#include "base/event.h"
#include "base/vec.h"
#include "core/version.h"
#include "os/fs.h"
#include "os/proc.h"

struct probe_report {
	char *python;	       /* sys.version's first word */
	char *magic;	       /* first bytes of its compiled files, as hex; or NULL */
	char *tag;	       /* in the names of these: "cpython-313"; or NULL */
	struct strvec works;   /* modules that import, in our order */
	struct strvec missing; /* modules that do not */
	struct strvec reasons; /* why, for each of MISSING */
	struct strvec facts;   /* "openssl=OpenSSL 3.0.19 27 Jan 2026", in the order of
				* probe_fact_names; those that it could tell */
};

/*
 * Probe the interpreter EXECUTABLE (relative: "bin/python3.13") of the tree.
 * ENV is the environment for it. ERR_FAILED when it does not start, loads a
 * libpython from elsewhere, or lacks ssl or zlib (no pip works without them;
 * pyenv fails then too). *RET_REPORT is filled in the last case as well; the
 * caller releases it always.
 */
int probe_python(const struct dir *tree, const char *executable, const struct version *version,
		 const struct env *env, struct probe_report *ret_report, struct err *err)
	__attribute__((warn_unused_result));

/* Names of facts, NULL-terminated: python's own (compiler, gil, shared, optimized, abi)
 * and of libraries (openssl, tls_roots, sqlite, sqlite_features, readline, zlib, expat,
 * tk). */
extern const char *const probe_fact_names[];

/* The value of the fact NAME; NULL: not told. Borrowed. */
const char *probe_fact(const struct probe_report *report, const char *name);

void probe_report_reset(struct probe_report *report);
#define cleanup_probe_report cleanup_with(probe_report_reset)

/* The environment in which staged programs of TREE run: ENV and the staged
 * library folder. */
void probe_env(const struct dir *tree, const struct env *env, struct env *ret_env);

#endif
