/* SPDX-License-Identifier: MIT */
/* Environments that other programs made in one place, given another. */
#ifndef PYVERN_VENV_READDRESS_H
#define PYVERN_VENV_READDRESS_H

/*
 * `python -m venv`, virtualenv and pip write the place that they work in into
 * pyvenv.cfg, activation scripts and the first lines of programs. Where they worked
 * on a folder that is to be moved, those texts are changed before it is. Compiled
 * files name the old place in tracebacks only, until their source is loaded anew.
 */

#include "base/err.h"
#include "os/fs.h"

/* Replace the path FROM by TO in the pyvenv.cfg and in the texts in bin of the
 * environment in TREE. Links and files that are no text stay as they are. */
int readdress(const struct dir *tree, const char *from, const char *to, struct err *err)
	__attribute__((warn_unused_result));

#endif
