/* SPDX-License-Identifier: MIT */
/* pyvern virtualenv: make a named environment. */
#include <config.h>

#include "cmd/virtualenv.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "cmd/installed.h"
#include "cmd/moments.h"
#include "core/choice.h"
#include "core/shims.h"
#include "os/sig.h"

/* The release of pyenv-virtualenv whose behaviour this is: scripts ask. */
#define LIKE_VERSION "1.4.0"

void
virtualenv_reset(struct virtualenv *v)
{
	store_reset(&v->store);
	free(v->name);
	free(v->request);
	free(v->version);
	free(v->python);
	free(v->python_version);
	named_place_reset(&v->place);
}

/* The first version that is chosen here. */
static int
chosen_here(const struct context *ctx, char **ret_request, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	const struct selection *s = &choice.selection;
	size_t i = 0;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (choice_check(&choice, err) < 0)
		return -1;
	while (i < s->count && s->items[i].state == ITEM_INVALID)
		i++;
	*ret_request = i < s->count ? mem_strndup(s->items[i].word.text.p, s->items[i].word.text.n)
				    : mem_strdup("system");
	return 0;
}

/* In pyenv's words, with its hint: a name that can be no version cannot be installed. */
static int
not_installed(const char *version, struct err *err)
{
	struct request parsed;

	err_pyenv_nothing(err);
	err_pyenv(err, "pyenv-virtualenv: `%s' is not installed in pyenv.", version);
	if (request_parse(str_from(version), &parsed, NULL) && parsed.kind == REQUEST_PREFIX)
		return err_pyenv(err, "Run `pyenv install %s' to install it.", version);
	return err_pyenv(err, "It does not look like a valid Python version. See `pyenv install "
			      "--list' for available versions.");
}

static int
find_version(struct virtualenv *v, int *ret_status, struct err *err)
{
	if (strcmp(v->request, "system") == 0) {
		v->version = mem_strdup("system");
		return 0;
	}
	if (environment_version(v->ctx, &v->store, v->request, NULL, &v->version, ret_status,
				err) == 0)
		return 0;
	if (err->code == ERR_NOT_INSTALLED || err->code == ERR_USAGE)
		return not_installed(v->request, err);
	return -1;
}

static int
refuse_name(const char *name, const char *why, struct err *err)
{
	err_set(err, ERR_USAGE, "an environment cannot be called %s: %s", *name ? name : "\"\"",
		why);
	return err_detail(err, "to fix", "pyvern virtualenv VERSION NAME, with another name");
}

/* NAME, or VERSION/envs/NAME with the version that it is on. */
static int
check_name(struct virtualenv *v, const char *given, struct err *err)
{
	struct str base = path_base(given);
	cleanup_free char *whole = NULL;

	if (str_eq(base, STR_LIT("system"))) {
		refuse_name(given, "system is the system's Python", err);
		return err_pyenv(err,
				 "pyenv-virtualenv: `system' is not allowed as virtualenv name.");
	}
	for (const char *c = given; *c; c++) {
		if (!isspace((unsigned char)*c))
			continue;
		refuse_name(given, "it has blanks", err);
		return err_pyenv(err,
				 "pyenv-virtualenv: no whitespace allowed in virtualenv name.");
	}
	if (v->version)
		whole = path_join(v->version, LAYOUT_ENVS, base.p, NULL);
	if (strchr(given, '/') && v->version && strcmp(given, whole) != 0) {
		refuse_name(given, "a name has no slash", err);
		return err_pyenv(err, "pyenv-virtualenv: no slash allowed in virtualenv name.");
	}
	if (!version_name_ok(base) || base.p[0] == '.' || base.p[0] == '-')
		return refuse_name(given, "it is no safe name", err);
	free(v->name);
	v->name = mem_strdup(base.p);
	return 0;
}

/* VERSION NAME, or NAME on what is chosen here. */
static int
read_words(struct virtualenv *v, int *ret_status, struct err *err)
{
	const struct strvec *args = &v->ctx->options->args;
	const char *given;

	if (args->count == 0) {
		err_set(err, ERR_USAGE, "virtualenv: what shall it be called?");
		err_pyenv(err, "pyenv-virtualenv: no virtualenv name given.");
		return err_detail(err, "to fix", "pyvern virtualenv VERSION NAME");
	}
	if (args->count > 2)
		return err_set(err, ERR_USAGE,
			       "virtualenv takes a version and a name: %s is too much",
			       args->items[2]);
	given = args->items[args->count - 1];
	if (check_name(v, given, err) < 0)
		return -1;
	if (args->count == 2)
		v->request = mem_strdup(args->items[0]);
	else if (chosen_here(v->ctx, &v->request, err) < 0)
		return -1;
	if (find_version(v, ret_status, err) < 0)
		return -1;
	return v->version ? check_name(v, given, err) : 0;
}

/* The store's version whose bin has PATH; NULL: none. */
static char *
version_of_path(const struct store *store, const char *path)
{
	cleanup_free char *versions = store_path(store, "");
	cleanup_free char *clean = path_clean("/", path);
	struct str rest;
	struct str name;

	if (!path_is_below(clean, versions) || strcmp(clean, versions) == 0)
		return NULL;
	rest = str_skip(str_from(clean), strlen(versions));
	rest = str_skip(rest, *rest.p == '/' ? 1 : 0);
	name = (struct str){ rest.p, str_find(rest, '/') };
	return mem_strndup(name.p, name.n);
}

/* -p: a version as everywhere, or a program, as pyenv-virtualenv has it: one of the
 * version's, else the newest installed one's, else a path. */
static int
find_python(struct virtualenv *v, const char *given, struct err *err)
{
	cleanup_free char *shims = path_join(v->ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_free char *own = NULL;
	struct str program = path_base(given);

	free(steal_ptr(&v->python));
	if (given[0] == '/' && !path_is_below(given, shims)) {
		v->python_version = version_of_path(&v->store, given);
		if (!v->python_version)
			v->python = mem_strdup(given);
		return 0;
	}
	if (path_component_ok(program) && strcmp(v->version, "system") != 0) {
		own = path_join(v->store.versions.path, v->version, "bin", program.p, NULL);
		if (access(own, X_OK) == 0) {
			v->python_version = mem_strdup(v->version);
			return 0;
		}
	}
	v->python_version = store_find(&v->store, program.p);
	if (v->python_version)
		return 0;
	err_set(err, ERR_NOT_INSTALLED, "no installed version has the program %s", given);
	not_installed(program.p, err);
	return err_detail(err, "to fix", "pyvern versions, and -p VERSION");
}

/* conda understands -p by itself. */
static bool
has_conda(const struct virtualenv *v)
{
	cleanup_free char *conda = path_join(v->version, "bin/conda", NULL);

	return fs_is_executable_at(&v->store.versions, conda);
}

/* What is asked of an environment that is on another one is done on that one's base. */
static void
find_base(struct virtualenv *v)
{
	cleanup_named struct named named = { 0 };
	struct str parent;
	char *base;

	if (strcmp(v->version, "system") == 0)
		return;
	named_look(&v->store, v->version, &named);
	if (named.kind != NAMED_ENV || (named.is_conda && strcmp(named.base, named.path) == 0))
		return;
	parent = path_dir(named.base);
	if (str_eq_text(parent, v->store.versions.path)) {
		base = store_find(&v->store, path_base(named.base).p);
		if (base) {
			free(v->version);
			v->version = base;
			return;
		}
	}
	/* On a Python that is not in this root: so is this one. */
	v->python = path_join(named.base, "bin/python", NULL);
	free(v->version);
	v->version = mem_strdup("system");
	return;
}

static int
exists_already(struct virtualenv *v, const char *shown, struct err *err)
{
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err none = { 0 };
	cleanup_free char *path = store_path(&v->store, v->name);
	cleanup_free char *place = store_path(&v->store, shown);

	err_set(err, ERR_PROTECTED, "%s exists already", shown);
	err_pyenv(err, "pyenv-virtualenv: `%s' already exists.", path);
	if (fs_open_dir(place, &tree, &none) == 0 && cfg_read(&tree, &cfg, &none) == 0)
		err_detail(err, "is", "Python %s, %s", cfg.version ? cfg.version : "unknown",
			   place);
	else
		err_detail(err, "is", "%s", place);
	return err_detail(err, "to fix", "another name, or --clear to make it anew");
}

/* pyenv-virtualenv asks when the environment is there and only its link is not. */
static int
ask_to_go_on(struct virtualenv *v, bool *ret_yes, struct err *err)
{
	enum out_answer answer;

	out_say(v->ctx->out, "pyenv-virtualenv: %s already exists", v->place.path);
	if (out_ask_line(v->ctx->out, "continue with installation? (y/N) ", &answer, err) < 0)
		return -1;
	*ret_yes = answer == ANSWER_YES;
	v->how = NAMED_REFRESH;
	return 0;
}

/* Is there something in the way, and may it be changed? */
static int
check_place(struct virtualenv *v, bool *ret_go_on, struct err *err)
{
	const struct options *options = v->ctx->options;
	const struct dir *versions = &v->store.versions;
	cleanup_free char *bin = path_join(v->place.name, "bin", NULL);
	bool clear = options_has(options, "clear");

	*ret_go_on = true;
	v->how = clear								    ? NAMED_REPLACE
		 : options_has(options, "force") || options_has(options, "upgrade") ? NAMED_REFRESH
										    : NAMED_NEW;
	if (v->how != NAMED_NEW)
		return 0;
	if (fs_exists_at(versions, v->name))
		return exists_already(v, v->name, err);
	if (!fs_exists_at(versions, v->place.name))
		return 0;
	if (!v->ctx->policy->speaks_pyenv)
		return exists_already(v, v->place.name, err);
	if (fs_exists_at(versions, bin))
		return ask_to_go_on(v, ret_go_on, err);
	v->how = NAMED_REFRESH;
	return 0;
}

static int
check_options(const struct virtualenv *v, struct err *err)
{
	const struct options *options = v->ctx->options;

	if (!options_has(options, "upgrade") ||
	    !(options_has(options, "without-pip") || options_has(options, "no-pip") ||
	      options_has(options, "no-setuptools")))
		return 0;
	err_set(err, ERR_USAGE, "--upgrade needs pip, to install again what is there");
	return err_pyenv(err, "pyenv-virtualenv: upgrading will not work with --no-setuptools or "
			      "--no-pip");
}

/* Make it, with the code of `virtualenv` hooks before and after, which is told how it
 * ended. */
static int
make_with_hooks(struct virtualenv *v, int *ret_status, struct err *err)
{
	cleanup_moments struct moments m = MOMENTS_INIT;
	cleanup_err struct err by_hook = { 0 };
	int result;

	hook_vars_set(&m.vars, "VIRTUALENV_NAME", v->name);
	hook_vars_set(&m.vars, "VIRTUALENV_PATH", v->place.path);
	hook_vars_set(&m.vars, "VERSION_NAME", v->version);
	hook_vars_set(&m.vars, "PYENV_VERSION", v->version);
	if (moments_begin(v->ctx->layout, v->ctx->out, "virtualenv", &m, err) < 0 ||
	    (!m.hooks.has_ended && moments_call(&m, "before", err) < 0))
		return -1;
	if (m.hooks.has_ended) {
		*ret_status = m.hooks.status;
		return 0;
	}
	result = virtualenv_make(v, ret_status, err);
	if (!m.has_hooks)
		return result;
	hook_vars_set(&m.vars, "STATUS", result == 0 && *ret_status == 0 ? "0" : "1");
	if (moments_call(&m, "after", &by_hook) < 0 || moments_end(&m, &by_hook) < 0)
		event_warning(out_events(v->ctx->out), NULL, "%s", by_hook.message);
	else if (m.hooks.has_ended && result == 0)
		*ret_status = m.hooks.status;
	/* They may have installed something into it. */
	shims_refresh(v->ctx->layout);
	return result;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_virtualenv struct virtualenv v = VIRTUALENV_INIT;
	const char *python = options_text(ctx->options, "python");
	bool go_on;

	if (options_has(ctx->options, "version")) {
		out_data(ctx->out, "pyenv-virtualenv %s (pyvern %s)\n", LIKE_VERSION,
			 PACKAGE_VERSION);
		return 0;
	}
	v.ctx = ctx;
	sig_install();
	if (store_open(ctx->layout, &v.store, err) < 0 || read_words(&v, ret_status, err) < 0)
		return -1;
	if (!v.version)
		return 0;
	store_reset(&v.store);
	if (store_open_writable(ctx->layout, "make an environment", &v.store, err) < 0)
		return -1;
	find_base(&v);
	if (python && !has_conda(&v) && find_python(&v, python, err) < 0)
		return -1;
	named_place_of(&v.store, v.version, v.name, &v.place);
	if (check_place(&v, &go_on, err) < 0 || check_options(&v, err) < 0)
		return -1;
	if (!go_on) {
		*ret_status = 1;
		return 0;
	}
	return make_with_hooks(&v, ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "force",
	  .letter = 'f',
	  .help = "make one that is there right again; its packages stay" },
	{ .name = "clear", .help = "make one that is there anew" },
	{ .name = "upgrade",
	  .letter = 'u',
	  .help = "bring one that is there to this Python, with its packages" },
	{ .name = "python",
	  .letter = 'p',
	  .kind = OPTION_TEXT,
	  .value = "PYTHON",
	  .help = "use this Python: a version, a program, or a path" },
	{ .name = "prompt",
	  .kind = OPTION_TEXT,
	  .value = "TEXT",
	  .help = "name in the shell's prompt (default: NAME)" },
	{ .name = "system-site-packages", .help = "let it see the packages of its Python" },
	{ .name = "without-pip", .help = "leave it empty" },
	{ .name = "no-pip", .help = "the same", .hidden = true },
	{ .name = "no-setuptools", .help = "without setuptools" },
	OPTION_INSTALL,
	{ .name = "quiet", .letter = 'q', .help = "say nothing unless it fails" },
	{ .name = "verbose", .letter = 'v', .help = "show what other programs say" },
	{ .name = "json", .help = "describe what was made as JSON" },
	{ .name = "version", .help = "print the version of pyenv-virtualenv that this is like" },
	{ .name = "*", .kind = OPTION_REST, .hidden = true },
	{ 0 },
};

const struct command command_virtualenv = {
	.name = "virtualenv",
	.summary = "Make a named environment",
	.usage = "[VERSION] NAME",
	.pyenv_usage = "[-f|--force] [VIRTUALENV_OPTIONS] [version] <virtualenv-name>",
	.options = options,
	.help = "VERSION is what is chosen here unless given. NAME is a version like others then:\n"
		"`pyvern local NAME`, `pyvern activate NAME`. Other options are for the base's "
		"own\n"
		"`virtualenv`, `python -m venv` or `conda create`, which makes the environment "
		"then.",
	.run = run,
};
