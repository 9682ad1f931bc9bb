/* SPDX-License-Identifier: MIT */
/* Texts for people: harmless, and in their units. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <termios.h>

#include "os/fd.h"
#include "ui/out_state.h"

static void
texts_are_made_harmless(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "plain", "plain" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x8d" },
		{ "a\x1b[31mb", "a\\x1b[31mb" },
		{ "bell\a", "bell\\x07" },
		{ "line\nline", "line\\x0aline" },
		{ "\x7f", "\\x7f" },
		{ "\xc2\x9b"
		  "31m",
		  "\\xc2\\x9b31m" }, /* C1: CSI in one character */
		{ "\xe2\x80\xae"
		  "cod",
		  "\\xe2\\x80\\xae"
		  "cod" }, /* right-to-left override */
		{ "\xe2\x80\x8f"
		  "cod",
		  "\\xe2\\x80\\x8f"
		  "cod" },			       /* right-to-left mark */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" }, /* line separator */
		{ "\xff\xc3", "\\xff\\xc3" },
		{ "\xc0\xaf", "\\xc0\\xaf" },	       /* overlong slash */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = out_safe(rows[i].text);

		assert_string_equal(got, rows[i].shown);
	}
}

/* What FN prints to OUT when its stdout is FD; read from READ_FD. Owned. */
static char *
printed(void (*fn)(struct out *out), int fd, int read_fd)
{
	char text[512] = "";
	pid_t pid = fork();

	if (pid == 0) {
		struct out *out;

		dup2(fd, STDOUT_FILENO);
		out = out_new("pyvern", NULL, 0);
		fn(out);
		_exit(out_finish(out));
	}
	close(fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* A terminal whose other side is gone ends with EIO. */
	(void)!read(read_fd, text, sizeof(text) - 1);
	close(read_fd);
	return mem_strdup(text);
}

static char *
printed_to_pipe(void (*fn)(struct out *out))
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	return printed(fn, fds[1], fds[0]);
}

static void
print_line(struct out *out)
{
	out_line(out, "/x/\xc2\x9b"
		      "2J\x1b[2J");
}

static void
print_json(struct out *out)
{
	out_json_begin(out, 1);
	out_json_text(out, "t", "\x1b\xc2\x9b\xe2\x80\xae\"\xc3\xa4\xff");
	out_json_end(out);
}

static void
programs_read_bytes_and_terminals_nothing_that_acts(void **state)
{
	int other = posix_openpt(O_RDWR | O_NOCTTY);
	cleanup_free char *piped = printed_to_pipe(print_line);
	cleanup_free char *shown = NULL;
	int terminal;

	(void)state;
	assert_string_equal(piped, "/x/\xc2\x9b"
				   "2J\x1b[2J\n");
	assert_true(other >= 0 && grantpt(other) == 0 && unlockpt(other) == 0);
	terminal = open(ptsname(other), O_RDWR | O_NOCTTY);
	assert_true(terminal >= 0);
	/* Held open, so that what was printed stays to be read. */
	shown = printed(print_line, dup(terminal), other);
	close(terminal);
	assert_string_equal(shown, "/x/\\xc2\\x9b2J\\x1b[2J\r\n");
}

/* The C1 control CSI was printed as it is, and so were marks of direction. */
static void
json_holds_nothing_that_a_terminal_obeys(void **state)
{
	cleanup_free char *text = printed_to_pipe(print_json);

	(void)state;
	assert_string_equal(text, "{\n  \"schema\": 1,\n"
				  "  \"t\": \"\\u001b\\u009b\\u202e\\\"\xc3\xa4\\udcff\"\n}\n");
}

static void
home_is_a_tilde_for_people(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "/h/me/x", "~/x" },
		{ "cannot open /h/me/x: no", "cannot open ~/x: no" },
		{ "in /h/me: x", "in ~: x" },
		{ "(/h/me/x)", "(~/x)" },
		{ "/h/men", "/h/men" },
		{ "/y/h/me/x", "/y/h/me/x" },
		{ "PATH=/h/me/a:/h/me/b", "PATH=~/a:~/b" },
		/* Pasted, "~/a" would be a folder called "~". */
		{ "PATH=\"/h/me/a:$PATH\"", "PATH=\"/h/me/a:$PATH\"" },
		{ "rm '/h/me/a b'", "rm '/h/me/a b'" },
	};
	const struct out out = { .home = "/h/me" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = out_people(&out, rows[i].text);

		assert_string_equal(got, rows[i].shown);
	}
}

static void
sizes_and_durations(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0 bytes" },	 { 999, "999 bytes" },	    { 1000, "1.0 kB" },
		{ 22856016, "22.9 MB" }, { 187000000, "187 MB" },   { 999949, "1.0 MB" },
		{ 1000000, "1.0 MB" },	 { 5000000000u, "5.0 GB" },
	};
	static const struct {
		uint64_t ms;
		const char *text;
	} durations[] = {
		{ 0, "0 ms" },
		{ 41, "41 ms" },
		{ 3100, "3.1 s" },
		{ 9960, "10 s" },
		{ 59499, "59 s" },
		{ 59500, "1 min 0 s" },
		{ 154000, "2 min 34 s" },
		{ 3600000, "1 h 0 min" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		cleanup_free char *got = out_size(sizes[i].bytes);

		assert_string_equal(got, sizes[i].text);
	}
	for (size_t i = 0; i < COUNT_OF(durations); i++) {
		cleanup_free char *got = out_duration(durations[i].ms);

		assert_string_equal(got, durations[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_made_harmless),
		cmocka_unit_test(programs_read_bytes_and_terminals_nothing_that_acts),
		cmocka_unit_test(json_holds_nothing_that_a_terminal_obeys),
		cmocka_unit_test(home_is_a_tilde_for_people),
		cmocka_unit_test(sizes_and_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
