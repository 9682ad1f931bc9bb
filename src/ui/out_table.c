/* SPDX-License-Identifier: MIT */
/* Tables for people on stdout. */
#include <config.h>

#include <assert.h>
#include <string.h>

#include "base/vec.h"
#include "ui/out_state.h"

struct out_table {
	size_t columns;
	struct strvec cells; /* row by row */
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

static size_t
column_width(const struct out_table *table, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < table->cells.count; i += table->columns) {
		size_t width = text_width(table->cells.items[i]);

		widest = width > widest ? width : widest;
	}
	return widest;
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

void
out_table_print(struct out *out, struct out_table *table)
{
	cleanup_free size_t *widths = mem_zalloc(table->columns * sizeof(*widths));

	assert(table->columns > 0);
	for (size_t i = 0; i < table->columns; i++)
		widths[i] = column_width(table, i);
	out_live_clear(out);
	for (size_t i = 0; i < table->cells.count; i++) {
		const char *cell = table->cells.items[i];
		size_t column = i % table->columns;
		bool last = ends_row(table, i);

		/* %*s pads by bytes: the padding is counted in characters here. */
		(void)printf("%s%*s%s", cell, last ? 0 : (int)(widths[column] - text_width(cell)),
			     "", last ? "\n" : "  ");
		/* No blanks at the end of a line for cells that are empty. */
		if (last)
			i += table->columns - 1 - column;
	}
	strvec_reset(&table->cells);
	free(table);
}
