/* SPDX-License-Identifier: MIT */
/* TOML: tables, keys and values. */
#include <config.h>

#include "core/toml.h"

#include <string.h>

#include "core/toml_internal.h"

/* Somewhere in the document where nothing is looked for. */
#define OUTSIDE ((size_t)-1)

/* A key on the way to a value that is looked for, and what is known of it. */
struct node {
	struct str name;
	size_t parent;
	struct toml_value *value; /* NULL: a table on the way */
	bool is_there;
	bool is_closed; /* has a value, or is an inline table: nothing can be added */
	bool is_headed; /* [it] was there, or a dotted key of an earlier section made it */
	bool is_dotted; /* a dotted key of this section made it */
};

struct document {
	struct toml_reader reader;
	size_t count;
	struct node nodes[TOML_NODES_MAX]; /* the first is the document */
};

static size_t
find_child(const struct document *d, size_t parent, struct str name)
{
	for (size_t i = 1; parent != OUTSIDE && i < d->count; i++)
		if (d->nodes[i].parent == parent && str_eq(d->nodes[i].name, name))
			return i;
	return OUTSIDE;
}

/* Nodes for the PATH of VALUE. */
static bool
add_path(struct document *d, struct toml_value *value)
{
	struct str rest = str_from(value->path);
	struct str name;
	size_t at = 0;

	value->line = 0;
	value->is_text = false;
	value->n = 0;
	while (str_split(&rest, '.', &name)) {
		size_t child = find_child(d, at, name);

		if (child == OUTSIDE) {
			if (d->count == TOML_NODES_MAX)
				return false;
			child = d->count++;
			d->nodes[child] = (struct node){ .name = name, .parent = at };
		}
		at = child;
	}
	d->nodes[at].value = value;
	return true;
}

/* One part of a key, in TEXT (TOML_WORD_MAX bytes); a longer one is none that is
 * looked for. */
static bool
take_key_part(struct toml_reader *r, struct toml_text *text)
{
	int c = toml_peek(r);

	text->n = 0;
	text->too_long = false;
	if (c == '"' || c == '\'')
		return toml_take_string(r, false, text);
	if (!toml_is_bare(c))
		return toml_fail(r, "a key is missing");
	for (; toml_is_bare(c); c = toml_peek(r)) {
		if (text->n < text->max)
			text->p[text->n++] = (char)c;
		else
			text->too_long = true;
		toml_take(r);
	}
	return !r->why;
}

/* A table where a text is looked for: it is there, and no text. */
static void
note_place(const struct document *d, const struct node *node)
{
	if (node->value && !node->value->line)
		node->value->line = d->reader.line;
}

/* Go into a table on the way: of a header, or of a dotted key. */
static bool
step_into(struct document *d, size_t i, bool is_header)
{
	struct node *node = i == OUTSIDE ? NULL : &d->nodes[i];

	if (!node)
		return true;
	if (node->is_closed)
		return toml_fail(&d->reader, "nothing can be added to what has a value");
	if (!is_header && node->is_headed)
		return toml_fail(&d->reader,
				 "a dotted key adds to a table that is defined elsewhere");
	node->is_there = true;
	node->is_dotted |= !is_header;
	note_place(d, node);
	return true;
}

/* A key with its dots, from the table FROM; its last part is *RET_NODE, which is only
 * looked for. */
static bool
take_key(struct document *d, size_t from, bool is_header, size_t *ret_node)
{
	struct toml_reader *r = &d->reader;
	char part[TOML_WORD_MAX];
	struct toml_text text = { .p = part, .max = sizeof(part) };
	size_t at = from;

	for (;;) {
		toml_skip_blanks(r);
		if (!take_key_part(r, &text))
			return false;
		at = text.too_long ? OUTSIDE : find_child(d, at, (struct str){ part, text.n });
		toml_skip_blanks(r);
		if (!toml_accept(r, '.'))
			break;
		if (!step_into(d, at, is_header))
			return false;
	}
	*ret_node = at;
	return !r->why;
}

static bool take_value(struct document *d, size_t at);

/* KEY = VALUE in the table FROM. */
static bool
take_pair(struct document *d, size_t from)
{
	struct toml_reader *r = &d->reader;
	size_t at;

	if (!take_key(d, from, false, &at))
		return false;
	if (!toml_accept(r, '='))
		return toml_fail(r, "a key has no = behind it");
	if (at != OUTSIDE && d->nodes[at].is_there)
		return toml_fail(r, "a key is defined twice");
	if (at != OUTSIDE)
		d->nodes[at].is_there = true;
	toml_skip_blanks(r);
	if (!take_value(d, at))
		return false;
	if (at != OUTSIDE)
		d->nodes[at].is_closed = true;
	return true;
}

/* Behind the { of an inline table. */
static bool
take_inline_table(struct document *d, size_t at)
{
	struct toml_reader *r = &d->reader;

	for (;;) {
		if (!toml_skip_space(r))
			return false;
		if (toml_accept(r, '}'))
			return true;
		if (!take_pair(d, at) || !toml_skip_space(r))
			return false;
		if (!toml_accept(r, ',') && toml_peek(r) != '}')
			return toml_fail(r, "an inline table needs a comma or } here");
	}
}

/* Behind the [ of an array. */
static bool
take_array(struct document *d)
{
	struct toml_reader *r = &d->reader;

	for (;;) {
		if (!toml_skip_space(r))
			return false;
		if (toml_accept(r, ']'))
			return true;
		if (!take_value(d, OUTSIDE) || !toml_skip_space(r))
			return false;
		if (!toml_accept(r, ',') && toml_peek(r) != ']')
			return toml_fail(r, "an array needs a comma or ] here");
	}
}

static bool
take_text_of(struct document *d, struct toml_value *value)
{
	struct toml_text text = { 0 };

	if (value) {
		text.p = value->text;
		text.max = sizeof(value->text);
	}
	if (!toml_take_string(&d->reader, true, &text))
		return false;
	if (value) {
		value->is_text = !text.too_long;
		value->n = text.too_long ? 0 : text.n;
	}
	return true;
}

static bool
take_nested(struct document *d, size_t at, bool is_array)
{
	bool ok;

	if (d->reader.depth == TOML_DEPTH_MAX)
		return toml_fail(&d->reader, "arrays and tables are nested too deeply");
	d->reader.depth++;
	toml_take(&d->reader);
	ok = is_array ? take_array(d) : take_inline_table(d, at);
	d->reader.depth--;
	return ok;
}

static bool
take_value(struct document *d, size_t at)
{
	struct toml_value *value = at == OUTSIDE ? NULL : d->nodes[at].value;
	int c = toml_peek(&d->reader);

	if (value)
		value->line = d->reader.line;
	switch (c) {
	case '"':
	case '\'':
		return take_text_of(d, value);
	case '[':
	case '{':
		return take_nested(d, at, c == '[');
	default:
		return toml_take_scalar(&d->reader);
	}
}

/* What dotted keys of the section that ends here have made is defined. */
static void
end_section(struct document *d)
{
	for (size_t i = 0; i < d->count; i++)
		d->nodes[i].is_headed |= d->nodes[i].is_dotted;
}

/* Behind its first [: the table that follows is *RET_TABLE. */
static bool
take_header(struct document *d, size_t *ret_table)
{
	struct toml_reader *r = &d->reader;
	bool is_array = toml_accept(r, '[');
	struct node *node;
	size_t at;

	end_section(d);
	if (!take_key(d, 0, true, &at))
		return false;
	if (!toml_accept(r, ']') || (is_array && !toml_accept(r, ']')))
		return toml_fail(r, is_array ? "a header is not closed with ]]"
					     : "a header is not closed with ]");
	*ret_table = at;
	if (at == OUTSIDE)
		return true;
	node = &d->nodes[at];
	if (is_array)
		return toml_fail(r, "this must be a table, and not an array of tables");
	if (node->is_headed || node->is_closed)
		return toml_fail(r, "a table is defined twice");
	node->is_there = node->is_headed = true;
	note_place(d, node);
	return true;
}

static bool
take_line(struct document *d, size_t *table)
{
	struct toml_reader *r = &d->reader;
	int c;

	toml_skip_blanks(r);
	c = toml_peek(r);
	if (c == '[') {
		toml_take(r);
		if (!take_header(d, table))
			return false;
	} else if (c != '#' && c != '\n' && c != TOML_END && !take_pair(d, *table)) {
		return false;
	}
	toml_skip_blanks(r);
	if (!toml_skip_comment(r))
		return false;
	if (toml_peek(r) != TOML_END && !toml_accept(r, '\n'))
		return toml_fail(r, "a line goes on where it must end");
	return !r->why;
}

static void
skip_byte_order_mark(struct toml_reader *r)
{
	/* Its pieces never stand in two chunks: it is at the start of the first. */
	if (toml_peek(r) == 0xef && str_starts(r->rest, STR_LIT("\xef\xbb\xbf")))
		r->rest = str_skip(r->rest, 3);
}

bool
toml_read(struct toml_input input, struct toml_value *values, size_t count,
	  struct toml_problem *ret_problem)
{
	struct document d;
	size_t table = 0;

	/* Not the whole struct: its chunk is filled when it is needed. */
	d.count = 1;
	d.nodes[0] = (struct node){ .is_there = true };
	d.reader.fd = input.text.p ? -1 : input.fd;
	d.reader.rest = input.text;
	d.reader.taken = input.text.p ? input.text.n : 0;
	d.reader.line = 1;
	d.reader.depth = 0;
	d.reader.why = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!add_path(&d, &values[i])) {
			*ret_problem = (struct toml_problem){ 0, "too many keys are asked for" };
			return false;
		}
	}
	skip_byte_order_mark(&d.reader);
	while (toml_peek(&d.reader) != TOML_END)
		if (!take_line(&d, &table))
			break;
	*ret_problem = (struct toml_problem){ d.reader.why_line, d.reader.why };
	return !d.reader.why;
}
