/* SPDX-License-Identifier: MIT */
/* An environment that was made in one place, given another. */
#ifndef PYVERN_VENV_READDRESS_H
#define PYVERN_VENV_READDRESS_H

/*
 * `python -m venv`, virtualenv and pip write the place that they work in into pyvenv.cfg,
 * activation scripts, the first lines of programs, and into what editable installs leave
 * (.pth, direct_url.json, finders). All of these are changed, each file at one stroke, and
 * so are the digests and sizes that RECORD has of them; links by their whole path, too.
 * pyvenv.cfg is last, and doing it again finds nothing to do, so that what was cut short is
 * finished by the same again. Paths out of the environment stay.
 *
 * What a shell reads is changed as it stands where that is safe, since people add to it;
 * where a path would need other quotes than it has, our own script takes its place.
 * Compiled files name the old place in tracebacks only, until their source is loaded anew.
 *
 * Not looked for: paths in data files of packages (share, etc) and in programs.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/fs.h"

struct readdress_report {
	struct strvec changed; /* relative paths */
	struct strvec anew;    /* of CHANGED, scripts that are ours now */
	struct strvec left;    /* relative paths of what names the old place still */
};
void readdress_report_reset(struct readdress_report *report);
#define cleanup_readdress_report cleanup_with(readdress_report_reset)

/* Give the environment in TREE, which was made at FROM, the place TO (absolute and clean
 * both; TREE may be anywhere, for a while). The name in the prompt changes where it was
 * the folder's. RET_REPORT may be NULL. */
int
readdress(const struct dir *tree, const char *from, const char *to,
	  struct readdress_report *ret_report, struct err *err) __attribute__((warn_unused_result));

/* What changes about one file. */
struct address {
	const char *from;
	const char *to;
	const char *old_prompt; /* NULL: the prompt stays */
	const char *new_prompt; /* for a script of ours: as it is to be */
};

/* The activation scripts in BIN, with the relative paths "bin/NAME" in RET_REPORT. With
 * DRY_RUN nothing is written. */
int readdress_activation(const struct dir *bin, const struct address *address, bool dry_run,
			 struct readdress_report *ret_report, struct err *err)
	__attribute__((warn_unused_result));

/*
 * The rules, which touch no disk. Each appends what TEXT becomes to OUT; false when it
 * stays as it is.
 */

/* Paths at FROM and below it. A longer name that begins or ends like it is another one. */
bool readdress_paths(struct str text, const struct address *address, struct buf *out);

/* A program of bin: its first lines, and paths in it where TO needs no quotes in a string. */
bool readdress_script(struct str text, const struct address *address, struct buf *out);

enum activation_change {
	ACTIVATION_SAME,
	ACTIVATION_CHANGED,
	ACTIVATION_ANEW, /* cannot be changed as it stands; nothing is in OUT */
};
/* A script that a shell sources. */
enum activation_change
readdress_activator(struct str text, const struct address *address, struct buf *out);

/* direct_url.json: the address is a file: URL (PEP 610). */
bool readdress_url(struct str text, const struct address *address, struct buf *out);

/* A RECORD (PEP 376, PEP 627) in the folder FOLDER ("lib/python3.12/site-packages") of an
 * environment: lines of files in CHANGED get what DIGEST says of them (43 characters of
 * base64url and the size; false: it cannot be read, and the line stays). */
struct record_digests {
	bool (*digest)(void *ctx, const char *path, char *ret_digest, uint64_t *ret_size);
	void *ctx;
};
bool readdress_record(struct str text, const char *folder, const struct strvec *changed,
		      const struct record_digests *digests, struct buf *out);

#endif
