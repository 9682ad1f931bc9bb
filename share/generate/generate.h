/* SPDX-License-Identifier: MIT */
/* Files that are made of the command table: completions and manual pages. */
#ifndef PYVERN_SHARE_GENERATE_H
#define PYVERN_SHARE_GENERATE_H

/*
 * Nothing here knows a command: all comes from the descriptors. A writer gets the
 * table (ends with NULL) and appends one file to B.
 */

#include "base/buf.h"
#include "cmd/command.h"

/* 4 MiB: the largest file is some ten kilobytes. */
#define GENERATED_MAX ((size_t)4 * 1024 * 1024)

/* What a shell's completion does at one place of the command line. */
enum offer {
	OFFER_NOTHING,
	OFFER_FILES,
	OFFER_FOLDERS,
	OFFER_WORDS, /* those of the operand, and nothing that is looked up */
	OFFER_ASK,   /* what `pyvern completions` says */
	OFFER_ASK_FOLDERS,
};

enum offer offer_of(const struct operand *operand);

/* Is COMMAND one that people type? */
bool is_typed(const struct command *command);

/* Does COMMAND have anything at the place INDEX (from 0) of its own, before `rest`? */
bool has_operand(const struct command *command, size_t index);

/* The name of what an operand can be, for people: "version", "folder". */
const char *operand_name(const struct operand *operand);

void completions_bash(struct buf *b, const struct command *const *table);
void completions_zsh(struct buf *b, const struct command *const *table);
void completions_fish(struct buf *b, const struct command *const *table);
void completions_pwsh(struct buf *b, const struct command *const *table);
void completions_nu(struct buf *b, const struct command *const *table);

/* The manual page of COMMAND, with the PROSE of its file in share/manual. */
void manual_command(struct buf *b, const struct command *command, struct str prose);

/* A page on something else: NAME ("pyvern-pins") and its title in PROSE's first line;
 * section 1 lists the commands. */
void manual_topic(struct buf *b, const char *name, char section, const struct command *const *table,
		  struct str prose);

#endif
