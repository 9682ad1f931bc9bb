/* SPDX-License-Identifier: MIT */
/* rehash: which shims, whose files, and what readers see meanwhile. */
#include <config.h>

#include "shims_ground.h"

#include <signal.h>
#include <sys/wait.h>

#define REHASHES 200

static void
each_command_gets_a_shim(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/versions/3.12.1/bin/black", "", 0755);
	ground_file(g, "root/versions/3.12.1/bin/with blank", "", 0755);
	ground_file(g, "root/versions/3.12.1/bin/not-executable", "", 0644);
	ground_file(g, "root/versions/3.12.1/bin/.hidden", "", 0755);
	ground_file(g, "root/versions/3.12.1/bin/__pycache__/x", "", 0755);
	ground_file(g, "root/versions/3.12.1/bin/new\nline", "", 0755);
	ground_link(g, "root/versions/3.12.1/bin/dangling", "nowhere");
	ground_link(g, "root/versions/3.12.1/bin/linked", "black");
	ground_file(g, "root/versions/3.12.1/envs/shop/bin/flask", "", 0755);
	ground_link(g, "root/versions/shop", "3.12.1/envs/shop");
	ground_file(g, "elsewhere/bin/brewed", "", 0755);
	ground_link(g, "root/versions/brew", "../../elsewhere");
	assert_result(rehash(g), 7, 0, 0);
	assert_shim(g, "python");
	assert_shim(g, "python3.13");
	assert_shim(g, "black");
	assert_shim(g, "with blank");
	assert_shim(g, "linked");
	assert_shim(g, "flask");
	assert_shim(g, "brewed");
	/* And again: nothing to do. */
	assert_result(rehash(g), 0, 0, 7);
	assert_int_equal(g->warnings.count, 0);
}

static void
the_marks_are_written(void **state)
{
	struct ground *g = *state;
	cleanup_free char *program = path_join(g->path, "bin/pyvern", NULL);
	cleanup_free char *target = NULL;
	cleanup_buf struct buf face = BUF_INIT(100);
	struct err err = { 0 };

	rehash(g);
	target = ground_target(g, "root/.pyvern");
	assert_string_equal(target, program);
	assert_ok(fs_read_file(&g->dir, "root/face", &face, &err), &err);
	assert_string_equal(buf_text(&face), "pyvern\n");
	/* A face that was chosen stays. */
	ground_file(g, "root/face", "pyenv\n", 0644);
	rehash(g);
	buf_truncate(&face, 0);
	assert_ok(fs_read_file(&g->dir, "root/face", &face, &err), &err);
	assert_string_equal(buf_text(&face), "pyenv\n");
}

static void
commands_that_are_gone_lose_their_shim(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/versions/3.12.1/bin/black", "", 0755);
	assert_result(rehash(g), 3, 0, 0);
	assert_int_equal(unlinkat(g->dir.fd, "root/versions/3.12.1/bin/black", 0), 0);
	assert_result(rehash(g), 0, 1, 2);
	assert_false(ground_has(g, "root/shims/black"));
}

/* What libexec/pyenv-rehash of pyenv 2.8 and its hook source.bash write. */
#define PYENV_SHIM                                                           \
	"#!/usr/bin/env bash\nset -e\n[ -n \"$PYENV_DEBUG\" ] && set -x\n\n" \
	"program=\"${0##*/}\"\n\nexport PYENV_ROOT=\"/home/x/.pyenv\"\n"     \
	"exec \"/home/x/.pyenv/libexec/pyenv\" exec \"$program\" \"$@\"\n"
#define PYENV_SOURCE_SHIM                                                                \
	"[ -n \"$PYENV_DEBUG\" ] && set -x\nexport PYENV_ROOT=\"/home/x/.pyenv\"\n"      \
	"program=\"$(\"/home/x/.pyenv/libexec/pyenv\" which \"${BASH_SOURCE##*/}\")\"\n" \
	"if [ -e \"${program}\" ]; then\n  . \"${program}\" \"$@\"\nfi\n"

static void
shims_of_pyenv_are_replaced_and_strangers_stay(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/shims/python", PYENV_SHIM, 0755);
	ground_file(g, "root/shims/stale", PYENV_SHIM, 0755);
	ground_file(g, "root/shims/activate", PYENV_SOURCE_SHIM, 0755);
	ground_file(g, "root/shims/python3.13", "#!/bin/sh\necho mine\n", 0755);
	ground_file(g, "root/shims/folder/x", "", 0644);
	assert_result(rehash(g), 1, 2, 0);
	assert_shim(g, "python");
	assert_false(ground_has(g, "root/shims/stale"));
	assert_false(ground_has(g, "root/shims/activate"));
	assert_true(inode(g, "root/shims/python3.13") != inode(g, "root/shims/.pyvern-shim"));
	assert_true(ground_has(g, "root/shims/folder/x"));
	assert_int_equal(g->warnings.count, 2);
	assert_non_null(strstr(g->warnings.items[1], "python3.13 was not made by pyvern"));
}

/* pyenv.md 3, rehash: of what is sourced only what `which` can find, an executable. */
static void
what_is_sourced_gets_a_text(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/versions/3.12.1/bin/activate.csh", "", 0644);
	ground_file(g, "root/versions/conda/bin/activate", "", 0755);
	ground_file(g, "root/versions/conda/bin/activate.fish", "", 0755);
	ground_file(g, "root/shims/activate", PYENV_SOURCE_SHIM, 0755);
	assert_result(rehash(g), 4, 0, 0);
	assert_false(ground_has(g, "root/shims/activate.csh"));
	assert_true(has_text(g, "root/shims/activate", "which activate) && . "));
	assert_true(has_text(g, "root/shims/activate.fish", "which activate.fish); and source"));
	assert_result(rehash(g), 0, 0, 4);
	assert_int_equal(unlinkat(g->dir.fd, "root/versions/conda/bin/activate", 0), 0);
	assert_result(rehash(g), 0, 1, 3);
	assert_int_equal(g->warnings.count, 0);
}

/* pyenv takes some 190 names from all versions once there is a conda. */
static void
only_condas_lose_the_systems_programs(void **state)
{
	struct ground *g = *state;

	ground_file(g, "root/versions/3.12.1/bin/curl", "", 0755);
	ground_file(g, "root/versions/miniconda3-1/bin/conda", "", 0755);
	ground_file(g, "root/versions/miniconda3-1/bin/curl", "", 0755);
	ground_file(g, "root/versions/miniconda3-1/bin/openssl", "", 0755);
	ground_file(g, "root/versions/miniconda3-1/bin/ipython", "", 0755);
	ground_file(g, "root/versions/miniconda3-1/envs/sci/conda-meta/history", "", 0644);
	ground_file(g, "root/versions/miniconda3-1/envs/sci/bin/clear", "", 0755);
	ground_file(g, "root/versions/miniconda3-1/envs/sci/bin/jupyter", "", 0755);
	rehash(g);
	assert_shim(g, "conda");
	assert_shim(g, "ipython");
	assert_shim(g, "jupyter");
	assert_shim(g, "curl");
	assert_false(ground_has(g, "root/shims/openssl"));
	assert_false(ground_has(g, "root/shims/clear"));
	assert_int_equal(unlinkat(g->dir.fd, "root/versions/3.12.1/bin/curl", 0), 0);
	rehash(g);
	assert_false(ground_has(g, "root/shims/curl"));
}

/* pyenv.md 3, rehash: its lock is a file that must not exist. */
static void
a_running_rehash_of_pyenv_is_respected(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct shims_result result = { 0 };
	struct err err = { 0 };
	struct timespec long_ago[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	setenv("PYENV_REHASH_TIMEOUT", "0", 1);
	ground_file(g, "root/shims/.pyenv-shim", "", 0644);
	ground_open(g, &store);
	assert_int_equal(shims_rehash(&store, &g->events, &result, &err), -1);
	assert_non_null(strstr(err.pyenv, "couldn't acquire lock"));
	err_reset(&err);
	assert_false(ground_has(g, "root/shims/python"));
	/* An old one nobody holds any more; nor one of ours, as we have our own lock: its
	 * maker was killed. */
	assert_int_equal(utimensat(g->dir.fd, "root/shims/.pyenv-shim", long_ago, 0), 0);
	assert_ok(shims_rehash(&store, &g->events, &result, &err), &err);
	assert_shim(g, "python");
	assert_false(ground_has(g, "root/shims/.pyenv-shim"));
	ground_link(g, "root/shims/.pyenv-shim", "pyvern");
	ground_file(g, "root/versions/3.12.1/bin/black", "", 0755);
	assert_ok(shims_rehash(&store, &g->events, &result, &err), &err);
	assert_shim(g, "black");
	assert_false(ground_has(g, "root/shims/.pyenv-shim"));
	/* With nothing to do there is nothing to wait for. */
	ground_file(g, "root/shims/.pyenv-shim", "", 0644);
	assert_ok(shims_rehash(&store, &g->events, &result, &err), &err);
	unsetenv("PYENV_REHASH_TIMEOUT");
}

static void
a_program_that_starts_finds_new_commands(void **state)
{
	struct ground *g = *state;

	/* Shims that are not ours, or none, stay as they are. */
	ground_file(g, "root/shims/python", PYENV_SHIM, 0755);
	shims_refresh(&g->layout);
	assert_false(ground_has(g, "root/shims/.pyvern-shim"));
	rehash(g);
	ground_file(g, "root/versions/3.13.5/bin/black", "", 0755);
	ground_file(g, "root/shims/stranger", "#!/bin/sh\n", 0755);
	shims_refresh(&g->layout);
	assert_shim(g, "black");
	assert_int_equal(g->warnings.count, 0);
	/* It waits for nobody, and no failure is its own. */
	ground_file(g, "root/shims/.pyenv-shim", "", 0644);
	ground_file(g, "root/versions/3.13.5/bin/isort", "", 0755);
	shims_refresh(&g->layout);
	assert_false(ground_has(g, "root/shims/isort"));
}

static void
a_new_shim_program_reaches_all_shims(void **state)
{
	struct ground *g = *state;
	ino_t before;

	rehash(g);
	before = inode(g, "root/shims/python");
	ground_file(g, "prefix/libexec/pyvern-shim", "a newer shim program\n", 0755);
	assert_result(rehash(g), 2, 0, 0);
	assert_true(inode(g, "root/shims/python") != before);
	assert_shim(g, "python");
	assert_shim(g, "python3.13");
	assert_false(ground_has(g, "root/shims/.pyvern-shim.old"));
	assert_int_equal(g->warnings.count, 0);
}

/* Cut short after the new program was put there: the shims are links to the old
 * one, which only .pyvern-shim.old still tells. Then a third program comes. */
static void
a_rehash_that_was_cut_short_is_finished(void **state)
{
	struct ground *g = *state;
	int fd = g->dir.fd;

	rehash(g);
	assert_int_equal(
		linkat(fd, "root/shims/.pyvern-shim", fd, "root/shims/.pyvern-shim.old", 0), 0);
	assert_int_equal(unlinkat(fd, "root/shims/.pyvern-shim", 0), 0);
	ground_file(g, "root/shims/.pyvern-shim", "second program\n", 0755);
	ground_file(g, "root/shims/.tmp-aaaaaaaaaaaa", "half", 0755);
	ground_file(g, "prefix/libexec/pyvern-shim", "a third program\n", 0755);
	rehash(g);
	assert_shim(g, "python");
	assert_shim(g, "python3.13");
	assert_false(ground_has(g, "root/shims/.pyvern-shim.old"));
	assert_false(ground_has(g, "root/shims/.tmp-aaaaaaaaaaaa"));
	assert_int_equal(g->warnings.count, 0);
}

/* Where hard links do not work shims are copies; they are ours all the same. */
static void
copies_are_known_as_ours(void **state)
{
	struct ground *g = *state;

	rehash(g);
	assert_int_equal(unlinkat(g->dir.fd, "root/shims/python", 0), 0);
	ground_file(g, "root/shims/python", "the shim program\n", 0755);
	ground_file(g, "root/shims/stale", "the shim program\n", 0755);
	assert_result(rehash(g), 0, 1, 2);
	assert_int_equal(g->warnings.count, 0);
	ground_file(g, "prefix/libexec/pyvern-shim", "a newer shim program\n", 0755);
	assert_result(rehash(g), 2, 0, 0);
	assert_shim(g, "python");
}

static void
a_missing_shim_program_is_named(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct shims_result result;
	struct err err = { 0 };

	assert_int_equal(unlinkat(g->dir.fd, "prefix/libexec/pyvern-shim", 0), 0);
	ground_open(g, &store);
	assert_fails(shims_rehash(&store, NULL, &result, &err), ERR_FAILED, &err);
}

static void
a_shims_folder_that_all_may_write_is_refused(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct shims_result result;
	struct err err = { 0 };

	ground_file(g, "root/shims/x", "", 0644);
	assert_int_equal(fchmodat(g->dir.fd, "root/shims", 0777, 0), 0);
	ground_open(g, &store);
	assert_fails(shims_rehash(&store, NULL, &result, &err), ERR_PROTECTED, &err);
}

/* Ends with 1 as soon as a shim cannot be opened, with 0 when told to stop. */
static _Noreturn void
watch_shims(const struct ground *g, int stop)
{
	static const char *const names[] = { "root/shims/python", "root/shims/python3.13" };
	char byte;

	fcntl(stop, F_SETFL, O_NONBLOCK);
	while (read(stop, &byte, 1) != 0)
		for (size_t i = 0; i < COUNT_OF(names); i++) {
			int fd = openat(g->dir.fd, names[i], O_RDONLY);

			if (fd < 0)
				_exit(1);
			close(fd);
		}
	_exit(0);
}

/* All the while other commands come and go, the shim program changes, and two
 * processes rehash at once. */
static void
readers_never_miss_a_shim(void **state)
{
	struct ground *g = *state;
	int stop[2];
	pid_t reader;
	pid_t rival;
	int status;

	rehash(g);
	assert_int_equal(pipe(stop), 0);
	reader = fork();
	if (reader == 0) {
		close(stop[1]);
		watch_shims(g, stop[0]);
	}
	rival = fork();
	if (rival == 0) {
		close(stop[1]);
		for (int i = 0; i < REHASHES / 2; i++)
			rehash(g);
		_exit(0);
	}
	for (int i = 0; i < REHASHES; i++) {
		ground_file(g, "root/versions/3.12.1/bin/black", "", i % 2 ? 0755 : 0644);
		if (i % 50 == 49) {
			cleanup_free char *program = mem_printf("shim program %d\n", i);

			ground_file(g, "prefix/libexec/pyvern-shim", program, 0755);
		}
		rehash(g);
	}
	close(stop[1]);
	assert_int_equal(waitpid(rival, &status, 0), rival);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	close(stop[0]);
	assert_shim(g, "python");
	assert_shim(g, "black");
}

#define T(name) cmocka_unit_test_setup_teardown(name, shims_setup, ground_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_command_gets_a_shim),
		T(the_marks_are_written),
		T(commands_that_are_gone_lose_their_shim),
		T(shims_of_pyenv_are_replaced_and_strangers_stay),
		T(what_is_sourced_gets_a_text),
		T(only_condas_lose_the_systems_programs),
		T(a_running_rehash_of_pyenv_is_respected),
		T(a_program_that_starts_finds_new_commands),
		T(a_new_shim_program_reaches_all_shims),
		T(a_rehash_that_was_cut_short_is_finished),
		T(copies_are_known_as_ours),
		T(a_missing_shim_program_is_named),
		T(a_shims_folder_that_all_may_write_is_refused),
		T(readers_never_miss_a_shim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
