/* SPDX-License-Identifier: MIT */
/* Paths as text; touches no disk. */
#ifndef PYVERN_BASE_PATH_H
#define PYVERN_BASE_PATH_H

/*
 * Text paths are for showing to people and for giving to exec and the tools we
 * start. To TOUCH files hold a directory (os/fs) and pass single components
 * that path_component_ok() accepted.
 */

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

/* Longest path that we handle, with its NUL: Linux's PATH_MAX. Also what the
 * allocation-free code uses for its buffers. */
#define PATH_TEXT_MAX 4096
/* Longest single component: NAME_MAX of the file systems we meet. */
#define PATH_NAME_MAX 255

/* Is NAME one component that is safe below a folder of ours: 1 to 255 bytes,
 * not "." or "..", no '/', no control characters (0-31, 127)? */
bool path_component_ok(struct str name);

/* PARTS joined with single slashes, ended by NULL; empty parts are skipped. A
 * later part never makes the result absolute. Owned by the caller (free). */
char *path_join(const char *first, ...) __attribute__((sentinel, warn_unused_result));

/* PATH made absolute against CWD, with "//", "/./" and "name/.." removed as
 * text (links are not followed). Owned by the caller (free). */
char *path_clean(const char *cwd, const char *path) __attribute__((warn_unused_result));

/* The part after the last slash ("" for "a/"). */
struct str path_base(const char *path);

/* The part before the last slash ("/" for "/a", "." when there is none). */
struct str path_dir(const char *path);

/* Is PATH equal to DIR or below it, compared component by component? Both
 * absolute and clean. */
bool path_is_below(const char *path, const char *dir);

/* PATH with HOME shown as "~" (HOME may be NULL). Owned by the caller. */
char *path_tilde(const char *path, const char *home) __attribute__((warn_unused_result));

#endif
