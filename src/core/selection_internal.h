/* SPDX-License-Identifier: MIT */
/* What the parts of core/selection share. */
#ifndef PYVERN_CORE_SELECTION_INTERNAL_H
#define PYVERN_CORE_SELECTION_INTERNAL_H

#include "core/selection.h"

enum venv_state {
	VENV_ABSENT,
	VENV_LINK,    /* of that name, and no folder itself */
	VENV_UNKNOWN, /* an environment that this user neither made nor trusts */
	VENV_CHANGED, /* made or trusted, and not the same any more */
	VENV_OURS,
};

/* What is at PATH, a project's `.venv`? Nothing in it is run or believed. */
enum venv_state selection_look_at_venv(const struct selection_input *in, const char *path);

#endif
