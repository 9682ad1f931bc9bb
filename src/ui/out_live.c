/* SPDX-License-Identifier: MIT */
/* Events as one live line on a terminal, or a plain line per phase. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/platform.h"
#include "os/term.h"
#include "ui/out_state.h"

/* Milliseconds between two drawings: ten a second. */
#define DRAW_EVERY_MS 100
#define SAMPLE_EVERY_MS 1000
/* A rate over less time than this says nothing, in milliseconds. */
#define RATE_LEAST_MS 500

void
out_live_reset(struct live *live)
{
	free(live->subject);
	free(live->phase);
	live->subject = NULL;
	live->phase = NULL;
	live->sample_count = 0;
}

void
out_live_clear(struct out *out)
{
	if (!out->live.shown)
		return;
	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	out->live.shown = false;
}

/* Units a second over the kept samples; 0: not known yet. */
static double
rate(const struct live *live, int64_t now)
{
	const struct rate_sample *oldest = &live->samples[0];

	if (!live->sample_count || now - oldest->at_ms < RATE_LEAST_MS || live->done < oldest->done)
		return 0;
	return (double)(live->done - oldest->done) * 1000 / (double)(now - oldest->at_ms);
}

static void
sample(struct live *live, int64_t now)
{
	if (live->sample_count &&
	    now - live->samples[live->sample_count - 1].at_ms < SAMPLE_EVERY_MS)
		return;
	if (live->sample_count == RATE_SAMPLES) {
		memmove(live->samples, live->samples + 1,
			(RATE_SAMPLES - 1) * sizeof(*live->samples));
		live->sample_count--;
	}
	live->samples[live->sample_count++] = (struct rate_sample){ now, live->done };
}

/* "17.4 of 28.4 MB  11.0 MB/s" or "250 of 410". */
static void
add_measure(struct buf *b, const struct live *live, double per_second)
{
	cleanup_free char *done = out_size(live->done);
	cleanup_free char *total = out_size(live->total);
	cleanup_free char *speed = out_size((uint64_t)per_second);
	const char *done_unit = strrchr(done, ' ');
	const char *total_unit = strrchr(total, ' ');

	if (live->unit == EVENT_UNIT_ITEMS) {
		buf_printf(b, "  %llu", (unsigned long long)live->done);
		if (live->total)
			buf_printf(b, " of %llu", (unsigned long long)live->total);
		return;
	}
	if (!live->total)
		buf_printf(b, "  %s", done);
	else if (done_unit && total_unit && strcmp(done_unit, total_unit) == 0)
		buf_printf(b, "  %.*s of %s", (int)(done_unit - done), done, total);
	else
		buf_printf(b, "  %s of %s", done, total);
	if (per_second > 0)
		buf_printf(b, "  %s/s", speed);
}

static void
add_time(struct buf *b, const struct live *live, double per_second, int64_t now)
{
	cleanup_free char *text = NULL;

	if (per_second > 0 && live->total > live->done) {
		double left = (double)(live->total - live->done) / per_second;

		text = out_duration((uint64_t)left * 1000 + 1000);
		buf_printf(b, "  %s left", text);
	} else if (now - live->phase_ms >= 1000) {
		text = out_duration((uint64_t)(now - live->phase_ms));
		buf_printf(b, "  %s", text);
	}
}

static void
draw(struct out *out, int64_t now)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	cleanup_free char *text = NULL;
	struct live *live = &out->live;
	double per_second = rate(live, now);
	size_t width = term_width(STDERR_FILENO) - 1;

	buf_printf(&b, "  %-7s  %s", live->subject ? live->subject : "", live->phase);
	if (live->unit != EVENT_UNIT_NONE) {
		uint64_t done = live->total && live->done > live->total ? live->total : live->done;

		if (live->total)
			buf_printf(&b, "  %u%%",
				   (unsigned)((double)done * 100 / (double)live->total));
		add_measure(&b, live, per_second);
	}
	add_time(&b, live, per_second, now);
	text = out_people(out, buf_text(&b));
	/* Names are nearly always ASCII: a line cut by bytes is at most too short. */
	(void)fprintf(stderr, "\r%.*s\033[K", (int)width, text);
	(void)fflush(stderr);
	live->shown = true;
	live->drawn_ms = now;
}

static void
begin_phase(struct out *out, const struct event *event, int64_t now)
{
	struct live *live = &out->live;

	out_live_reset(live);
	live->subject = mem_strdup(event->subject);
	live->phase = mem_strdup(event->phase);
	live->unit = event->unit;
	live->done = event->done;
	live->total = event->total;
	live->phase_ms = now;
	if (live->enabled)
		draw(out, now);
}

static bool
same_phase(const struct live *live, const struct event *event)
{
	return live->phase && strcmp(live->phase, event->phase) == 0 &&
	       strcmp(live->subject ? live->subject : "", event->subject ? event->subject : "") ==
		       0;
}

static void
progress(struct out *out, const struct event *event, int64_t now)
{
	struct live *live = &out->live;

	if (!same_phase(live, event))
		begin_phase(out, event, now);
	live->unit = event->unit;
	live->done = event->done;
	live->total = event->total;
	sample(live, now);
	if (live->enabled && (now - live->drawn_ms >= DRAW_EVERY_MS || live->done == live->total))
		draw(out, now);
}

static void
show_line(struct out *out, const struct event *event)
{
	const char *about = event->subject ? event->subject : "";

	out_note(out, "%s%s%s", about, *about ? ": " : "", event->text);
}

void
out_live_event(struct out *out, const struct event *event)
{
	int64_t now = platform_now_ms();

	switch (event->kind) {
	case EVENT_PHASE:
		begin_phase(out, event, now);
		if (!out->live.enabled)
			out_note(out, "%s%s%s%s%s", event->subject ? event->subject : "",
				 event->subject ? ": " : "", event->phase, event->text ? " " : "",
				 event->text ? event->text : "");
		break;
	case EVENT_PROGRESS:
		progress(out, event, now);
		break;
	case EVENT_LINE:
		if (out->flags & OUT_VERBOSE)
			show_line(out, event);
		break;
	case EVENT_NOTE:
		/* On a terminal the live line and the result say enough. */
		if (!out->live.enabled || (out->flags & OUT_VERBOSE))
			show_line(out, event);
		break;
	case EVENT_WARNING:
		if ((out->flags & OUT_PYENV) && !event->subject)
			out_note(out, "%s", event->text);
		else
			out_fact(out, '!', event->subject ? event->subject : "warning", "%s",
				 event->text);
		break;
	}
}
