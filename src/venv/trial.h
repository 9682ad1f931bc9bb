/* SPDX-License-Identifier: MIT */
/* Would an environment start on another patch release? */
#ifndef PYVERN_VENV_TRIAL_H
#define PYVERN_VENV_TRIAL_H

/*
 * Tried in a folder of the store's stages: a pyvenv.cfg that names the other Python, a link to it,
 * and links to the environment's own packages. So its .pth files and sitecustomize run as they
 * will, and the environment itself is not touched. That is code of the environment: only for
 * one that the user made or trusts.
 */

#include "core/store.h"

/* Start the environment in FOLDER (absolute) on the installed VERSION. ERR_FAILED: it does not;
 * ERR_INTERRUPTED. */
int env_trial(const struct store *store, const char *folder, const char *version, struct err *err)
	__attribute__((warn_unused_result));

#endif
