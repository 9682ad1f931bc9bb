/* SPDX-License-Identifier: MIT */
/* A verified archive becomes a staged tree, in a program of its own. */
#ifndef PYVERN_SUPPLY_UNPACK_H
#define PYVERN_SUPPLY_UNPACK_H

/*
 * Takes only what fetch has verified, through the descriptor that was verified.
 * The work is done by the program `pyvern-unpack` in our libexec folder, which
 * gets the archive as stdin and the folder as descriptor 3.
 */

#include "base/event.h"
#include "core/layout.h"
#include "io/archive.h"
#include "io/extract.h"
#include "supply/fetch.h"

/*
 * Unpack ARCHIVE (offset 0) into the empty folder INTO, without the one top
 * folder that source archives have when STRIP is 1. Progress goes to EVENTS as
 * the phase "unpack" of SUBJECT, in bytes of the archive. ERR_CHECK when the
 * archive is damaged or breaks a rule (io/extract), ERR_FAILED when the tree
 * cannot be written, ERR_INTERRUPTED.
 */
int
unpack_archive(const struct layout *layout, const struct fetched *archive, const struct dir *into,
	       unsigned strip, const struct archive_limits *limits, const char *subject,
	       const struct events *events, struct extract_result *ret_result, struct err *err)
	__attribute__((warn_unused_result));

#endif
