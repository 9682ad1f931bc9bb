/* SPDX-License-Identifier: MIT */
/* Would an environment start on another patch release? */
#include <config.h>

#include "venv/trial.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/proc.h"
#include "venv/cfg.h"

/* Seconds that a Python has to start, with all that a .pth may import. */
#define TRIAL_TIMEOUT_S 60
/* 64 KiB: a path; what a sitecustomize prints. */
#define TRIAL_ANSWER_MAX ((size_t)64 * 1024)

/* In the scratch folder. */
#define TRIAL_ENV "env"

/* The environment's libraries, by links: lib, lib64, Lib of none. */
static int
link_libraries(const struct dir *env, const char *folder, struct err *err)
{
	static const char *const names[] = { "lib", "lib64", "include" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		cleanup_free char *target = path_join(folder, names[i], NULL);

		if (access(target, F_OK) == 0 && fs_make_link_at(env, names[i], target, err) < 0)
			return -1;
	}
	return 0;
}

static bool
sees_system(const char *folder)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };

	return fs_open_dir(folder, &tree, &ignored) == 0 && cfg_read(&tree, &cfg, &ignored) == 0 &&
	       cfg.system_site_packages;
}

/* An environment in WORK that is as the one in FOLDER, on PYTHON. */
static int
make_double(const struct dir *work, const char *folder, const char *python, struct err *err)
{
	struct str home = path_dir(python);
	cleanup_free char *text = mem_printf("home = %.*s\ninclude-system-site-packages = %s\n",
					     STR_ARG(home), sees_system(folder) ? "true" : "false");
	cleanup_dirfd struct dir env = DIR_INIT;
	cleanup_dirfd struct dir bin = DIR_INIT;

	if (fs_make_dir_at(work, TRIAL_ENV, 0700, &env, err) < 0 ||
	    fs_create_file(&env, CFG_NAME, str_from(text), 0600, err) < 0 ||
	    fs_make_dir_at(&env, "bin", 0700, &bin, err) < 0 ||
	    fs_make_link_at(&bin, "python", python, err) < 0)
		return -1;
	return link_libraries(&env, folder, err);
}

/* Without what would lead it astray, and without writing compiled files into the packages. */
static int
start(const struct dir *work, struct buf *ret_said, int *ret_status, struct err *err)
{
	cleanup_free char *python = path_join(work->path, TRIAL_ENV, "bin/python", NULL);
	char *argv[] = { python, "-I", "-B", "-c", "import sys; print(sys.prefix)", NULL };
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	env_copy(&env);
	env_unset(&env, "PYTHONHOME");
	env_unset(&env, "PYTHONPATH");
	env_unset(&env, "VIRTUAL_ENV");
	env_unset(&env, "__PYVENV_LAUNCHER__");
	spec.argv = argv;
	spec.env = &env;
	spec.cwd = "/";
	spec.timeout_s = TRIAL_TIMEOUT_S;
	return proc_capture(&spec, ret_said, ret_status, err);
}

/* The last line of TEXT that is not empty: a .pth may print, too. */
static struct str
last_line(struct str text)
{
	struct str last = { "", 0 };
	struct str line;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		last = line.n ? line : last;
	}
	return last;
}

static int
check(const struct dir *work, struct str said, int status, struct err *err)
{
	cleanup_free char *wanted = path_join(work->path, TRIAL_ENV, NULL);
	struct str prefix = last_line(said);
	cleanup_free char *text = mem_strndup(prefix.p, prefix.n);

	if (status != 0)
		return err_set(err, ERR_FAILED, "its python ends with %d", status);
	if (!fs_same_folder(text, wanted))
		return err_set(err, ERR_FAILED, "its python does not take it for an environment");
	return 0;
}

int
env_trial(const struct store *store, const char *folder, const char *version, struct err *err)
{
	cleanup_stage struct stage stage = STAGE_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_buf struct buf said = BUF_INIT(TRIAL_ANSWER_MAX);
	cleanup_free char *prefix = store_path(store, version);
	cleanup_free char *python = NULL;
	int status;

	if (facts_read(store, version, &facts, err) < 0 ||
	    store_begin_scratch(store, &stage, err) < 0)
		return -1;
	python = path_join(prefix, facts.executable, NULL);
	if (make_double(&stage.work, folder, python, err) < 0 ||
	    start(&stage.work, &said, &status, err) < 0)
		return -1;
	return check(&stage.work, buf_str(&said), status, err);
}
