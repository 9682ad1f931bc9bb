/* SPDX-License-Identifier: MIT */
/* What the files of core/version share; nobody else includes it. */
#ifndef PYVERN_CORE_VERSION_INTERNAL_H
#define PYVERN_CORE_VERSION_INTERNAL_H

#include "core/version.h"

/* Cut "-linux-x86_64-gnu" (or "-linux", "-linux-x86_64") off the end of *S, if it ends so;
 * *RET_PLATFORM is what follows the dash. */
bool version_take_platform(struct str *s, struct str *ret_platform);

#endif
