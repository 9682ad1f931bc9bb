/* SPDX-License-Identifier: MIT */
/* What the files of ui/out share; nobody else includes it. */
#ifndef PYVERN_UI_OUT_STATE_H
#define PYVERN_UI_OUT_STATE_H

#include "base/str.h"
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

/* The one live line. */
struct live {
	bool enabled; /* stderr is a terminal that can redraw, and not --quiet */
	bool shown;   /* a line is on the screen now */
	int64_t drawn_ms;
	int64_t phase_ms; /* when the phase began */
	char *subject;
	char *phase;
	enum event_unit unit;
	uint64_t done;
	uint64_t total;
	struct rate_sample samples[RATE_SAMPLES];
	unsigned sample_count;
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
	bool hides_details; /* the fact above was not shown */
	struct events events;
	struct live live;
	struct json_state json;
};

/* TEXT for people: harmless, and home shown as "~". Owned by the caller. */
char *out_people(const struct out *out, const char *text) __attribute__((warn_unused_result));

/* Bytes of the character at S (not empty) when a terminal may be given it, else 0;
 * *RET_CODE is what it is, where it is UTF-8. */
size_t out_showable(struct str s, uint32_t *ret_code);

/* Take the live line off the screen before anything else is printed. */
void out_live_clear(struct out *out);

void out_live_event(struct out *out, const struct event *event);
void out_live_reset(struct live *live);

#endif
