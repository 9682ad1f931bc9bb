/* SPDX-License-Identifier: MIT */
/* What the files of the definition module share among themselves. */
#ifndef PYVERN_SUPPLY_DEFINITION_INTERNAL_H
#define PYVERN_SUPPLY_DEFINITION_INTERNAL_H

#include "supply/definition.h"

/* The text that bash runs, and the descriptor through which we talk to it. */
extern const char definition_driver[];
#define DEFINITION_FD 200

/* Make CALL a package of DEFINITION. ERR_FAILED for what we have no implementation of;
 * ERR_CHECK for a digest that is none, or an address that needs one. */
int definition_add(struct definition *definition, const struct definition_call *call,
		   struct err *err) __attribute__((warn_unused_result));

/* Is NAME a branch of CPython's: "3.16-dev", "3.15t-dev"? */
bool definition_is_branch(const char *name);

/* What makes the branch NAME. Nothing vouches for it but where it comes from, by https. */
int definition_branch(const char *name, struct definition *ret_definition, struct err *err)
	__attribute__((warn_unused_result));

/* What it makes, once all packages are there. */
int definition_settle(struct definition *definition, struct err *err)
	__attribute__((warn_unused_result));

#endif
