/* SPDX-License-Identifier: MIT */
/* The installed manual pages. */
#ifndef PYVERN_CMD_MANUAL_H
#define PYVERN_CMD_MANUAL_H

#include "core/layout.h"

/* Become `man` on the page of the command NAME, where people look at a terminal and
 * both are there; else do nothing. */
void manual_open(const struct layout *layout, const char *name);

#endif
