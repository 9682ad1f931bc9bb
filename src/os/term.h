/* SPDX-License-Identifier: MIT */
/* What kind of terminal a descriptor is. */
#ifndef PYVERN_OS_TERM_H
#define PYVERN_OS_TERM_H

#include <stdbool.h>

/* Is FD a terminal on which a line can be redrawn (TERM set and not "dumb")? */
bool term_is_live(int fd);

/* May colour be used on FD: live, and NO_COLOR unset or empty? */
bool term_has_colour(int fd);

/* Columns of FD's terminal, 20 to 500; 80 when unknown. */
unsigned term_width(int fd);

/* Lines of FD's terminal, 2 to 500; 24 when unknown. */
unsigned term_height(int fd);

#endif
