/* SPDX-License-Identifier: MIT */
/* Activation scripts of activate_more.c, for the table. */
#ifndef PYVERN_VENV_ACTIVATE_INTERNAL_H
#define PYVERN_VENV_ACTIVATE_INTERNAL_H

#include "venv/activate.h"

void activate_xonsh(struct buf *out, const struct activation *activation);
/* Not tried in a real PowerShell or nushell: their texts are held against fixtures. */
void activate_pwsh(struct buf *out, const struct activation *activation);
void activate_nu(struct buf *out, const struct activation *activation);
/* For a Python that runs already. */
void activate_python(struct buf *out, const struct activation *activation);

#endif
