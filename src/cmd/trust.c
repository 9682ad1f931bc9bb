/* SPDX-License-Identifier: MIT */
/* pyvern trust: which environments of others may be entered. */
#include <config.h>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "cmd/venvs.h"
#include "core/shims.h"
#include "venv/cfg.h"

/* An environment that DIR means: itself, or its .venv. */
struct subject {
	char *path; /* absolute, clean */
	char *shown;
	struct dir tree;
	struct env_look look;
};
#define SUBJECT_INIT             \
	{                        \
		.tree = DIR_INIT \
	}

static void
subject_reset(struct subject *subject)
{
	free(subject->path);
	free(subject->shown);
	dir_reset(&subject->tree);
	env_look_reset(&subject->look);
}
#define cleanup_subject cleanup_with(subject_reset)

static bool
try_path(struct subject *subject, const char *path)
{
	cleanup_err struct err ignored = { 0 };

	dir_reset(&subject->tree);
	if (fs_open_dir(path, &subject->tree, &ignored) < 0 ||
	    !env_look(&subject->tree, &subject->look))
		return false;
	subject->path = mem_strdup(path);
	return true;
}

static int
find_subject(const struct context *ctx, const char *dir, struct subject *ret, struct err *err)
{
	cleanup_free char *path = NULL;
	cleanup_free char *inner = NULL;

	if (environment_path(ctx, dir, &path, err) < 0)
		return -1;
	inner = path_join(path, ".venv", NULL);
	if (!try_path(ret, path) && !try_path(ret, inner)) {
		cleanup_free char *shown = layout_show(ctx->layout, path);

		err_set(err, ERR_FAILED, "%s is no environment, and has no .venv", shown);
		return err_detail(err, "to fix", "pyvern venv DIR makes one");
	}
	ret->shown = layout_show(ctx->layout, ret->path);
	return 0;
}

/* Is GID a group of this user alone, as Debian and Fedora make one for each? */
static bool
is_private_group(gid_t gid)
{
	const struct passwd *user = getpwuid(geteuid());
	cleanup_free char *name = user ? mem_strdup(user->pw_name) : NULL;
	bool is_primary = user && user->pw_gid == gid;
	const struct group *group = getgrgid(gid);

	if (!name || !is_primary || !group || strcmp(group->gr_name, name) != 0)
		return false;
	for (char *const *member = group->gr_mem; *member; member++)
		if (strcmp(*member, name) != 0)
			return false;
	return true;
}

/* Why others may change NAME below the environment; NULL: they may not. */
static char *
who_may_change(const struct dir *tree, const char *name)
{
	cleanup_free char *path = path_join(tree->path, name, NULL);
	const struct passwd *owner;
	struct stat st;

	if (fstatat(tree->fd, name ? name : ".", &st, 0) < 0)
		return NULL;
	if (st.st_mode & S_IWOTH)
		return mem_printf("everybody may write to %s", path);
	if ((st.st_mode & S_IWGRP) && !is_private_group(st.st_gid))
		return mem_printf("a group may write to %s", path);
	if (st.st_uid == 0 || st.st_uid == geteuid())
		return NULL;
	owner = getpwuid(st.st_uid);
	if (owner)
		return mem_printf("%s belongs to %s", path, owner->pw_name);
	return mem_printf("%s belongs to user %lu", path, (unsigned long)st.st_uid);
}

static char *
anybody_else(const struct dir *tree)
{
	static const char *const names[] = { NULL, CFG_NAME, "bin", "lib" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *why = who_may_change(tree, names[i]);

		if (why)
			return why;
	}
	return NULL;
}

/* Whose is it, and does it work? */
static void
describe(const struct context *ctx, char mark, const struct subject *subject, const char *more)
{
	cleanup_free char *base = layout_show(ctx->layout, subject->look.base);

	out_fact(ctx->out, mark, subject->shown, "Python %s of %s, made by %s%s",
		 subject->look.version ? subject->look.version : "unknown", base,
		 subject->look.maker, more);
	if (subject->look.problem)
		out_fact(ctx->out, '!', "broken", "%s", subject->look.problem);
}

static int
trust(const struct context *ctx, const struct store *store, const char *dir, struct err *err)
{
	bool force = options_has(ctx->options, "force");
	cleanup_subject struct subject subject = SUBJECT_INIT;
	cleanup_registry_envs struct registry_envs known = { 0 };
	cleanup_free char *why = NULL;

	if (find_subject(ctx, dir, &subject, err) < 0)
		return -1;
	registry_find(store, subject.path, &known);
	if (known.count && known.items[0].is_ours) {
		describe(ctx, '=', &subject, "; trusted already");
		return 0;
	}
	if (!fs_exists_at(&subject.tree, CFG_NAME)) {
		err_set(err, ERR_FAILED, "%s cannot be trusted: it has no %s to know it by",
			subject.shown, CFG_NAME);
		return err_detail(err, "to fix", ". bin/activate in it enters it by hand");
	}
	why = anybody_else(&subject.tree);
	if (why && !force) {
		cleanup_free char *word = shell_word(dir);

		err_set(err, ERR_PROTECTED, "%s is not trusted: others may change it",
			subject.shown);
		err_detail(err, "because", "%s", why);
		return err_detail(err, "to fix", "pyvern trust --force %s", word);
	}
	if (registry_trust(store, subject.path, why != NULL, err) < 0)
		return err_wrap(err, "cannot trust %s", subject.shown);
	describe(ctx, '+', &subject, "");
	if (why)
		out_detail(ctx->out, "but", "%s", why);
	/* What it has, or had, needs shims, or needs none any more. */
	shims_refresh(ctx->layout);
	return 0;
}

static int
distrust(const struct context *ctx, const struct store *store, const char *dir, struct err *err)
{
	cleanup_free char *path = NULL;
	cleanup_free char *inner = NULL;
	cleanup_free char *shown = NULL;
	cleanup_registry_envs struct registry_envs known = { 0 };

	if (environment_path(ctx, dir, &path, err) < 0)
		return -1;
	inner = path_join(path, ".venv", NULL);
	registry_find(store, path, &known);
	if (known.count == 0)
		registry_find(store, inner, &known);
	shown = layout_show(ctx->layout, known.count ? known.items[0].path : path);
	if (known.count == 0 || known.items[0].how == REGISTERED_FOUND) {
		out_fact(ctx->out, '=', shown, "was not trusted");
		return 0;
	}
	if (registry_distrust(store, known.items[0].path, out_events(ctx->out), err) < 0)
		return err_wrap(err, "%s is trusted still", shown);
	out_fact(ctx->out, '-', shown, "not trusted any more");
	/* What it has, or had, needs shims, or needs none any more. */
	shims_refresh(ctx->layout);
	return 0;
}

static int
list(const struct context *ctx, const struct store *store)
{
	cleanup_registry_envs struct registry_envs envs = { 0 };
	struct out_table *table = out_table_new(2);

	registry_list(store, &envs, out_events(ctx->out));
	for (size_t i = 0; i < envs.count; i++) {
		const struct registry_env *env = &envs.items[i];
		const char *cells[] = { registered_how_name(env->how), env->path };

		if (env->is_ours)
			out_table_row(table, cells);
	}
	out_table_print(ctx->out, table);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool remove = options_has(ctx->options, "remove");
	bool lists = options_has(ctx->options, "list");
	cleanup_store struct store store = STORE_INIT;

	(void)ret_status;
	if (lists && (remove || args->count))
		return err_set(err, ERR_USAGE, "trust --list takes nothing else");
	if (!lists && args->count != 1) {
		err_set(err, ERR_USAGE, "trust takes one environment, or the project that has it");
		return err_detail(err, "to fix", "pyvern trust DIR");
	}
	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	if (lists)
		return list(ctx, &store);
	return remove ? distrust(ctx, &store, args->items[0], err)
		      : trust(ctx, &store, args->items[0], err);
}

static const struct option_spec options[] = {
	{ .name = "list", .letter = 'l', .help = "show what is made here or trusted" },
	{ .name = "remove", .help = "trust it no more" },
	{ .name = "force", .letter = 'f', .help = "also one that others may change" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_trust = {
	.name = "trust",
	.summary = "Say that an environment of somebody else's making is yours",
	.usage = "DIR",
	.operands = { { OPERAND_FOLDER } },
	.options = options,
	.help = "DIR is an environment, or a project with one in .venv. What pyvern makes is\n"
		"trusted without a word. Nothing in DIR can say this for itself: it is written "
		"down\n"
		"for you alone, with a new id that DIR gets in its pyvenv.cfg.",
	.run = run,
};
