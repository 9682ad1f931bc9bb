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

/* ERR_NOT_INSTALLED unless each of WORDS stands for an installed version or is
 * `system`; ERR_USAGE for what a pin file cannot say. COMMAND ("local") is for
 * the "to fix" line. FORCE: a version need not be installed. What to write for
 * them, in RET_SPELLED: by pin_spell(), in the pyenv face as given. */
int
pin_check(const struct context *ctx, const char *command, const struct strvec *words, bool force,
	  struct strvec *ret_spelled, struct err *err) __attribute__((warn_unused_result));

/* Print the words of a pin that was read from PLACE, one a line, and warn of what is
 * no version. How many were printed. */
size_t pin_print(const struct context *ctx, const struct selection_input *in, const struct pin *pin,
		 const char *place);

/* Write the pin of the folder DIR. */
int pin_write(const struct dir *dir, const struct strvec *words, struct err *err)
	__attribute__((warn_unused_result));

/* Remove the pin file NAME below DIR; a missing one is fine. */
int pin_remove(const struct dir *dir, const char *name, struct err *err)
	__attribute__((warn_unused_result));

#endif
