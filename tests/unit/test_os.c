/* SPDX-License-Identifier: MIT */
/* Folders, locks and other programs. */
#include <config.h>

#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "os/fd.h"
#include "os/proc.h"
#include "os/sig.h"

static void
files_are_replaced_whole(void **state)
{
	struct folder *f = *state;
	cleanup_buf struct buf b = BUF_INIT(100);
	cleanup_strvec struct strvec names = { 0 };
	struct err err = { 0 };

	assert_ok(fs_write_file(&f->dir, "file", STR_LIT("one\n"), 0644, &err), &err);
	assert_ok(fs_write_file(&f->dir, "file", STR_LIT("two\n"), 0644, &err), &err);
	assert_ok(fs_read_file(&f->dir, "file", &b, &err), &err);
	assert_string_equal(buf_text(&b), "two\n");
	assert_ok(fs_list(&f->dir, &names, &err), &err);
	assert_int_equal(names.count, 1);
	/* Into a folder that is not there: nothing is left behind. */
	assert_fails(fs_write_file(&f->dir, "none/file", STR_LIT("x"), 0644, &err), ERR_FAILED,
		     &err);
}

static mode_t
mode_of(const struct folder *f, const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(f->dir.fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode & 07777;
}

/* A change of one line gave the file to whoever made it, with the umask's mode. */
static void
updated_files_stay_whose_they_are(void **state)
{
	struct folder *f = *state;
	mode_t old = umask(077);
	struct err err = { 0 };
	struct stat st;

	assert_ok(fs_update_file(&f->dir, "new", STR_LIT("1"), 0644, 0777, &err), &err);
	assert_int_equal(mode_of(f, "new"), 0600);
	assert_int_equal(fchmodat(f->dir.fd, "new", 0664, 0), 0);
	if (geteuid() == 0)
		assert_int_equal(fchownat(f->dir.fd, "new", 65534, 65534, 0), 0);
	assert_ok(fs_update_file(&f->dir, "new", STR_LIT("2"), 0644, 0777, &err), &err);
	assert_int_equal(mode_of(f, "new"), 0664);
	assert_int_equal(fstatat(f->dir.fd, "new", &st, 0), 0);
	assert_int_equal(st.st_uid, geteuid() == 0 ? 65534 : geteuid());
	assert_ok(fs_update_file(&f->dir, "new", STR_LIT("3"), 0644, 0600, &err), &err);
	assert_int_equal(mode_of(f, "new"), 0600);
	/* A link gives way, and what it leads to stays. */
	assert_int_equal(symlinkat("new", f->dir.fd, "link"), 0);
	assert_ok(fs_update_file(&f->dir, "link", STR_LIT("4"), 0644, 0777, &err), &err);
	assert_int_equal(fstatat(f->dir.fd, "link", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
	umask(old);
}

static void
reading_refuses_what_is_no_file(void **state)
{
	struct folder *f = *state;
	cleanup_buf struct buf small = BUF_INIT(3);
	cleanup_buf struct buf b = BUF_INIT(100);
	struct err err = { 0 };

	assert_int_equal(mkfifoat(f->dir.fd, "fifo", 0600), 0);
	assert_int_equal(mkdirat(f->dir.fd, "folder", 0700), 0);
	assert_ok(fs_write_file(&f->dir, "big", STR_LIT("1234"), 0644, &err), &err);
	assert_fails(fs_read_file(&f->dir, "fifo", &b, &err), ERR_FAILED, &err);
	assert_fails(fs_read_file(&f->dir, "folder", &b, &err), ERR_FAILED, &err);
	assert_fails(fs_read_file(&f->dir, "missing", &b, &err), ERR_FAILED, &err);
	assert_fails(fs_read_file(&f->dir, "big", &small, &err), ERR_FAILED, &err);
}

/* A file may have more bytes than its size says, and the buffer a text already. */
static void
reading_does_not_believe_sizes(void **state)
{
	struct folder *f = *state;
	cleanup_dirfd struct dir proc = DIR_INIT;
	cleanup_buf struct buf exact = BUF_INIT(6);
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	struct err err = { 0 };

	assert_ok(fs_write_file(&f->dir, "four", STR_LIT("1234"), 0644, &err), &err);
	buf_add_text(&exact, "ab");
	assert_ok(fs_read_file(&f->dir, "four", &exact, &err), &err);
	assert_string_equal(buf_text(&exact), "ab1234");
	assert_fails(fs_read_file(&f->dir, "four", &exact, &err), ERR_FAILED, &err);
	if (fs_open_dir("/proc/self", &proc, &err) < 0) {
		err_reset(&err);
		return;
	}
	assert_ok(fs_read_file(&proc, "status", &b, &err), &err);
	assert_true(b.len > 100);
}

static void
renames_do_not_overwrite(void **state)
{
	struct folder *f = *state;
	cleanup_buf struct buf b = BUF_INIT(100);
	struct err err = { 0 };

	assert_ok(fs_write_file(&f->dir, "a", STR_LIT("a"), 0644, &err), &err);
	assert_ok(fs_write_file(&f->dir, "b", STR_LIT("b"), 0644, &err), &err);
	assert_int_equal(fs_rename_new(&f->dir, "a", &f->dir, "b", &err), -1);
	assert_int_equal(err.sys, EEXIST);
	err_reset(&err);
	assert_ok(fs_exchange(&f->dir, "a", &f->dir, "b", &err), &err);
	assert_ok(fs_read_file(&f->dir, "a", &b, &err), &err);
	assert_string_equal(buf_text(&b), "b");
	assert_ok(fs_rename_new(&f->dir, "a", &f->dir, "c", &err), &err);
	assert_true(fs_exists_at(&f->dir, "c"));
}

static void
trees_go_without_their_links_targets(void **state)
{
	struct folder *f = *state;
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_dirfd struct dir locked = DIR_INIT;
	struct err err = { 0 };

	assert_ok(fs_write_file(&f->dir, "kept", STR_LIT("x"), 0644, &err), &err);
	assert_ok(fs_make_dir_at(&f->dir, "tree", 0755, &tree, &err), &err);
	assert_ok(fs_make_dir_at(&tree, "locked", 0755, &locked, &err), &err);
	assert_ok(fs_write_file(&locked, "file", STR_LIT("x"), 0644, &err), &err);
	assert_ok(fs_write_link(&tree, "out", "../kept", &err), &err);
	assert_ok(fs_write_link(&tree, "up", "..", &err), &err);
	assert_int_equal(fchmod(locked.fd, 0), 0);
	assert_true(fs_tree_size(&f->dir, "tree") > 0);
	assert_ok(fs_remove_tree(&f->dir, "tree", &err), &err);
	assert_false(fs_exists_at(&f->dir, "tree"));
	assert_true(fs_exists_at(&f->dir, "kept"));
	assert_ok(fs_remove_tree(&f->dir, "tree", &err), &err);
}

static void
world_writable_folders_are_refused(void **state)
{
	struct folder *f = *state;
	struct err err = { 0 };

	assert_ok(fs_refuse_world_writable(&f->dir, &err), &err);
	assert_int_equal(fchmod(f->dir.fd, 0777), 0);
	assert_fails(fs_refuse_world_writable(&f->dir, &err), ERR_PROTECTED, &err);
	assert_int_equal(fchmod(f->dir.fd, 01777), 0);
	assert_ok(fs_refuse_world_writable(&f->dir, &err), &err);
}

static void
locks_end_with_their_owner(void **state)
{
	struct folder *f = *state;
	cleanup_lock struct lock second = LOCK_INIT;
	struct err err = { 0 };
	bool taken = true;
	int ready[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct lock own = LOCK_INIT;

		if (fs_try_lock(&f->dir, "lock", &taken, &own, &err) == 0 && taken &&
		    write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_ok(fs_try_lock(&f->dir, "lock", &taken, &second, &err), &err);
	assert_false(taken);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_ok(fs_lock(&f->dir, "lock", NULL, NULL, &second, &err), &err);
	close(ready[0]);
	close(ready[1]);
}

static void
count_line(void *ctx, const char *line)
{
	strvec_add(ctx, line);
}

static void
programs_run_without_a_shell(void **state)
{
	cleanup_strvec struct strvec lines = { 0 };
	char *const argv[] = { "sh", "-c",	  "echo \"$1\"; echo two >&2; printf three; exit 7",
			       "sh", "$(date) *", NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err = { 0 };
	int status = -1;

	(void)state;
	spec.argv = argv;
	spec.on_line = count_line;
	spec.ctx = &lines;
	assert_ok(proc_run(&spec, &status, &err), &err);
	assert_int_equal(status, 7);
	assert_int_equal(lines.count, 3);
	assert_string_equal(lines.items[0], "$(date) *");
	assert_string_equal(lines.items[2], "three");
}

/* The reason was lost: "no such file or directory" for a folder without write
 * permission, because a look at what was there came between. */
static void
folders_that_cannot_be_made_say_why(void **state)
{
	struct folder *f = *state;
	cleanup_dirfd struct dir made = DIR_INIT;
	bool is_root = geteuid() == 0;
	struct err err = { 0 };

	assert_int_equal(fchmod(f->dir.fd, 0555), 0);
	assert_int_equal(is_root ? seteuid(65534) : 0, 0);
	assert_int_equal(fs_make_dir_at(&f->dir, "new", 0755, &made, &err), -1);
	assert_int_equal(is_root ? seteuid(0) : 0, 0);
	assert_int_equal(fchmod(f->dir.fd, 0700), 0);
	assert_int_equal(err.sys, EACCES);
	err_reset(&err);
}

/* Status of a child that does what FN says; 255 when it was killed. */
static int
in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int
output_after_guarding(void)
{
	int fd;

	close(STDOUT_FILENO);
	close(STDIN_FILENO);
	fd_guard_standard();
	fd = open("/dev/null", O_RDWR);
	if (fd <= STDERR_FILENO)
		return 1;
	return fd_write_full(STDOUT_FILENO, "x", 1) < 0 ? 0 : 2;
}

static void
closed_standard_descriptors_become_no_files(void **state)
{
	(void)state;
	assert_int_equal(in_child(output_after_guarding), 0);
}

static void
reading_goes_on_until_all_is_there(void **state)
{
	char text[8] = "";
	int fds[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		int failed = fd_write_full(fds[1], "abc", 3) < 0 || usleep(20000) < 0 ||
			     fd_write_full(fds[1], "def", 3) < 0;

		_exit(failed);
	}
	close(fds[1]);
	assert_int_equal(fd_read_full(fds[0], text, 5), 5);
	assert_string_equal(text, "abcde");
	assert_int_equal(fd_read_full(fds[0], text, 5), 1);
	close(fds[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(fd_read_full(-1, text, 5), -1);
}

/* `trap '' CHLD` in a script that calls us: every child "succeeded". */
static void
statuses_arrive_where_the_caller_ignores_children(void **state)
{
	char *const argv[] = { "sh", "-c", "exit 7", NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err = { 0 };
	int status = 0;

	(void)state;
	spec.argv = argv;
	(void)signal(SIGCHLD, SIG_IGN);
	assert_ok(proc_run(&spec, &status, &err), &err);
	assert_int_equal(status, 7);
}

static void
failing_to_start_leaks_no_descriptor(void **state)
{
	char *const argv[] = { "sh", "-c", ":", NULL };
	cleanup_buf struct buf out = BUF_INIT(100);
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err = { 0 };
	struct rlimit old;
	struct rlimit few;
	int next = dup(STDIN_FILENO);
	int again;
	int status;

	(void)state;
	spec.argv = argv;
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	/* Room for one pipe, and two are needed. */
	few = (struct rlimit){ (rlim_t)next + 3, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_fails(proc_capture(&spec, &out, &status, &err), ERR_FAILED, &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	again = dup(STDIN_FILENO);
	close(again);
	assert_int_equal(again, next);
}

static void
programs_that_cannot_start(void **state)
{
	struct folder *f = *state;
	char *const missing[] = { "pyvern-no-such-program", NULL };
	char *const folder[] = { f->path, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err = { 0 };
	int status;

	spec.argv = missing;
	assert_fails(proc_run(&spec, &status, &err), ERR_FAILED, &err);
	spec.argv = folder;
	assert_int_equal(proc_run(&spec, &status, &err), -1);
	assert_int_equal(err.sys, EACCES);
	err_reset(&err);
}

static void
programs_are_ended_with_what_they_started(void **state)
{
	/* The inner sleep holds the pipe open: waiting for its end would hang. */
	char *const argv[] = { "sh", "-c", "sleep 60 & sleep 60", NULL };
	char *const left[] = { "sh", "-c", "sleep 60 & echo done", NULL };
	cleanup_buf struct buf out = BUF_INIT(100);
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err = { 0 };
	int status;

	(void)state;
	spec.argv = argv;
	spec.timeout_s = 1;
	assert_int_equal(proc_capture(&spec, &out, &status, &err), -1);
	assert_int_equal(err.sys, ETIMEDOUT);
	err_reset(&err);
	spec.argv = left;
	spec.timeout_s = 30;
	assert_ok(proc_capture(&spec, &out, &status, &err), &err);
	assert_string_equal(buf_text(&out), "done\n");
}

static void
children_get_their_descriptors(void **state)
{
	struct folder *f = *state;
	cleanup_buf struct buf out = BUF_INIT(1000);
	char *const argv[] = { "sh", "-c", "pwd; readlink /proc/self/fd/3; ls /proc/$$/fd; cat",
			       NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err = { 0 };
	int status;

	spec.argv = argv;
	spec.cwd = "/";
	spec.pass_fd = f->dir.fd;
	assert_ok(proc_capture(&spec, &out, &status, &err), &err);
	assert_true(str_starts(buf_str(&out), STR_LIT("/\n")));
	assert_non_null(strstr(buf_text(&out), f->path));
}

static void
environments(void **state)
{
	cleanup_env struct env env = { 0 };
	cleanup_env struct env own = { 0 };
	cleanup_free char *sh = proc_find("sh", "relative::/nowhere:/usr/bin:/bin", NULL);

	(void)state;
	env_copy(&own);
	assert_non_null(env_get(&own, "PATH"));
	env_set(&env, "A", "1");
	env_set(&env, "AB", "2");
	env_set(&env, "A", "3");
	assert_string_equal(env_get(&env, "A"), "3");
	env_unset(&env, "A");
	assert_null(env_get(&env, "A"));
	assert_string_equal(env_get(&env, "AB"), "2");
	/* A name can come twice; the second one appeared when the first was unset. */
	strvec_add(&env.vars, "B=1");
	strvec_add(&env.vars, "B=2");
	env_unset(&env, "B");
	assert_null(env_get(&env, "B"));
	assert_null(env.vars.items[env.vars.count]);
	assert_true(sh && sh[0] == '/');
	assert_null(proc_find("sh", "", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_are_replaced_whole, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(updated_files_stay_whose_they_are, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(reading_refuses_what_is_no_file, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(reading_does_not_believe_sizes, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(renames_do_not_overwrite, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(trees_go_without_their_links_targets, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(world_writable_folders_are_refused, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(locks_end_with_their_owner, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(folders_that_cannot_be_made_say_why, folder_setup,
						folder_teardown),
		cmocka_unit_test(closed_standard_descriptors_become_no_files),
		cmocka_unit_test(reading_goes_on_until_all_is_there),
		cmocka_unit_test(statuses_arrive_where_the_caller_ignores_children),
		cmocka_unit_test(failing_to_start_leaks_no_descriptor),
		cmocka_unit_test(programs_run_without_a_shell),
		cmocka_unit_test_setup_teardown(programs_that_cannot_start, folder_setup,
						folder_teardown),
		cmocka_unit_test(programs_are_ended_with_what_they_started),
		cmocka_unit_test_setup_teardown(children_get_their_descriptors, folder_setup,
						folder_teardown),
		cmocka_unit_test(environments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
