/* SPDX-License-Identifier: MIT */
/* Texts as words of a shell. */
#ifndef PYVERN_BASE_SHELL_H
#define PYVERN_BASE_SHELL_H

/*
 * What we suggest is copied to a prompt, and what we write is sourced: no name and
 * no path goes there as it is. A version can be called "$(reboot)".
 */

#include <stdbool.h>

#include "base/buf.h"

/* Can TEXT be given to all shells: UTF-8 without control characters? */
bool shell_text_ok(const char *text);

/*
 * TEXT as one literal word of a shell, appended to OUT. TEXT has passed
 * shell_text_ok(). Sources: POSIX Shell 2.2.2, fish's manual "Quotes", tcsh(1)
 * "Lexical structure" (`!` is history even between single quotes; with
 * backslash_quote set a backslash there quotes too), PowerShell's
 * about_Quoting_Rules (typographic quotes end a string, too), Python's and
 * nushell's string literals.
 */
void shell_quote_sh(struct buf *out, const char *text);
void shell_quote_fish(struct buf *out, const char *text);
void shell_quote_csh(struct buf *out, const char *text);
void shell_quote_pwsh(struct buf *out, const char *text);
void shell_quote_nu(struct buf *out, const char *text);
void shell_quote_xonsh(struct buf *out, const char *text);

/* TEXT as one literal word of sh: without quotes where it has nothing that a shell looks
 * at twice, as most paths and all usual versions. Owned by the caller (free). */
char *shell_word(const char *text) __attribute__((warn_unused_result));

#endif
