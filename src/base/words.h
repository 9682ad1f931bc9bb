/* SPDX-License-Identifier: MIT */
/* A line of options taken apart into words, without a shell. */
#ifndef PYVERN_BASE_WORDS_H
#define PYVERN_BASE_WORDS_H

/*
 * PYTHON_CONFIGURE_OPTS, MAKE_OPTS and their like hold several options in one
 * text. pyenv lets the shell take them apart; here they are data. What people
 * write in them keeps working: words are separated by blanks, 'single' and
 * "double" quotes keep blanks, and a backslash keeps the next character
 * (within double quotes only before `"`, `\`, `$` and a backquote, as in sh).
 * Nothing is expanded: `$HOME` and `*` stay as they are.
 */

#include "base/err.h"
#include "base/vec.h"

/* Longest text accepted, in bytes: more than anybody writes in a variable. */
#define WORDS_TEXT_MAX ((size_t)64 * 1024)

/* Add the words of TEXT (NULL: none) to RET. ERR_USAGE for an unclosed quote or
 * a lone backslash at the end, naming WHAT. */
int words_split(const char *text, const char *what, struct strvec *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
