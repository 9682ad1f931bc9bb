/* SPDX-License-Identifier: MIT */
/* The live lines' texts. */
#include <config.h>

#include <string.h>

#include "base/buf.h"
#include "ui/out_state.h"

/* A rate over less time than this says nothing, in milliseconds. */
#define RATE_LEAST_MS 500
/* Columns of a bar, with its two ends: a shorter one says nothing that the percentage
 * does not, a longer one takes the eye too far. */
#define BAR_LEAST 10
#define BAR_MOST 32
/* Least columns of the first two. */
#define SUBJECT_WIDTH 7
#define PHASE_WIDTH 8
/* "   61%  17.4 of 28.4 MB  11.0 MB/s  12 s left": room that is kept for the usual, so
 * that the bars do not breathe with each digit. */
#define MEASURES_WIDTH 45

/* What stands behind the phase, each text with two blanks before it, or "". */
struct measures {
	char *percent;
	char *amount;
	char *speed;
	char *time;
};

static void
measures_reset(struct measures *m)
{
	free(m->percent);
	free(m->amount);
	free(m->speed);
	free(m->time);
}

size_t
out_columns(const char *text)
{
	size_t columns = 0;

	/* Of a character of several bytes the first begins with two bits. */
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		columns += c < 0x80 ? 1 : c >= 0xc0 ? 2 : 0;
	}
	return columns;
}

/* Units a second over the kept samples; 0: not known yet. */
static double
rate(const struct live_row *row, int64_t now)
{
	const struct rate_sample *oldest = &row->samples[0];

	if (!row->sample_count || now - oldest->at_ms < RATE_LEAST_MS || row->done < oldest->done)
		return 0;
	return (double)(row->done - oldest->done) * 1000 / (double)(now - oldest->at_ms);
}

/* "17.4 of 28.4 MB" or "250 of 410". Owned by the caller. */
static char *
amount_text(const struct live_row *row)
{
	cleanup_free char *done = out_size(row->done);
	cleanup_free char *total = out_size(row->total);
	const char *done_unit = strrchr(done, ' ');
	const char *total_unit = strrchr(total, ' ');

	if (row->unit == EVENT_UNIT_ITEMS && row->total)
		return mem_printf("  %llu of %llu", (unsigned long long)row->done,
				  (unsigned long long)row->total);
	if (row->unit == EVENT_UNIT_ITEMS)
		return mem_printf("  %llu", (unsigned long long)row->done);
	if (!row->total)
		return mem_printf("  %s", done);
	if (strcmp(done_unit, total_unit) == 0)
		return mem_printf("  %.*s of %s", (int)(done_unit - done), done, total);
	return mem_printf("  %s of %s", done, total);
}

static char *
time_text(const struct live_row *row, double per_second, int64_t now)
{
	cleanup_free char *text = NULL;

	if (per_second > 0 && row->total > row->done) {
		uint64_t left = (uint64_t)((double)(row->total - row->done) / per_second) + 1;

		/* No tenths: it is a guess. */
		if (left < 60)
			return mem_printf("  %u s left", (unsigned)left);
		text = out_duration(left * 1000);
		return mem_printf("  %s left", text);
	}
	if (now - row->phase_ms < 1000)
		return mem_strdup("");
	text = out_duration((uint64_t)(now - row->phase_ms));
	return mem_printf("  %s", text);
}

static void
measure(const struct live_row *row, int64_t now, struct measures *ret)
{
	double per_second = rate(row, now);

	*ret = (struct measures){ .time = time_text(row, per_second, now) };
	if (row->unit != EVENT_UNIT_NONE)
		ret->amount = amount_text(row);
	if (row->unit == EVENT_UNIT_BYTES && per_second > 0) {
		cleanup_free char *speed = out_size((uint64_t)per_second);

		ret->speed = mem_printf("  %s/s", speed);
	}
	if (row->unit != EVENT_UNIT_NONE && row->total) {
		uint64_t done = row->done > row->total ? row->total : row->done;

		ret->percent =
			mem_printf("  %3u%%", (unsigned)((double)done * 100 / (double)row->total));
	}
}

static size_t
length(const char *text)
{
	return text ? strlen(text) : 0;
}

static size_t
measures_length(const struct measures *m)
{
	return length(m->percent) + length(m->amount) + length(m->speed) + length(m->time);
}

/* Leave out what matters least until M fits into WIDTH columns. */
static void
fit(struct measures *m, size_t width)
{
	char **const in_order[] = { &m->speed, &m->amount, &m->time, &m->percent };

	for (size_t i = 0; i < sizeof(in_order) / sizeof(*in_order); i++) {
		if (measures_length(m) <= width)
			return;
		free(*in_order[i]);
		*in_order[i] = NULL;
	}
}

static void
add_bar(struct buf *b, const struct live_row *row, size_t width)
{
	size_t inner = width - 2;
	uint64_t done = row->done > row->total ? row->total : row->done;
	size_t full = (size_t)((double)done * (double)inner / (double)row->total);

	buf_add_text(b, "  [");
	for (size_t i = 0; i < inner; i++)
		buf_add_char(b, i < full ? '=' : i == full ? '>' : ' ');
	buf_add_char(b, ']');
}

/* TEXT, and blanks up to WIDTH columns. */
static void
add_padded(struct buf *b, const char *text, size_t width)
{
	size_t columns = out_columns(text);

	buf_printf(b, "  %s%*s", text, columns < width ? (int)(width - columns) : 0, "");
}

/* As much of TEXT as fits into WIDTH columns. Owned by the caller. */
static char *
cut(const char *text, size_t width)
{
	size_t columns = 0;
	size_t n = 0;

	while (text[n]) {
		size_t next = n + 1;

		while (((unsigned char)text[next] & 0xc0) == 0x80)
			next++;
		columns += next - n > 1 ? 2 : 1;
		if (columns > width)
			break;
		n = next;
	}
	while (n && text[n - 1] == ' ')
		n--;
	return mem_strndup(text, n);
}

/* Columns that all rows have in common. */
struct columns {
	size_t subject;
	size_t phase;
	size_t measures; /* the longest */
	size_t bar;	 /* 0: there is no room */
};

static void
find_columns(const struct live_row *rows, const struct measures *measures, size_t count,
	     size_t width, struct columns *ret)
{
	size_t taken;

	*ret = (struct columns){ .subject = SUBJECT_WIDTH, .phase = PHASE_WIDTH };
	for (size_t i = 0; i < count; i++) {
		size_t subject = out_columns(rows[i].label);
		size_t phase = out_columns(rows[i].doing);
		size_t rest = measures_length(&measures[i]);

		ret->subject = subject > ret->subject ? subject : ret->subject;
		ret->phase = phase > ret->phase ? phase : ret->phase;
		ret->measures = rest > ret->measures ? rest : ret->measures;
	}
	taken = ret->subject + ret->phase + 6;
	if (taken + ret->measures + BAR_LEAST > width)
		return;
	taken += ret->measures > MEASURES_WIDTH ? ret->measures : MEASURES_WIDTH;
	ret->bar = taken + BAR_LEAST > width ? BAR_LEAST : width - taken;
	ret->bar = ret->bar < BAR_MOST ? ret->bar : BAR_MOST;
}

static char *
row_text(const struct live_row *row, struct measures *m, const struct columns *columns,
	 size_t width)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);

	add_padded(&b, row->label, columns->subject);
	add_padded(&b, row->doing, columns->phase);
	if (columns->bar && m->percent)
		add_bar(&b, row, columns->bar);
	else
		fit(m, width > b.len ? width - b.len : 0);
	buf_printf(&b, "%s%s%s%s", m->percent ? m->percent : "", m->amount ? m->amount : "",
		   m->speed ? m->speed : "", m->time ? m->time : "");
	return cut(buf_text(&b), width);
}

void
out_rows_text(const struct live_row *rows, size_t count, size_t width, int64_t now,
	      struct strvec *ret_lines)
{
	struct measures *measures = mem_zalloc((count + 1) * sizeof(*measures));
	struct columns columns;

	for (size_t i = 0; i < count; i++)
		measure(&rows[i], now, &measures[i]);
	find_columns(rows, measures, count, width, &columns);
	for (size_t i = 0; i < count; i++) {
		strvec_take(ret_lines, row_text(&rows[i], &measures[i], &columns, width));
		measures_reset(&measures[i]);
	}
	free(measures);
}
