/* SPDX-License-Identifier: MIT */
/* A terminal in little: what would be seen of what was printed. */
#ifndef PYVERN_TESTS_SCREEN_H
#define PYVERN_TESTS_SCREEN_H

/*
 * Knows the sequences that ui/out prints, ASCII, and how lines break at the edge; what
 * it does not know fails the test.
 */

#include "unit.h"

#define SCREEN_ROWS_MAX 30
#define SCREEN_COLUMNS_MAX 120

struct screen {
	size_t width, height;
	char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX + 1];
	size_t row, column;
	bool cuts; /* lines end at the edge */
};

static inline void
screen_erase(struct screen *s, size_t row, size_t column)
{
	memset(&s->cells[row][column], ' ', s->width - column);
}

static inline void
screen_init(struct screen *s, size_t width, size_t height)
{
	assert_true(width <= SCREEN_COLUMNS_MAX && height <= SCREEN_ROWS_MAX);
	*s = (struct screen){ .width = width, .height = height };
	for (size_t i = 0; i < height; i++)
		screen_erase(s, i, 0);
}

static inline void
screen_line_feed(struct screen *s)
{
	if (s->row + 1 < s->height) {
		s->row++;
		return;
	}
	memmove(s->cells[0], s->cells[1], (s->height - 1) * sizeof(s->cells[0]));
	screen_erase(s, s->height - 1, 0);
}

static inline void
screen_put(struct screen *s, char c)
{
	assert_in_range((unsigned char)c, 0x20, 0x7e);
	if (s->column == s->width && s->cuts)
		s->column--;
	if (s->column == s->width) {
		s->column = 0;
		screen_line_feed(s);
	}
	s->cells[s->row][s->column++] = c;
}

/* What follows ESC; returns what comes after it. */
static inline const char *
screen_obey(struct screen *s, const char *text)
{
	char *end;
	bool is_mode = text[1] == '?';
	unsigned long number = strtoul(text + 1 + is_mode, &end, 10);

	assert_int_equal(text[0], '[');
	if (*end == 'A') {
		number = end == text + 1 ? 1 : number;
		assert_in_range(number, 1, s->row);
		s->row -= number;
	} else if (*end == 'K') {
		screen_erase(s, s->row, s->column);
	} else if (*end == 'J') {
		screen_erase(s, s->row, s->column);
		for (size_t i = s->row + 1; i < s->height; i++)
			screen_erase(s, i, 0);
	} else {
		assert_true(is_mode && number == 7 && (*end == 'l' || *end == 'h'));
		s->cuts = *end == 'l';
	}
	return end + 1;
}

static inline void
screen_print(struct screen *s, const char *text)
{
	while (*text) {
		char c = *text++;

		if (c == '\033')
			text = screen_obey(s, text);
		else if (c == '\n')
			screen_line_feed(s);
		else if (c == '\r')
			s->column = 0;
		else
			screen_put(s, c);
	}
}

/* The lines up to the last that is not empty, without blanks at their ends, each with
 * a newline. Owned by the caller. */
static inline char *
screen_text(const struct screen *s)
{
	char *text = mem_zalloc(SCREEN_ROWS_MAX * (SCREEN_COLUMNS_MAX + 2));
	size_t n = 0;
	size_t used = 0;

	for (size_t i = 0; i < s->height; i++) {
		size_t length = s->width;

		while (length && s->cells[i][length - 1] == ' ')
			length--;
		memcpy(text + n, s->cells[i], length);
		n += length;
		text[n++] = '\n';
		used = length ? n : used;
	}
	text[used] = '\0';
	return text;
}

#endif
