/* SPDX-License-Identifier: MIT */
/* Making virtual environments, without starting any interpreter. */
#include <config.h>

#include "venv/create.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "base/shell.h"
#include "os/platform.h"
#include "os/sig.h"
#include "venv/activate.h"
#include "venv/create_internal.h"
#include "venv/registry.h"
#include "venv/seed.h"

/* What is known before the first file is made. */
struct plan {
	const struct venv_request *request;
	struct facts facts;
	struct seed seed;
	char *home;	  /* folder of the base interpreter, through the alias if followed */
	char *python;	  /* the base interpreter in it */
	char *executable; /* the same, links resolved */
	char *bin_python; /* the environment's interpreter */
	const char *prompt;
};

static void
plan_reset(struct plan *plan)
{
	facts_reset(&plan->facts);
	seed_reset(&plan->seed);
	free(plan->home);
	free(plan->python);
	free(plan->executable);
	free(plan->bin_python);
}

void
venv_result_reset(struct venv_result *result)
{
	free(result->version);
	free(result->packages);
	free(result->left);
	*result = (struct venv_result){ 0 };
}

static int
check_prompt(const struct venv_request *request, struct err *err)
{
	if (!request->prompt || shell_text_ok(request->prompt))
		return 0;
	err_set(err, ERR_USAGE,
		"cannot make an environment at %s: the prompt has control characters or is not "
		"UTF-8",
		request->path);
	return err_detail(err, "to fix", "another --prompt");
}

/* CPython has pyvenv.cfg since 3.3 (PEP 405). */
static int
check_version(const struct plan *plan, struct err *err)
{
	struct version version;
	bool known = version_parse(str_from(plan->facts.version), &version) &&
		     version.release_parts >= 2;

	if (strcmp(plan->facts.implementation, "cpython") == 0 && known &&
	    (version.release[0] > 3 || (version.release[0] == 3 && version.release[1] >= 3)))
		return 0;
	err_set(err, ERR_FAILED,
		"cannot make an environment on %s: it is %s %s, and only CPython 3.3 and later are "
		"known here",
		plan->request->version, plan->facts.implementation, plan->facts.version);
	return err_detail(err, "to fix", "pyvern venv -p VERSION");
}

static int
open_seed(struct plan *plan, struct err *err)
{
	const struct venv_request *request = plan->request;
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (request->prefix)
		return err_set(err, ERR_NOT_INSTALLED, "%s has no seed", request->version);
	if (store_open_meta(request->store, request->version, false, &meta, err) == 0)
		return seed_open_in(&meta, &plan->seed, err);
	if (err->sys != ENOENT)
		return -1;
	err_reset(err);
	return err_set(err, ERR_NOT_INSTALLED, "%s has no pip to link", request->version);
}

/* The facts of the base, and where it is. */
static int
find_base(struct plan *plan, char **ret_prefix, struct err *err)
{
	const struct venv_request *request = plan->request;
	cleanup_dirfd struct dir tree = DIR_INIT;

	if (request->prefix) {
		*ret_prefix = mem_strdup(request->prefix);
		return fs_open_dir(request->prefix, &tree, err) < 0 ||
				       facts_derive(&tree, &plan->facts, err) < 0
			       ? -1
			       : 0;
	}
	*ret_prefix =
		store_path(request->store, request->follow ? request->follow : request->version);
	return facts_read(request->store, request->version, &plan->facts, err);
}

static int
make_plan(struct plan *plan, struct err *err)
{
	const struct venv_request *request = plan->request;
	cleanup_free char *prefix = NULL;
	struct str home;

	if (venv_check_path(request->path, err) < 0 || check_prompt(request, err) < 0 ||
	    find_base(plan, &prefix, err) < 0 || check_version(plan, err) < 0)
		return -1;
	plan->python = path_join(prefix, plan->facts.executable, NULL);
	plan->executable = realpath(plan->python, NULL);
	if (!plan->executable)
		return err_sys(err, "cannot make an environment on %s: %s", request->version,
			       plan->python);
	if (!shell_text_ok(plan->python) || !shell_text_ok(plan->executable)) {
		err_set(err, ERR_FAILED,
			"cannot make an environment on %s: its path is not plain text",
			request->version);
		err_detail(err, "is", "%s", plan->executable);
		return err_detail(err, "to fix", "pyvern venv -p VERSION");
	}
	home = path_dir(plan->python);
	plan->home = mem_strndup(home.p, home.n);
	plan->bin_python = path_join(request->path, "bin/python", NULL);
	plan->prompt = request->prompt ? request->prompt : path_base(request->path).p;
	return request->without_pip ? 0 : open_seed(plan, err);
}

/* Make the folder at the relative PATH (of our facts) below TREE, with parents. */
static int
make_folder(const struct dir *tree, const char *path, struct dir *ret_dir, struct err *err)
{
	cleanup_dirfd struct dir at = DIR_INIT;
	struct str rest = str_from(path);
	struct str part;

	if (fs_open_dir_at(tree, ".", &at, err) < 0)
		return -1;
	while (str_split(&rest, '/', &part)) {
		cleanup_dirfd struct dir next = DIR_INIT;
		cleanup_free char *name = mem_strndup(part.p, part.n);

		if (!path_component_ok(part))
			return err_set(err, ERR_CHECK, "the recorded folder %s is refused", path);
		if (fs_make_dir_at(&at, name, 0777, &next, err) < 0)
			return -1;
		dir_reset(&at);
		at = next;
		next = (struct dir)DIR_INIT;
	}
	*ret_dir = at;
	at = (struct dir)DIR_INIT;
	return 0;
}

static int
make_activation(const struct plan *plan, const struct dir *bin, struct err *err)
{
	const struct activation activation = { plan->request->path, plan->prompt };

	for (const struct activate_script *s = activate_scripts; s->name; s++) {
		cleanup_buf struct buf text = BUF_INIT(ACTIVATE_MAX);

		s->write(&text, &activation);
		if (buf_check(&text, s->name, err) < 0 ||
		    fs_create_file(bin, s->name, buf_str(&text), 0666, err) < 0)
			return -1;
	}
	return 0;
}

static int
make_files(const struct plan *plan, const struct dir *tree, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_free char *prompt = plan->request->prompt ? mem_strdup(plan->prompt) : NULL;
	cleanup_free char *id = registry_new_id();
	const struct cfg cfg = {
		.id = id,
		.home = plan->home,
		.version = plan->facts.version,
		.prompt = prompt,
		.executable = plan->executable,
		.command = (char *)plan->request->command,
		.system_site_packages = plan->request->system_site_packages,
	};

	cfg_write(&cfg, &text);
	if (buf_check(&text, CFG_NAME, err) < 0 ||
	    fs_create_file(tree, CFG_NAME, buf_str(&text), 0666, err) < 0)
		return -1;
	if (!plan->request->no_vcs_ignore &&
	    fs_create_file(tree, ".gitignore", STR_LIT("# Made by pyvern.\n*\n"), 0666, err) < 0)
		return -1;
	/* Backups pass over what can be made again: https://bford.info/cachedir/ */
	return fs_create_file(tree, "CACHEDIR.TAG",
			      STR_LIT("Signature: 8a477f597d28d172789f06886806bc55\n"
				      "# A virtual environment, made by pyvern.\n"),
			      0666, err);
}

/* Where CPython's own venv makes lib64 -> lib: 64-bit systems other than macOS. */
static bool
has_lib64(void)
{
	return sizeof(void *) == 8 && strcmp(platform_os(), "darwin") != 0;
}

static int
fill(const void *ctx, const struct dir *tree, struct err *err)
{
	const struct plan *plan = ctx;
	const struct interpreter interpreter = { .path = plan->python,
						 .real = plan->executable,
						 .names = plan->facts.executables,
						 .copies = plan->request->copies };
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_dirfd struct dir site_packages = DIR_INIT;
	cleanup_dirfd struct dir include = DIR_INIT;
	cleanup_free char *headers = path_join("include", path_base(plan->facts.stdlib).p, NULL);

	if (make_folder(tree, "bin", &bin, err) < 0 ||
	    make_folder(tree, plan->facts.platlib, &site_packages, err) < 0 ||
	    make_folder(tree, headers, &include, err) < 0)
		return -1;
	if (has_lib64() && symlinkat("lib", tree->fd, "lib64") < 0)
		return err_sys(err, "cannot make the link %s/lib64", tree->path);
	if (make_files(plan, tree, err) < 0 ||
	    create_interpreter(&interpreter, tree, &bin, err) < 0 ||
	    make_activation(plan, &bin, err) < 0)
		return -1;
	if (!plan->request->without_pip &&
	    seed_plant(&plan->seed, &site_packages, &bin, plan->bin_python, plan->request->link,
		       err) < 0)
		return -1;
	return sig_check(err);
}

/* What was made, by PLAN. */
static void
describe(const struct plan *plan, struct venv_result *ret_result)
{
	*ret_result = (struct venv_result){
		.version = mem_strdup(plan->facts.version),
		.packages = mem_strdup(plan->seed.packages),
	};
}

int
venv_fill(const struct venv_request *request, const struct dir *tree,
	  struct venv_result *ret_result, struct err *err)
{
	cleanup_with(plan_reset) struct plan plan = {
		.request = request,
		.seed = SEED_INIT,
	};

	if (make_plan(&plan, err) < 0 || fill(&plan, tree, err) < 0)
		return -1;
	describe(&plan, ret_result);
	return 0;
}

int
venv_create(const struct venv_request *request, struct venv_result *ret_result, struct err *err)
{
	cleanup_with(plan_reset) struct plan plan = {
		.request = request,
		.seed = SEED_INIT,
	};
	const struct filler filler = { fill, &plan };
	char *left = NULL;
	bool replaced;

	if (venv_check_place(request->path, request->clear, err) < 0 || make_plan(&plan, err) < 0 ||
	    create_in_place(request->path, request->clear, &filler, &replaced, &left, err) < 0)
		return -1;
	describe(&plan, ret_result);
	ret_result->left = left;
	ret_result->replaced = replaced;
	return 0;
}

bool
venv_is_on(const struct store *store, const struct cfg *cfg, const char *version, char **ret_follow)
{
	cleanup_free char *versions = store_path(store, "");
	cleanup_free char *base = store_path(store, version);
	cleanup_free char *base_real = realpath(base, NULL);
	struct str home = path_dir(cfg->home);
	cleanup_free char *prefix = mem_strndup(home.p, home.n);
	cleanup_free char *prefix_real = realpath(prefix, NULL);

	*ret_follow = NULL;
	if (!base_real || !prefix_real || strcmp(base_real, prefix_real) != 0)
		return false;
	if (strcmp(prefix, base) != 0 && path_is_below(prefix, versions))
		*ret_follow = mem_strdup(path_base(prefix).p);
	return true;
}
