/* SPDX-License-Identifier: MIT */
/* install --bin: links to what is installed, in a folder of the user's. */
#ifndef PYVERN_INSTALL_BIN_H
#define PYVERN_INSTALL_BIN_H

#include "cmd/command.h"

/* Does the command line ask for links? */
bool install_bin_wanted(const struct context *ctx);

/* ERR_USAGE where no folder for them is known, or it is in the root: before anything is
 * downloaded. */
int
install_bin_check(const struct context *ctx, struct err *err) __attribute__((warn_unused_result));

/* Make the links of the installed versions NAMES, and say so; nothing where none are
 * wanted. One that fails does not stop the others; the first error is returned. */
int install_bin(const struct context *ctx, const struct strvec *names, struct err *err)
	__attribute__((warn_unused_result));

#endif
