/* SPDX-License-Identifier: MIT */
/* What its user hands to `install`: definition files, and a patch. */
#ifndef PYVERN_INSTALL_GIVEN_H
#define PYVERN_INSTALL_GIVEN_H

#include "cmd/command.h"
#include "supply/definition.h"
#include "supply/install.h"

/* The path of the definition file that WORD names (supply/definition): any file in pyenv's
 * face, else one with a slash in its name, or of a folder of definitions. Owned by the
 * caller (free); NULL: none. */
char *
given_definition(const struct context *ctx, const char *word) __attribute__((warn_unused_result));

/* May a definition, or a branch, be installed at all? No code of it has run yet. ERR_RULE. */
int given_check(const struct context *ctx, const char *path, struct err *err)
	__attribute__((warn_unused_result));

/* Read it, for the version NAME; OPTIONS install it then. DEFINITION must outlive them. */
int given_open(const struct context *ctx, const char *path, const char *name,
	       struct install_options *options, struct definition *definition, struct err *err)
	__attribute__((warn_unused_result));

/* What a line about all of DEFINITION names: its Python, or what comes last. Borrowed. */
const char *given_package(const struct definition *definition);

/* All of standard input, a text. Owned by the caller (free). */
int given_patch(char **ret_patch, struct err *err) __attribute__((warn_unused_result));

#endif
