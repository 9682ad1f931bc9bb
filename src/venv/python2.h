/* SPDX-License-Identifier: MIT */
/* Environments on CPython 2.7, which knows no pyvenv.cfg. */
#ifndef PYVERN_VENV_PYTHON2_H
#define PYVERN_VENV_PYTHON2_H

/*
 * CPython 2.7 finds its prefix by landmarks beside its program, links resolved: lib/
 * python2.7/os.py and lib-dynload. So bin/python is a copy, the landmarks are links to
 * the base's, and a site.py of ours reads pyvenv.cfg as PEP 405 has it, leads sys.path to
 * the base's library, and loads the base's own site module, which finds the environment's
 * packages by sys.prefix. `python -S` skips it, and has no library then.
 */

#include <stdbool.h>

#include "core/store.h"
#include "os/fs.h"

/* The folder of its library, below a prefix. */
#define PYTHON2_LIBRARY "lib/python2.7"

/* Is the Python that FACTS describe one whose environments need this? */
bool python2_is(const struct facts *facts);

/* Put into the new environment TREE what lets it start on the base at PREFIX (absolute). */
int python2_fill(const struct dir *tree, const char *prefix, struct err *err)
	__attribute__((warn_unused_result));

/* Is the environment TREE one that python2_fill() made? */
bool python2_is_made(const struct dir *tree);

/* Let its links lead to the base at PREFIX. */
int python2_rebind(const struct dir *tree, const char *prefix, struct err *err)
	__attribute__((warn_unused_result));

#endif
