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
#include "venv/interpreter.h"
#include "venv/python2.h"
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
	char *prefix;	  /* of the base, through the alias if followed */
	char *names;	  /* of the interpreter in bin, blank-separated */
	bool has_pip;	  /* the folder that it is made in has one: it stays */
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
	free(plan->prefix);
	free(plan->names);
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

/* "3.11" of "3.11.4"; 0.0 of what is none. */
static void
language_of(const struct facts *facts, unsigned ret[2])
{
	struct version version;
	bool known =
		version_parse(str_from(facts->version), &version) && version.release_parts >= 2;

	ret[0] = known ? (unsigned)version.release[0] : 0;
	ret[1] = known ? (unsigned)version.release[1] : 0;
}

bool
venv_is_known(const struct facts *facts)
{
	bool has_library = str_starts(str_from(facts->stdlib), STR_LIT("lib/"));
	unsigned language[2];

	language_of(facts, language);
	if (python2_is(facts))
		return true;
	/* CPython has pyvenv.cfg since 3.3 (PEP 405). PyPy has CPython's places since its 3.8;
	 * before, all was in lib-python. GraalPy has them since its 3.11. */
	if (strcmp(facts->implementation, "cpython") == 0)
		return language[0] > 3 || (language[0] == 3 && language[1] >= 3);
	if (strcmp(facts->implementation, "pypy") == 0)
		return language[0] == 3 && has_library;
	return strcmp(facts->implementation, "graalpy") == 0 && language[0] == 3 &&
	       language[1] >= 11;
}

static int
check_version(const struct plan *plan, struct err *err)
{
	const struct facts *facts = &plan->facts;
	bool is_cpython = strcmp(facts->implementation, "cpython") == 0;

	if (!venv_is_known(facts)) {
		err_set(err, ERR_FAILED,
			"cannot make an environment on %s: it is %s %s, and what is known here is "
			"CPython 2.7 and from 3.3 on, PyPy from 3.8 on, GraalPy from 3.11 on",
			plan->request->version, facts->implementation, facts->version);
		return err_detail(err, "to fix", "pyvern venv -p VERSION");
	}
	/* What they look for beside their program differs from release to release. */
	if (!plan->request->copies || is_cpython)
		return 0;
	err_set(err, ERR_USAGE, "--copies is for CPython, and %s is %s", plan->request->version,
		facts->implementation);
	return err_detail(err, "to fix", "the same without --copies");
}

static int
open_seed(struct plan *plan, struct err *err)
{
	const struct venv_request *request = plan->request;
	cleanup_dirfd struct dir meta = DIR_INIT;

	if ((request->prefix
		     ? store_open_outside(request->store, request->version, plan->executable, false,
					  &meta, err)
		     : store_open_meta(request->store, request->version, false, &meta, err)) == 0)
		return request->seed ? seed_open_chosen(&meta, request->seed, &plan->seed, err)
				     : seed_open_in(&meta, &plan->seed, err);
	if (err->sys != ENOENT)
		return -1;
	err_reset(err);
	return err_set(err, ERR_NOT_INSTALLED, "%s has no pip to link", request->version);
}

/* The facts of the base, and where it is. */
static int
find_base(struct plan *plan, struct err *err)
{
	const struct venv_request *request = plan->request;
	cleanup_dirfd struct dir tree = DIR_INIT;

	if (request->prefix) {
		plan->prefix = mem_strdup(request->prefix);
		if (request->facts) {
			facts_copy(request->facts, &plan->facts);
			return 0;
		}
		return fs_open_dir(request->prefix, &tree, err) < 0 ||
				       facts_derive(&tree, &plan->facts, err) < 0
			       ? -1
			       : 0;
	}
	plan->prefix =
		store_path(request->store, request->follow ? request->follow : request->version);
	return facts_read(request->store, request->version, &plan->facts, err);
}

/* The names that programs call it by: PyPy's and GraalPy's may be missing in its own bin,
 * and the venv modules of both make them. */
static char *
names_of(const struct facts *facts)
{
	unsigned language[2];

	if (strcmp(facts->implementation, "cpython") == 0)
		return mem_strdup(facts->executables);
	language_of(facts, language);
	return mem_printf("%s python%u python%u.%u", facts->executables, language[0], language[0],
			  language[1]);
}

/* Is there a pip where the environment's packages will be? */
static bool
has_pip(const struct plan *plan)
{
	cleanup_free char *path =
		path_join(plan->request->path, plan->facts.platlib, "pip/__init__.py", NULL);

	return access(path, F_OK) == 0;
}

static int
make_plan(struct plan *plan, struct err *err)
{
	const struct venv_request *request = plan->request;
	struct str home;

	if (venv_check_path(request->path, err) < 0 || check_prompt(request, err) < 0 ||
	    find_base(plan, err) < 0 || check_version(plan, err) < 0)
		return -1;
	plan->python = path_join(plan->prefix, plan->facts.executable, NULL);
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
	plan->names = names_of(&plan->facts);
	plan->bin_python = path_join(request->path, "bin/python", NULL);
	plan->prompt = request->prompt ? request->prompt : path_base(request->path).p;
	if (request->without_pip)
		return 0;
	plan->has_pip = request->allow_existing && has_pip(plan);
	return plan->has_pip ? 0 : open_seed(plan, err);
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
	const struct activation activation = { plan->request->path, plan->prompt,
					       plan->request->relocatable };

	for (const struct activate_script *s = activate_scripts; s->name; s++) {
		cleanup_buf struct buf text = BUF_INIT(ACTIVATE_MAX);

		if (activation.relocatable && !s->finds_itself)
			continue;
		s->write(&text, &activation);
		if (buf_check(&text, s->name, err) < 0 ||
		    fs_create_file(bin, s->name, buf_str(&text), 0666, err) < 0)
			return -1;
	}
	return 0;
}

/* As `platform.python_implementation()` and virtualenv spell it. */
static const char *
implementation_name(const struct facts *facts)
{
	static const char *const names[][2] = { { "cpython", "CPython" },
						{ "pypy", "PyPy" },
						{ "graalpy", "GraalVM" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i][0], facts->implementation) == 0)
			return names[i][1];
	return NULL;
}

/* sys.version_info, joined by dots, as virtualenv writes it: "3.14.0rc1" is
 * "3.14.0.candidate.1". */
static char *
version_info_of(const char *version)
{
	static const char *const levels[][2] = { { "rc", "candidate" },
						 { "a", "alpha" },
						 { "b", "beta" } };
	struct str text = str_from(version);
	struct str release = { text.p, strspn(text.p, "0123456789.") };
	struct str rest = str_skip(text, release.n);

	if (rest.n == 0)
		return mem_printf("%s.final.0", version);
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (str_starts(rest, str_from(levels[i][0])))
			return mem_printf("%.*s.%s.%s", STR_ARG(release), levels[i][1],
					  rest.p + strlen(levels[i][0]));
	return NULL;
}

static int
make_files(const struct plan *plan, const struct dir *tree, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_free char *prompt = plan->request->prompt ? mem_strdup(plan->prompt) : NULL;
	cleanup_free char *id = registry_new_id();
	cleanup_free char *version_info = version_info_of(plan->facts.version);
	const struct cfg cfg = {
		.id = id,
		.home = plan->home,
		.version = plan->facts.version,
		.version_info = version_info,
		.implementation = implementation_name(&plan->facts),
		.relocatable = plan->request->relocatable,
		.prompt = prompt,
		.executable = plan->executable,
		.command = (char *)plan->request->command,
		.system_site_packages = plan->request->system_site_packages,
	};

	cfg_write(&cfg, &text);
	if (buf_check(&text, CFG_NAME, err) < 0 ||
	    fs_create_file(tree, CFG_NAME, buf_str(&text), 0666, err) < 0)
		return -1;
	/* What is in the folder already is not ours to leave out of repositories and backups. */
	if (plan->request->allow_existing)
		return 0;
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
	const bool is_2 = python2_is(&plan->facts);
	const struct interpreter interpreter = { .path = plan->python,
						 .real = plan->executable,
						 .names = plan->names,
						 .copies = plan->request->copies || is_2 };
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_dirfd struct dir site_packages = DIR_INIT;
	cleanup_dirfd struct dir include = DIR_INIT;
	cleanup_free char *headers =
		path_join("include", is_2 ? NULL : path_base(plan->facts.stdlib).p, NULL);

	if (make_folder(tree, "bin", &bin, err) < 0 ||
	    make_folder(tree, plan->facts.platlib, &site_packages, err) < 0 ||
	    make_folder(tree, headers, &include, err) < 0)
		return -1;
	if (has_lib64() && fs_make_link_at(tree, "lib64", "lib", err) < 0)
		return -1;
	if (make_files(plan, tree, err) < 0 ||
	    interpreter_make(&interpreter, tree, &bin, err) < 0 ||
	    (is_2 && python2_fill(tree, plan->prefix, err) < 0) ||
	    make_activation(plan, &bin, err) < 0)
		return -1;
	if (!plan->request->without_pip && !plan->has_pip &&
	    seed_plant(&plan->seed, &site_packages, &bin,
		       plan->request->relocatable ? NULL : plan->bin_python, plan->request->link,
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

/* In a folder with something in it, which stays. */
static int
create_over(struct plan *plan, const struct filler *filler, struct venv_result *ret_result,
	    struct err *err)
{
	if (make_plan(plan, err) < 0 || create_among(plan->request->path, filler, err) < 0)
		return -1;
	describe(plan, ret_result);
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

	if (request->allow_existing)
		return create_over(&plan, &filler, ret_result, err);
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
