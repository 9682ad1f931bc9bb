/* SPDX-License-Identifier: MIT */
/* pyvern gc: remove versions that nothing needs, and what work has left. */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/gc_look.h"
#include "cmd/gc_needs.h"
#include "core/plugins.h"
#include "os/proc.h"
#include "os/sig.h"
#include "venv/create.h"
#include "venv/registry.h"

#define SCHEMA 1
#define KEEP_DAYS_DEFAULT 30
/* A century. */
#define KEEP_DAYS_MAX 36500
#define DAY_S ((int64_t)24 * 60 * 60)

struct collection {
	const struct context *ctx;
	struct store store;
	struct gc_users users;
	struct gc_versions versions;
	uint64_t keep_days;
	int64_t now;
	uint64_t staged;     /* bytes of what is left of work */
	size_t logs;	     /* old ones */
	uint64_t logs_bytes; /* theirs */
};

static void
collection_reset(struct collection *c)
{
	store_reset(&c->store);
	gc_users_reset(&c->users);
	gc_versions_reset(&c->versions);
}

static bool
has(const struct collection *c, const char *option)
{
	return options_has(c->ctx->options, option);
}

static int
read_keep_days(struct collection *c, struct err *err)
{
	const char *text = options_text(c->ctx->options, "keep-days");

	c->keep_days = KEEP_DAYS_DEFAULT;
	if (text && !str_u64(str_from(text), 0, KEEP_DAYS_MAX, &c->keep_days))
		return err_set(err, ERR_USAGE, "--keep-days: %s is no number of days", text);
	return 0;
}

static int
look_for_users(struct collection *c, struct err *err)
{
	const struct strvec *more = options_texts(c->ctx->options, "scan");
	const char *home = c->ctx->layout->home;

	if (venvs_collect(c->ctx, &c->store, &c->users.rows, err) < 0)
		return -1;
	if (has(c, "no-scan"))
		return 0;
	if (!home) {
		err_set(err, ERR_PROTECTED, "without a home nobody knows what needs a version");
		return err_detail(err, "to fix",
				  "pyvern gc --no-scan, or --scan DIR with HOME set");
	}
	if (gc_look(c->ctx, &c->store, home, &c->users, err) < 0)
		return -1;
	for (size_t i = 0; i < more->count; i++) {
		cleanup_free char *path = path_clean(
			c->ctx->layout->working ? c->ctx->layout->working : "/", more->items[i]);

		if (gc_look(c->ctx, &c->store, path, &c->users, err) < 0)
			return err_wrap(err, "--scan");
	}
	return 0;
}

/* What others have made of versions of a root that is not only ours, nobody can tell us. */
static int
check_root(const struct collection *c, struct err *err)
{
	const struct layout *layout = c->ctx->layout;
	cleanup_free char *root = realpath(layout->root, NULL);
	cleanup_free char *home = layout->home ? realpath(layout->home, NULL) : NULL;
	struct stat st;

	if (has(c, "force") || has(c, "dry-run") || c->store.root.fd < 0)
		return 0;
	if (root && home && path_is_below(root, home) && fstat(c->store.root.fd, &st) == 0 &&
	    st.st_uid == geteuid())
		return 0;
	err_set(err, ERR_PROTECTED,
		"%s is not in your home: what other users need in it is not known", layout->root);
	return err_detail(err, "to fix", "pyvern gc --dry-run, then pyvern gc --force");
}

static void
count_logs(struct collection *c, bool remove)
{
	cleanup_dirfd struct dir logs = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	int64_t limit = c->now - (int64_t)c->keep_days * DAY_S;

	if (c->store.root.fd < 0 || !fs_is_dir_at(&c->store.root, LAYOUT_LOGS) ||
	    fs_open_dir_at(&c->store.root, LAYOUT_LOGS, &logs, &ignored) < 0 ||
	    fs_list(&logs, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		struct stat st;

		if (!str_ends(str_from(names.items[i]), STR_LIT(".log")) ||
		    fstatat(logs.fd, names.items[i], &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode) || st.st_mtime > limit)
			continue;
		if (remove && unlinkat(logs.fd, names.items[i], 0) < 0)
			continue;
		c->logs++;
		c->logs_bytes += (uint64_t)st.st_size;
	}
}

/* What those left that were killed at work. */
static void
sweep(struct collection *c)
{
	uint64_t before = store_left(&c->store);
	uint64_t after = 0;

	if (!has(c, "dry-run")) {
		store_sweep(&c->store);
		registry_sweep(&c->store);
		after = store_left(&c->store);
	}
	c->staged = before > after ? before - after : 0;
	for (size_t i = 0; i < c->users.drafts.count; i++) {
		cleanup_dirfd struct dir folder = DIR_INIT;
		cleanup_err struct err ignored = { 0 };

		if (fs_open_dir(c->users.drafts.items[i], &folder, &ignored) == 0)
			c->staged += venv_sweep(&folder, !has(c, "dry-run"));
	}
}

/* Uninstall it, with all that belongs to that: the question, hooks, shims, and a look of its own
 * at who needs it. */
static int
uninstall(const struct collection *c, const char *name, int *ret_status, struct err *err)
{
	const struct layout *layout = c->ctx->layout;
	cleanup_free char *program = path_join(layout->bin, "pyvern", NULL);
	cleanup_strvec struct strvec args = { 0 };
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;

	strvec_add(&args, program);
	strvec_add(&args, "uninstall");
	if (has(c, "yes"))
		strvec_add(&args, "--yes");
	if (has(c, "quiet"))
		strvec_add(&args, "--quiet");
	strvec_add(&args, name);
	plugin_env(layout, &env);
	spec.argv = args.items;
	spec.env = &env;
	spec.stdin_fd = 0;
	out_flush(c->ctx->out);
	return proc_run_foreground(&spec, ret_status, err);
}

static void
show_kept(const struct collection *c, const struct gc_version *version)
{
	cleanup_free char *needs = strvec_join(&version->needs, ", ");

	if (version->needs.count)
		out_fact(c->ctx->out, '=', version->name, "needed by %s", needs);
	else
		out_fact(c->ctx->out, '=', version->name, "%s (--keep-days %llu)", version->recent,
			 (unsigned long long)c->keep_days);
	for (size_t i = 0; i < version->inside.count; i++) {
		const char *env = version->inside.items[i];
		cleanup_free char *word = shell_word(env);

		out_detail(c->ctx->out, "move",
			   "%s follows %s, and only its folder is here: pyvern venvs move %s %s",
			   env, version->series, word, version->series);
	}
}

static int
collect_versions(struct collection *c, int *ret_status, struct err *err)
{
	for (size_t i = 0; i < c->versions.count; i++) {
		struct gc_version *version = &c->versions.items[i];
		cleanup_free char *size = out_size(version->size);
		int status = 0;

		version->state = "kept";
		if (gc_stays(version)) {
			show_kept(c, version);
			continue;
		}
		version->state = "planned";
		if (has(c, "dry-run")) {
			out_fact(c->ctx->out, '-', version->name, "%s would be freed", size);
			continue;
		}
		if (uninstall(c, version->name, &status, err) < 0)
			return -1;
		version->state = status ? "kept" : "removed";
		/* Who says no to one may say yes to the next; without a terminal nobody can. */
		if (status > 1) {
			*ret_status = status;
			return 0;
		}
	}
	return 0;
}

static void
show_rest(const struct collection *c)
{
	const char *freed = has(c, "dry-run") ? "would be freed" : "freed";
	cleanup_free char *staged = out_size(c->staged);
	cleanup_free char *logs = out_size(c->logs_bytes);

	if (c->staged)
		out_fact(c->ctx->out, '-', "unfinished", "%s of work that was cut short %s", staged,
			 freed);
	if (c->logs)
		out_fact(c->ctx->out, '-', "logs", "%zu old, %s %s", c->logs, logs, freed);
	if (c->versions.passed_over)
		out_fact(c->ctx->out, '=', "others",
			 "%zu version%s that no upgrade has replaced (--all looks at them, too)",
			 c->versions.passed_over, c->versions.passed_over == 1 ? "" : "s");
	if (c->versions.count == 0 && !c->staged && !c->logs)
		out_fact(c->ctx->out, '=', "gc", "nothing to remove");
}

static void
print_json(const struct collection *c)
{
	struct out *out = c->ctx->out;

	out_json_begin(out, SCHEMA);
	gc_looked_json(out, &c->users);
	out_json_array(out, "versions");
	for (size_t i = 0; i < c->versions.count; i++) {
		const struct gc_version *version = &c->versions.items[i];

		out_json_object(out, NULL);
		out_json_text(out, "name", version->name);
		out_json_number(out, "bytes", (int64_t)version->size);
		out_json_text(out, "state", version->state);
		out_json_array(out, "needed_by");
		for (size_t k = 0; k < version->needs.count; k++)
			out_json_text(out, NULL, version->needs.items[k]);
		out_json_close(out);
		out_json_array(out, "only_inside");
		for (size_t k = 0; k < version->inside.count; k++)
			out_json_text(out, NULL, version->inside.items[k]);
		out_json_close(out);
		out_json_text(out, "recent", version->recent);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_number(out, "passed_over", (int64_t)c->versions.passed_over);
	out_json_number(out, "unfinished_bytes", (int64_t)c->staged);
	out_json_number(out, "logs", (int64_t)c->logs);
	out_json_number(out, "logs_bytes", (int64_t)c->logs_bytes);
	out_json_end(out);
}

/* Downloads, by the program that knows them. */
static int
prune_cache(const struct collection *c, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec args = { 0 };

	if (!has(c, "cache") || *ret_status != 0)
		return 0;
	strvec_add(&args, "prune");
	strvec_add(&args, "--older-than");
	strvec_printf(&args, "%llu", (unsigned long long)c->keep_days);
	if (has(c, "dry-run"))
		strvec_add(&args, "--dry-run");
	out_flush(c->ctx->out);
	return plugin_run(c->ctx->layout, "cache", args.items, ret_status, err);
}

static int
collect(struct collection *c, int *ret_status, struct err *err)
{
	struct gc_spec spec = { .ctx = c->ctx,
				.store = &c->store,
				.rows = &c->users.rows,
				.pins = &c->users.pins,
				.all = has(c, "all"),
				.keep_days = c->keep_days,
				.now = c->now };

	if (check_root(c, err) < 0 || look_for_users(c, err) < 0)
		return -1;
	gc_looked_show(c->ctx, &c->users);
	if (gc_find(&spec, &c->versions, err) < 0 || collect_versions(c, ret_status, err) < 0)
		return -1;
	sweep(c);
	count_logs(c, !has(c, "dry-run"));
	show_rest(c);
	if (has(c, "json"))
		print_json(c);
	return prune_cache(c, ret_status, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_with(collection_reset) struct collection c = { .ctx = ctx,
							       .store = STORE_INIT,
							       .now = time(NULL) };

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "gc takes no words: %s",
			       ctx->options->args.items[0]);
	if (has(&c, "no-scan") && options_has(ctx->options, "scan"))
		return err_set(err, ERR_USAGE, "gc: --scan and --no-scan are two things");
	if (has(&c, "json") && has(&c, "cache")) {
		err_set(err, ERR_USAGE, "gc: --json and --cache would be two documents");
		return err_detail(err, "to fix", "pyvern gc --json && pyvern cache prune --json");
	}
	sig_install();
	if (read_keep_days(&c, err) < 0 || store_open(ctx->layout, &c.store, err) < 0)
		return -1;
	return collect(&c, ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "all", .letter = 'a', .help = "also versions that no upgrade has replaced" },
	{ .name = "keep-days",
	  .kind = OPTION_TEXT,
	  .value = "DAYS",
	  .help = "keep what was used, installed or replaced since (30)" },
	{ .name = "scan",
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .help = "look for environments and pins there, too, beside your home",
	  .operand = { OPERAND_FOLDER } },
	{ .name = "no-scan", .help = "look for none: only what is known counts" },
	{ .name = "cache", .help = "also downloads that were not written for so long" },
	{ .name = "force", .letter = 'f', .help = "also in a root that is not in your home" },
	{ .name = "yes", .letter = 'y', .help = "do not ask" },
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be freed" },
	{ .name = "json", .help = "print it as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_gc = {
	.name = "gc",
	.summary = "Remove versions that nothing needs, and what work has left",
	.options = options,
	.help = "Versions that an upgrade has replaced go, unless an environment, a pin, the "
		"global\n"
		"file, a link, or recent use needs them; your home is looked through for\n"
		"environments and pins first. What an alias leads to, what pyenv made and what "
		"was\n"
		"adopted always stays. Also what killed work has left, and old build logs.",
	.run = run,
};
