/* SPDX-License-Identifier: MIT */
/* What the files of the hooks module share among themselves. */
#ifndef PYVERN_CORE_HOOKS_INTERNAL_H
#define PYVERN_CORE_HOOKS_INTERNAL_H

#include "core/hooks.h"

/* The text that bash runs, and the descriptor through which we talk to it: hooks use
 * small numbers, and 255 is bash's own. */
extern const char hooks_driver[];
#define HOOKS_FD 200

/* What the hook at PATH, if it is called like one of pyenv's, reads beside itself: the
 * folder and the files in it. */
void hooks_companions(const char *path, struct strvec *ret_paths);

#endif
