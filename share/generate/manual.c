/* SPDX-License-Identifier: MIT */
/* Manual pages: the option tables, and the prose of share/manual. */
#include <config.h>

#include <ctype.h>
#include <string.h>

#include "generate.h"

#include "base/path.h"

/*
 * Prose is plain text: paragraphs between empty lines; `# HEADING`; a line that begins
 * with four blanks is shown as it is; `= TERM` begins an entry of a list, whose text
 * follows; what stands between backquotes is bold. What comes before the first heading
 * belongs to DESCRIPTION.
 */

/* What roff would take for its own, as a character. LITERAL: what is copied from a page
 * to a prompt must be ASCII there. */
static void
add_char(struct buf *b, char c, bool literal)
{
	static const struct {
		char c;
		const char *roff;
	} marks[] = {
		{ '\\', "\\e" },  { '-', "\\-" },   { '\'', "\\(aq" },
		{ '`', "\\(ga" }, { '^', "\\(ha" }, { '~', "\\(ti" },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (c != marks[i].c)
			continue;
		if (!literal && (c == '-' || c == '\''))
			break;
		buf_add_text(b, marks[i].roff);
		return;
	}
	buf_add_char(b, c);
}

/* A line of text; a dot or quote at its beginning is no request. */
static void
add_line(struct buf *b, struct str line, bool literal)
{
	bool bold = false;

	if (line.n && (line.p[0] == '.' || line.p[0] == '\''))
		buf_add_text(b, "\\&");
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '`' && !literal) {
			bold = !bold;
			buf_add_text(b, bold ? "\\fB" : "\\fR");
		} else {
			add_char(b, line.p[i], literal || bold);
		}
	}
	buf_add_text(b, bold ? "\\fR\n" : "\n");
}

static void
add_text(struct buf *b, const char *text)
{
	add_line(b, str_from(text), false);
}

static void
add_literal(struct buf *b, const char *text)
{
	for (; *text; text++)
		add_char(b, *text, true);
}

/* The state that the lines of prose are in. */
enum state { HEADING, TEXT, EXAMPLE, BREAK };

static void
add_prose(struct buf *b, struct str rest)
{
	enum state state = TEXT;
	struct str line;

	while (str_line(&rest, &line)) {
		bool is_example = str_starts(line, STR_LIT("    "));

		if (state == EXAMPLE && !is_example && line.n) {
			buf_add_text(b, ".EE\n.RE\n");
			state = BREAK;
		}
		if (line.n == 0) {
			state = state == TEXT ? BREAK : state;
			continue;
		}
		if (str_starts(line, STR_LIT("# "))) {
			buf_printf(b, ".SH %.*s\n", STR_ARG(str_skip(line, 2)));
			state = HEADING;
			continue;
		}
		if (str_starts(line, STR_LIT("= "))) {
			buf_add_text(b, ".TP\n");
			add_line(b, str_skip(line, 2), false);
			state = TEXT;
			continue;
		}
		if (is_example && state != EXAMPLE) {
			/* Nothing stands between a heading and what is below it. */
			buf_add_text(b, state == HEADING ? ".RS 4\n.EX\n" : ".PP\n.RS 4\n.EX\n");
			state = EXAMPLE;
		} else if (!is_example) {
			buf_add_text(b, state == BREAK ? ".PP\n" : "");
			state = TEXT;
		}
		add_line(b, is_example ? str_skip(line, 4) : line, is_example);
	}
	if (state == EXAMPLE)
		buf_add_text(b, ".EE\n.RE\n");
}

static void
add_head(struct buf *b, const char *name, char section)
{
	buf_add_text(b,
		     ".\\\" Made from the option tables and share/manual: not to be edited.\n.TH ");
	for (const char *c = name; *c; c++)
		buf_add_char(b, (char)toupper((unsigned char)*c));
	buf_printf(b, " %c \"\" \"pyvern %s\" \"pyvern manual\"\n.SH NAME\n", section,
		   PACKAGE_VERSION);
	add_literal(b, name);
}

static void
add_option(struct buf *b, const struct option_spec *option)
{
	buf_add_text(b, ".TP\n");
	if (option->letter)
		buf_printf(b, "\\fB\\-%c\\fR, ", option->letter);
	buf_add_text(b, "\\fB\\-\\-");
	add_literal(b, option->name);
	buf_add_text(b, "\\fR");
	if (option->value)
		buf_printf(b, " \\fI%s\\fR", option->value);
	buf_add_char(b, '\n');
	add_text(b, option->help);
}

static void
add_synopsis(struct buf *b, const struct command *command)
{
	bool has_options = command->options && command->options[0].name;

	buf_add_text(b, ".SH SYNOPSIS\n\\fBpyvern ");
	add_literal(b, command->name);
	buf_printf(b, "\\fR%s", has_options ? " [OPTIONS]" : "");
	if (command->usage && *command->usage) {
		buf_add_char(b, ' ');
		add_literal(b, command->usage);
	}
	buf_add_char(b, '\n');
}

/* The text that stands behind an option in a table, as the paragraphs of help. */
static void
add_help(struct buf *b, const struct command *command)
{
	buf_add_text(b, ".SH DESCRIPTION\n");
	add_text(b, command->summary);
	buf_truncate(b, b->len - 1);
	buf_add_text(b, ".\n");
	if (command->help) {
		buf_add_text(b, ".PP\n");
		add_prose(b, str_from(command->help));
	}
}

/* A table that has its own source is shown as it is in help. */
static void
add_more(struct buf *b, const struct command *command)
{
	cleanup_buf struct buf more = BUF_INIT(BUF_TEXT_MAX);
	struct str rest;
	struct str line;

	if (!command->more)
		return;
	command->more(&more);
	rest = buf_str(&more);
	buf_add_text(b, ".PP\n.EX\n");
	while (str_line(&rest, &line))
		add_line(b, line, true);
	buf_add_text(b, ".EE\n");
}

void
manual_command(struct buf *b, const struct command *command, struct str prose)
{
	static const struct option_spec help = { .name = "help",
						 .letter = 'h',
						 .help = "show how it is used" };
	cleanup_free char *name = mem_printf("pyvern-%s", command->name);
	/* What comes before its first heading goes on with the description. */
	const char *heading = memmem(prose.p ? prose.p : "", prose.n, "\n# ", 3);
	size_t first = heading ? (size_t)(heading - prose.p) : prose.n;

	if (str_starts(prose, STR_LIT("# ")))
		first = 0;
	add_head(b, name, '1');
	buf_add_text(b, " \\- ");
	add_text(b, command->summary);
	add_synopsis(b, command);
	add_help(b, command);
	if (first) {
		buf_add_text(b, ".PP\n");
		add_prose(b, (struct str){ prose.p, first });
	}
	add_more(b, command);
	buf_add_text(b, ".SH OPTIONS\n");
	for (const struct option_spec *s = command->options; s && s->name; s++)
		if (!s->hidden)
			add_option(b, s);
	add_option(b, &help);
	add_prose(b, str_skip(prose, first));
	buf_add_text(b, ".SH SEE ALSO\n.BR pyvern (1),\n.BR pyvern-pins (5),\n"
			".BR pyvern-environment (7),\n.BR pyvern-plugins (7)\n");
}

static void
add_commands(struct buf *b, const struct command *const *table)
{
	static const char *const headings[] = { "COMMANDS", "COMMANDS FOR SCRIPTS" };

	for (int hidden = 0; hidden <= 1; hidden++) {
		buf_printf(b, ".SH %s\n", headings[hidden]);
		for (const struct command *const *c = table; *c; c++) {
			if (!is_typed(*c) || (*c)->hidden != hidden)
				continue;
			buf_add_text(b, ".TP\n.BR pyvern\\-");
			add_literal(b, (*c)->name);
			buf_add_text(b, " (1)\n");
			add_text(b, (*c)->summary);
		}
	}
}

static void
add_settings(struct buf *b)
{
	buf_add_text(b,
		     ".SH SETTINGS\nKeys of the files `config`; each is also the variable PYVERN_ "
		     "and the key in upper case.\n");
	for (const struct config_key *key = config_keys; key->name; key++) {
		buf_add_text(b, ".TP\n\\fB");
		add_literal(b, key->name);
		buf_add_text(b, "\\fR\n");
		add_text(b, key->help);
	}
}

void
manual_topic(struct buf *b, const char *name, char section, const struct command *const *table,
	     struct str prose)
{
	struct str title = { 0 };

	str_line(&prose, &title);
	add_head(b, name, section);
	buf_add_text(b, " \\- ");
	add_line(b, title, false);
	/* What follows the line with the title begins with a heading. */
	while (prose.n && prose.p[0] == '\n')
		prose = str_skip(prose, 1);
	add_prose(b, prose);
	if (section == '1')
		add_commands(b, table);
	if (strcmp(name, "pyvern-environment") == 0)
		add_settings(b);
}
