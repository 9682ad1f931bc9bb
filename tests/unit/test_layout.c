/* SPDX-License-Identifier: MIT */
/* Where things live, the root's face, settings. */
#include <config.h>

#include "unit.h"

#include <fcntl.h>

#include "base/buf.h"
#include "base/path.h"
#include "core/config.h"
#include "core/layout.h"
#include "core/policy.h"

struct fixture {
	char *dir;
	struct buf warnings;
};

static void
clear_variables(void)
{
	static const char *const names[] = { "PYVERN_ROOT", "PYENV_ROOT", "PYVERN_DIR", "PYENV_DIR",
					     "PYVERN_MIRROR" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		unsetenv(names[i]);
}

static int
setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));
	char here[PATH_TEXT_MAX];

	f->dir = unit_make_folder();
	f->warnings = (struct buf)BUF_INIT(BUF_TEXT_MAX);
	clear_variables();
	setenv("HOME", f->dir, 1);
	unsetenv("XDG_CONFIG_HOME");
	assert_int_equal(chdir(f->dir), 0);
	assert_non_null(getcwd(here, sizeof(here)));
	setenv("PWD", here, 1);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	cleanup_dirfd struct dir base = DIR_INIT;
	struct str dir = path_dir(f->dir);
	cleanup_free char *parent = mem_strndup(dir.p, dir.n);
	cleanup_err struct err err = { 0 };

	assert_int_equal(chdir("/"), 0);
	assert_ok(fs_open_dir(parent, &base, &err), &err);
	assert_ok(fs_remove_tree(&base, path_base(f->dir).p, &err), &err);
	free(f->dir);
	buf_reset(&f->warnings);
	free(f);
	return 0;
}

static void
write_text(const struct fixture *f, const char *name, const char *text)
{
	cleanup_free char *path = path_join(f->dir, name, NULL);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
root_comes_from_the_first_variable(void **state)
{
	static const struct {
		const char *pyvern;
		const char *pyenv;
		const char *root; /* NULL: an error */
	} rows[] = {
		{ "/a/b", "/c", "/a/b" },   { NULL, "/c", "/c" },      { "", "/c", "/c" },
		{ "/a//b/", NULL, "/a/b" }, { "/a/../b", NULL, "/b" }, { "a", NULL, NULL },
		{ NULL, "~/x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_layout struct layout layout = { 0 };
		cleanup_err struct err err = { 0 };

		clear_variables();
		if (rows[i].pyvern)
			setenv("PYVERN_ROOT", rows[i].pyvern, 1);
		if (rows[i].pyenv)
			setenv("PYENV_ROOT", rows[i].pyenv, 1);
		if (!rows[i].root) {
			assert_fails(layout_init(&layout, &err), ERR_FAILED, &err);
			continue;
		}
		assert_ok(layout_init(&layout, &err), &err);
		assert_string_equal(layout.root, rows[i].root);
	}
}

static void
root_is_below_home_by_default(void **state)
{
	const struct fixture *f = *state;
	cleanup_layout struct layout layout = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_free char *expected = path_join(f->dir, ".pyenv", NULL);
	cleanup_free char *shown = NULL;

	assert_ok(layout_init(&layout, &err), &err);
	assert_string_equal(layout.root, expected);
	shown = layout_show(&layout, layout.root);
	assert_string_equal(shown, "~/.pyenv");
}

static void
working_folder_is_what_the_user_sees(void **state)
{
	const struct fixture *f = *state;
	cleanup_free char *link = path_join(f->dir, "link", NULL);
	char path[PATH_TEXT_MAX];

	assert_int_equal(mkdir("real", 0755), 0);
	assert_int_equal(symlink("real", "link"), 0);
	assert_int_equal(chdir("real"), 0);
	setenv("PWD", link, 1);
	assert_true(layout_working_folder(path));
	assert_string_equal(path, link);
	/* A PWD that is not true (a program changed folders) is not believed. */
	setenv("PWD", "/", 1);
	assert_true(layout_working_folder(path));
	assert_true(str_ends(str_from(path), STR_LIT("/real")));
}

static void
working_folder_can_be_gone_or_given(void **state)
{
	const struct fixture *f = *state;
	cleanup_free char *sub = path_join(f->dir, "sub", NULL);

	assert_int_equal(mkdir("sub", 0755), 0);
	setenv("PYENV_DIR", "sub", 1);
	{
		cleanup_layout struct layout layout = { 0 };
		cleanup_err struct err err = { 0 };

		assert_ok(layout_init(&layout, &err), &err);
		assert_string_equal(layout.cwd, sub);
		assert_string_equal(layout.working, f->dir);
	}
	setenv("PYENV_DIR", "none", 1);
	{
		cleanup_layout struct layout layout = { 0 };
		cleanup_err struct err err = { 0 };

		assert_fails(layout_init(&layout, &err), ERR_USAGE, &err);
	}
	unsetenv("PYENV_DIR");
	assert_int_equal(chdir("sub"), 0);
	assert_int_equal(rmdir(sub), 0);
	{
		cleanup_layout struct layout layout = { 0 };
		cleanup_err struct err err = { 0 };

		assert_ok(layout_init(&layout, &err), &err);
		assert_null(layout.cwd);
	}
}

static void
prepare_makes_the_usual_folders(void **state)
{
	cleanup_layout struct layout layout = { 0 };
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_err struct err err = { 0 };
	struct stat st;

	(void)state;
	assert_ok(layout_init(&layout, &err), &err);
	assert_int_equal(layout_open_root(&layout, &root, &err), -1);
	assert_int_equal(err.sys, ENOENT);
	err_reset(&err);
	assert_ok(layout_prepare_root(&layout, "test", &root, &err), &err);
	assert_true(fs_is_dir_at(&root, LAYOUT_VERSIONS));
	assert_int_equal(fstatat(root.fd, LAYOUT_STAGING, &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void
prepare_refuses_what_all_may_write(void **state)
{
	cleanup_layout struct layout layout = { 0 };
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_err struct err err = { 0 };

	(void)state;
	assert_ok(layout_init(&layout, &err), &err);
	assert_int_equal(mkdir(layout.root, 0700), 0);
	assert_int_equal(chmod(layout.root, 0777), 0);
	assert_fails(layout_prepare_root(&layout, "test", &root, &err), ERR_PROTECTED, &err);
}

static void
face_is_one_word_in_a_file(void **state)
{
	static const struct {
		const char *text;
		const char *name;
	} rows[] = {
		{ "pyenv\n", "pyenv" },	      { " pyenv ", "pyenv" },
		{ "pyvern\n", "pyvern" },     { "", "pyvern" },
		{ "PYENV\n", "pyvern" },      { "pyenv pyenv\n", "pyvern" },
		{ "pyenv hooks\n", "pyenv" }, { "hooks\n", "pyvern" },
		{ "pyenvhooks", "pyvern" },
	};
	bool hooks;
	const struct fixture *f = *state;
	cleanup_fd int fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_string_equal(policy_of_root(fd)->name, "pyvern");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		write_text(f, "face", rows[i].text);
		assert_string_equal(policy_of_root(fd)->name, rows[i].name);
		(void)policy_of_root_and_hooks(fd, &hooks);
		assert_int_equal(hooks, strstr(rows[i].text, " hooks") != NULL);
	}
	/* A FIFO of that name must not stop a shim. */
	assert_int_equal(unlinkat(fd, "face", 0), 0);
	assert_int_equal(mkfifoat(fd, "face", 0600), 0);
	assert_string_equal(policy_of_root(fd)->name, "pyvern");
}

static void
collect(void *ctx, const struct event *event)
{
	buf_printf(ctx, "%s\n", event->text);
}

static void
settings_have_an_order(void **state)
{
	struct fixture *f = *state;
	struct events events = { collect, &f->warnings };
	cleanup_layout struct layout layout = { 0 };
	cleanup_err struct err err = { 0 };
	struct config *config = NULL;
	const char *origin = NULL;

	assert_int_equal(mkdir(".config", 0755), 0);
	assert_int_equal(mkdir(".config/pyvern", 0755), 0);
	assert_int_equal(mkdir(".pyenv", 0755), 0);
	write_text(f, ".config/pyvern/config", "# mine\nmirror = a\ncolour = red\nwhat\n");
	assert_ok(layout_init(&layout, &err), &err);
	config = config_load(&layout, &events);
	assert_string_equal(config_get(config, "mirror", &origin), "a");
	assert_true(str_ends(str_from(origin), STR_LIT("/.config/pyvern/config")));
	assert_non_null(strstr(buf_text(&f->warnings), "config:3: there is no setting colour"));
	assert_non_null(strstr(buf_text(&f->warnings), "config:4: not `key = value`"));
	config_free(config);
	write_text(f, ".pyenv/config", "mirror=b");
	config = config_load(&layout, &events);
	assert_string_equal(config_get(config, "mirror", NULL), "b");
	config_free(config);
	setenv("PYVERN_MIRROR", "c", 1);
	config = config_load(&layout, &events);
	assert_string_equal(config_get(config, "mirror", &origin), "c");
	assert_string_equal(origin, "PYVERN_MIRROR");
	config_free(config);
}

static void
setting_keeps_what_else_is_there(void **state)
{
	struct fixture *f = *state;
	cleanup_layout struct layout layout = { 0 };
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err err = { 0 };

	assert_int_equal(mkdir(".pyenv", 0755), 0);
	write_text(f, ".pyenv/config", "# note\nmirror = a\nother = 1\nmirror = b");
	assert_ok(layout_init(&layout, &err), &err);
	assert_ok(config_set(&layout, "mirror", "c", &err), &err);
	assert_ok(layout_open_root(&layout, &root, &err), &err);
	assert_ok(fs_read_file(&root, "config", &text, &err), &err);
	assert_string_equal(buf_text(&text), "# note\nmirror = c\nother = 1\n");
	assert_fails(config_set(&layout, "mirror", "a\nface = pyenv", &err), ERR_USAGE, &err);
	assert_fails(config_set(&layout, "nothing", "1", &err), ERR_USAGE, &err);
	assert_fails(config_set(&layout, "face", "uv", &err), ERR_USAGE, &err);
	assert_ok(config_set(&layout, "face", "pyenv", &err), &err);
	assert_string_equal(policy_of_root(root.fd)->name, "pyenv");
	assert_ok(config_set(&layout, "face", NULL, &err), &err);
	assert_string_equal(policy_of_root(root.fd)->name, "pyvern");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(root_comes_from_the_first_variable),
		TEST(root_is_below_home_by_default),
		TEST(working_folder_is_what_the_user_sees),
		TEST(working_folder_can_be_gone_or_given),
		TEST(prepare_makes_the_usual_folders),
		TEST(prepare_refuses_what_all_may_write),
		TEST(face_is_one_word_in_a_file),
		TEST(settings_have_an_order),
		TEST(setting_keeps_what_else_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
