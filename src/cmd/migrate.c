/* SPDX-License-Identifier: MIT */
/* pyvern migrate: the packages that pip knows in one version, in another one. */
#include <config.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "cmd/installed.h"
#include "core/shims.h"
#include "os/fd.h"
#include "os/proc.h"

/* 1 MiB: some ten thousand packages. */
#define LIST_MAX ((size_t)1024 * 1024)
/* The descriptor that pip reads its list from, and its name for a program. */
#define LIST_FD 3
#define LIST_PATH "/dev/fd/3"

/* One of the two versions. */
struct side {
	char *name;
	char *pip;
	struct env env;
};

static void
side_reset(struct side *side)
{
	free(side->name);
	free(side->pip);
	env_reset(&side->env);
}

struct migration {
	const struct context *ctx;
	struct side from;
	struct side to;
	struct buf list; /* what `pip freeze` says, a requirement a line */
	size_t count;
	struct strvec failed; /* requirements */
};

static void
migration_reset(struct migration *m)
{
	side_reset(&m->from);
	side_reset(&m->to);
	buf_reset(&m->list);
	strvec_reset(&m->failed);
}

static int
no_pip(const struct side *side, struct err *err)
{
	cleanup_free char *word = shell_word(side->name);

	err_set(err, ERR_FAILED, "%s has no pip", side->name);
	return err_detail(err, "to fix", "PYENV_VERSION=%s pyvern exec python -m ensurepip", word);
}

/* What pip runs in: its version's programs first, and nothing that is no part of it.
 * Packages in the user's own folder (~/.local) are seen by all patch releases: they are
 * not moved, and a package there does not count as installed. */
static void
make_env(const char *bin, struct env *ret)
{
	const char *path = getenv("PATH");
	cleanup_free char *text = mem_printf("%s%s%s", bin, path ? ":" : "", path ? path : "");

	env_copy(ret);
	env_set(ret, "PATH", text);
	env_set(ret, "PYTHONNOUSERSITE", "1");
	env_set(ret, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
	env_unset(ret, "PYTHONHOME");
	env_unset(ret, "PYTHONPATH");
	env_unset(ret, "VIRTUAL_ENV");
	env_unset(ret, "__PYVENV_LAUNCHER__");
}

static int
side_find(const struct store *store, const char *text, struct side *ret, struct err *err)
{
	/* A build by hand has no plain `pip`. */
	static const char *const names[] = { "pip", "pip3", "pip2" };
	cleanup_free char *path = NULL;
	cleanup_free char *bin = NULL;

	ret->name = store_find(store, text);
	if (!ret->name && installed_match(store, text, &ret->name, err) < 0)
		return -1;
	path = store_path(store, ret->name);
	bin = path_join(path, "bin", NULL);
	for (size_t i = 0; !ret->pip && i < sizeof(names) / sizeof(*names); i++)
		ret->pip = proc_find(names[i], bin, NULL);
	if (!ret->pip)
		return no_pip(ret, err);
	make_env(bin, &ret->env);
	return 0;
}

/* Ask FROM's pip what it has. What it has to say besides goes to stderr. */
static int
freeze(struct migration *m, struct err *err)
{
	char *argv[] = { m->from.pip, "freeze", NULL };
	cleanup_with(proc_beside_reset) struct proc_beside pip = PROC_BESIDE_INIT;
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	spec.argv = argv;
	spec.env = &m->from.env;
	if (proc_begin(&spec, true, &pip, err) < 0 ||
	    proc_beside_wait(&pip, &m->list, &status, err) < 0 ||
	    buf_check(&m->list, "what pip freeze says", err) < 0)
		return -1;
	if (status == 0)
		return 0;
	err_set(err, ERR_FAILED, "pip of %s cannot say what it has", m->from.name);
	err_detail(err, "because", "%s freeze ended with status %d", m->from.pip, status);
	return err_detail(err, "to fix", "%s check", m->from.pip);
}

static bool
is_requirement(struct str line)
{
	line = str_trim(line);
	return line.n && line.p[0] != '#';
}

static void
count(struct migration *m)
{
	struct str rest = buf_str(&m->list);
	struct str line;

	while (str_line(&rest, &line))
		m->count += is_requirement(line);
}

/* A file without a name, which others cannot exchange, that holds TEXT. */
static int
make_list(struct str text, int *ret_fd, struct err *err)
{
	const char *folder = getenv("TMPDIR");
	cleanup_free char *name =
		path_join(folder && folder[0] == '/' ? folder : "/tmp", "pyvern-XXXXXX", NULL);
	cleanup_fd int fd = mkostemp(name, O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "cannot make the file %s", name);
	if (unlink(name) < 0 || fd_write_full(fd, text.p, text.n) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot write the file %s", name);
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* Let TO's pip install the requirements in LIST; ALONE: nothing else. */
static int
install(const struct migration *m, struct str list, bool alone, int *ret_status, struct err *err)
{
	bool quiet = options_has(m->ctx->options, "quiet");
	cleanup_fd int fd = -1;
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	if (make_list(list, &fd, err) < 0)
		return -1;
	strvec_add(&argv, m->to.pip);
	strvec_add(&argv, "install");
	if (quiet)
		strvec_add(&argv, "--quiet");
	if (alone)
		strvec_add(&argv, "--no-deps");
	strvec_add(&argv, "--requirement");
	strvec_add(&argv, LIST_PATH);
	spec.argv = argv.items;
	spec.env = &m->to.env;
	spec.stdin_fd = 0;
	spec.pass_fd = fd;
	spec.pass_as = LIST_FD;
	out_flush(m->ctx->out);
	return proc_run_foreground(&spec, ret_status, err);
}

/* pip installs all of a list or nothing: what can be installed is, and what cannot is
 * known by name. */
static int
install_one_by_one(struct migration *m, struct err *err)
{
	struct str rest = buf_str(&m->list);
	struct str line;
	int status;

	out_note(m->ctx->out, "%s cannot take all of them at once: one after the other",
		 m->to.name);
	while (str_line(&rest, &line)) {
		if (!is_requirement(line))
			continue;
		if (install(m, line, true, &status, err) < 0)
			return -1;
		if (status != 0)
			strvec_add_str(&m->failed, line);
	}
	return 0;
}

static void
tell(const struct migration *m)
{
	struct out *out = m->ctx->out;
	cleanup_free char *pip = shell_word(m->to.pip);
	size_t done = m->count - m->failed.count;

	out_fact(out, done ? '+' : '=', m->to.name, "%zu of %zu package%s of %s", done, m->count,
		 m->count == 1 ? "" : "s", m->from.name);
	for (size_t i = 0; i < m->failed.count; i++) {
		cleanup_free char *word = shell_word(m->failed.items[i]);
		struct str version = str_from(m->failed.items[i]);
		struct str name;

		out_fact(out, '!', m->to.name, "%s cannot be installed", m->failed.items[i]);
		/* Another release of it may well be there for this Python. */
		if (str_split(&version, '=', &name) && str_starts(version, STR_LIT("=")))
			out_detail(out, "to fix", "%s install %.*s", pip, STR_ARG(name));
		else
			out_detail(out, "to fix", "%s install %s", pip, word);
	}
}

static int
rehash(const struct context *ctx, const struct store *store, struct err *err)
{
	struct shims_result shims;

	return shims_rehash(store, out_events(ctx->out), &shims, err);
}

static int
migrate(struct migration *m, const struct store *store, int *ret_status, struct err *err)
{
	int status;

	if (install(m, buf_str(&m->list), false, &status, err) < 0)
		return -1;
	if (status != 0 && install_one_by_one(m, err) < 0)
		return -1;
	tell(m);
	if (m->failed.count)
		*ret_status = 1;
	return rehash(m->ctx, store, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_with(migration_reset) struct migration m = { .ctx = ctx,
							     .list = BUF_INIT(LIST_MAX) };
	cleanup_store struct store store = STORE_INIT;

	if (args->count != 2)
		return err_set(err, ERR_USAGE, "migrate: which version's packages, and where to?");
	if (store_open(ctx->layout, &store, err) < 0 ||
	    side_find(&store, args->items[0], &m.from, err) < 0 ||
	    side_find(&store, args->items[1], &m.to, err) < 0)
		return -1;
	if (strcmp(m.from.name, m.to.name) == 0)
		return err_set(err, ERR_USAGE, "%s and %s are the same version", args->items[0],
			       args->items[1]);
	if (freeze(&m, err) < 0)
		return -1;
	count(&m);
	if (options_has(ctx->options, "dry-run")) {
		out_data(ctx->out, "%s", buf_text(&m.list));
		return 0;
	}
	if (m.count == 0) {
		out_fact(ctx->out, '=', m.to.name, "%s has no packages to bring", m.from.name);
		return 0;
	}
	return migrate(&m, &store, ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "dry-run", .letter = 'n', .help = "only list what would be installed" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_migrate = {
	.name = "migrate",
	.summary = "Install the packages of one version in another one",
	.usage = "FROM TO",
	.pyenv_usage = "<from> <to>",
	.operands = { { OPERAND_INSTALLED, NULL }, { OPERAND_INSTALLED, NULL } },
	.options = options,
	.help = "What `pip freeze` lists in FROM, pip installs in TO, in the same releases; what\n"
		"cannot be installed is named, and the rest is. Nothing in FROM changes.",
	.run = run,
};
