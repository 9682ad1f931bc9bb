/* SPDX-License-Identifier: MIT */
/* The only module that prints: lines, facts, errors, questions. */
#include <config.h>

#include "ui/out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/platform.h"
#include "os/sig.h"
#include "os/term.h"
#include "ui/out_state.h"

/* Width of the label column of facts; longer labels push their text. */
#define LABEL_WIDTH 7

static void
on_event(void *ctx, const struct event *event)
{
	struct out *out = ctx;
	cleanup_held struct out *held = out_hold(out);

	out_live_event(held, event, platform_now_ms());
}

static void
make_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;

	(void)pthread_mutexattr_init(&attributes);
	(void)pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	(void)pthread_mutex_init(lock, &attributes);
	(void)pthread_mutexattr_destroy(&attributes);
}

struct out *
out_new(const char *name, const char *home, unsigned flags)
{
	struct out *out = mem_zalloc(sizeof(*out));

	make_lock(&out->lock);
	out->name = name;
	out->home = home;
	out->flags = flags;
	out->hides_details = flags & OUT_QUIET;
	out->to_terminal = isatty(STDOUT_FILENO);
	out->colour = term_has_colour(STDERR_FILENO);
	out->live.enabled = term_is_live(STDERR_FILENO) && !(flags & OUT_QUIET);
	out->events = (struct events){ on_event, out };
	return out;
}

void
out_set_face(struct out *out, const char *name, unsigned flags)
{
	cleanup_held struct out *held = out_hold(out);

	out->name = name;
	out->flags |= flags;
}

int
out_finish(struct out *out)
{
	int status = 0;

	out_live_clear(out);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "%s: cannot write the output: %s\n", out->name,
			      err_errno_text(errno));
		status = 1;
	}
	out_live_reset(&out->live);
	(void)pthread_mutex_destroy(&out->lock);
	free(out);
	return status;
}

struct out *
out_hold(struct out *out)
{
	(void)pthread_mutex_lock(&out->lock);
	return out;
}

void
out_release(struct out *out)
{
	(void)pthread_mutex_unlock(&out->lock);
}

void
out_tick(struct out *out)
{
	cleanup_held struct out *held = out_hold(out);

	out_live_tick(held, platform_now_ms());
}

void
out_data(struct out *out, const char *fmt, ...)
{
	cleanup_held struct out *held = out_hold(out);
	va_list args;

	out_live_clear(out);
	va_start(args, fmt);
	(void)vprintf(fmt, args);
	va_end(args);
}

void
out_line(struct out *out, const char *text)
{
	cleanup_free char *safe = out->to_terminal ? out_safe(text) : NULL;

	out_data(out, "%s\n", safe ? safe : text);
}

void
out_flush(struct out *out)
{
	cleanup_held struct out *held = out_hold(out);

	out_live_clear(out);
	(void)fflush(stdout);
}

/* What FMT and ARGS say, for people. Owned by the caller. */
MEM_PRINTF(2, 0)
static char *
people_text(const struct out *out, const char *fmt, va_list args)
{
	cleanup_free char *text = mem_vprintf(fmt, args);

	return out_people(out, text);
}

/* A colour for marks that ask for attention; the mark itself says it, too. */
static const char *
mark_colour(char mark)
{
	switch (mark) {
	case '+':
		return "\033[32m";
	case '-':
	case '!':
		return "\033[33m";
	default:
		return "";
	}
}

void
out_fact(struct out *out, char mark, const char *subject, const char *fmt, ...)
{
	cleanup_held struct out *held = out_hold(out);
	cleanup_free char *shown = NULL;
	cleanup_free char *label = NULL;
	const char *colour = out->colour ? mark_colour(mark) : "";
	va_list args;

	out->hides_details = (out->flags & OUT_QUIET) && mark != '!';
	if (out->hides_details)
		return;
	va_start(args, fmt);
	shown = people_text(out, fmt, args);
	va_end(args);
	label = out_people(out, subject);
	if (mark != '!')
		out_live_end(out, subject);
	out_live_clear(out);
	/* Where both go to one file, lines stand in the order they were said in. */
	(void)fflush(stdout);
	(void)fprintf(stderr, "%s%c%s %-*s%s%s\n", colour, mark, *colour ? "\033[0m" : "",
		      LABEL_WIDTH, label, strlen(label) > LABEL_WIDTH ? "   " : "  ", shown);
}

void
out_detail(struct out *out, const char *label, const char *fmt, ...)
{
	cleanup_held struct out *held = out_hold(out);
	cleanup_free char *shown = NULL;
	va_list args;

	if (out->hides_details)
		return;
	va_start(args, fmt);
	shown = people_text(out, fmt, args);
	va_end(args);
	out_live_clear(out);
	(void)fflush(stdout);
	(void)fprintf(stderr, "  %-*s%s%s\n", LABEL_WIDTH, label,
		      strlen(label) > LABEL_WIDTH ? "   " : "  ", shown);
}

void
out_note(struct out *out, const char *fmt, ...)
{
	cleanup_held struct out *held = out_hold(out);
	cleanup_free char *shown = NULL;
	va_list args;

	if (out->flags & OUT_QUIET)
		return;
	va_start(args, fmt);
	shown = people_text(out, fmt, args);
	va_end(args);
	out_live_clear(out);
	(void)fprintf(stderr, "%s: %s\n", out->name, shown);
}

/* A detail whose text has several lines continues below its first one. */
static void
error_detail(const struct out *out, const char *label, const char *text, size_t width)
{
	struct str rest = str_from(text);
	struct str line;

	while (str_line(&rest, &line)) {
		cleanup_free char *one = mem_strndup(line.p, line.n);
		cleanup_free char *shown = out_people(out, one);

		(void)fprintf(stderr, "  %-*s  %s\n", (int)width, label, shown);
		label = "";
	}
}

/* Lines that are shown as they are, but for what a terminal would obey. */
static void
raw_lines(const char *text)
{
	struct str rest = str_from(text);
	struct str line;

	while (str_line(&rest, &line)) {
		cleanup_free char *copy = mem_strndup(line.p, line.n);
		cleanup_free char *safe = out_safe(copy);

		(void)fprintf(stderr, "%s\n", safe);
	}
}

void
out_say(struct out *out, const char *fmt, ...)
{
	cleanup_held struct out *held = out_hold(out);
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, fmt);
	text = mem_vprintf(fmt, args);
	va_end(args);
	out_live_clear(out);
	(void)fflush(stdout);
	raw_lines(text);
}

void
out_error(struct out *out, const struct err *err)
{
	cleanup_held struct out *held = out_hold(out);
	cleanup_free char *message = out_people(out, err->message);
	const char *fix = err_has_detail(err, "to fix") ? NULL : err_code_fix(err->code);
	size_t width = LABEL_WIDTH;

	out_live_clear(out);
	(void)fflush(stdout);
	if ((out->flags & OUT_PYENV) && err->pyenv) {
		raw_lines(err->pyenv);
		return;
	}
	(void)fprintf(stderr, "%s: %s\n", out->name, message);
	for (size_t i = 0; i < err->detail_count; i++)
		if (strlen(err->details[i].label) > width)
			width = strlen(err->details[i].label);
	for (size_t i = 0; i < err->detail_count; i++)
		error_detail(out, err->details[i].label, err->details[i].text, width);
	if (fix)
		error_detail(out, "to fix", fix, width);
}

const struct events *
out_events(struct out *out)
{
	return &out->events;
}

int
out_ask(struct out *out, const char *what, const char *question, bool *ret_yes, struct err *err)
{
	cleanup_held struct out *held = out_hold(out);
	cleanup_free char *shown = out_people(out, question);
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		err_set(err, ERR_USAGE, "%s needs a yes, and there is no terminal to ask", what);
		return err_detail(err, "to fix", "--yes");
	}
	out_live_clear(out);
	(void)fprintf(stderr, "%s [y/N] ", shown);
	(void)fflush(stderr);
	*ret_yes = false;
	if (!fgets(answer, sizeof(answer), stdin)) {
		(void)fputc('\n', stderr);
		return 0;
	}
	*ret_yes = strcmp(answer, "y\n") == 0 || strcmp(answer, "Y\n") == 0 ||
		   strcmp(answer, "yes\n") == 0;
	return 0;
}

/* One line of stdin, byte by byte; false at its end. What does not fit is dropped. */
static int
read_answer(char *line, size_t size, bool *ret_read, struct err *err)
{
	size_t n = 0;
	char c;

	*ret_read = false;
	for (;;) {
		ssize_t got = read(STDIN_FILENO, &c, 1);

		if (got < 0 && errno == EINTR && sig_check(err) < 0)
			return -1;
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (c == '\n') {
			*ret_read = true;
			break;
		}
		if (n + 1 < size)
			line[n++] = c;
	}
	line[n] = '\0';
	return 0;
}

int
out_ask_line(struct out *out, const char *question, enum out_answer *ret_answer, struct err *err)
{
	cleanup_held struct out *held = out_hold(out);
	static const char *const yes[] = { "y", "Y", "yes", "YES" };
	cleanup_free char *shown = out_safe(question);
	/* Room for one byte more than the longest yes: "yess" is none. */
	char line[8];
	bool is_read = false;

	out_live_clear(out);
	(void)fflush(stdout);
	if (isatty(STDIN_FILENO))
		(void)fprintf(stderr, "%s", shown);
	(void)fflush(stderr);
	if (read_answer(line, sizeof(line), &is_read, err) < 0)
		return -1;
	*ret_answer = is_read ? ANSWER_NO : ANSWER_NONE;
	for (size_t i = 0; is_read && i < sizeof(yes) / sizeof(*yes); i++)
		if (strcmp(line, yes[i]) == 0)
			*ret_answer = ANSWER_YES;
	return 0;
}
