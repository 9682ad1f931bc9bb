/* SPDX-License-Identifier: MIT */
/* What old sources need today, as patches that come with us. */
#ifndef PYVERN_SUPPLY_PATCHES_H
#define PYVERN_SUPPLY_PATCHES_H

/*
 * share/patches/patches.tsv says which patch is for which version: those that it was
 * built and tried with, and no others. A patch of the user's takes their place, as with
 * pyenv. Each begins with its reason.
 */

#include "core/layout.h"

/* Largest of our patches, in bytes. */
#define PATCHES_MAX ((size_t)256 * 1024)

/* The patches for the source of VERSION ("3.9.2"), one after the other; *RET_TEXT is
 * NULL where none is needed, and so is *RET_NAMES ("openssl3.patch"); both owned by the
 * caller (free). ERR_FAILED when one that is listed cannot be read. */
int patches_find(const struct layout *layout, const char *version, char **ret_text,
		 char **ret_names, struct err *err) __attribute__((warn_unused_result));

#endif
