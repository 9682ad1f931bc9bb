/* SPDX-License-Identifier: MIT */
/* Which hosts the rules let be asked. */
#ifndef PYVERN_SUPPLY_HOSTS_H
#define PYVERN_SUPPLY_HOSTS_H

/*
 * Rules (core/rules) are daily, downloads are heavy: this is the gate between them. A
 * session of io/http with a gate asks it before each request, also before one that a
 * redirect leads to. What others download (git, pip, apt) has no such gate: its first
 * address is looked at here, and git is told to follow no redirects.
 */

#include <stdbool.h>

#include "base/err.h"
#include "core/config.h"
#include "io/http.h"

/* Have OPTIONS ask only hosts that CONFIG's rules allow; none, if the rules cannot be known.
 * CONFIG is borrowed as long as a session with them. */
void hosts_gate(const struct config *config, struct http_options *options);

/* May the host of URL be asked? Files of this machine have none. ERR_RULE. */
int hosts_check_url(const struct config *config, const char *url, struct err *err)
	__attribute__((warn_unused_result));

/* Is there any rule on hosts, or are the rules not known? */
bool hosts_are_limited(const struct config *config);

#endif
