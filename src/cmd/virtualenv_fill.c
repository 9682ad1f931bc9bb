/* SPDX-License-Identifier: MIT */
/* Making a named environment: who fills it. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "cmd/virtualenv.h"
#include "os/proc.h"
#include "core/adopt.h"
#include "core/system_python.h"
#include "venv/readdress.h"

/* 1 MiB: what `pip freeze` and `conda list` say. */
#define LIST_MAX ((size_t)1024 * 1024)

static bool
has(const struct virtualenv *v, const char *option)
{
	return options_has(v->ctx->options, option);
}

static bool
is_without_pip(const struct virtualenv *v)
{
	return has(v, "without-pip") || has(v, "no-pip");
}

/* The bin folder that is first on PATH for what we run. */
static char *
base_bin(const struct virtualenv *v)
{
	const char *version = v->python_version ? v->python_version : v->version;
	struct str dir;

	if (v->python) {
		dir = path_dir(v->python);
		return mem_strndup(dir.p, dir.n);
	}
	return path_join(v->store.versions.path, version, "bin", NULL);
}

int
virtualenv_run(const struct virtualenv *v, const struct strvec *argv, const char *bin, bool quiet,
	       int *ret_status, struct err *err)
{
	static const char *const astray[] = { "PIP_REQUIRE_VENV",   "PIP_REQUIRE_VIRTUALENV",
					      "VIRTUALENV_VERSION", "PYTHONHOME",
					      "PYTHONPATH",	    "__PYVENV_LAUNCHER__",
					      "PIP_TARGET",	    "PIP_PREFIX",
					      "PIP_USER",	    NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	cleanup_env struct env env = { 0 };
	cleanup_free char *path = NULL;
	cleanup_free char *last = NULL;

	env_copy(&env);
	for (const char *const *name = astray; *name; name++)
		env_unset(&env, *name);
	path = mem_printf("%s:%s", bin, env_get(&env, "PATH") ? env_get(&env, "PATH") : "");
	env_set(&env, "PATH", path);
	spec.argv = argv->items;
	spec.env = &env;
	spec.stdin_fd = STDIN_FILENO;
	if (!quiet || has(v, "verbose"))
		return proc_run_foreground(&spec, ret_status, err);
	spec.stdin_fd = -1;
	spec.on_line = proc_keep_line;
	spec.ctx = &last;
	if (proc_run(&spec, ret_status, err) < 0)
		return -1;
	if (*ret_status == 0)
		return 0;
	err_set(err, ERR_FAILED, "cannot make the environment %s: %s ended with %d", v->name,
		argv->items[0], *ret_status);
	if (last)
		err_detail(err, "it says", "%s", last);
	return err_detail(err, "to fix", "--without-pip, or the same with --verbose");
}

/* Make the folder that is to be filled, or make it anew. */
static int
new_tree(const struct virtualenv *v, const struct stage *stage, struct dir *ret_tree,
	 struct err *err)
{
	dir_reset(ret_tree);
	if (fs_remove_tree(&stage->work, v->name, err) < 0)
		return -1;
	return fs_make_dir_at(&stage->work, v->name, 0777, ret_tree, err);
}

/* What would make this environment again, for pyvenv.cfg. */
static char *
command_text(const struct virtualenv *v, const char *version)
{
	cleanup_free char *word = shell_word(v->name);

	return mem_printf("pyvern virtualenv%s%s %s %s",
			  has(v, "system-site-packages") ? " --system-site-packages" : "",
			  is_without_pip(v) ? " --without-pip" : "", version, word);
}

static int
check_setuptools(const struct virtualenv *v, const struct venv_result *result, struct err *err)
{
	if (!has(v, "no-setuptools") || !result->packages ||
	    !strstr(result->packages, "setuptools"))
		return 0;
	err_set(err, ERR_FAILED, "pip comes with setuptools for this Python: %s", result->packages);
	return err_detail(err, "to fix", "--without-pip, or: NAME/bin/pip uninstall setuptools");
}

/* By our own maker. */
static int
fill_natively(const struct virtualenv *v, const struct stage *stage, const char *version,
	      struct dir *tree, struct venv_result *ret_result, struct err *err)
{
	cleanup_free char *follow =
		v->python_version ? NULL
				  : environment_follow(v->ctx, &v->store, v->request, version);
	cleanup_free char *command = command_text(v, follow ? follow : version);
	const struct venv_request request = {
		.store = &v->store,
		.path = v->place.path,
		.version = version,
		.follow = follow,
		.prompt = options_text(v->ctx->options, "prompt"),
		.command = command,
		.system_site_packages = has(v, "system-site-packages"),
		.without_pip = is_without_pip(v),
	};

	if (new_tree(v, stage, tree, err) < 0 || venv_fill(&request, tree, ret_result, err) < 0)
		return -1;
	return check_setuptools(v, ret_result, err);
}

/* Can our maker make one on VERSION, with nothing that only another maker knows? */
static bool
is_native(const struct virtualenv *v, const char *version)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err ignored = { 0 };

	return v->ctx->options->rest.count == 0 &&
	       facts_read(&v->store, version, &facts, &ignored) == 0 && venv_is_known(&facts);
}

/* Texts that other makers write are changed as texts: only where no character means
 * anything to a shell. */
static int
check_plain(const struct virtualenv *v, struct err *err)
{
	cleanup_free char *word = shell_word(v->place.path);

	if (strcmp(word, v->place.path) == 0)
		return 0;
	err_set(err, ERR_USAGE,
		"cannot make an environment at %s: its name is not plain enough "
		"for the program that would make it",
		v->place.path);
	return err_detail(err, "to fix", "another name");
}

static void
add_options(const struct virtualenv *v, bool is_venv, struct strvec *argv)
{
	if (has(v, "system-site-packages"))
		strvec_add(argv, "--system-site-packages");
	if (is_without_pip(v))
		strvec_add(argv, is_venv ? "--without-pip" : "--no-pip");
	if (has(v, "no-setuptools"))
		strvec_add(argv, "--no-setuptools");
	if (options_text(v->ctx->options, "prompt"))
		strvec_printf(argv, "--prompt=%s", options_text(v->ctx->options, "prompt"));
	strvec_add_all(argv, v->ctx->options->rest.items);
}

/* By the Python's own maker: virtualenv where the base has it, or `python -m venv`. */
static int
fill_by_program(const struct virtualenv *v, const struct stage *stage, const char *python,
		struct dir *tree, int *ret_status, struct err *err)
{
	cleanup_free char *bin = base_bin(v);
	cleanup_free char *virtualenv = path_join(bin, "virtualenv", NULL);
	cleanup_free char *place = path_join(stage->work.path, v->name, NULL);
	cleanup_strvec struct strvec argv = { 0 };
	bool is_venv = access(virtualenv, X_OK) != 0;

	if (check_plain(v, err) < 0)
		return -1;
	if (is_venv) {
		strvec_add(&argv, python);
		strvec_add(&argv, "-m");
		strvec_add(&argv, "venv");
	} else {
		strvec_add(&argv, virtualenv);
	}
	add_options(v, is_venv, &argv);
	strvec_add(&argv, place);
	if (virtualenv_run(v, &argv, bin, true, ret_status, err) < 0)
		return -1;
	if (fs_open_dir(place, tree, err) < 0)
		return -1;
	return readdress(tree, place, v->place.path, NULL, err);
}

/* The environment in the stage has no pip yet: its Python's own ensurepip brings it. */
static int
ensure_pip(const struct virtualenv *v, const struct stage *stage, const struct dir *tree,
	   int *ret_status, struct err *err)
{
	cleanup_free char *place = path_join(stage->work.path, v->name, NULL);
	cleanup_free char *bin = path_join(place, "bin", NULL);
	cleanup_strvec struct strvec argv = { 0 };

	strvec_take(&argv, path_join(bin, "python", NULL));
	strvec_add(&argv, "-Im");
	strvec_add(&argv, "ensurepip");
	strvec_add(&argv, "--upgrade");
	strvec_add(&argv, "--default-pip");
	if (check_plain(v, err) < 0 || virtualenv_run(v, &argv, bin, true, ret_status, err) < 0)
		return -1;
	return readdress(tree, place, v->place.path, NULL, err);
}

/* On a Python that is none of the store's: from what its files say, or by itself. */
static int
fill_outside(const struct virtualenv *v, const struct stage *stage, const char *python,
	     struct dir *tree, struct venv_result *ret_result, int *ret_status, struct err *err)
{
	const struct adopt_how how = { .store = &v->store };
	cleanup_adoptee struct adoptee found = { 0 };
	cleanup_err struct err unknown = { 0 };
	cleanup_free char *real = realpath(python, NULL);
	cleanup_free char *command = command_text(v, "system");
	struct venv_request request = {
		.store = &v->store,
		.path = v->place.path,
		.version = python,
		.prompt = options_text(v->ctx->options, "prompt"),
		.command = command,
		.system_site_packages = has(v, "system-site-packages"),
		.without_pip = true,
	};

	if (!real)
		return err_sys(err, "cannot use %s", python);
	if (v->ctx->options->rest.count || adopt_look(&how, real, &found, &unknown) < 0 ||
	    found.refused || !venv_is_known(&found.facts))
		return fill_by_program(v, stage, python, tree, ret_status, err);
	request.prefix = found.prefix;
	request.facts = &found.facts;
	if (new_tree(v, stage, tree, err) < 0 || venv_fill(&request, tree, ret_result, err) < 0)
		return -1;
	return is_without_pip(v) ? 0 : ensure_pip(v, stage, tree, ret_status, err);
}

/* The system's Python, in pyenv-virtualenv's order. */
static int
find_system(const struct virtualenv *v, char *ret_path, struct err *err)
{
	if (system_python_path(v->ctx->layout, v->ctx->policy, ret_path, err) == 0)
		return 0;
	err_pyenv(err, "pyenv-virtualenv: `system' is not installed in pyenv.");
	err_pyenv(err, "It does not look like a valid Python version. See `pyenv install --list' "
		       "for available versions.");
	return err_detail(err, "to fix", "pyvern virtualenv VERSION %s", v->name);
}

/* conda makes its environments where pyenv-virtualenv wants them: envs/NAME in itself. */
static int
fill_by_conda(const struct virtualenv *v, const struct stage *stage, int *ret_status,
	      struct err *err)
{
	cleanup_free char *bin = path_join(v->store.versions.path, v->version, "bin", NULL);
	cleanup_free char *conda = path_join(bin, "conda", NULL);
	const char *python = options_text(v->ctx->options, "python");
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_buf struct buf list = BUF_INIT(LIST_MAX);
	char *const listing[] = { conda, "list", "python", "--full-name", "--export", NULL };
	struct proc_spec spec = PROC_SPEC_INIT;

	strvec_add(&argv, conda);
	strvec_add(&argv, "create");
	if (has(v, "quiet"))
		strvec_add(&argv, "--quiet");
	if (has(v, "verbose"))
		strvec_add(&argv, "--verbose");
	strvec_add(&argv, "--name");
	strvec_add(&argv, v->name);
	strvec_add(&argv, "--yes");
	strvec_add_all(&argv, v->ctx->options->rest.items);
	if (python) {
		struct str wanted = path_base(python);

		if (str_starts(wanted, STR_LIT("python")))
			wanted = str_skip(wanted, strlen("python"));
		if (wanted.n)
			strvec_printf(&argv, "python=%.*s", STR_ARG(wanted));
	} else {
		spec.argv = listing;
		if (proc_capture(&spec, &list, ret_status, err) < 0 ||
		    fs_create_file(&stage->work, "python.txt", buf_str(&list), 0600, err) < 0)
			return -1;
		strvec_add(&argv, "--file");
		strvec_take(&argv, path_join(stage->work.path, "python.txt", NULL));
	}
	return virtualenv_run(v, &argv, bin, false, ret_status, err);
}

static int
fill_on_version(const struct virtualenv *v, const struct stage *stage, const char *version,
		struct dir *tree, struct venv_result *ret_result, int *ret_status, struct err *err)
{
	cleanup_free char *python = NULL;

	if (is_native(v, version))
		return fill_natively(v, stage, version, tree, ret_result, err);
	python = path_join(v->store.versions.path, version, "bin/python", NULL);
	return fill_by_program(v, stage, python, tree, ret_status, err);
}

/* What the environment says of itself, where its maker did not. */
static void
describe(const struct dir *tree, struct venv_result *result)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (!result->version && tree->fd >= 0 && cfg_read(tree, &cfg, &ignored) == 0)
		result->version = mem_strdup(cfg.version);
	if (!result->version)
		result->version = mem_strdup("unknown");
}

int
virtualenv_fill(const struct virtualenv *v, const struct stage *stage,
		struct venv_result *ret_result, bool *ret_is_placed, int *ret_status,
		struct err *err)
{
	const char *version = v->python_version ? v->python_version : v->version;
	cleanup_free char *conda = path_join(version, "bin/conda", NULL);
	cleanup_dirfd struct dir tree = DIR_INIT;
	char system[PATH_TEXT_MAX];
	int result;

	*ret_is_placed = false;
	if (v->place.link && fs_is_executable_at(&v->store.versions, conda)) {
		*ret_is_placed = true;
		result = fill_by_conda(v, stage, ret_status, err);
	} else if (v->python) {
		result = fill_outside(v, stage, v->python, &tree, ret_result, ret_status, err);
	} else if (strcmp(version, "system") == 0) {
		result = find_system(v, system, err) < 0
				 ? -1
				 : fill_outside(v, stage, system, &tree, ret_result, ret_status,
						err);
	} else {
		result = fill_on_version(v, stage, version, &tree, ret_result, ret_status, err);
	}
	if (result == 0 && *ret_status == 0)
		describe(&tree, ret_result);
	return result;
}
