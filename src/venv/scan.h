/* SPDX-License-Identifier: MIT */
/* Finding environments that nobody told us of. */
#ifndef PYVERN_VENV_SCAN_H
#define PYVERN_VENV_SCAN_H

#include "base/err.h"
#include "base/vec.h"

/* Folders below the one that is asked for: a project in a folder of projects, with
 * what tox, nox, poetry and pipx make, is five deep. */
#define SCAN_DEPTH_MAX 12

/* The environments in the folder at PATH (absolute, clean; may be one itself) and below
 * it, in RET_PATHS in byte order. Goes through no link below it, into no other
 * file system, not into environments, and not below SKIP (NULL: none). What cannot be
 * read is passed over; *RET_UNREAD counts it. Folders in which one is being made, or was
 * never finished (venv_sweep), are added to RET_DRAFTS. ERR_FAILED when PATH itself cannot be read,
 * ERR_INTERRUPTED. */
int scan(const char *path, const char *skip, struct strvec *ret_paths, struct strvec *ret_drafts,
	 size_t *ret_unread, struct err *err) __attribute__((warn_unused_result));

#endif
