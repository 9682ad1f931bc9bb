/* SPDX-License-Identifier: MIT */
/* What a CPython source tree tells before it is built. */
#ifndef PYVERN_SUPPLY_SOURCE_TREE_H
#define PYVERN_SUPPLY_SOURCE_TREE_H

/*
 * Progress needs to know how much there is to do. These look at the source
 * instead of carrying a table of numbers per release; they are estimates
 * (measured on 3.13.5: 880 for 755 checks, 4451 for 4400 lines), and 0 means
 * that there is none.
 */

#include <stdbool.h>
#include <stdint.h>

#include "os/fs.h"

/* Does the file NAME below SOURCE contain TEXT? False when it cannot be read. */
bool source_mentions(const struct dir *source, const char *name, const char *text);

/* The series that it makes, as Include/patchlevel.h says it ("3.16"); false when that does not. */
bool source_series(const struct dir *source, unsigned *ret_major, unsigned *ret_minor);

/* Lines "checking …" that ./configure is going to print. */
uint64_t source_count_checks(const struct dir *source);

/* Lines that `make install` is going to print: a file installed, a module
 * compiled. */
uint64_t source_count_files(const struct dir *source);

#endif
