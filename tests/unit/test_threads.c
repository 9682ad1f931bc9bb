/* SPDX-License-Identifier: MIT */
/* What several versions that are installed at once do at the same time. Of most use in a
 * build with --enable-sanitizers=thread. */
#include <config.h>

#include "store_ground.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/shims.h"
#include "os/proc.h"
#include "os/sig.h"

#define THREADS 8
#define ROUNDS 20
/* Programs run on until they are ended: longer than any test waits, in seconds. */
#define LONG "600"

/* A thread says what went wrong, and the main one fails: cmocka only knows that one. */
struct worker {
	pthread_t thread;
	struct ground *g;
	unsigned number;
	bool committed;
	struct err err;
};

static void
run_all(struct ground *g, void *(*work)(void *ctx), struct worker *workers)
{
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .g = g, .number = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	for (unsigned i = 0; i < THREADS; i++)
		if (workers[i].err.code != ERR_NONE)
			fail_msg("%u: %s", i, workers[i].err.message);
}

static int
setup(void **state)
{
	struct ground *g;

	ground_setup(state);
	g = *state;
	ground_file(g, "prefix/libexec/pyvern-shim", "the shim program\n", 0755);
	return 0;
}

static int
commit_and_rehash(struct worker *w, const char *name)
{
	static const struct events nobody = { 0 };
	cleanup_free char *own = mem_printf("dest/tree/bin/own-%s", name);
	cleanup_store struct store store = STORE_INIT;
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_free char *file = NULL;
	struct shims_result result;
	bool first = false;

	if (store_open_writable(&w->g->layout, "test", &store, &w->err) < 0 ||
	    store_begin(&store, name, &nobody, &stage, &w->err) < 0)
		return -1;
	file = path_join(stage.work.path + strlen(w->g->path) + 1, own, NULL);
	ground_file(w->g, file, "#!/bin/sh\n", 0755);
	ground_fill(w->g, &stage, "dest/tree");
	if (store_commit(&stage, &ground_vouched, COMMIT_NO_SYNC, &first, &w->err) < 0)
		return -1;
	w->committed = true;
	return shims_rehash(&store, &nobody, &result, &w->err);
}

static void *
install_three(void *ctx)
{
	struct worker *w = ctx;

	for (unsigned i = 0; i < 3; i++) {
		cleanup_free char *name = mem_printf("3.13.%u", w->number * 3 + i);

		if (commit_and_rehash(w, name) < 0)
			break;
	}
	return NULL;
}

static void
versions_are_committed_at_once(void **state)
{
	struct ground *g = *state;
	struct worker workers[THREADS];
	cleanup_strvec struct strvec left = { 0 };
	cleanup_dirfd struct dir staging = DIR_INIT;
	cleanup_free char *path = path_join(g->layout.root, ".staging", NULL);
	struct err err = { 0 };

	run_all(g, install_three, workers);
	for (unsigned i = 0; i < THREADS * 3; i++) {
		cleanup_free char *version = mem_printf("root/versions/3.13.%u/bin/python", i);
		cleanup_free char *shim = mem_printf("root/shims/own-3.13.%u", i);

		assert_true(ground_has(g, version));
		assert_true(ground_has(g, shim));
	}
	assert_target(g, "root/versions/3.13", "3.13.23");
	assert_ok(fs_open_dir(path, &staging, &err), &err);
	assert_ok(fs_list(&staging, &left, &err), &err);
	assert_int_equal(left.count, 0);
}

static void *
install_the_same(void *ctx)
{
	struct worker *w = ctx;

	if (commit_and_rehash(w, "3.13.5") < 0 && w->err.code == ERR_PROTECTED)
		err_reset(&w->err);
	return NULL;
}

static void
of_one_version_one_is_committed(void **state)
{
	struct ground *g = *state;
	struct worker workers[THREADS];
	unsigned committed = 0;

	run_all(g, install_the_same, workers);
	for (unsigned i = 0; i < THREADS; i++)
		committed += workers[i].committed;
	assert_int_equal(committed, 1);
	assert_true(ground_has(g, "root/shims/own-3.13.5"));
}

/* Write NAME below the ground, a copy of a small program. */
static int
write_program(struct worker *w, const char *name)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_buf struct buf content = BUF_INIT((size_t)8 * 1024 * 1024);

	if (fs_open_dir("/bin", &bin, &w->err) < 0 ||
	    fs_read_file(&bin, "true", &content, &w->err) < 0)
		return -1;
	return fs_replace_file(&w->g->dir, name, buf_str(&content), 0755, &w->err);
}

static void *
write_and_run(void *ctx)
{
	struct worker *w = ctx;
	cleanup_free char *name = mem_printf("program-%u", w->number);
	cleanup_free char *path = path_join(w->g->path, name, NULL);
	char *argv[] = { path, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;

	spec.argv = argv;
	for (unsigned i = 0; i < ROUNDS && w->err.code == ERR_NONE; i++) {
		int status = 0;

		if (write_program(w, name) == 0 && proc_run(&spec, &status, &w->err) == 0 &&
		    status != 0)
			(void)err_set(&w->err, ERR_FAILED, "status %d", status);
	}
	return NULL;
}

/* Another thread's child had the program still open for writing: "Text file busy". */
static void
what_was_just_written_can_be_run(void **state)
{
	struct worker workers[THREADS];

	run_all(*state, write_and_run, workers);
}

static void *
lock_and_start(void *ctx)
{
	struct worker *w = ctx;
	cleanup_free char *name = mem_printf("lock-%u", w->number);
	char program[] = "/bin/true";
	char *argv[] = { program, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;

	spec.argv = argv;
	for (unsigned i = 0; i < ROUNDS && w->err.code == ERR_NONE; i++) {
		int status;

		for (unsigned k = 0; k < ROUNDS && w->err.code == ERR_NONE; k++) {
			cleanup_lock struct lock lock = LOCK_INIT;
			bool taken = false;

			if (fs_try_lock(&w->g->dir, name, &taken, &lock, &w->err) == 0 && !taken)
				(void)err_set(&w->err, ERR_FAILED, "%s is still locked", name);
		}
		if (w->err.code == ERR_NONE && proc_run(&spec, &status, &w->err) < 0)
			break;
	}
	return NULL;
}

/* Another thread's child had it, until it was executed. */
static void
a_lock_is_free_once_it_is_released(void **state)
{
	struct worker workers[THREADS];

	run_all(*state, lock_and_start, workers);
}

static void *
run_long(void *ctx)
{
	struct worker *w = ctx;
	char program[] = "sleep";
	char seconds[] = LONG;
	char *argv[] = { program, seconds, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status = 0;

	spec.argv = argv;
	if (proc_run(&spec, &status, &w->err) == 0)
		(void)err_set(&w->err, ERR_FAILED, "status %d", status);
	return NULL;
}

/* Runs in a process of its own: the signal stays. Returns its exit status. */
static int
interrupt_all(struct ground *g)
{
	struct worker workers[THREADS];
	int interrupted = 0;

	/* A shell starts what is in its background with this signal ignored. */
	(void)signal(SIGINT, SIG_DFL);
	sig_install();
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .g = g, .number = i };
		if (pthread_create(&workers[i].thread, NULL, run_long, &workers[i]) != 0)
			return 1;
	}
	(void)kill(getpid(), SIGINT);
	for (unsigned i = 0; i < THREADS; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		interrupted += workers[i].err.code == ERR_INTERRUPTED;
		err_reset(&workers[i].err);
	}
	return interrupted == THREADS ? 0 : 2;
}

static void
one_signal_ends_them_all(void **state)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(interrupt_all(*state));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(versions_are_committed_at_once, setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(of_one_version_one_is_committed, setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(what_was_just_written_can_be_run, setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(a_lock_is_free_once_it_is_released, setup,
						ground_teardown),
		cmocka_unit_test_setup_teardown(one_signal_ends_them_all, setup, ground_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
