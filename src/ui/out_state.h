/* SPDX-License-Identifier: MIT */
/* What the files of ui/out share; nobody else includes it. */
#ifndef PYVERN_UI_OUT_STATE_H
#define PYVERN_UI_OUT_STATE_H

#include <pthread.h>

#include "base/str.h"
#include "base/vec.h"
#include "ui/out.h"

/* Deepest nesting of --json. */
#define JSON_DEPTH_MAX 16
/* Samples of progress kept for the rate, one a second: the rate is over the
 * last few seconds, not since the start. */
#define RATE_SAMPLES 8

struct rate_sample {
	int64_t at_ms;
	uint64_t done;
};

/* A piece of work that is going on: one live line. */
struct live_row {
	char *subject;	  /* as the events have it */
	char *label;	  /* the same for people */
	char *phase;	  /* as the events have it */
	char *doing;	  /* the same for people */
	int64_t phase_ms; /* when the phase began */
	enum event_unit unit;
	uint64_t done;
	uint64_t total;
	struct rate_sample samples[RATE_SAMPLES];
	unsigned sample_count;
};

struct live {
	bool enabled; /* stderr is a terminal that can redraw, and not --quiet */
	bool ticks;   /* somebody calls out_tick(): what was not drawn at once will be */
	int64_t drawn_ms;
	struct live_row *rows; /* in the order of their start */
	size_t count;
	size_t *drawn; /* columns of each line that is on the screen now */
	size_t drawn_count;
	size_t drawn_width; /* of the terminal then */
};

struct json_state {
	unsigned depth;
	bool is_array[JSON_DEPTH_MAX];
	bool has_items[JSON_DEPTH_MAX];
};

struct out {
	const char *name;
	const char *home;
	unsigned flags;
	bool to_terminal; /* stdout is one */
	bool colour;
	bool hides_details;   /* the fact above was not shown */
	pthread_mutex_t lock; /* recursive: of all that follows, and of the two streams */
	struct events events;
	struct live live;
	struct json_state json;
};

/* TEXT for people: harmless, and home shown as "~". Owned by the caller. */
char *out_people(const struct out *out, const char *text) __attribute__((warn_unused_result));

/* Bytes of the character at S (not empty) when a terminal may be given it, else 0;
 * *RET_CODE is what it is, where it is UTF-8. */
size_t out_showable(struct str s, uint32_t *ret_code);

/* For a local variable: OUT is held until it goes out of scope. It may have no other
 * use; clang before 15 or so warns of that, although the handler uses it. */
static inline void
out_held_cleanup_handler(struct out **out)
{
	out_release(*out);
}
#define cleanup_held __attribute__((unused)) cleanup_with(out_held_cleanup_handler)

/* Take the live lines off the screen before anything else is printed. They come back
 * with the next event or tick. */
void out_live_clear(struct out *out);

/* NOW: platform_now_ms(). */
void out_live_event(struct out *out, const struct event *event, int64_t now);
void out_live_tick(struct out *out, int64_t now);
/* SUBJECT's line goes. */
void out_live_end(struct out *out, const char *subject);
void out_live_reset(struct live *live);

/* The lines of COUNT ROWS, each of at most WIDTH columns. */
void out_rows_text(const struct live_row *rows, size_t count, size_t width, int64_t now,
		   struct strvec *ret_lines);

/* Columns that TEXT takes at most: a character that is not ASCII may take two. */
size_t out_columns(const char *text);

#endif
