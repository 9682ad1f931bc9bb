/* SPDX-License-Identifier: MIT */
/* Which Python, and why: pins, variables, prefixes, missing versions, shims. */
#include <config.h>

#include "selection_ground.h"

static void
command_is_found_by_the_rules(void **state)
{
	static const struct {
		const char *pin; /* NULL: none */
		const char *command;
		const char *pyvern;
		const char *pyenv;
	} rows[] = {
		/* names and prefixes */
		{ "3.9.2", "python", "3.9.2", "3.9.2" },
		{ "3.9", "python", "3.9.23", "3.9.23" },
		{ "3", "python", "3.13.5", "3.13.5" },
		{ "3.1", "python", "missing 3.1", "system" },
		{ "3.13.6rc1", "python", "3.13.6rc1", "3.13.6rc1" },
		{ "3.14t", "python", "3.14.0t", "3.14.0t" },
		{ "3.14", "python", "missing 3.14", "system" },
		{ "pypy3.11", "python", "pypy3.11-7.3.20", "pypy3.11-7.3.20" },
		{ "work", "tool", "work", "work" },
		{ "python-3.9.2", "python", "3.9.2", "3.9.2" },
		{ "python-3.9", "python", "3.9.23", "3.9.23" },
		{ "  3.9.2  and more\r", "python", "3.9.2", "3.9.2" },
		{ "# note\n\n3.9.2", "python", "3.9.2", "3.9.2" },
		/* aliases of ours stand for their target, also when it is not the
		 * newest (rolled back); in the pyenv face they are names */
		{ "3.13", "python", "3.13.5", "3.13" },
		{ "3.12", "python", "3.12.1", "3.12" },
		/* what is no folder is no version */
		{ "3.8.1", "python", "missing 3.8.1", "system" },
		{ "3.7.1", "python", "missing 3.7.1", "system" },
		{ "3.7", "python", "missing 3.7", "system" },
		/* several */
		{ "3.13\n3.12\n3.9", "python3.9", "3.9.23", "3.9.23" },
		{ "3.13\n3.12\n3.9", "black", "3.12.1", "3.12" },
		{ "3.10\n3.9", "python", "3.9.23", "3.9.23" },
		{ "3.10\n3.11", "python", "missing 3.10", "system" },
		{ "3.13\n3.10", "nothing", "no command", "no command" },
		{ "3.13\nsystem", "python3.11", "system", "system" },
		{ "3.10\nsystem", "python", "system", "system" },
		/* system, never a shim */
		{ "system", "python", "system", "system" },
		{ "system", "loop", "no command", "no command" },
		{ "system", "data", "no command", "no command" },
		{ NULL, "python", "system", "system" },
		/* a command with a version of its own */
		{ "3.13", "python3.9", "3.9.23", "no command" },
		{ "3.13", "python3.11", "suffix 3.11", "system" },
		{ "3.13", "pip3.9", "no command", "no command" },
		{ "3.13", "python3.14t", "3.14.0t", "no command" },
		{ "3.13", "pypy3.11", "pypy3.11-7.3.20", "no command" },
		{ "3.13", "python3.10-config", "suffix 3.10", "no command" },
		{ "3.13", "tool3.9", "no command", "no command" },
		{ "3.13\n3.9.99", "python3.9", "missing 3.9.99", "no command" },
		{ NULL, "python3.9", "3.9.23", "no command" },
		{ NULL, "python3.10", "suffix 3.10", "no command" },
		{ "3.10", "python3.9", "3.9.23", "missing 3.10" },
		{ "3.10", "python3.10", "missing 3.10", "missing 3.10" },
		/* pins that say nothing */
		{ "", "python", "unusable", "system" },
		{ "# 3.9\n", "python", "unusable", "system" },
		{ "../..", "python", "unusable", "system" },
		{ "/etc", "python", "unusable", "system" },
		{ "3.9.2/../3.13.5", "python", "unusable", "system" },
		{ "\033[31m", "python", "unusable", "system" },
		{ "../x\n3.9", "python", "3.9.23", "3.9.23" },
		/* commands that are no names */
		{ "3.9", "../../../usr/bin/python", "no command", "no command" },
		{ "3.9", "", "no command", "no command" },
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection_input pyvern = input(f, "pyvern");
		struct selection_input pyenv = input(f, "pyenv");
		cleanup_free char *got = NULL;
		cleanup_free char *got_pyenv = NULL;

		unlink(PIN);
		if (rows[i].pin)
			make_file(PIN, rows[i].pin, 0644);
		got = find(&pyvern, rows[i].command);
		got_pyenv = find(&pyenv, rows[i].command);
		if (strcmp(got, rows[i].pyvern) != 0 || strcmp(got_pyenv, rows[i].pyenv) != 0)
			fail_msg("row %zu, pin \"%s\", %s: %s, %s", i,
				 rows[i].pin ? rows[i].pin : "(none)", rows[i].command, got,
				 got_pyenv);
	}
}

static void
nearest_request_wins(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	static const struct {
		const char *file; /* made for this row and those that follow */
		const char *text;
		const char *pyvern_version;
		const char *pyenv_version;
		const char *expected;
	} rows[] = {
		{ NULL, NULL, NULL, NULL, "default : system" },
		{ "root/version", "3.9\n", NULL, NULL, "global root/version: 3.9" },
		{ "home/.python-version", "a", NULL, NULL, "file home/.python-version: a" },
		{ "home/project/.python-version", "b\nc d\n", NULL, NULL,
		  "file home/project/.python-version: b c" },
		{ "home/project/src/.python-version", "e", "", "",
		  "file home/project/src/.python-version: e" },
		{ NULL, NULL, NULL, "3.9:3.12", "variable PYENV_VERSION: 3.9 3.12" },
		{ NULL, NULL, "3.13", "3.9:3.12", "variable PYVERN_VERSION: 3.13" },
		{ NULL, NULL, "::3.13:", NULL, "variable PYVERN_VERSION: 3.13" },
		{ NULL, NULL, ":", NULL, "variable PYVERN_VERSION: system" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_free char *got = NULL;

		if (rows[i].file)
			make_file(rows[i].file, rows[i].text, 0644);
		unsetenv("PYVERN_VERSION");
		unsetenv("PYENV_VERSION");
		if (rows[i].pyvern_version)
			setenv("PYVERN_VERSION", rows[i].pyvern_version, 1);
		if (rows[i].pyenv_version)
			setenv("PYENV_VERSION", rows[i].pyenv_version, 1);
		got = origin(f, &in);
		assert_string_equal(got, rows[i].expected);
	}
}

static void
second_folder_is_searched_when_the_first_has_no_pin(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_free char *usr = path_join(f->dir, "usr/bin/", NULL);
	cleanup_free char *got = NULL;

	make_file(PIN, "3.9", 0644);
	in.dir = usr;
	in.dir_too = f->project;
	got = origin(f, &in);
	assert_string_equal(got, "file home/project/.python-version: 3.9");
}

static void
strange_files_are_passed_over_or_named(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_free char *large = mem_zalloc(PIN_FILE_MAX + 2);
	cleanup_buf struct buf many = BUF_INIT(BUF_TEXT_MAX);
	char *got;

	make_file("home/.python-version", "3.9", 0644);

#define EXPECT(text)                              \
	do {                                      \
		got = origin(f, &in);             \
		assert_string_equal(got, text);   \
		free(got);                        \
		assert_int_equal(remove(PIN), 0); \
	} while (0)

	assert_int_equal(mkdir(PIN, 0755), 0);
	EXPECT("file home/.python-version: 3.9");
	assert_int_equal(symlink("nowhere", PIN), 0);
	EXPECT("file home/.python-version: 3.9");
	assert_int_equal(symlink(".python-version", PIN), 0);
	EXPECT("file home/.python-version: 3.9");
	assert_int_equal(mkfifo(PIN, 0644), 0);
	EXPECT("file home/.python-version: 3.9");
	assert_int_equal(symlink("/dev/null", PIN), 0);
	EXPECT("file home/.python-version: 3.9");
	make_file("home/pin", "3.12", 0644);
	assert_int_equal(symlink("../pin", PIN), 0);
	EXPECT("file home/project/.python-version: 3.12");
	memset(large, '#', PIN_FILE_MAX + 1);
	make_file(PIN, large, 0644);
	EXPECT("file home/project/.python-version: (larger than 4 KiB)");
	for (int i = 0; i <= PIN_WORDS_MAX; i++)
		buf_printf(&many, "3.%d\n", i);
	make_file(PIN, buf_text(&many), 0644);
	EXPECT("file home/project/.python-version: (more than 64 versions)");
	make_file(PIN, "", 0644);
	EXPECT("file home/project/.python-version: (names no version)");
#undef EXPECT
}

static void
file_of_another_user_above_is_not_a_pin(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_free char *got = NULL;
	cleanup_free char *own = NULL;

	/* Only root can give files away; for others the rule has nothing to show. */
	if (geteuid() != 0)
		return;
	make_file("home/.python-version", "3.9", 0644);
	make_file(PIN, "3.12", 0644);
	assert_int_equal(chown(PIN, 12345, 12345), 0);
	got = origin(f, &in);
	assert_string_equal(got, "file home/.python-version: 3.9");
	/* The folder's owner has a say in it: root at work in a user's project. */
	assert_int_equal(chown("home/project", 12345, 12345), 0);
	own = origin(f, &in);
	assert_string_equal(own, "file home/project/.python-version: 3.12");
}

static void
secret_behind_a_link_is_not_shown(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	struct selection s;

	make_file("home/secret", "hunter2\n", 0600);
	assert_int_equal(symlink("../secret", PIN), 0);
	selection_make(&in, &s);
	assert_int_equal(selection_resolve_all(&s), 0);
	assert_int_equal(s.items[0].state, ITEM_INVALID);
}

static void
program_that_is_a_shim_is_never_found(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_free char *got = NULL;
	cleanup_free char *by_shim = NULL;
	struct stat st;

	/* An adopted Python whose `python` leads back to the shim. */
	assert_int_equal(unlink("root/versions/work/bin/python"), 0);
	assert_int_equal(symlink("../../../shims/python", "root/versions/work/bin/python"), 0);
	make_file(PIN, "work", 0644);
	got = find(&in, "python");
	assert_string_equal(got, "no command");
	assert_int_equal(stat("root/shims/python", &st), 0);
	in.self = (struct file_id){ st.st_dev, st.st_ino };
	by_shim = find(&in, "python");
	assert_string_equal(by_shim, "no command");
}

static void
system_is_path_without_any_shims(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_free char *path = NULL;
	struct selection s;
	struct finding found;
	cleanup_free char *expected = path_join(f->dir, "usr/bin/python", NULL);

	/* The shims folder by another name, a link to a shim, another root's shims
	 * (pyenv's), relative entries, and at last the real one. */
	assert_int_equal(symlink("root/shims", "elsewhere"), 0);
	assert_int_equal(mkdir("local", 0755), 0);
	assert_int_equal(symlink("../root/shims/python", "local/python"), 0);
	assert_int_equal(mkdir("other", 0755), 0);
	assert_int_equal(mkdir("other/shims", 0755), 0);
	assert_int_equal(mkdir("other/versions", 0755), 0);
	make_file("other/shims/python", "#!/bin/sh\n", 0755);
	path = mem_printf("%s/elsewhere:%s/local:%s/other/shims::.:usr/bin:%s/usr/bin/", f->dir,
			  f->dir, f->dir, f->dir);
	in.path = path;
	selection_make(&in, &s);
	selection_find(&s, "python", &found);
	assert_int_equal(found.kind, FOUND_IN_SYSTEM);
	assert_string_equal(found.path, expected);
	in.path = "~/usr/bin";
	selection_find(&s, "python", &found);
	assert_string_equal(found.path, expected);
	/* A home that is relative made a relative entry of it; an empty one was read
	 * in front of its first byte. */
	in.home = ".";
	selection_find(&s, "python", &found);
	assert_int_equal(found.kind, MISSING_COMMAND);
	in.home = "";
	in.path = "~:~/usr/bin";
	selection_find(&s, "python", &found);
	assert_string_not_equal(found.path, expected);
}

static void
record(void *ctx, const struct look *look)
{
	static const char *const states[] = { "absent", "passed over", "chosen", "not reached" };
	struct str base = path_base(look->place);

	/* There is nothing in all the folders above. */
	if (look->state == LOOK_ABSENT &&
	    (look->source == SOURCE_FILE || look->source == SOURCE_PROJECT))
		return;
	buf_printf(ctx, "%.*s %s", STR_ARG(base), states[look->state]);
	for (size_t i = 0; i < look->count; i++)
		buf_printf(ctx, " %.*s@%u", STR_ARG(look->words[i].text), look->words[i].line);
	if (look->why)
		buf_printf(ctx, " (%s)", look->why);
	buf_add_char(ctx, '\n');
}

static void
every_look_is_recorded(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	struct selection_recorder recorder = { record, &b };
	struct selection s;
	const char *text;

	assert_int_equal(mkdir("home/project/src/.python-version", 0755), 0);
	make_file(PIN, "# why\n3.9\n\n3.12\n", 0644);
	make_file("root/version", "3.13", 0644);
	in.recorder = &recorder;
	setenv("PYENV_VERSION", "work", 1);
	selection_make(&in, &s);
	assert_int_equal(s.count, 1);
	assert_string_equal(buf_text(&b), "PYVERN_VERSION absent\n"
					  "PYENV_VERSION chosen work@0\n"
					  ".python-version passed over (not a regular file)\n"
					  ".python-version not reached 3.9@2 3.12@4\n"
					  "version not reached 3.13@1\n"
					  " not reached system@0\n");
	buf_truncate(&b, 0);
	unsetenv("PYENV_VERSION");
	assert_int_equal(unlink(PIN), 0);
	selection_make(&in, &s);
	text = strstr(buf_text(&b), "version chosen");
	assert_non_null(text);
	assert_string_equal(text, "version chosen 3.13@1\n not reached system@0\n");
}

static void
root_need_not_exist(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_free char *got = NULL;
	cleanup_free char *pinned = NULL;

	in.root_fd = -1;
	in.root = "/nonexistent";
	got = find(&in, "python");
	assert_string_equal(got, "system");
	make_file(PIN, "3.9", 0644);
	pinned = find(&in, "python");
	assert_string_equal(pinned, "missing 3.9");
}

static void
written_pins_are_read(void **state)
{
	const struct fixture *f = *state;
	struct selection_input in = input(f, "pyvern");
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err err = { 0 };
	cleanup_free char *got = NULL;
	char *words[] = { (char *)"3.13", (char *)"3.12" };

	assert_ok(fs_open_dir("home/project", &dir, &err), &err);
	assert_ok(pinfile_write(&dir, PINFILE_NAME, words, 2, &err), &err);
	got = origin(f, &in);
	assert_string_equal(got, "file home/project/.python-version: 3.13 3.12");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(command_is_found_by_the_rules),
		TEST(nearest_request_wins),
		TEST(second_folder_is_searched_when_the_first_has_no_pin),
		TEST(strange_files_are_passed_over_or_named),
		TEST(file_of_another_user_above_is_not_a_pin),
		TEST(secret_behind_a_link_is_not_shown),
		TEST(program_that_is_a_shim_is_never_found),
		TEST(system_is_path_without_any_shims),
		TEST(every_look_is_recorded),
		TEST(root_need_not_exist),
		TEST(written_pins_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
