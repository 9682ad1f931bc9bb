/* SPDX-License-Identifier: MIT */
/* The only module that prints. */
#ifndef PYVERN_UI_OUT_H
#define PYVERN_UI_OUT_H

/*
 * stdout is data, stderr is for people. Facts are one a line: a mark (`+` new,
 * `-` gone, `~` changed, `=` as it was, `!` needs you), a label column, plain
 * words. Details hang below with an indented label. Every text is made
 * harmless on its way out: control characters (but newline where a text may
 * have lines), marks that turn the direction of writing and invalid UTF-8 are
 * shown as \xNN. What programs read (out_line) is as it is; in JSON the same
 * characters are escapes.
 *
 * On a terminal there is a live line for each piece of work that goes on, in the order
 * in which they began, redrawn at most ten times a second where somebody calls
 * out_tick(). They are cleared before any other line; one that ends is replaced by its
 * result. Elsewhere there is a plain line per phase. Colour never carries meaning alone.
 *
 * Several threads may print, and send events. What must stand together is said between
 * out_hold() and out_release(); JSON and tables are one thread's.
 *
 *	struct out out;
 *	out_init(&out, "pyvern", flags);
 *	… out_fact(&out, '+', "3.13.5", "built from source   %s", size) …
 *	status = out_finish(&out);
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/event.h"

enum out_flags {
	OUT_QUIET = 1 << 0,   /* no notes, no progress, no facts; errors and warnings stay */
	OUT_VERBOSE = 1 << 1, /* lines of child programs too */
	OUT_JSON = 1 << 2,    /* data is one JSON document; facts go to stderr */
	OUT_PYENV = 1 << 3,   /* errors in pyenv's words, where they have them */
};

struct out;

/* Program NAME begins every error line ("pyvern", or "pyenv" under that name).
 * HOME (may be NULL) is shown as "~" in people's lines. Both borrowed. */
struct out *out_new(const char *name, const char *home, unsigned flags);

/* Errors from now on as the face called NAME ("pyenv", with OUT_PYENV in FLAGS)
 * tells them: known only after the root was found. */
void out_set_face(struct out *out, const char *name, unsigned flags);

/* Flush; a stdout that could not take everything (full disk, closed) is an
 * error of its own. Returns 0 or 1 (an exit status) and releases OUT. */
int out_finish(struct out *out);

/* What this thread says until out_release() stands together: others wait. Both nest. */
struct out *out_hold(struct out *out);
void out_release(struct out *out);

/* Draw the live lines again if that is due: time passes also where nothing happens. For
 * a thread that waits for others, some ten times a second. */
void out_tick(struct out *out);

/* Data on stdout: printf, text as given (already checked or escaped by the
 * caller through out_safe when it came from outside). */
void out_data(struct out *out, const char *fmt, ...) MEM_PRINTF(2, 3);

/* TEXT (a path, a name) as one line of data: byte for byte for a program that reads
 * it, made harmless where stdout is a terminal. */
void out_line(struct out *out, const char *text);

/* Let what was printed out, before another program goes on printing. */
void out_flush(struct out *out);

/* A fact for people on stderr: "MARK SUBJECT   text". Unless MARK is '!', it is the
 * result of the work on SUBJECT, whose live line goes. */
void
out_fact(struct out *out, char mark, const char *subject, const char *fmt, ...) MEM_PRINTF(4, 5);
/* A detail below a fact: "  LABEL  text". */
void out_detail(struct out *out, const char *label, const char *fmt, ...) MEM_PRINTF(3, 4);
/* A plain line for people on stderr: "pyvern: text". */
void out_note(struct out *out, const char *fmt, ...) MEM_PRINTF(2, 3);

/* Lines for people on stderr as they are, but for what a terminal would obey. */
void out_say(struct out *out, const char *fmt, ...) MEM_PRINTF(2, 3);

/* Show a set ERR: its line, its details, and the default fix of its code when
 * it has no "to fix" of its own. */
void out_error(struct out *out, const struct err *err);

/* The receiver that renders events on OUT (borrowed, lives as long as OUT). */
const struct events *out_events(struct out *out);

/* Ask a yes/no question on the terminal; the default is no. ERR_USAGE with
 * "WHAT needs a yes, and there is no terminal to ask" and the fix `--yes` when
 * stdin or stderr is no terminal. */
int out_ask(struct out *out, const char *what, const char *question, bool *ret_yes, struct err *err)
	__attribute__((warn_unused_result));

/* What was said to a question. */
enum out_answer {
	ANSWER_NONE, /* the input had ended */
	ANSWER_NO,
	ANSWER_YES,
};

/* Ask as pyenv does (facts/pyenv.md 6): one line of stdin is the answer, be it a
 * terminal or not; QUESTION is shown on a terminal only. Nothing behind that line is
 * read: the next question's answer, or a patch, may be there. ERR_INTERRUPTED. */
int out_ask_line(struct out *out, const char *question, enum out_answer *ret_answer,
		 struct err *err) __attribute__((warn_unused_result));

/* TEXT made harmless for a terminal. Owned by the caller (free). */
char *out_safe(const char *text) __attribute__((warn_unused_result));

/* "28.4 MB" (powers of ten, as registries and disks count), "41 ms", "3.1 s",
 * "2 min 34 s". Owned by the caller (free). */
char *out_size(uint64_t bytes) __attribute__((warn_unused_result));
char *out_duration(uint64_t milliseconds) __attribute__((warn_unused_result));

/*
 * JSON for --json, written as it goes to stdout; every document is an object
 * that starts with "schema": N. KEY is NULL inside arrays.
 */
void out_json_begin(struct out *out, int schema);
void out_json_object(struct out *out, const char *key);
void out_json_array(struct out *out, const char *key);
void out_json_close(struct out *out);
void out_json_text(struct out *out, const char *key, const char *value); /* NULL: null */
void out_json_number(struct out *out, const char *key, int64_t value);
void out_json_bool(struct out *out, const char *key, bool value);
void out_json_end(struct out *out);

/*
 * Tables for people on stdout: columns are as wide as their widest cell that
 * another follows, two blanks between. CELLS has as many texts as the
 * table has columns; NULL is an empty cell.
 */
struct out_table;
struct out_table *out_table_new(size_t columns);
void out_table_row(struct out_table *table, const char *const *cells);
/* How the last row looks on a terminal with colours; it must say the same without. */
enum out_tint { OUT_TINT_PLAIN, OUT_TINT_STRONG, OUT_TINT_FAINT, OUT_TINT_WARN };
void out_table_tint(struct out_table *table, enum out_tint tint);
void out_table_print(struct out *out, struct out_table *table); /* releases it */

#endif
