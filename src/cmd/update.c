/* SPDX-License-Identifier: MIT */
/* pyvern update: what a root keeps in git is brought to its newest. */
#include <config.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "core/plugins.h"
#include "core/shims.h"
#include "os/proc.h"

/* 16 MiB: what git prints for scripts; the status of a checkout whose every file is gone
 * has a hundred bytes for each. */
#define ANSWER_MAX ((size_t)16 * 1024 * 1024)
/* Digits of a commit that people are shown. */
#define COMMIT_SHOWN 7

struct updating {
	const struct context *ctx;
	char *git;	 /* path; NULL until it is needed */
	struct env env;	 /* git's */
	unsigned failed; /* checkouts that could not be updated */
	int worst;	 /* status of what says itself why */
};

static void
updating_reset(struct updating *u)
{
	free(u->git);
	env_reset(&u->env);
}

/* A folder with a .git of its own: the root (pyenv's checkout), or a plugin. */
struct checkout {
	const char *label; /* "root", "plugin NAME" */
	const char *path;
	const char *remote;
	char *branch; /* that is checked out */
	char *before; /* commit */
	char *after;
};

static void
checkout_reset(struct checkout *c)
{
	free(c->branch);
	free(c->before);
	free(c->after);
}

/* Variables by which a git that called us would lead ours to another repository. */
static const char *const misleading[] = { "GIT_DIR",	    "GIT_WORK_TREE",
					  "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
					  "GIT_COMMON_DIR", "GIT_NAMESPACE",
					  "GIT_PREFIX" };

static int
find_git(struct updating *u, struct err *err)
{
	cleanup_free char *shims = path_join(u->ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_strvec struct strvec skip = { 0 };
	const char *path = getenv("PATH");

	if (u->git)
		return 0;
	/* A shim may be called git: conda has one. */
	strvec_add(&skip, shims);
	u->git = path ? proc_find("git", path, &skip) : NULL;
	if (!u->git) {
		err_set(err, ERR_FAILED, "there is no git on PATH, and update asks it");
		return err_detail(err, "to fix", "install git with the system's package manager");
	}
	env_copy(&u->env);
	for (size_t i = 0; i < sizeof(misleading) / sizeof(*misleading); i++)
		env_unset(&u->env, misleading[i]);
	return 0;
}

/* How git is called in the checkout C: what stands behind the command, up to NULL. */
static void
words(const struct updating *u, const struct checkout *c, const char *const *args,
      struct strvec *ret)
{
	strvec_add(ret, u->git);
	strvec_add(ret, "-C");
	strvec_add(ret, c->path);
	while (*args)
		strvec_add(ret, *args++);
}

/* A .git that is broken must not let git find the root's, which is above a plugin's. */
static void
stay_below(struct updating *u, const struct checkout *c)
{
	struct str above = path_dir(c->path);
	cleanup_free char *text = mem_strndup(above.p, above.n);

	env_set(&u->env, "GIT_CEILING_DIRECTORIES", text);
}

/* What git prints for ARGS, without its last newline; NULL when it fails, or says so.
 * Owned by the caller (free). */
static char *
ask_git(const struct updating *u, const struct checkout *c, const char *const *args,
	struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_buf struct buf answer = BUF_INIT(ANSWER_MAX);
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	words(u, c, args, &argv);
	spec.argv = argv.items;
	spec.env = &u->env;
	if (proc_capture(&spec, &answer, &status, err) < 0 || status != 0)
		return NULL;
	while (answer.len && answer.data[answer.len - 1] == '\n')
		buf_truncate(&answer, answer.len - 1);
	return mem_strdup(buf_text(&answer));
}

/* Say what keeps C as it is. */
MEM_PRINTF(4, 5)
static void
tell(struct updating *u, const struct checkout *c, const char *fix, const char *fmt, ...)
{
	cleanup_free char *word = shell_word(c->path);
	cleanup_free char *text = NULL;
	va_list args;

	va_start(args, fmt);
	text = mem_vprintf(fmt, args);
	va_end(args);
	out_fact(u->ctx->out, '!', c->label, "%s", text);
	out_detail(u->ctx->out, "to fix", "git -C %s %s", word, fix);
	u->failed++;
}

static bool
is_updated_branch(const char *branch)
{
	const char *wanted = layout_env("BRANCH", NULL);

	if (wanted)
		return strcmp(branch, wanted) == 0;
	return strcmp(branch, "master") == 0 || strcmp(branch, "main") == 0;
}

/* The path that `git status --porcelain` names in its first line. */
static char *
first_path(const char *status)
{
	struct str rest = str_from(status);
	struct str line = { 0 };

	(void)str_line(&rest, &line);
	line = str_skip(line, strlen("XY "));
	return mem_strndup(line.p, line.n);
}

/* May C be updated? One line says why not. pyenv-update's conditions (facts/pyenv.md,
 * 10): the remote, one of the branches, nothing changed that git looks after. */
static bool
is_ready(struct updating *u, struct checkout *c, struct err *err)
{
	const char *const branch[] = { "symbolic-ref", "--quiet", "--short", "HEAD", NULL };
	const char *const head[] = { "rev-parse", "--verify", "--quiet", "HEAD^{commit}", NULL };
	const char *const url[] = { "remote", "get-url", c->remote, NULL };
	const char *const status[] = { "status", "--porcelain", "--untracked-files=no", NULL };
	const char *wanted = layout_env("BRANCH", NULL);
	cleanup_free char *address = NULL;
	cleanup_free char *changes = NULL;

	c->before = ask_git(u, c, head, err);
	if (err->code)
		return false;
	if (!c->before) {
		tell(u, c, "status", "git cannot read it");
		return false;
	}
	c->branch = ask_git(u, c, branch, err);
	address = c->remote[0] == '-' || err->code ? NULL : ask_git(u, c, url, err);
	changes = err->code ? NULL : ask_git(u, c, status, err);
	if (err->code)
		return false;
	if (!address)
		tell(u, c, "remote -v", "has no remote called %s", c->remote);
	else if (!c->branch)
		tell(u, c, "checkout master", "is on no branch: a commit is checked out");
	else if (!is_updated_branch(c->branch))
		tell(u, c, "branch", "is on the branch %s, and %s updated", c->branch,
		     wanted ? "PYENV_BRANCH is" : "master and main are");
	else if (!changes)
		tell(u, c, "status", "git cannot tell what has changed in it");
	else if (*changes) {
		cleanup_free char *path = first_path(changes);

		tell(u, c, "stash", "has changes of yours: %s", path);
	} else {
		return true;
	}
	return false;
}

/* git talks to the user here: a key or a password may be asked for, and why a server
 * did not answer is its to say. */
static int
fetch(struct updating *u, const struct checkout *c, int *ret_status, struct err *err)
{
	bool verbose = options_has(u->ctx->options, "verbose");
	cleanup_free char *ref = mem_printf("refs/heads/%s", c->branch);
	const char *const args[] = {
		"fetch", verbose ? "--verbose" : "--quiet", "--tags", "--", c->remote, ref, NULL
	};
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	words(u, c, args, &argv);
	spec.argv = argv.items;
	spec.env = &u->env;
	spec.stdin_fd = 0;
	out_flush(u->ctx->out);
	return proc_run_foreground(&spec, ret_status, err);
}

/* *RET_SAID (owned by the caller) is what git said last. */
static int
merge(struct updating *u, const struct checkout *c, char **ret_said, int *ret_status,
      struct err *err)
{
	const char *const args[] = { "merge", "--ff-only", "--quiet", "FETCH_HEAD", NULL };
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	words(u, c, args, &argv);
	spec.argv = argv.items;
	spec.env = &u->env;
	spec.on_line = proc_keep_line;
	spec.ctx = ret_said;
	return proc_run(&spec, ret_status, err);
}

static void
tell_result(const struct updating *u, const struct checkout *c)
{
	if (strcmp(c->before, c->after) == 0)
		out_fact(u->ctx->out, '=', c->label, "%.*s is the newest of %s", COMMIT_SHOWN,
			 c->after, c->branch);
	else
		out_fact(u->ctx->out, '~', c->label, "%.*s -> %.*s", COMMIT_SHOWN, c->before,
			 COMMIT_SHOWN, c->after);
}

/* -1 only for what ends all of it: an interrupt, a git that cannot be started. */
static int
update_checkout(struct updating *u, struct checkout *c, struct err *err)
{
	const char *const head[] = { "rev-parse", "--verify", "HEAD^{commit}", NULL };
	cleanup_free char *said = NULL;
	int status;

	stay_below(u, c);
	if (!is_ready(u, c, err))
		return err->code ? -1 : 0;
	if (fetch(u, c, &status, err) < 0)
		return -1;
	if (status != 0) {
		tell(u, c, "fetch", "nothing could be fetched from %s", c->remote);
		return 0;
	}
	if (merge(u, c, &said, &status, err) < 0)
		return -1;
	if (status != 0) {
		tell(u, c, "log --oneline ...FETCH_HEAD", "has commits that %s/%s has not: %s",
		     c->remote, c->branch, said ? said : "git cannot go forward");
		return 0;
	}
	c->after = ask_git(u, c, head, err);
	if (err->code)
		return -1;
	if (c->after)
		tell_result(u, c);
	else
		tell(u, c, "status", "git cannot read it any more");
	return 0;
}

static int
update_folder(struct updating *u, const char *label, const char *path, struct err *err)
{
	const char *remote = layout_env("REMOTE", NULL);
	cleanup_free char *git = path_join(path, ".git", NULL);
	cleanup_with(checkout_reset) struct checkout c = { .label = label,
							   .path = path,
							   .remote = remote ? remote : "origin" };

	/* A folder, or a file that says where it is. */
	if (access(git, F_OK) < 0)
		return 0;
	return find_git(u, err) < 0 ? -1 : update_checkout(u, &c, err);
}

/* The root, and each folder in plugins/. */
static int
update_checkouts(struct updating *u, struct err *err)
{
	const char *root = u->ctx->layout->root;
	cleanup_free char *path = path_join(root, LAYOUT_PLUGINS, NULL);
	cleanup_dirfd struct dir plugins = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err none = { 0 };

	if (update_folder(u, "root", root, err) < 0)
		return -1;
	if (fs_open_dir(path, &plugins, &none) < 0)
		return 0;
	if (fs_list(&plugins, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *place = path_join(path, names.items[i], NULL);
		cleanup_free char *label = mem_printf("plugin %s", names.items[i]);

		if (names.items[i][0] != '.' && update_folder(u, label, place, err) < 0)
			return -1;
	}
	return 0;
}

/* The catalogue of what can be installed, by the program that has the libraries for it;
 * it speaks for itself. */
static int
update_catalog(struct updating *u, struct err *err)
{
	static const char *const passed[] = { "dry-run", "force", "quiet" };
	const struct options *options = u->ctx->options;
	cleanup_free char *program = plugin_find(u->ctx->layout, "refresh");
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status = 0;

	if (!program) {
		err_set(err, ERR_FAILED, "the program pyvern-refresh is missing in %s",
			u->ctx->layout->libexec);
		return err_detail(err, "to fix", "install pyvern again");
	}
	strvec_add(&argv, program);
	for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++)
		if (options_has(options, passed[i]))
			strvec_printf(&argv, "--%s", passed[i]);
	if (options_has(options, "from"))
		strvec_printf(&argv, "--from=%s", options_text(options, "from"));
	spec.argv = argv.items;
	out_flush(u->ctx->out);
	if (proc_run_foreground(&spec, &status, err) < 0)
		return -1;
	if (status == err_status(ERR_INTERRUPTED))
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	if (status != 0)
		u->worst = status;
	return 0;
}

/* What a root has that can be newer elsewhere: each tells its own lines, counts what
 * needs the user, and fails only where going on makes no sense. */
static int (*const updates[])(struct updating *u, struct err *err) = {
	update_catalog,
	update_checkouts,
};

static int
rehash(const struct context *ctx, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	struct shims_result shims;

	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	if (store.versions.fd < 0)
		return 0;
	return shims_rehash(&store, out_events(ctx->out), &shims, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_with(updating_reset) struct updating u = { .ctx = ctx };

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "update takes no operands: %s",
			       ctx->options->args.items[0]);
	if (options_has(ctx->options, "from") || options_has(ctx->options, "dry-run")) {
		if (update_catalog(&u, err) < 0)
			return -1;
		*ret_status = u.worst;
		return 0;
	}
	for (size_t i = 0; i < sizeof(updates) / sizeof(*updates); i++)
		if (updates[i](&u, err) < 0)
			return -1;
	if (!u.git)
		out_fact(ctx->out, '=', "root", "neither it nor a plugin is a git checkout");
	*ret_status = u.failed ? 1 : u.worst;
	return rehash(ctx, err);
}

static const struct option_spec options[] = {
	{ .name = "from",
	  .kind = OPTION_TEXT,
	  .value = "FILE|URL",
	  .help = "only merge this list into the catalogue" },
	{ .name = "dry-run", .help = "only show what would be new in the catalogue" },
	{ .name = "force", .help = "take a list that lacks known versions, which stay known" },
	{ .name = "verbose", .letter = 'v', .help = "let git say what it fetches" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_update = {
	.name = "update",
	.summary = "Update the catalogue, plugins, and a root that pyenv made",
	.options = options,
	.help = "What can be installed is asked of upstreams (python.org, the standalone builds,\n"
		"PyPy, GraalPy; or the setting catalog_lists) and merged into the root's "
		"catalog/.\n"
		"A list that changes a known digest, or has lost versions, is refused.\n"
		"\n"
		"What is a git checkout (the root, if pyenv made it, and the folders in its\n"
		"plugins/) is fetched and moved forward, never merged: its remote is PYENV_REMOTE\n"
		"(origin), its branch PYENV_BRANCH (master or main) and checked out, and nothing "
		"in\n"
		"it is changed. Then the shims are made right.\n"
		"pyvern itself is updated by what installed it.",
	.run = run,
};
