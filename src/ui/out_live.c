/* SPDX-License-Identifier: MIT */
/* Events as live lines on a terminal, or a plain line per phase. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/term.h"
#include "ui/out_state.h"

/* Milliseconds between two drawings: ten a second. */
#define DRAW_EVERY_MS 100
#define SAMPLE_EVERY_MS 1000
/* 256 KiB: every line of the tallest terminal. */
#define DRAWING_MAX ((size_t)256 * 1024)

static void
row_reset(struct live_row *row)
{
	free(row->subject);
	free(row->label);
	free(row->phase);
	free(row->doing);
	*row = (struct live_row){ 0 };
}

void
out_live_reset(struct live *live)
{
	for (size_t i = 0; i < live->count; i++)
		row_reset(&live->rows[i]);
	free(live->rows);
	free(live->drawn);
	live->rows = NULL;
	live->drawn = NULL;
	live->count = 0;
	live->drawn_count = 0;
}

/* Lines that what was drawn takes on the screen. A terminal that became narrower since
 * has broken those that do not fit; most do, and where one has cut them these are too
 * many by one or two. */
static size_t
drawn_lines(const struct live *live)
{
	size_t width = term_width(STDERR_FILENO);
	size_t lines = 0;

	for (size_t i = 0; i < live->drawn_count; i++)
		lines += live->drawn[i] ? (live->drawn[i] + width - 1) / width : 1;
	return lines;
}

/* Add what brings the cursor from behind the last line that was drawn to the beginning
 * of the first. */
static void
add_way_up(struct buf *b, const struct live *live)
{
	size_t lines = drawn_lines(live);

	buf_add_char(b, '\r');
	if (lines > 1)
		buf_printf(b, "\033[%zuA", lines - 1);
	/* Lines that the terminal has broken or joined are written anew, not over. */
	if (term_width(STDERR_FILENO) != live->drawn_width)
		buf_add_text(b, "\033[J");
}

static void
print(const struct buf *b)
{
	(void)fwrite(b->data, 1, b->len, stderr);
	(void)fflush(stderr);
}

void
out_live_clear(struct out *out)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	if (!out->live.drawn_count)
		return;
	/* Line by line: from the top of the screen, some terminals keep what "erase all
	 * below" erases. */
	buf_add_text(&b, "\r\033[K");
	for (size_t i = drawn_lines(&out->live); i > 1; i--)
		buf_add_text(&b, "\033[A\033[K");
	print(&b);
	out->live.drawn_count = 0;
}

/* The lines for the rows that there is room for. */
static void
lines_that_fit(const struct live *live, int64_t now, struct strvec *ret_lines)
{
	size_t width = term_width(STDERR_FILENO) - 1;
	/* The line above stays to be seen, so that people know what they look at. */
	size_t room = term_height(STDERR_FILENO) - 1;
	size_t shown = live->count > room ? room - 1 : live->count;

	out_rows_text(live->rows, shown, width, now, ret_lines);
	if (shown < live->count)
		strvec_printf(ret_lines, "  and %zu more", live->count - shown);
}

static void
draw(struct out *out, int64_t now)
{
	cleanup_buf struct buf b = BUF_INIT(DRAWING_MAX);
	cleanup_strvec struct strvec lines = { 0 };
	struct live *live = &out->live;

	lines_that_fit(live, now, &lines);
	/* Cut, not broken, on a screen that is narrower already than we were told. */
	buf_add_text(&b, "\033[?7l");
	add_way_up(&b, live);
	live->drawn_count = 0;
	live->drawn_width = term_width(STDERR_FILENO);
	for (size_t i = 0; i < lines.count; i++) {
		buf_printf(&b, "%s%s\033[K", i ? "\r\n" : "", lines.items[i]);
		live->drawn = vec_grow(live->drawn, i, sizeof(*live->drawn));
		live->drawn[i] = out_columns(lines.items[i]);
		live->drawn_count++;
	}
	/* Lines of a drawing that had more. */
	buf_add_text(&b, "\033[J\033[?7h");
	print(&b);
	live->drawn_ms = now;
}

/* SOON: not to be missed, where no tick would make up for it. */
static void
draw_if_due(struct out *out, int64_t now, bool soon)
{
	struct live *live = &out->live;

	if (live->count && (now - live->drawn_ms >= DRAW_EVERY_MS || (soon && !live->ticks)))
		draw(out, now);
}

void
out_live_tick(struct out *out, int64_t now)
{
	out->live.ticks = true;
	draw_if_due(out, now, false);
}

static bool
is_about(const struct live_row *row, const char *subject)
{
	return strcmp(row->subject, subject ? subject : "") == 0;
}

/* The row of SUBJECT; a new one when it has none. */
static struct live_row *
row_of(struct out *out, const char *subject, int64_t now)
{
	struct live *live = &out->live;
	struct live_row *row;

	for (size_t i = 0; i < live->count; i++)
		if (is_about(&live->rows[i], subject))
			return &live->rows[i];
	live->rows = vec_grow(live->rows, live->count, sizeof(*live->rows));
	row = &live->rows[live->count++];
	*row = (struct live_row){ .subject = mem_strdup(subject ? subject : "") };
	row->label = out_people(out, row->subject);
	row->phase = mem_strdup("");
	row->doing = mem_strdup("");
	row->phase_ms = now;
	return row;
}

void
out_live_end(struct out *out, const char *subject)
{
	struct live *live = &out->live;

	for (size_t i = 0; i < live->count; i++) {
		if (!is_about(&live->rows[i], subject))
			continue;
		row_reset(&live->rows[i]);
		live->count--;
		memmove(&live->rows[i], &live->rows[i + 1],
			(live->count - i) * sizeof(*live->rows));
		/* Its line is replaced by what is printed next. */
		out_live_clear(out);
		return;
	}
}

static void
begin_phase(struct live_row *row, const struct event *event, int64_t now)
{
	free(row->phase);
	free(row->doing);
	row->phase = mem_strdup(event->phase);
	row->doing = out_safe(event->phase);
	row->unit = event->unit;
	row->done = event->done;
	row->total = event->total;
	row->sample_count = 0;
	row->phase_ms = now;
}

static void
sample(struct live_row *row, int64_t now)
{
	if (row->sample_count && now - row->samples[row->sample_count - 1].at_ms < SAMPLE_EVERY_MS)
		return;
	if (row->sample_count == RATE_SAMPLES) {
		memmove(row->samples, row->samples + 1, (RATE_SAMPLES - 1) * sizeof(*row->samples));
		row->sample_count--;
	}
	row->samples[row->sample_count++] = (struct rate_sample){ now, row->done };
}

static void
progress(struct out *out, const struct event *event, int64_t now)
{
	struct live_row *row = row_of(out, event->subject, now);

	if (strcmp(row->phase, event->phase) != 0)
		begin_phase(row, event, now);
	row->unit = event->unit;
	row->done = event->done;
	row->total = event->total;
	sample(row, now);
	draw_if_due(out, now, row->done == row->total);
}

static void
phase(struct out *out, const struct event *event, int64_t now)
{
	bool about = event->subject != NULL;

	if (out->live.enabled) {
		begin_phase(row_of(out, event->subject, now), event, now);
		draw_if_due(out, now, true);
		return;
	}
	out_note(out, "%s%s%s%s%s", about ? event->subject : "", about ? ": " : "", event->phase,
		 event->text ? " " : "", event->text ? event->text : "");
}

static void
show_line(struct out *out, const struct event *event)
{
	const char *about = event->subject ? event->subject : "";

	out_note(out, "%s%s%s", about, *about ? ": " : "", event->text);
}

void
out_live_event(struct out *out, const struct event *event, int64_t now)
{
	switch (event->kind) {
	case EVENT_BEGIN:
		if (out->live.enabled)
			(void)row_of(out, event->subject, now);
		break;
	case EVENT_PHASE:
		phase(out, event, now);
		break;
	case EVENT_PROGRESS:
		if (out->live.enabled)
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
	case EVENT_END:
		out_live_end(out, event->subject);
		break;
	}
}
