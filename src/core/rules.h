/* SPDX-License-Identifier: MIT */
/* The policy files: what may be installed, and from where. */
#ifndef PYVERN_CORE_RULES_H
#define PYVERN_CORE_RULES_H

/*
 * Rules are data of two files, and both apply: the machine's, which only root can
 * write (RULES_SYSTEM_FILE), and the user's. Where they differ, the stricter one
 * counts, so that a user's file can forbid more and allow nothing. A project has no
 * such file. One that cannot be read, or has a line that is not understood, is an
 * error to whoever asks for the rules: what it forbids is not known.
 *
 * A line is a rule; `#` begins a comment:
 *
 *	require SOURCE LEVEL     what must vouch for what comes from there
 *	end-of-life WHAT         series of CPython that nobody mends any more
 *	minimum VERSION          nothing older of its series; of 3.9: no older series
 *	host HOST                with one such line, no other hosts are asked
 *
 * Whoever installs asks config_rules() (core/config) and then the functions here,
 * each of which names the file and the line that its answer is from.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "core/version.h"

#define RULES_SYSTEM_FILE "/etc/pyvern/policy"
/* Name of the file beside the settings (core/config). */
#define RULES_NAME "policy"
/* 64 KiB: some hundred hosts; more is a mistake. */
#define RULES_FILE_MAX ((size_t)64 * 1024)
/* The machine's and the user's. */
#define RULES_FILES_MAX 2

/* Where something comes from. */
enum rules_source {
	RULES_CPYTHON_SOURCE, /* "cpython-source": a release, compiled here */
	RULES_STANDALONE,     /* "standalone": somebody's build of CPython */
	RULES_PYPY,
	RULES_GRAALPY,
	RULES_CONDA,	  /* installers of the conda family */
	RULES_DEFINITION, /* a definition file of pyenv's, whatever it downloads */
	RULES_BRANCH,	  /* a git repository's */
	RULES_FILE,	  /* what --from names, besides what it is */
	RULES_OTHER,	  /* what has no word: "*" is all that reaches it */
	RULES_SOURCES,
};

/* What must vouch for it, in order. */
enum rules_level {
	RULES_ANY,	 /* "any": as without a rule */
	RULES_SHA256,	 /* "sha256": a digest that was known beforehand */
	RULES_SIGNATURE, /* "signature": of who must sign it */
	RULES_REFUSE,	 /* "refuse": nothing is good enough */
};

/* What is done with what nobody mends any more, in order. */
enum rules_end { RULES_END_ALLOW, RULES_END_WARN, RULES_END_REFUSE };

/* Where an answer is from: borrowed from the rules; NULL, 0: no rule says so. */
struct rules_line {
	const char *path;
	unsigned number;
};

struct rules; /* NULL: there are none, and everything is allowed */

/*
 * Read RULES_SYSTEM_FILE and USER (absolute; NULL: none), each if it is there. *RET is
 * owned (rules_free), also on error, and has the files that were read until then.
 * ERR_RULE with file and line for a line that is not understood, for a file that
 * cannot be read, that is too large, or that others than its owner may write.
 */
int rules_load(const char *user, struct rules **ret, struct err *err)
	__attribute__((warn_unused_result));
/* As rules_load() does with each file: add TEXT, called PATH. */
struct rules *rules_new(void);
int rules_add(struct rules *rules, const char *path, struct str text, struct err *err)
	__attribute__((warn_unused_result));
void rules_free(struct rules *rules);

static inline void
rules_cleanup_handler(struct rules **rules)
{
	rules_free(*rules);
}
#define cleanup_rules cleanup_with(rules_cleanup_handler)

/* Paths of the files that are in force, the machine's first; NULL after the last. */
const char *rules_path(const struct rules *rules, size_t index);

/* What must vouch for what comes from SOURCE. Of one file the line of just this source
 * counts before that of "*"; of two files the stricter one. */
enum rules_level
rules_level(const struct rules *rules, enum rules_source source, struct rules_line *ret_line);

enum rules_end rules_end_of_life(const struct rules *rules, struct rules_line *ret_line);

/* The minimum that V is below, as the file has it ("3.11.4"); NULL: it is not. What is
 * not released yet but is a branch's (3.11-dev) is newer than all of its series. */
const char *
rules_minimum(const struct rules *rules, const struct version *v, struct rules_line *ret_line);

/* May HOST (no port, no brackets) be asked? If not, *RET_LINE is one of the lines that say
 * which may. */
bool rules_host(const struct rules *rules, struct str host, struct rules_line *ret_line);
/* Is there any rule on hosts? */
bool rules_has_hosts(const struct rules *rules);

/* "cpython-source"; "*" for RULES_OTHER. */
const char *rules_source_word(enum rules_source source);
/* "sha256" */
const char *rules_level_word(enum rules_level level);

#endif
