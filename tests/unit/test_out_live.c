/* SPDX-License-Identifier: MIT */
/* Live lines: what is seen on a terminal while several things go on. */
#include <config.h>

#include "screen.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "ui/out_state.h"

/* 256 KiB: more than any of these prints. */
#define PRINTED_MAX ((size_t)256 * 1024)

#define MB ((uint64_t)1000 * 1000)

static void
begin(struct out *out, const char *subject, const char *phase, int64_t now)
{
	const struct event event = { .kind = EVENT_PHASE, .subject = subject, .phase = phase };

	out_live_event(out, &event, now);
}

static void
advance(struct out *out, const char *subject, uint64_t done, uint64_t total, int64_t now)
{
	const struct event event = { .kind = EVENT_PROGRESS,
				     .subject = subject,
				     .phase = "download",
				     .unit = EVENT_UNIT_BYTES,
				     .done = done,
				     .total = total };

	out_live_event(out, &event, now);
}

/* What is done, and on what kind of stderr. */
struct scene {
	void (*play)(struct out *out);
	unsigned short columns, rows; /* 0: a pipe */
	const char *term;
	unsigned flags;
};

static void
open_terminal(const struct scene *scene, int fds[2])
{
	struct winsize size = { .ws_col = scene->columns, .ws_row = scene->rows };

	fds[0] = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(fds[0] >= 0 && grantpt(fds[0]) == 0 && unlockpt(fds[0]) == 0);
	fds[1] = open(ptsname(fds[0]), O_RDWR | O_NOCTTY);
	assert_true(fds[1] >= 0);
	assert_int_equal(ioctl(fds[1], TIOCSWINSZ, &size), 0);
}

static _Noreturn void
play(const struct scene *scene, int fd)
{
	/* Not lost to valgrind when the process ends with it. */
	static struct out *volatile out;

	(void)dup2(fd, STDERR_FILENO);
	(void)setenv("TERM", scene->term ? scene->term : "xterm", 1);
	(void)setenv("NO_COLOR", "1", 1);
	out = out_new("pyvern", "/home/me", scene->flags);
	scene->play(out);
	/* What is on the screen stays. */
	_exit(0);
}

/* All that SCENE prints. Owned by the caller. */
static char *
printed(const struct scene *scene)
{
	char *text = mem_zalloc(PRINTED_MAX);
	size_t n = 0;
	ssize_t got;
	int fds[2];
	int status;
	pid_t pid;

	if (scene->columns)
		open_terminal(scene, fds);
	else
		assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0)
		play(scene, fds[1]);
	close(fds[1]);
	/* A terminal whose other side is gone ends with EIO. */
	while ((got = read(fds[0], text + n, PRINTED_MAX - 1 - n)) > 0)
		n += (size_t)got;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return text;
}

static void
assert_seen(const struct scene *scene, const char *expected)
{
	cleanup_free char *text = printed(scene);
	cleanup_free char *seen = NULL;
	struct screen screen;

	screen_init(&screen, scene->columns, scene->rows);
	screen_print(&screen, text);
	seen = screen_text(&screen);
	assert_string_equal(seen, expected);
}

static size_t
count_of(const char *text, const char *what)
{
	size_t count = 0;

	while ((text = strstr(text, what))) {
		count++;
		text += strlen(what);
	}
	return count;
}

static void
three_versions(struct out *out)
{
	out_note(out, "above");
	begin(out, "3.13.5", "download", 1000);
	begin(out, "3.9.23", "download", 1000);
	advance(out, "3.13.5", 0, 20 * MB, 1000);
	advance(out, "3.9.23", 0, 40 * MB, 1000);
	advance(out, "3.13.5", 10 * MB, 20 * MB, 2000);
	begin(out, "3.12.11", "configure", 3000);
	advance(out, "3.9.23", 10 * MB, 40 * MB, 5000);
}

static void
each_has_a_line_in_the_order_of_their_start(void **state)
{
	const struct scene scene = { three_versions, 90, 10, NULL, 0 };

	(void)state;
	assert_seen(&scene,
		    "pyvern: above\n"
		    "  3.13.5   download   [==========>         ]   50%  10.0 of 20.0 MB  2.5 MB/s"
		    "  5 s left\n"
		    "  3.9.23   download   [=====>              ]   25%  10.0 of 40.0 MB  2.5 MB/s"
		    "  13 s left\n"
		    "  3.12.11  configure  2.0 s\n");
}

static void
one_ends(struct out *out)
{
	three_versions(out);
	out_fact(out, '+', "3.9.23", "standalone build   25.8 MB   2.6 s");
	out_detail(out, "checked", "sha256");
	begin(out, "3.13.5", "unpack", 6000);
	out_fact(out, '!', "3.13.5", "has no tkinter: this build was made without");
	out_live_tick(out, 7000);
}

/* The other lines stay below, also that of a version with a warning. */
static void
a_result_takes_the_place_of_its_line(void **state)
{
	const struct scene scene = { one_ends, 90, 10, NULL, 0 };

	(void)state;
	assert_seen(&scene, "pyvern: above\n"
			    "+ 3.9.23   standalone build   25.8 MB   2.6 s\n"
			    "  checked  sha256\n"
			    "! 3.13.5   has no tkinter: this build was made without\n"
			    "  3.13.5   unpack     1.0 s\n"
			    "  3.12.11  configure  4.0 s\n");
}

static void
all_end(struct out *out)
{
	const struct event end = { .kind = EVENT_END, .subject = "3.12.11" };

	one_ends(out);
	out_fact(out, '+', "3.13.5", "standalone build");
	out_live_event(out, &end, 8000);
	/* Nothing is left that could come back. */
	out_live_tick(out, 9000);
	out_note(out, "below");
}

static void
nothing_stays_of_what_is_over(void **state)
{
	const struct scene scene = { all_end, 90, 10, NULL, 0 };

	(void)state;
	assert_seen(&scene, "pyvern: above\n"
			    "+ 3.9.23   standalone build   25.8 MB   2.6 s\n"
			    "  checked  sha256\n"
			    "! 3.13.5   has no tkinter: this build was made without\n"
			    "+ 3.13.5   standalone build\n"
			    "pyvern: below\n");
}

static void
no_line_is_wider_than_the_terminal(void **state)
{
	const struct scene scene = { three_versions, 44, 10, NULL, 0 };

	(void)state;
	assert_seen(&scene, "pyvern: above\n"
			    "  3.13.5   download    50%  5 s left\n"
			    "  3.9.23   download    25%  13 s left\n"
			    "  3.12.11  configure  2.0 s\n");
}

static void
many_versions(struct out *out)
{
	static const char *const names[] = { "3.5.0", "3.6.0", "3.7.0", "3.8.0", "3.9.0" };

	out_note(out, "above");
	for (size_t i = 0; i < COUNT_OF(names); i++)
		begin(out, names[i], "unpack", 1000);
	out_live_tick(out, 1500);
}

static void
a_low_terminal_shows_the_first_and_counts_the_rest(void **state)
{
	const struct scene low = { many_versions, 80, 5, NULL, 0 };
	const struct scene lowest = { many_versions, 80, 2, NULL, 0 };

	(void)state;
	assert_seen(&low, "pyvern: above\n"
			  "  3.5.0    unpack\n"
			  "  3.6.0    unpack\n"
			  "  3.7.0    unpack\n"
			  "  and 2 more\n");
	assert_seen(&lowest, "pyvern: above\n"
			     "  and 5 more\n");
}

static void
begin_in_order(struct out *out)
{
	static const char *const names[] = { "3.9.0", "3.8.0", "3.7.0" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct event event = { .kind = EVENT_BEGIN, .subject = names[i] };

		out_live_event(out, &event, 1000);
	}
	begin(out, "3.8.0", "unpack", 1500);
	begin(out, "3.9.0", "download", 1500);
	out_live_tick(out, 2500);
}

static void
the_order_is_that_of_their_beginnings_not_of_their_phases(void **state)
{
	const struct scene scene = { begin_in_order, 80, 10, NULL, 0 };
	const struct scene piped = { begin_in_order, 0, 0, NULL, 0 };
	cleanup_free char *text = printed(&piped);

	(void)state;
	assert_seen(&scene, "  3.9.0    download  1.0 s\n"
			    "  3.8.0    unpack    1.0 s\n"
			    "  3.7.0              1.5 s\n");
	assert_string_equal(text, "pyvern: 3.8.0: unpack\n"
				  "pyvern: 3.9.0: download\n");
}

static void
becomes_narrower(struct out *out)
{
	struct winsize size = { .ws_col = 40, .ws_row = 20 };

	three_versions(out);
	if (ioctl(STDERR_FILENO, TIOCSWINSZ, &size) < 0)
		_exit(1);
	out_live_tick(out, 6000);
}

/* Terminals break the lines that do not fit any more: the next drawing begins above all
 * parts of them. */
static void
a_narrower_terminal_is_drawn_anew_from_the_top(void **state)
{
	const struct scene scene = { becomes_narrower, 90, 20, NULL, 0 };
	cleanup_free char *text = printed(&scene);

	(void)state;
	/* Two lines of 80 and more, in three pieces each, and one. */
	assert_int_equal(count_of(text, "\033[?7l\r\033[6A\033[J  3.13.5"), 1);
}

static void
a_lot_happens(struct out *out)
{
	out_live_tick(out, 0);
	begin(out, "3.13.5", "download", 1000);
	begin(out, "3.12.11", "download", 1000);
	for (int64_t ms = 0; ms < 1000; ms++) {
		advance(out, "3.13.5", (uint64_t)ms, 1000, 1000 + ms);
		advance(out, "3.12.11", (uint64_t)ms, 1000, 1000 + ms);
		out_live_tick(out, 1000 + ms);
	}
	begin(out, "3.13.5", "unpack", 1999);
	begin(out, "3.13.5", "relocate", 1999);
}

static void
they_are_drawn_ten_times_a_second(void **state)
{
	const struct scene scene = { a_lot_happens, 80, 10, NULL, 0 };
	cleanup_free char *text = printed(&scene);

	(void)state;
	assert_int_equal(count_of(text, "\033[?7l"), 10);
}

static void
is_hostile(struct out *out)
{
	begin(out, "a\033[2Jb", "unp\nack", 1000);
	begin(out, "/home/me/x", "unpack", 1200);
}

static void
nothing_acts_on_the_terminal(void **state)
{
	const struct scene scene = { is_hostile, 80, 10, NULL, 0 };

	(void)state;
	assert_seen(&scene, "  a\\x1b[2Jb  unp\\x0aack\n"
			    "  ~/x        unpack\n");
}

/* A pipe, a terminal that cannot redraw: a line per phase, each with its subject. */
static void
elsewhere_there_is_a_line_per_phase(void **state)
{
	const struct scene piped = { one_ends, 0, 0, NULL, 0 };
	const struct scene quiet = { one_ends, 90, 10, NULL, OUT_QUIET };
	const struct scene dumb = { one_ends, 90, 12, "dumb", 0 };
	cleanup_free char *text = printed(&piped);
#define PLAIN                                             \
	"pyvern: above\n"                                 \
	"pyvern: 3.13.5: download\n"                      \
	"pyvern: 3.9.23: download\n"                      \
	"pyvern: 3.12.11: configure\n"                    \
	"+ 3.9.23   standalone build   25.8 MB   2.6 s\n" \
	"  checked  sha256\n"                             \
	"pyvern: 3.13.5: unpack\n"                        \
	"! 3.13.5   has no tkinter: this build was made without\n"

	(void)state;
	assert_string_equal(text, PLAIN);
	assert_seen(&dumb, PLAIN);
	assert_seen(&quiet, "! 3.13.5   has no tkinter: this build was made without\n");
}

/* Many threads at once. */
#define THREADS 8
#define ROUNDS 200

struct worker {
	pthread_t thread;
	struct out *out;
	char name[8];
};

static void *
work(void *ctx)
{
	const struct worker *worker = ctx;
	const struct events *events = out_events(worker->out);

	for (unsigned i = 0; i < ROUNDS; i++) {
		event_phase(events, worker->name, "download", NULL);
		event_progress(events, worker->name, "download", EVENT_UNIT_BYTES, i, ROUNDS);
	}
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct out *held = out_hold(worker->out);

		out_fact(held, '+', worker->name, "of %s", worker->name);
		out_detail(held, "checked", "of %s", worker->name);
		out_release(held);
	}
	event_end(events, worker->name);
	return NULL;
}

static void
threads_print(struct out *out)
{
	struct worker workers[THREADS];

	for (size_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .out = out };
		(void)snprintf(workers[i].name, sizeof(workers[i].name), "3.%zu", i);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			_exit(1);
	}
	for (unsigned i = 0; i < ROUNDS; i++)
		out_tick(out);
	for (size_t i = 0; i < THREADS; i++)
		(void)pthread_join(workers[i].thread, NULL);
}

static void
what_one_thread_says_stands_together(void **state)
{
	const struct scene piped = { threads_print, 0, 0, NULL, 0 };
	const struct scene live = { threads_print, 80, 20, NULL, 0 };
	cleanup_free char *text = printed(&piped);
	cleanup_free char *shown = NULL;
	struct screen screen;
	size_t pairs = 0;

	(void)state;
	for (size_t i = 0; i < THREADS; i++) {
		cleanup_free char *pair =
			mem_printf("+ 3.%zu      of 3.%zu\n  checked  of 3.%zu\n", i, i, i);

		pairs += count_of(text, pair);
	}
	assert_int_equal(pairs, THREADS * ROUNDS);
	free(text);
	/* On a terminal nothing is left but these. */
	text = printed(&live);
	screen_init(&screen, 80, 20);
	screen_print(&screen, text);
	shown = screen_text(&screen);
	assert_int_equal(count_of(shown, "  checked  of 3."), 10);
	assert_int_equal(count_of(shown, "download"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_a_line_in_the_order_of_their_start),
		cmocka_unit_test(a_result_takes_the_place_of_its_line),
		cmocka_unit_test(nothing_stays_of_what_is_over),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(a_low_terminal_shows_the_first_and_counts_the_rest),
		cmocka_unit_test(the_order_is_that_of_their_beginnings_not_of_their_phases),
		cmocka_unit_test(a_narrower_terminal_is_drawn_anew_from_the_top),
		cmocka_unit_test(they_are_drawn_ten_times_a_second),
		cmocka_unit_test(nothing_acts_on_the_terminal),
		cmocka_unit_test(elsewhere_there_is_a_line_per_phase),
		cmocka_unit_test(what_one_thread_says_stands_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
