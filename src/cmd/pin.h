/* SPDX-License-Identifier: MIT */
/* What `local` and `global` share: checking and printing pins. */
#ifndef PYVERN_CMD_PIN_H
#define PYVERN_CMD_PIN_H

#include "cmd/command.h"
#include "core/pinfile.h"
#include "core/selection.h"

/* What a pin says for REQUEST, such that pyenv reads it, too: "3.12" for cp312; for
 * `latest` and the like NAME, the installed version that it is now. Owned by the
 * caller (free). */
char *pin_spell(const char *request, const char *name) __attribute__((warn_unused_result));

/* Is WORD a range (>=3.11,<3.13), where ranges are known? */
bool pin_is_range(const struct context *ctx, const char *word);

/* A range as one word of a pin file: without blanks. Owned by the caller (free). */
char *pin_spell_range(const char *range) __attribute__((warn_unused_result));

/* For --range: ERR_USAGE unless one of WORDS is a range. */
int pin_check_range(const struct context *ctx, const char *command, const struct strvec *words,
		    struct err *err) __attribute__((warn_unused_result));

enum pin_flags {
	PIN_FORCE = 1 << 0,	 /* a version need not be installed */
	PIN_KEEP_RANGE = 1 << 1, /* a range stays one, which pyenv cannot read */
};

/* ERR_NOT_INSTALLED unless each of WORDS stands for an installed version or is
 * `system`; ERR_USAGE for what a pin file cannot say. COMMAND ("local") is for
 * the "to fix" line. What to write for them, in RET_SPELLED: by pin_spell(), in the
 * pyenv face as given. */
int pin_check(const struct context *ctx, const char *command, const struct strvec *words,
	      unsigned flags, struct strvec *ret_spelled, struct err *err)
	__attribute__((warn_unused_result));

/* Print the words of a pin that was read from PLACE, one a line, and warn of what is
 * no version. How many were printed. */
size_t pin_print(const struct context *ctx, const struct selection_input *in, const struct pin *pin,
		 const char *place);

/* Write the pin of the working folder, which DIR is, and remember that there is one
 * (venv/registry). */
int pin_write_here(const struct context *ctx, const struct dir *dir, const struct strvec *words,
		   struct err *err) __attribute__((warn_unused_result));

/* Write the pin of the folder DIR. */
int pin_write(const struct dir *dir, const struct strvec *words, struct err *err)
	__attribute__((warn_unused_result));

/* Warn when what was pinned in the working folder contradicts the project. */
void pin_warn_of_project(const struct context *ctx, const struct strvec *words);

/* Remove the pin file NAME below DIR; a missing one is fine. */
int pin_remove(const struct dir *dir, const char *name, struct err *err)
	__attribute__((warn_unused_result));

#endif
