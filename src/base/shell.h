/* SPDX-License-Identifier: MIT */
/* Texts as words of a POSIX shell. */
#ifndef PYVERN_BASE_SHELL_H
#define PYVERN_BASE_SHELL_H

/*
 * What we suggest is copied to a prompt, and what we write is sourced: no name and
 * no path goes there as it is. A version can be called "$(reboot)".
 * Source: POSIX Shell 2.2.2. Other shells' words are in venv/activate.
 */

#include "base/buf.h"

/* TEXT as one literal word, in single quotes, appended to OUT. */
void shell_quote(struct buf *out, const char *text);

/* TEXT as one literal word: without quotes where it has nothing that a shell looks
 * at twice, as most paths and all usual versions. Owned by the caller (free). */
char *shell_word(const char *text) __attribute__((warn_unused_result));

#endif
