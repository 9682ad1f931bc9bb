/* SPDX-License-Identifier: MIT */
/* What happens, told to whoever shows it. */
#include <config.h>

#include "base/event.h"

static void
emit(const struct events *to, const struct event *event)
{
	if (to && to->emit)
		to->emit(to->ctx, event);
}

void
event_begin(const struct events *to, const char *subject)
{
	emit(to, &(struct event){ .kind = EVENT_BEGIN, .subject = subject });
}

void
event_phase(const struct events *to, const char *subject, const char *phase, const char *remark)
{
	emit(to, &(struct event){
			 .kind = EVENT_PHASE, .subject = subject, .phase = phase, .text = remark });
}

void
event_download(const struct events *to, const char *subject, const char *url, const char *remark)
{
	emit(to, &(struct event){ .kind = EVENT_PHASE,
				  .subject = subject,
				  .phase = "download",
				  .text = remark,
				  .url = url });
}

void
event_progress(const struct events *to, const char *subject, const char *phase,
	       enum event_unit unit, uint64_t done, uint64_t total)
{
	emit(to, &(struct event){ .kind = EVENT_PROGRESS,
				  .subject = subject,
				  .phase = phase,
				  .unit = unit,
				  .done = done,
				  .total = total });
}

void
event_line(const struct events *to, const char *subject, const char *line)
{
	emit(to, &(struct event){ .kind = EVENT_LINE, .subject = subject, .text = line });
}

static void emit_text(const struct events *to, enum event_kind kind, const char *subject,
		      const char *fmt, va_list args) MEM_PRINTF(4, 0);

static void
emit_text(const struct events *to, enum event_kind kind, const char *subject, const char *fmt,
	  va_list args)
{
	cleanup_free char *text = mem_vprintf(fmt, args);

	emit(to, &(struct event){ .kind = kind, .subject = subject, .text = text });
}

void
event_note(const struct events *to, const char *subject, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	emit_text(to, EVENT_NOTE, subject, fmt, args);
	va_end(args);
}

void
event_warning(const struct events *to, const char *subject, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	emit_text(to, EVENT_WARNING, subject, fmt, args);
	va_end(args);
}

void
event_end(const struct events *to, const char *subject)
{
	emit(to, &(struct event){ .kind = EVENT_END, .subject = subject });
}
