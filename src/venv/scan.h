/* SPDX-License-Identifier: MIT */
/* Finding environments, and pins, that nobody told us of. */
#ifndef PYVERN_VENV_SCAN_H
#define PYVERN_VENV_SCAN_H

#include "base/err.h"
#include "base/vec.h"

/* Folders below the one that is asked for: a project in a folder of projects, with
 * what tox, nox, poetry and pipx make, is five deep. */
#define SCAN_DEPTH_MAX 12
/* Folders of other file systems that are named; more are of a machine, not of a home. */
#define SCAN_ELSEWHERE_MAX 16

/* Paths without links, if the path that is asked for has none. */
struct scan_found {
	struct strvec envs;   /* in byte order */
	struct strvec drafts; /* in these one is being made, or was never finished (venv_sweep) */
	struct strvec pinned; /* in these is a file that is called as a pin is */
	struct strvec elsewhere; /* other file systems, not looked in; SCAN_ELSEWHERE_MAX of them */
	size_t folders;		 /* that were looked in, with the environments */
	size_t unread;		 /* that could not be */
};
void scan_found_reset(struct scan_found *found);
#define cleanup_scan_found cleanup_with(scan_found_reset)

/* What is in the folder at PATH (absolute, clean; may be an environment itself) and below
 * it, added to RET, which begins with zeros. Goes through no link below it, into no other
 * file system, not into environments (a pin beside a pyvenv.cfg is seen), and not below SKIP
 * (NULL: none). What cannot be read is passed over. ERR_FAILED when PATH itself cannot be read,
 * ERR_INTERRUPTED. */
int scan(const char *path, const char *skip, struct scan_found *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
