/* SPDX-License-Identifier: MIT */
/* Tables for people on stdout. */
#include <config.h>

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "os/term.h"
#include "ui/out_state.h"

struct out_table {
	size_t columns;
	struct strvec cells; /* row by row */
	enum out_tint *tints;
	size_t rows;
};

struct out_table *
out_table_new(size_t columns)
{
	struct out_table *table = mem_zalloc(sizeof(*table));

	table->columns = columns;
	return table;
}

void
out_table_row(struct out_table *table, const char *const *cells)
{
	for (size_t i = 0; i < table->columns; i++)
		strvec_take(&table->cells, out_safe(cells[i] ? cells[i] : ""));
	table->tints = vec_grow(table->tints, table->rows, sizeof(*table->tints));
	table->tints[table->rows++] = OUT_TINT_PLAIN;
}

void
out_table_tint(struct out_table *table, enum out_tint tint)
{
	assert(table->rows > 0);
	table->tints[table->rows - 1] = tint;
}

/* Columns that TEXT takes: its characters, not its bytes. */
static size_t
text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* Is nothing to be seen behind the cell I in its row? */
static bool
ends_row(const struct out_table *table, size_t i)
{
	for (i++; i % table->columns != 0; i++)
		if (*table->cells.items[i])
			return false;
	return true;
}

/* A cell that ends its row needs no room: a long one would push the others' ends away
 * from what they belong to. */
static size_t
column_width(const struct out_table *table, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < table->cells.count; i += table->columns) {
		size_t width = ends_row(table, i) ? 0 : text_width(table->cells.items[i]);

		widest = width > widest ? width : widest;
	}
	return widest;
}

void
out_table_print(struct out *out, struct out_table *table)
{
	static const char *const codes[] = { "", "\033[1m", "\033[2m", "\033[33m" };
	cleanup_free size_t *widths = mem_zalloc(table->columns * sizeof(*widths));
	bool colour = term_has_colour(STDOUT_FILENO);
	cleanup_held struct out *held = out_hold(out);

	assert(table->columns > 0);
	for (size_t i = 0; i < table->columns; i++)
		widths[i] = column_width(table, i);
	out_live_clear(out);
	for (size_t i = 0; i < table->cells.count; i++) {
		const char *cell = table->cells.items[i];
		size_t column = i % table->columns;
		bool last = ends_row(table, i);
		const char *code = colour ? codes[table->tints[i / table->columns]] : "";

		/* %*s pads by bytes: the padding is counted in characters here. */
		(void)printf("%s%s%*s%s%s", column == 0 ? code : "", cell,
			     last ? 0 : (int)(widths[column] - text_width(cell)), "",
			     last && *code ? "\033[0m" : "", last ? "\n" : "  ");
		/* No blanks at the end of a line for cells that are empty. */
		if (last)
			i += table->columns - 1 - column;
	}
	strvec_reset(&table->cells);
	free(table->tints);
	free(table);
}
