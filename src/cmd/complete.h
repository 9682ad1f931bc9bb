/* SPDX-License-Identifier: MIT */
/* What a command line can go on with, from the option tables. */
#ifndef PYVERN_CMD_COMPLETE_H
#define PYVERN_CMD_COMPLETE_H

#include "cmd/command.h"

/* What may follow the words BEFORE (NULL-terminated, without the command's name) of
 * COMMAND: its options, then what the next operand can be; only values where an
 * option waits for one. Files and folders are the shell's to find. What cannot be
 * listed is left out: a completion has nobody to tell. */
void complete_words(const struct context *ctx, const struct command *command, char *const *before,
		    struct strvec *ret_words);

/* Names of all commands, ours and plugins', sorted, as `commands` lists them: with
 * SH those for the shell function (without `sh-`), with PLAIN the others. */
void complete_commands(const struct context *ctx, bool sh, bool plain, struct strvec *ret_names);

#endif
