/* SPDX-License-Identifier: MIT */
/* Literal encoders, pyvenv.cfg, console scripts and planted seeds. */
#include <config.h>

#include "folder.h"

#include <fcntl.h>

#include "base/shell.h"
#include "venv/activate.h"
#include "venv/cfg.h"
#include "venv/scripts.h"
#include "venv/seed.h"

static void
words_are_literal_in_each_shell(void **state)
{
	static const struct {
		const char *text;
		const char *sh;
		const char *fish;
		const char *csh;
	} rows[] = {
		{ "", "''", "''", "''" },
		{ "plain", "'plain'", "'plain'", "'plain'" },
		{ "a b", "'a b'", "'a b'", "'a b'" },
		{ "it's", "'it'\\''s'", "'it\\'s'", "'it'\\''s'" },
		{ "a\\b", "'a\\b'", "'a\\\\b'", "'a'\\\\'b'" },
		{ "wow!", "'wow!'", "'wow!'", "'wow'\\!''" },
		{ "$(x)`y`", "'$(x)`y`'", "'$(x)`y`'", "'$(x)`y`'" },
		{ "'", "''\\'''", "'\\''", "''\\'''" },
		{ "end\\", "'end\\'", "'end\\\\'", "'end'\\\\''" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_buf struct buf sh = BUF_INIT(1000);
		cleanup_buf struct buf fish = BUF_INIT(1000);
		cleanup_buf struct buf csh = BUF_INIT(1000);

		shell_quote_sh(&sh, rows[i].text);
		shell_quote_fish(&fish, rows[i].text);
		shell_quote_csh(&csh, rows[i].text);
		assert_string_equal(buf_text(&sh), rows[i].sh);
		assert_string_equal(buf_text(&fish), rows[i].fish);
		assert_string_equal(buf_text(&csh), rows[i].csh);
	}
}

static void
texts_that_a_shell_may_get(void **state)
{
	static const char *const good[] = {
		"", "a b", "gr\xc3\xbc\xc3\x9f", "\xe6\x97\xa5", "\xf0\x9f\x90\x8d", "\xef\xbf\xbd",
	};
	static const char *const bad[] = {
		"a\nb",
		"a\rb",
		"\t",
		"\x1b[0m",
		"\x7f",
		("\xc2\x9b"
		 "31m"), /* CSI as a C1 control */
		"\xff",
		"\xc3",
		"\xc0\xaf",
		"\xe0\x80\xaf",
		"\xed\xa0\x80", /* overlong, surrogate */
		"\xf4\x90\x80\x80",
		"\xe6\x97",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(shell_text_ok(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(shell_text_ok(bad[i]));
}

static void
prompts_hold_no_code(void **state)
{
	const struct activation activation = { "/e", "$(id)`id`\\u!%n" };

	(void)state;
	for (const struct activate_script *s = activate_scripts; s->name; s++) {
		cleanup_buf struct buf text = BUF_INIT(ACTIVATE_MAX);
		const char *prompt;

		s->write(&text, &activation);
		/* What PS1 and csh's prompt are set to; the others print the variable. */
		prompt = strstr(buf_text(&text), "'(_(id)");
		if (strcmp(s->name, "activate") == 0 || strcmp(s->name, "activate.csh") == 0)
			assert_non_null(prompt);
		else
			assert_null(prompt);
		if (strcmp(s->name, "activate.csh") == 0)
			assert_non_null(strstr(buf_text(&text), "'(_(id)_id__u_%%n) '"));
	}
}

/* There is no PowerShell and no nushell here to try them: each text is one literal, in a script
 * that is held against what was written by hand from their manuals. */
static void
untried_scripts_have_literals(void **state)
{
	static const struct {
		const char *name;
		const char *env;
		const char *prompt;
	} rows[] = {
		{ "Activate.ps1", "$env:VIRTUAL_ENV = '/o''x $(a) \"b\"'\n",
		  "$env:VIRTUAL_ENV_PROMPT = '`p$x\xe2\x80\x99\xe2\x80\x99'\n" },
		{ "activate.nu", "    let env_path = \"/o'x $(a) \\\"b\\\"\"\n",
		  "    let env_prompt = \"`p$x\xe2\x80\x99\"\n" },
		{ "activate.xsh", "_pyvern_enter('/o\\'x $(a) \"b\"', ",
		  ", '`p$x\xe2\x80\x99')\n" },
		{ "activate_this.py", "_enter('/o\\'x $(a) \"b\"', ", ", '`p$x\xe2\x80\x99')\n" },
	};
	const struct activation activation = { "/o'x $(a) \"b\"", "`p$x\xe2\x80\x99" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct activate_script *s = activate_scripts;
		cleanup_buf struct buf text = BUF_INIT(ACTIVATE_MAX);

		while (strcmp(s->name, rows[i].name) != 0)
			s++;
		s->write(&text, &activation);
		assert_non_null(strstr(buf_text(&text), rows[i].env));
		assert_non_null(strstr(buf_text(&text), rows[i].prompt));
	}
}

static void
scripts_start_from_any_path(void **state)
{
	char deep[300];
	static const struct {
		const char *python;
		const char *first;
	} rows[] = {
		{ "/e/bin/python", "#!/e/bin/python\nimport sys\n" },
		{ "/a b/bin/python",
		  "#!/bin/sh\n'''exec' \"/a b/bin/python\" \"$0\" \"$@\"\n' '''\n" },
		{ "/ $x`\"\\'''/python",
		  "#!/bin/sh\n'''exec' \"/ \"'$'\"x\"'`'\"\\\"\\\\'\"\"'\"\"'\"\"/python\" \"$0\" "
		  "\"$@\"\n' '''\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		cleanup_buf struct buf text = BUF_INIT(SCRIPT_MAX);

		script_write(&text, rows[i].python, STR_LIT("pip.cli"), STR_LIT("App.main"));
		assert_memory_equal(buf_text(&text), rows[i].first, strlen(rows[i].first));
		assert_non_null(strstr(buf_text(&text), "from pip.cli import App\n"));
		assert_non_null(strstr(buf_text(&text), "sys.exit(App.main())\n"));
	}
	/* 127 bytes with "#!" and newline still fit, 128 do not. */
	for (size_t length = 124; length <= 125; length++) {
		cleanup_buf struct buf text = BUF_INIT(SCRIPT_MAX);

		memset(deep, 'x', length);
		deep[0] = '/';
		deep[length] = '\0';
		script_write(&text, deep, STR_LIT("m"), STR_LIT("main"));
		assert_int_equal(strncmp(buf_text(&text), "#!/bin/sh", 9) == 0, length == 125);
	}
}

static void
script_names(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "main", true },  { "pip._internal.cli.main", true },
		{ "a1", true },	   { "", false },
		{ ".a", false },   { "a.", false },
		{ "a..b", false }, { "1a", false },
		{ "a b", false },  { "a;b", false },
		{ "a(b)", false }, { "a\nb", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(script_name_ok(str_from(rows[i].text)), rows[i].ok);
}

static void
cfg_is_read_as_it_was_written(void **state)
{
	static const char *const prompts[] = { "plain", "it's", "\"two\"", "both ' and \"",
					       "a\\b" };
	struct folder *f = *state;

	for (size_t i = 0; i < COUNT_OF(prompts); i++) {
		cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
		cleanup_cfg struct cfg back = { 0 };
		cleanup_free char *prompt = mem_strdup(prompts[i]);
		char home[] = "/r/versions/3.13/bin";
		char version[] = "3.13.5";
		const struct cfg cfg = {
			.home = home,
			.version = version,
			.prompt = prompt,
			.system_site_packages = i % 2,
		};
		struct err err = { 0 };

		cfg_write(&cfg, &text);
		assert_ok(fs_write_file(&f->dir, CFG_NAME, buf_str(&text), 0644, &err), &err);
		assert_ok(cfg_read(&f->dir, &back, &err), &err);
		assert_string_equal(back.home, home);
		assert_string_equal(back.version, version);
		assert_string_equal(back.prompt, prompts[i]);
		assert_int_equal(back.system_site_packages, i % 2);
	}
}

static void
cfg_of_others_is_understood(void **state)
{
	struct folder *f = *state;
	cleanup_cfg struct cfg cfg = { 0 };
	struct err err = { 0 };

	assert_ok(fs_write_file(&f->dir, CFG_NAME,
				STR_LIT("HOME=/usr/bin\nversion_info = 3.12.1.final.0\n"
					"uv = 0.8\nprompt = \"shop\"\nno equals sign\n"),
				0644, &err),
		  &err);
	assert_ok(cfg_read(&f->dir, &cfg, &err), &err);
	assert_string_equal(cfg.home, "/usr/bin");
	assert_string_equal(cfg.version, "3.12.1");
	assert_string_equal(cfg.prompt, "shop");
	assert_ok(fs_write_file(&f->dir, CFG_NAME, STR_LIT("version = 3\n"), 0644, &err), &err);
	assert_fails(cfg_read(&f->dir, &cfg, &err), ERR_FAILED, &err);
	/* Python passes over a line without a sign; it counted as an empty home. */
	assert_ok(fs_write_file(&f->dir, CFG_NAME, STR_LIT("home\n"), 0644, &err), &err);
	assert_fails(cfg_read(&f->dir, &cfg, &err), ERR_FAILED, &err);
}

/* A version folder with a seed of one package; INDEX is the whole text of its
 * index. */
static void
make_seed(const struct folder *f, const char *index)
{
	cleanup_free char *folder = path_join(f->path, "v/.pyvern/seed/files/pkg", NULL);
	cleanup_free char *seed_path = path_join(f->path, "v/.pyvern/seed", NULL);
	cleanup_dirfd struct dir pkg = DIR_INIT;
	cleanup_dirfd struct dir seed = DIR_INIT;
	const struct timespec times[2] = { { 1700000000, 5 }, { 1700000000, 5 } };
	struct err err = { 0 };

	assert_ok(fs_make_dirs(folder, 0755, &pkg, &err), &err);
	assert_ok(fs_write_file(&pkg, "a b.py", STR_LIT("x=1\n"), 0444, &err), &err);
	assert_ok(fs_write_file(&pkg, "RECORD", STR_LIT("pkg/a b.py,,\n"), 0444, &err), &err);
	assert_int_equal(utimensat(pkg.fd, "a b.py", times, 0), 0);
	assert_int_equal(utimensat(pkg.fd, "RECORD", times, 0), 0);
	assert_ok(fs_open_dir(seed_path, &seed, &err), &err);
	assert_ok(fs_write_file(&seed, SEED_INDEX, str_from(index), 0444, &err), &err);
}

#define GOOD_INDEX                                                           \
	SEED_HEADER "\npackage pkg 1.0\nscript pkg pkg.main main\ndir pkg\n" \
		    "file 4 1700000000 a b.py\ncopy 13 1700000000 RECORD\n"

static int
plant(const struct folder *f, const char *name, struct err *err)
{
	cleanup_free char *version_path = path_join(f->path, "v", NULL);
	cleanup_free char *site_path = path_join(f->path, name, "site", NULL);
	cleanup_free char *bin_path = path_join(f->path, name, "bin", NULL);
	cleanup_dirfd struct dir version = DIR_INIT;
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_seed struct seed seed = SEED_INIT;

	if (fs_open_dir(version_path, &version, err) < 0 || seed_open(&version, &seed, err) < 0 ||
	    fs_make_dirs(site_path, 0755, &site, err) < 0 ||
	    fs_make_dirs(bin_path, 0755, &bin, err) < 0)
		return -1;
	assert_string_equal(seed.packages, "pkg 1.0");
	return seed_plant(&seed, &site, &bin, "/e/bin/python", SEED_ANY, err);
}

static void
seeds_are_planted(void **state)
{
	struct folder *f = *state;
	struct stat seed;
	struct stat linked;
	struct stat copied;
	struct err err = { 0 };

	make_seed(f, GOOD_INDEX);
	assert_ok(plant(f, "e1", &err), &err);
	assert_ok(plant(f, "e2", &err), &err);
	assert_int_equal(fstatat(f->dir.fd, "v/.pyvern/seed/files/pkg/a b.py", &seed, 0), 0);
	assert_int_equal(fstatat(f->dir.fd, "e1/site/pkg/a b.py", &linked, 0), 0);
	assert_int_equal(fstatat(f->dir.fd, "e1/site/pkg/RECORD", &copied, 0), 0);
	assert_int_equal(linked.st_mtime, 1700000000);
	assert_int_equal(linked.st_size, seed.st_size);
	assert_int_equal(copied.st_nlink, 1);
	assert_true(copied.st_mode & S_IWUSR);
	assert_true(fs_is_executable_at(&f->dir, "e2/bin/pkg"));
}

/* What is read here was written by us, but its folder is the user's. */
static void
damaged_seeds_are_noticed(void **state)
{
	static const char *const indexes[] = {
		"", /* the line to name was not initialized */
		SEED_HEADER "\ndir pkg\nfile 5 1700000000 a b.py\n",
		SEED_HEADER "\ndir pkg\nfile 4 1700000001 a b.py\n",
		SEED_HEADER "\ndir pkg\nfile 4 1700000000 ../index\n",
		SEED_HEADER "\ndir pkg\nfile 4 x a b.py\n",
		SEED_HEADER "\ndir pkg\nfile 4 1700000000 missing\n",
		SEED_HEADER "\nfile 4 1700000000 a b.py\n",
		SEED_HEADER "\ndir ../files\n",
		SEED_HEADER "\ndir /etc\n",
		SEED_HEADER "\ndir \n",
		SEED_HEADER "\ndir\n",
		SEED_HEADER "\nscript ../x m main\n",
		SEED_HEADER "\nscript x m; main\n",
		SEED_HEADER "\nscript x m\n",
		SEED_HEADER "\nfrob x\n",
		"pyvern-seed 2\n",
		"",
	};
	struct folder *f = *state;
	struct err err = { 0 };

	assert_int_equal(mkdirat(f->dir.fd, "v", 0755), 0);
	assert_fails(plant(f, "none", &err), ERR_NOT_INSTALLED, &err);
	make_seed(f, GOOD_INDEX);
	for (size_t i = 0; i < COUNT_OF(indexes); i++) {
		cleanup_free char *name = mem_printf("e%zu", i);
		cleanup_free char *seed_path = path_join(f->path, "v/.pyvern/seed", NULL);
		cleanup_dirfd struct dir seed = DIR_INIT;

		assert_ok(fs_open_dir(seed_path, &seed, &err), &err);
		assert_ok(fs_write_file(&seed, SEED_INDEX, str_from(indexes[i]), 0444, &err), &err);
		/* seed_open sees no package line in these; plant() would compare. */
		{
			cleanup_free char *version_path = path_join(f->path, "v", NULL);
			cleanup_dirfd struct dir version = DIR_INIT;
			cleanup_seed struct seed s = SEED_INIT;
			cleanup_dirfd struct dir site = DIR_INIT;
			int result;

			assert_ok(fs_open_dir(version_path, &version, &err), &err);
			assert_ok(fs_make_dir_at(&f->dir, name, 0755, &site, &err), &err);
			result = seed_open(&version, &s, &err);
			if (result == 0)
				result = seed_plant(&s, &site, &site, "/e/bin/python", SEED_ANY,
						    &err);
			assert_int_equal(result, -1);
			assert_string_equal(err_code_name(err.code), err_code_name(ERR_CHECK));
			/* An empty index was quoted with whatever lay on the stack. */
			if (*indexes[i] == '\0')
				assert_non_null(strstr(err.message, "is damaged at \"\""));
			err_reset(&err);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_literal_in_each_shell),
		cmocka_unit_test(texts_that_a_shell_may_get),
		cmocka_unit_test(prompts_hold_no_code),
		cmocka_unit_test(untried_scripts_have_literals),
		cmocka_unit_test(scripts_start_from_any_path),
		cmocka_unit_test(script_names),
		cmocka_unit_test_setup_teardown(cfg_is_read_as_it_was_written, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(cfg_of_others_is_understood, folder_setup,
						folder_teardown),
		cmocka_unit_test_setup_teardown(seeds_are_planted, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(damaged_seeds_are_noticed, folder_setup,
						folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
