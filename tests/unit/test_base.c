/* SPDX-License-Identifier: MIT */
/* Views, buffers, vectors, maps, paths, errors. */
#include <config.h>

#include "unit.h"

#include "base/buf.h"
#include "base/event.h"
#include "base/map.h"
#include "base/path.h"
#include "base/shell.h"
#include "base/str.h"
#include "base/vec.h"

static void
str_splits_at_each_separator(void **state)
{
	static const struct {
		const char *text;
		const char *joined; /* parts between brackets */
	} rows[] = {
		{ "a:b", "[a][b]" }, { "a::b", "[a][][b]" }, { ":", "[][]" },
		{ "a:", "[a][]" },   { "", "[]" },	     { "one", "[one]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_buf struct buf got = BUF_INIT(BUF_TEXT_MAX);
		struct str rest = str_from(rows[i].text);
		struct str part;

		while (str_split(&rest, ':', &part))
			buf_printf(&got, "[%.*s]", STR_ARG(part));
		assert_string_equal(buf_text(&got), rows[i].joined);
	}
}

static void
str_lines_and_words(void **state)
{
	struct str rest = STR_LIT("one two\r\n\n  three");
	struct str line;
	struct str word;

	(void)state;
	assert_true(str_line(&rest, &line));
	assert_true(str_word(&line, &word) && str_eq_text(word, "one"));
	assert_true(str_word(&line, &word) && str_eq_text(word, "two"));
	assert_false(str_word(&line, &word));
	assert_true(str_line(&rest, &line) && line.n == 0);
	assert_true(str_line(&rest, &line) && str_eq_text(str_trim(line), "three"));
	assert_false(str_line(&rest, &line));
}

static void
str_numbers_are_strict(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		bool good;
		uint64_t value;
	} rows[] = {
		{ "0", 9, true, 0 },
		{ "007", 9, true, 7 },
		{ "10", 9, false, 0 },
		{ "9", 8, false, 0 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "99999999999999999999", UINT64_MAX, false, 0 },
		{ "", 9, false, 0 },
		{ "-1", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1x", 99, false, 0 },
		{ "5", 3, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint64_t value = 0;

		assert_int_equal(str_u64(str_from(rows[i].text), 0, rows[i].max, &value),
				 rows[i].good);
		assert_true(value == rows[i].value);
	}
}

static void
str_distance_counts_edits(void **state)
{
	static const struct {
		const char *a, *b;
		size_t edits;
	} rows[] = {
		{ "", "", 0 },		 { "a", "", 1 },
		{ "", "abc", 3 },	 { "install", "intall", 1 },
		{ "which", "wihch", 1 }, { "3.31", "3.13", 1 },
		{ "ca", "abc", 3 },	 { "kitten", "sitting", 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(str_distance(str_from(rows[i].a), str_from(rows[i].b)),
				 rows[i].edits);
		assert_int_equal(str_distance(str_from(rows[i].b), str_from(rows[i].a)),
				 rows[i].edits);
	}
}

static void
buf_stops_at_its_limit(void **state)
{
	cleanup_buf struct buf b = BUF_INIT(8);
	struct err err = { 0 };

	(void)state;
	assert_string_equal(buf_text(&b), "");
	buf_add_text(&b, "12345678");
	assert_ok(buf_check(&b, "text", &err), &err);
	buf_add_char(&b, '9');
	assert_string_equal(buf_text(&b), "12345678");
	assert_fails(buf_check(&b, "text", &err), ERR_FAILED, &err);
	/* The error is sticky: what would fit now is not added either. */
	buf_truncate(&b, 2);
	buf_add_char(&b, 'x');
	assert_string_equal(buf_text(&b), "12");
}

static void
buf_room_becomes_text(void **state)
{
	cleanup_buf struct buf b = BUF_INIT(8);
	char *room;

	(void)state;
	buf_add_text(&b, "12");
	room = buf_room(&b, 6);
	assert_non_null(room);
	assert_string_equal(buf_text(&b), "12");
	memcpy(room, "345xxx", 6);
	buf_use(&b, 3);
	assert_string_equal(buf_text(&b), "12345");
	assert_null(buf_room(&b, 4));
	assert_string_equal(buf_text(&b), "12345");
}

static void
vec_is_always_an_argv(void **state)
{
	cleanup_strvec struct strvec v = { 0 };
	cleanup_free char *joined = NULL;

	(void)state;
	for (int i = 40; i > 0; i--) {
		strvec_printf(&v, "%02d", i / 2);
		assert_null(v.items[v.count]);
	}
	strvec_sort(&v);
	strvec_unique(&v);
	assert_int_equal(v.count, 21);
	assert_null(v.items[v.count]);
	strvec_add(&v, "end");
	assert_true(strvec_has(&v, "end"));
	assert_false(strvec_has(&v, "en"));
	joined = strvec_join(&v, " ");
	assert_true(str_starts(str_from(joined), STR_LIT("00 01 02")));
}

static int
add_key(const char *key, void *value, void *ctx)
{
	(void)value;
	strvec_add(ctx, key);
	return 0;
}

static void
map_keeps_the_first_order(void **state)
{
	cleanup_map struct map m = { 0 };
	cleanup_strvec struct strvec keys = { 0 };
	int one = 1;
	int two = 2;

	(void)state;
	assert_true(map_set(&m, "b", &one));
	assert_true(map_set(&m, "a", &one));
	assert_false(map_set(&m, "b", &two));
	assert_int_equal(map_each(&m, add_key, &keys), 0);
	assert_int_equal(keys.count, 2);
	assert_string_equal(keys.items[0], "b");
	assert_string_equal(keys.items[1], "a");
	assert_ptr_equal(map_get(&m, "b"), &two);
	assert_ptr_equal(map_remove(&m, "b"), &two);
	assert_null(map_remove(&m, "b"));
	assert_null(map_get(&m, "c"));
}

static void
path_components_from_outside(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} rows[] = {
		{ "3.13.5", true },   { "a b", true }, { "...", true },	 { "-x", true },
		{ "\xc3\xa4", true }, { "", false },   { ".", false },	 { "..", false },
		{ "a/b", false },     { "/", false },  { "a\n", false }, { "\x1b[2J", false },
		{ "\x7f", false },
	};
	char name[300];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(path_component_ok(str_from(rows[i].name)), rows[i].good);
	memset(name, 'a', sizeof(name));
	assert_true(path_component_ok((struct str){ name, 255 }));
	assert_false(path_component_ok((struct str){ name, 256 }));
	assert_false(path_component_ok((struct str){ "a\0b", 3 }));
}

static void
path_texts(void **state)
{
	static const struct {
		const char *cwd, *path, *clean;
	} cleaned[] = {
		{ "/w", "a", "/w/a" },		{ "/w", "/a//b/", "/a/b" },  { "/w", "../..", "/" },
		{ "/w", "./a/./b/..", "/w/a" }, { "/w/x", "../y", "/w/y" },  { "/", "", "/" },
		{ "/w", "/../../etc", "/etc" }, { "/w", "a/../../b", "/b" },
	};
	static const struct {
		const char *path, *dir;
		bool below;
	} below[] = {
		{ "/a/b", "/a", true },	 { "/a", "/a", true }, { "/ab", "/a", false },
		{ "/a/b", "/a/", true }, { "/x", "/", true },  { "/a", "/a/b", false },
	};
	static const struct {
		const char *path, *home, *shown;
	} tilde[] = {
		{ "/h/u/x", "/h/u", "~/x" },
		{ "/h/u", "/h/u", "~" },
		{ "/h/ux", "/h/u", "/h/ux" },
		{ "/h/u/x", "/h/u/", "~/x" },
		{ "/x", "/", "/x" },
		{ "/x", NULL, "/x" },
		/* Read behind the end of the path. */
		{ "/h/u", "/h/u//", "~" },
		{ "/h/u/x", "/h/u//", "~/x" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cleaned); i++) {
		cleanup_free char *got = path_clean(cleaned[i].cwd, cleaned[i].path);

		assert_string_equal(got, cleaned[i].clean);
	}
	for (size_t i = 0; i < COUNT_OF(below); i++)
		assert_int_equal(path_is_below(below[i].path, below[i].dir), below[i].below);
	for (size_t i = 0; i < COUNT_OF(tilde); i++) {
		cleanup_free char *got = path_tilde(tilde[i].path, tilde[i].home);

		assert_string_equal(got, tilde[i].shown);
	}
}

static void
path_joins(void **state)
{
	cleanup_free char *plain = path_join("/a", "b", "c", NULL);
	cleanup_free char *slashes = path_join("/a/", "/b/", "", "c", NULL);
	cleanup_free char *relative = path_join("a", "b", NULL);

	(void)state;
	assert_string_equal(plain, "/a/b/c");
	assert_string_equal(slashes, "/a/b/c");
	assert_string_equal(relative, "a/b");
	assert_true(str_eq_text(path_base("/a/b"), "b"));
	assert_true(str_eq_text(path_base("a/"), ""));
	assert_true(str_eq_text(path_dir("/a/b"), "/a"));
	assert_true(str_eq_text(path_dir("/a"), "/"));
	assert_true(str_eq_text(path_dir("a"), "."));
}

/* A part that was too long was left out: another folder was meant then. */
static void
long_paths_stay_whole(void **state)
{
	size_t n = 100000;
	cleanup_free char *name = mem_zalloc(n + 1);
	cleanup_free char *joined = NULL;
	cleanup_free char *clean = NULL;

	(void)state;
	memset(name, 'a', n);
	joined = path_join("/r", name, "b", NULL);
	assert_int_equal(strlen(joined), n + 5);
	clean = path_clean("/r", joined);
	assert_string_equal(clean, joined);
}

/* What a shell makes of the word is the text again, and nothing else happens. */
static void
words_survive_a_shell(void **state)
{
	static const struct {
		const char *text, *word;
	} rows[] = {
		{ "3.13.5", "3.13.5" },
		{ "/h/u/.pyenv", "/h/u/.pyenv" },
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "~", "'~'" },
		{ "miniforge;reboot", "'miniforge;reboot'" },
		{ "$(x)", "'$(x)'" },
		{ "it's", "'it'\\''s'" },
		{ "''", "''\\'''\\'''" },
		{ "a=b", "'a=b'" },
		{ "\xc3\xa4", "'\xc3\xa4'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *word = shell_word(rows[i].text);

		assert_string_equal(word, rows[i].word);
	}
}

static void
err_wraps_and_carries_details(void **state)
{
	static const int common[] = { ENOSPC, EDQUOT, EROFS,  EACCES,	 EPERM,
				      ENOENT, EMFILE, EEXIST, ENOTDIR,	 EISDIR,
				      ELOOP,  EINVAL, EIO,    EBUSY,	 ENAMETOOLONG,
				      EXDEV,  EPIPE,  ENOMEM, ETIMEDOUT, ECONNREFUSED };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_set(&err, ERR_NETWORK, "no answer from %s", "host"), -1);
	err_wrap(&err, "cannot install %s", "3.13.5");
	err_detail(&err, "to fix", "pyvern install");
	assert_string_equal(err.message, "cannot install 3.13.5: no answer from host");
	assert_true(err_has_detail(&err, "to fix"));
	assert_false(err_has_detail(&err, "because"));
	assert_int_equal(err_status(err.code), 4);
	err_reset(&err);
	assert_null(err.message);
	errno = ENOSPC;
	err_sys(&err, "cannot write x");
	assert_string_equal(err.message, "cannot write x: the disk is full");
	assert_int_equal(err.sys, ENOSPC);
	err_reset(&err);
	/* libc's "Not a directory" stood in the middle of our lines. */
	for (size_t i = 0; i < COUNT_OF(common); i++)
		assert_true(str_is_alpha(err_errno_text(common[i])[0]) &&
			    str_lower(err_errno_text(common[i])[0]) ==
				    err_errno_text(common[i])[0]);
}

static void
err_statuses_are_those_of_the_journeys(void **state)
{
	static const struct {
		enum err_code code;
		int status;
	} rows[] = {
		{ ERR_NONE, 0 },
		{ ERR_FAILED, 1 },
		{ ERR_USAGE, 2 },
		{ ERR_UNKNOWN_VERSION, 3 },
		{ ERR_NOT_INSTALLED, 3 },
		{ ERR_NETWORK, 4 },
		{ ERR_NOT_CACHED, 4 },
		{ ERR_CHECK, 5 },
		{ ERR_PROTECTED, 6 },
		{ ERR_RULE, 7 },
		{ ERR_INTERRUPTED, 130 },
		{ ERR_NO_COMMAND, 127 },
		{ ERR_NOT_EXECUTABLE, 126 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(err_status(rows[i].code), rows[i].status);
}

static void
remember(void *ctx, const struct event *event)
{
	struct buf *b = ctx;

	buf_printf(b, "%d %s %s;", event->kind, event->subject, event->text ? event->text : "-");
}

static void
events_reach_their_receiver(void **state)
{
	cleanup_buf struct buf got = BUF_INIT(BUF_TEXT_MAX);
	struct events to = { remember, &got };

	(void)state;
	event_phase(&to, "3.13.5", "make", NULL);
	event_note(&to, "3.13.5", "%s holds", "sha256");
	event_line(&to, "3.13.5", "cc -c x.c");
	assert_string_equal(buf_text(&got), "0 3.13.5 -;3 3.13.5 sha256 holds;2 3.13.5 cc -c x.c;");
	/* A zeroed receiver, and none, swallow everything. */
	event_warning(&(struct events){ 0 }, "x", "y");
	event_warning(NULL, "x", "y");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(str_splits_at_each_separator),
		cmocka_unit_test(str_lines_and_words),
		cmocka_unit_test(str_numbers_are_strict),
		cmocka_unit_test(str_distance_counts_edits),
		cmocka_unit_test(buf_stops_at_its_limit),
		cmocka_unit_test(buf_room_becomes_text),
		cmocka_unit_test(vec_is_always_an_argv),
		cmocka_unit_test(map_keeps_the_first_order),
		cmocka_unit_test(path_components_from_outside),
		cmocka_unit_test(path_texts),
		cmocka_unit_test(path_joins),
		cmocka_unit_test(long_paths_stay_whole),
		cmocka_unit_test(words_survive_a_shell),
		cmocka_unit_test(err_wraps_and_carries_details),
		cmocka_unit_test(err_statuses_are_those_of_the_journeys),
		cmocka_unit_test(events_reach_their_receiver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
