/* SPDX-License-Identifier: MIT */
/* When something was, as people say it. */
#ifndef PYVERN_CMD_WHEN_H
#define PYVERN_CMD_WHEN_H

#include <stdint.h>

/* THEN as seen at NOW (Unix seconds both, local time): "today", "yesterday", "5 days ago"
 * (up to 13), "in March" (of the last eleven months), "in 2024"; "-" for 0. Owned by the
 * caller (free). */
char *when_text(int64_t then, int64_t now) __attribute__((warn_unused_result));

#endif
