/* SPDX-License-Identifier: MIT */
/* Where our shims are on PATH, and what comes before them. */
#ifndef PYVERN_CMD_PATH_ORDER_H
#define PYVERN_CMD_PATH_ORDER_H

#include <stdbool.h>

#include "core/layout.h"

struct path_order {
	bool has_shims;
	char *before; /* a Python in front of them (or anywhere, without shims); or NULL */
	char *other;  /* another root's shims in front of them; or NULL */
};

/* An activated environment, and what `exec` puts first, are meant to be there. */
void path_order_look(const struct layout *layout, struct path_order *ret);
void path_order_reset(struct path_order *order);
#define cleanup_path_order cleanup_with(path_order_reset)

#endif
