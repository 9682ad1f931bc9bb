/* SPDX-License-Identifier: MIT */
/* What kind of terminal a descriptor is. */
#include <config.h>

#include "os/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 80
#define WIDTH_LEAST 20
#define WIDTH_MOST 500
#define HEIGHT_DEFAULT 24
#define HEIGHT_LEAST 2
#define HEIGHT_MOST 500

bool
term_is_live(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

bool
term_has_colour(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	return term_is_live(fd) && !(no_color && *no_color);
}

static unsigned
between(unsigned value, unsigned least, unsigned most)
{
	return value < least ? least : value > most ? most : value;
}

unsigned
term_width(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return WIDTH_DEFAULT;
	return between(size.ws_col, WIDTH_LEAST, WIDTH_MOST);
}

unsigned
term_height(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
		return HEIGHT_DEFAULT;
	return between(size.ws_row, HEIGHT_LEAST, HEIGHT_MOST);
}
