/* SPDX-License-Identifier: MIT */
/* What happens, told to whoever shows it. */
#ifndef PYVERN_BASE_EVENT_H
#define PYVERN_BASE_EVENT_H

/*
 * core and supply never print. They tell a struct events what happens, and
 * ui/out renders it: as one live line on a terminal, as plain lines in a pipe,
 * as JSON. All texts are borrowed for the duration of the call.
 *
 * A piece of work (one version being installed, say) has a SUBJECT and goes
 * through PHASES ("download", "unpack", "configure", "make", …); in a phase,
 * progress counts bytes or items or has no measure at all. Events of several
 * subjects may come from several threads at once: a receiver whose maker uses it so
 * (ui/out's is such) must take that.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

enum event_unit {
	EVENT_UNIT_NONE, /* nothing to count: show the phase alone */
	EVENT_UNIT_BYTES,
	EVENT_UNIT_ITEMS, /* files, make targets, checks */
};

enum event_kind {
	EVENT_PHASE,	/* a phase of SUBJECT begins; text: an optional remark ("from HOST") */
	EVENT_PROGRESS, /* done of total in the phase that runs; total 0: unknown */
	EVENT_LINE,	/* a line printed by a child program (goes to logs and -v) */
	EVENT_NOTE,	/* something worth a line ("sha256 holds") */
	EVENT_WARNING,	/* something that needs the user, but not now */
	EVENT_BEGIN,	/* the work on SUBJECT begins; need not be told, a phase does as well */
	EVENT_END,	/* the work on SUBJECT is over, well or not */
};

struct event {
	enum event_kind kind;
	const char *subject; /* what is worked on ("3.13.5"), or NULL */
	const char *phase;   /* PHASE, PROGRESS: "download"; else NULL */
	const char *text;    /* LINE, NOTE, WARNING: the text; PHASE: remark or NULL */
	const char *url;     /* PHASE "download": the address, without passwords; else NULL */
	enum event_unit unit;
	uint64_t done;
	uint64_t total;
};

/* A receiver of events. A zeroed one swallows everything. */
struct events {
	void (*emit)(void *ctx, const struct event *event);
	void *ctx;
};

void event_begin(const struct events *to, const char *subject);
void
event_phase(const struct events *to, const char *subject, const char *phase, const char *remark);
/* The phase "download" begins, from URL (without passwords: it will be shown). */
void
event_download(const struct events *to, const char *subject, const char *url, const char *remark);
void event_progress(const struct events *to, const char *subject, const char *phase,
		    enum event_unit unit, uint64_t done, uint64_t total);
void event_line(const struct events *to, const char *subject, const char *line);
void
event_note(const struct events *to, const char *subject, const char *fmt, ...) MEM_PRINTF(3, 4);
void
event_warning(const struct events *to, const char *subject, const char *fmt, ...) MEM_PRINTF(3, 4);
void event_end(const struct events *to, const char *subject);

#endif
