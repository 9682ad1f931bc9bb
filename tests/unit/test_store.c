/* SPDX-License-Identifier: MIT */
/* The store: staging, commit, replacing, removing, aliases, listing. */
#include <config.h>

#include "store_ground.h"

#include <signal.h>
#include <sys/wait.h>

/* Nothing may be left of any stage. */
static void
assert_staging_empty(const struct ground *g)
{
	cleanup_dirfd struct dir staging = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_free char *path = path_join(g->path, "root/.staging", NULL);
	struct err err = { 0 };

	assert_ok(fs_open_dir(path, &staging, &err), &err);
	assert_ok(fs_list(&staging, &names, &err), &err);
	assert_int_equal(names.count, 0);
}

static void
a_version_appears_at_one_stroke(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_free char *final = path_join(g->layout.root, "versions/3.13.5", NULL);
	struct err err = { 0 };
	struct stat st;
	bool first = false;

	ground_open(g, &store);
	assert_ok(store_begin(&store, "3.13.5", NULL, &stage, &err), &err);
	assert_string_equal(stage.final_path, final);
	assert_int_equal(fstat(stage.work.fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	ground_fill(g, &stage, "dest/opt/tree");
	assert_false(ground_has(g, "root/versions/3.13.5"));
	assert_ok(store_commit(&stage, &ground_vouched, 0, &first, &err), &err);
	assert_true(ground_has(g, "root/versions/3.13.5/bin/python3.13"));
	assert_target(g, "root/versions/3.13", "3.13.5");
	assert_true(first);
	stage_reset(&stage);
	assert_staging_empty(g);
}

static void
only_the_first_version_becomes_global(void **state)
{
	struct ground *g = *state;
	cleanup_buf struct buf text = BUF_INIT(100);
	struct err err = { 0 };
	bool first = false;

	assert_ok(ground_install(g, "3.13.5", 0, &first, &err), &err);
	assert_true(first);
	assert_ok(ground_install(g, "3.12.1", 0, &first, &err), &err);
	assert_false(first);
	assert_ok(fs_read_file(&g->dir, "root/version", &text, &err), &err);
	assert_string_equal(buf_text(&text), "3.13.5\n");
	/* Somebody took the global file away on purpose: two versions are there. */
	assert_int_equal(unlinkat(g->dir.fd, "root/version", 0), 0);
	assert_ok(ground_install(g, "3.11.1", 0, &first, &err), &err);
	assert_false(first);
	assert_false(ground_has(g, "root/version"));
}

/* Three that were installed at once: the one that was named first is the last to end. */
static void
of_several_at_once_the_named_one_becomes_global(void **state)
{
	struct ground *g = *state;
	cleanup_strvec struct strvec together = { 0 };
	cleanup_buf struct buf text = BUF_INIT(64);
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };
	bool first = false;

	assert_ok(ground_install(g, "3.12.1", COMMIT_NO_DEFAULT, &first, &err), &err);
	assert_false(first);
	assert_ok(ground_install(g, "3.11.1", COMMIT_NO_DEFAULT, &first, &err), &err);
	assert_ok(ground_install(g, "3.13.5", COMMIT_NO_DEFAULT, &first, &err), &err);
	ground_open(g, &store);
	strvec_add(&together, "3.13.5");
	strvec_add(&together, "3.12.1");
	/* 3.11.1 was there before. */
	assert_ok(store_choose_first(&store, "3.13.5", &together, &first, &err), &err);
	assert_false(first);
	strvec_add(&together, "3.11.1");
	assert_ok(store_choose_first(&store, "3.13.5", &together, &first, &err), &err);
	assert_true(first);
	assert_ok(store_choose_first(&store, "3.12.1", &together, &first, &err), &err);
	assert_false(first);
	assert_ok(fs_read_file(&g->dir, "root/version", &text, &err), &err);
	assert_string_equal(buf_text(&text), "3.13.5\n");
}

static void
a_choice_that_is_there_stays(void **state)
{
	struct ground *g = *state;
	struct err err = { 0 };
	bool first = true;

	ground_file(g, "root/global", "system\n", 0644);
	assert_ok(ground_install(g, "3.13.5", 0, &first, &err), &err);
	assert_false(first);
	assert_false(ground_has(g, "root/version"));
}

static void
incomplete_trees_are_refused(void **state)
{
	struct ground *g = *state;
	static const struct provenance nothing = { .kind = PROVENANCE_NONE };
	cleanup_store struct store store = STORE_INIT;
	cleanup_stage struct stage stage = STAGE_INIT;
	struct err err = { 0 };
	bool first;

	ground_open(g, &store);
	assert_ok(store_begin(&store, "3.13.5", NULL, &stage, &err), &err);
	assert_fails(store_commit(&stage, &ground_vouched, 0, &first, &err), ERR_CHECK, &err);
	ground_fill(g, &stage, "tree");
	assert_fails(store_commit(&stage, &nothing, 0, &first, &err), ERR_CHECK, &err);
	assert_int_equal(unlinkat(stage.tree.fd, ".pyvern/receipt.json", 0), 0);
	assert_fails(store_commit(&stage, &ground_vouched, 0, &first, &err), ERR_CHECK, &err);
	stage_reset(&stage);
	assert_false(ground_has(g, "root/versions/3.13.5"));
	assert_staging_empty(g);
}

static void
a_tree_is_not_reached_through_a_link(void **state)
{
	struct ground *g = *state;
	static const char *const bad[] = { "link", "link/x", "../x", "", "/tmp", "a//b", "none" };
	cleanup_store struct store store = STORE_INIT;
	cleanup_stage struct stage stage = STAGE_INIT;
	struct err err = { 0 };

	ground_open(g, &store);
	assert_ok(store_begin(&store, "3.13.5", NULL, &stage, &err), &err);
	assert_int_equal(symlinkat("/tmp", stage.work.fd, "link"), 0);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_fails(store_stage_tree(&stage, bad[i], &err), ERR_FAILED, &err);
}

static void
hostile_names_make_nothing(void **state)
{
	struct ground *g = *state;
	static const char *const bad[] = { "",
					   ".",
					   "..",
					   "../x",
					   "/etc",
					   "a/b",
					   "3.12/",
					   "-x",
					   ".staging",
					   "a\nb",
					   "system",
					   "3.12.1/envs/x",
					   "3.12.1/envs/..",
					   "a\033[31m" };
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_must_install(g, "3.12.1");
	ground_open(g, &store);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		cleanup_stage struct stage stage = STAGE_INIT;

		assert_fails(store_begin(&store, bad[i], NULL, &stage, &err), ERR_USAGE, &err);
		assert_int_equal(store_remove(&store, bad[i], NULL, NULL, &err), -1);
		err_reset(&err);
		assert_null(store_find(&store, bad[i]));
	}
	assert_true(ground_has(g, "root/versions/3.12.1"));
	assert_staging_empty(g);
}

static void
an_installed_version_is_only_replaced_when_asked(void **state)
{
	struct ground *g = *state;
	struct err err = { 0 };
	bool first;

	ground_must_install(g, "3.13.5");
	ground_file(g, "root/versions/3.13.5/mark", "old\n", 0644);
	assert_fails(ground_install(g, "3.13.5", 0, &first, &err), ERR_PROTECTED, &err);
	assert_true(ground_has(g, "root/versions/3.13.5/mark"));
	assert_staging_empty(g);
	assert_ok(ground_install(g, "3.13.5", COMMIT_REPLACE, &first, &err), &err);
	assert_false(ground_has(g, "root/versions/3.13.5/mark"));
	assert_true(ground_has(g, "root/versions/3.13.5/bin/python3.13"));
	assert_false(first);
	assert_staging_empty(g);
}

static void
replacing_keeps_what_people_put_in(void **state)
{
	struct ground *g = *state;
	struct err err = { 0 };
	bool first;

	ground_must_install(g, "3.13.5");
	ground_file(g, "root/versions/3.13.5/envs/shop/pyvenv.cfg", "", 0644);
	ground_file(g, "root/envs/notes/pyvenv.cfg", "", 0644);
	ground_link(g, "root/versions/3.13.5/envs/notes", "../../../envs/notes");
	ground_link(g, "root/versions/shop", "3.13.5/envs/shop");
	ground_file(g, "root/versions/3.13.5/lib/python3.13/site-packages/black-24.1.dist-info/x",
		    "", 0644);
	ground_file(g, "root/versions/3.13.5/lib/python3.13/site-packages/pip-25.1.dist-info/x", "",
		    0644);
	assert_ok(ground_install(g, "3.13.5", COMMIT_REPLACE, &first, &err), &err);
	assert_true(ground_has(g, "root/versions/3.13.5/envs/shop/pyvenv.cfg"));
	assert_target(g, "root/versions/3.13.5/envs/notes", "../../../envs/notes");
	assert_target(g, "root/versions/shop", "3.13.5/envs/shop");
	assert_true(ground_has(g, "root/envs/notes/pyvenv.cfg"));
	assert_int_equal(g->warnings.count, 1);
	assert_non_null(strstr(g->warnings.items[0], ": black"));
	assert_null(strstr(g->warnings.items[0], "pip"));
	assert_staging_empty(g);
}

/* The owner died between the exchange and moving the environments: the old tree,
 * with an environment in it, lies in a dead stage that looks like rubbish. */
static void
a_sweep_finishes_a_replacement(void **state)
{
	struct ground *g = *state;

	ground_must_install(g, "3.13.5");
	ground_file(g, "root/.staging/dead/dest/tree/envs/shop/pyvenv.cfg", "", 0644);
	ground_file(g, "root/.staging/dead/.replace", "3.13.5\ndest/tree\n", 0600);
	ground_must_install(g, "3.12.1");
	assert_true(ground_has(g, "root/versions/3.13.5/envs/shop/pyvenv.cfg"));
	assert_staging_empty(g);
	/* Where it cannot go back, it stays. */
	ground_file(g, "root/.staging/dead/dest/tree/envs/shop/pyvenv.cfg", "", 0644);
	ground_file(g, "root/.staging/dead/.replace", "3.13.5\ndest/tree\n", 0600);
	ground_must_install(g, "3.12.2");
	assert_true(ground_has(g, "root/.staging/dead/dest/tree/envs/shop/pyvenv.cfg"));
}

static void
stages_of_the_dead_are_swept_and_those_of_the_living_stay(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	cleanup_stage struct stage living = STAGE_INIT;
	cleanup_free char *mine = NULL;
	struct err err = { 0 };
	int ready[2];
	pid_t child;
	char byte;

	ground_open(g, &store);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct stage stage = STAGE_INIT;
		struct err child_err = { 0 };

		if (store_begin(&store, "3.11.1", NULL, &stage, &child_err) < 0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_ok(store_begin(&store, "3.12.1", NULL, &living, &err), &err);
	mine = mem_printf("root/.staging/%s", living.work_name);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	/* Sweeps, takes the dead one's lock, and leaves the living one's stage. */
	ground_must_install(g, "3.11.1");
	assert_true(ground_has(g, mine));
	stage_reset(&living);
	assert_staging_empty(g);
	close(ready[0]);
	close(ready[1]);
}

static void
two_processes_commit_one_name(void **state)
{
	struct ground *g = *state;
	unsigned won = 0;
	unsigned refused = 0;
	pid_t children[4];

	for (size_t i = 0; i < COUNT_OF(children); i++) {
		children[i] = fork();
		if (children[i] == 0) {
			struct err err = { 0 };
			bool first;

			if (ground_install(g, "3.13.5", COMMIT_NO_SYNC, &first, &err) == 0)
				_exit(0);
			_exit(err.code == ERR_PROTECTED ? 6 : 1);
		}
	}
	for (size_t i = 0; i < COUNT_OF(children); i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		won += status == 0;
		refused += WIFEXITED(status) && WEXITSTATUS(status) == 6;
	}
	assert_int_equal(won, 1);
	assert_int_equal(refused, COUNT_OF(children) - 1);
	assert_true(ground_has(g, "root/versions/3.13.5/.pyvern/facts"));
	assert_staging_empty(g);
}

static void
removing_takes_links_into_it_along(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	uint64_t freed = 0;
	struct err err = { 0 };

	ground_must_install(g, "3.12.1");
	ground_must_install(g, "3.12.10");
	ground_file(g, "root/versions/3.12.1/envs/shop/pyvenv.cfg", "", 0644);
	ground_file(g, "root/outside/file", "", 0644);
	ground_link(g, "root/versions/shop", "3.12.1/envs/shop");
	ground_link(g, "root/versions/other", "3.12.10");
	ground_link(g, "root/versions/3.12.1/way-out", "../../outside");
	ground_open(g, &store);
	assert_ok(store_remove(&store, "3.12.1", NULL, &freed, &err), &err);
	assert_true(freed > 0);
	assert_false(ground_has(g, "root/versions/3.12.1"));
	assert_false(ground_has(g, "root/versions/shop"));
	assert_target(g, "root/versions/other", "3.12.10");
	assert_true(ground_has(g, "root/outside/file"));
	/* Of a link, only the link goes. */
	assert_ok(store_remove(&store, "other", NULL, &freed, &err), &err);
	assert_true(ground_has(g, "root/versions/3.12.10"));
	assert_fails(store_remove(&store, "other", NULL, NULL, &err), ERR_NOT_INSTALLED, &err);
	assert_fails(store_remove(&store, "3.1/envs/x", NULL, NULL, &err), ERR_NOT_INSTALLED, &err);
	assert_staging_empty(g);
}

static void
an_environment_is_removed_alone(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_must_install(g, "3.12.1");
	ground_file(g, "root/versions/3.12.1/envs/shop/pyvenv.cfg", "", 0644);
	ground_link(g, "root/versions/shop", "3.12.1/envs/shop");
	ground_open(g, &store);
	assert_ok(store_remove(&store, "3.12.1/envs/shop", NULL, NULL, &err), &err);
	assert_false(ground_has(g, "root/versions/shop"));
	assert_true(ground_has(g, "root/versions/3.12.1/bin/python"));
	assert_staging_empty(g);
}

/* On memory where there is such a folder, else merely somewhere else: what is
 * seen must be the same. */
static void
versions_may_be_on_another_file_system(void **state)
{
	struct ground *g = *state;
	cleanup_free char *other = mem_printf("%s/pyvern-unit-XXXXXX",
					      access("/dev/shm", W_OK) == 0 ? "/dev/shm" : g->path);
	cleanup_free char *up = NULL;
	cleanup_store struct store store = STORE_INIT;
	cleanup_dirfd struct dir parent = DIR_INIT;
	struct err err = { 0 };
	bool first;

	assert_non_null(mkdtemp(other));
	up = mem_strndup(path_dir(other).p, path_dir(other).n);
	assert_ok(fs_open_dir(up, &parent, &err), &err);
	ground_file(g, "root/x", "", 0644);
	ground_link(g, "root/versions", other);
	ground_must_install(g, "3.13.5");
	ground_file(g, "root/versions/3.13.5/envs/shop/pyvenv.cfg", "", 0644);
	assert_ok(ground_install(g, "3.13.5", COMMIT_REPLACE, &first, &err), &err);
	assert_true(ground_has(g, "root/versions/3.13.5/envs/shop/pyvenv.cfg"));
	ground_must_install(g, "3.12.1");
	ground_open(g, &store);
	assert_ok(store_remove(&store, "3.13.5", NULL, NULL, &err), &err);
	assert_true(ground_has(g, "root/versions/3.12.1/bin/python"));
	/* Its staging folder is there or beside, and empty in both cases. */
	if (ground_has(g, "root/versions/.staging"))
		assert_int_equal(unlinkat(g->dir.fd, "root/versions/.staging", AT_REMOVEDIR), 0);
	assert_staging_empty(g);
	assert_ok(fs_remove_tree(&parent, path_base(other).p, &err), &err);
}

static void
a_root_that_all_may_write_is_refused(void **state)
{
	struct ground *g = *state;
	cleanup_store struct store store = STORE_INIT;
	struct err err = { 0 };

	ground_file(g, "root/x", "", 0644);
	assert_int_equal(chmod(g->layout.root, 0777), 0);
	assert_fails(store_open_writable(&g->layout, "install 3.13.5", &store, &err), ERR_PROTECTED,
		     &err);
	/* Reading it is allowed. */
	assert_ok(store_open(&g->layout, &store, &err), &err);
}

#define T(name) cmocka_unit_test_setup_teardown(name, ground_setup, ground_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_version_appears_at_one_stroke),
		T(only_the_first_version_becomes_global),
		T(of_several_at_once_the_named_one_becomes_global),
		T(a_choice_that_is_there_stays),
		T(incomplete_trees_are_refused),
		T(a_tree_is_not_reached_through_a_link),
		T(hostile_names_make_nothing),
		T(an_installed_version_is_only_replaced_when_asked),
		T(replacing_keeps_what_people_put_in),
		T(a_sweep_finishes_a_replacement),
		T(stages_of_the_dead_are_swept_and_those_of_the_living_stay),
		T(two_processes_commit_one_name),
		T(removing_takes_links_into_it_along),
		T(an_environment_is_removed_alone),
		T(versions_may_be_on_another_file_system),
		T(a_root_that_all_may_write_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
