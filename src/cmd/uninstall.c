/* SPDX-License-Identifier: MIT */
/* pyvern uninstall: remove versions, environments and links. */
#include <config.h>

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/installed.h"
#include "cmd/uninstall.h"
#include "cmd/uninstall_needs.h"
#include "cmd/when.h"
#include "core/binlinks.h"
#include "core/choice.h"
#include "core/pinfile.h"
#include "core/shims.h"
#include "venv/named.h"
#include "venv/registry.h"

/* One thing to remove. */
struct victim {
	char *name;
	const char *word;   /* as typed */
	char *target;	    /* of a link; else NULL */
	char *adopted;	    /* the Python that stays: its links go; or NULL */
	struct strvec envs; /* environments inside it */
	struct needs needs; /* what is elsewhere and needs it */
	uint64_t size;
};

struct victims {
	struct victim *items;
	size_t count;
};

static void
victims_reset(struct victims *victims)
{
	for (size_t i = 0; i < victims->count; i++) {
		free(victims->items[i].name);
		free(victims->items[i].target);
		free(victims->items[i].adopted);
		strvec_reset(&victims->items[i].envs);
		needs_reset(&victims->items[i].needs);
	}
	free(victims->items);
	*victims = (struct victims){ 0 };
}

static bool
has_victim(const struct victims *victims, const char *name)
{
	for (size_t i = 0; i < victims->count; i++)
		if (strcmp(victims->items[i].name, name) == 0)
			return true;
	return false;
}

static int
find_envs(const struct store *store, const char *name, struct strvec *ret_envs, struct err *err)
{
	cleanup_entries struct entries entries = { 0 };

	if (store_list(store, STORE_LIST_ENVS, &entries, err) < 0)
		return -1;
	for (size_t i = 0; i < entries.count; i++) {
		struct version version;

		if (entries.items[i].kind == ENTRY_ENV &&
		    version_parse(str_from(entries.items[i].name), &version) &&
		    str_eq_text(version.base, name))
			strvec_add(ret_envs, entries.items[i].name);
	}
	return 0;
}

/* A named environment has a link by its name: who names that means the environment. A
 * link by another name is only that. */
static void
follow_to_env(const struct store *store, char **name)
{
	cleanup_free char *env = named_of_link(store, *name);

	if (!env || !str_eq(path_base(env), str_from(*name)) ||
	    !fs_is_dir_at(&store->versions, env))
		return;
	free(*name);
	*name = steal_ptr(&env);
}

static int
add_victim(const struct store *store, const char *text, struct victims *victims, struct err *err)
{
	cleanup_free char *name = NULL;
	struct victim *victim;
	bool gone;

	if (installed_match(store, text, &name, err) < 0)
		return -1;
	follow_to_env(store, &name);
	if (has_victim(victims, name))
		return 0;
	victims->items = vec_grow(victims->items, victims->count, sizeof(*victims->items));
	victim = &victims->items[victims->count++];
	*victim = (struct victim){ .target = fs_read_link(&store->versions, name), .word = text };
	victim->name = steal_ptr(&name);
	victim->adopted = store_adopted_from(store, victim->name, &gone);
	if (victim->target)
		return 0;
	victim->size = fs_tree_size(&store->versions, victim->name);
	return find_envs(store, victim->name, &victim->envs, err);
}

/* What is elsewhere and needs one of VICTIMS, if all of them go. */
static int
find_needs(const struct context *ctx, const struct store *store, struct victims *victims,
	   struct err *err)
{
	cleanup_venv_rows struct venv_rows rows = { 0 };
	cleanup_strvec struct strvec leaving = { 0 };

	if (venvs_collect(ctx, store, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < victims->count; i++)
		strvec_add(&leaving, victims->items[i].name);
	for (size_t i = 0; i < victims->count; i++)
		needs_find(ctx, store, victims->items[i].name, &leaving, &rows,
			   &victims->items[i].needs);
	return 0;
}

/* Refuse what would take environments along, or break what is elsewhere. */
static int
check_use(const struct victim *victim, struct err *err)
{
	const struct needs *needs = &victim->needs;
	cleanup_strvec struct strvec all = { 0 };
	cleanup_free char *envs = NULL;
	cleanup_free char *pins = NULL;
	cleanup_free char *inside = strvec_join(&victim->envs, ", ");
	cleanup_free char *word = shell_word(victim->word);
	const char *what =
		needs->envs.count ? " (breaks the environments; repair can bind them anew)" : "";

	strvec_add_all(&all, victim->envs.items);
	strvec_add_all(&all, needs->envs.items);
	if (all.count == 0 && needs->pins.count == 0)
		return 0;
	envs = strvec_join(&all, ", ");
	pins = strvec_join(&needs->pins, ", ");
	err_set(err, ERR_PROTECTED, "%s is in use", victim->name);
	if (all.count)
		err_detail(err, "environments", "%s", envs);
	if (needs->pins.count)
		err_detail(err, "pins", "%s", pins);
	if (victim->envs.count)
		err_detail(err, "because", "%s would go with it",
			   needs->envs.count ? inside : "they");
	return err_detail(err, "to fix", "pyvern uninstall --force %s%s", word, what);
}

/* Say what is broken now, and what mends it. */
static void
tell_of_broken(const struct context *ctx, const struct store *store, const struct victim *victim)
{
	static const struct strvec nothing = { 0 };
	cleanup_free char *envs = strvec_join(&victim->needs.envs, ", ");
	/* What was adopted is there still. */
	cleanup_free char *word = shell_word(victim->adopted ? victim->adopted : victim->word);
	char minor[VERSION_NAME_MAX + 1];
	struct version version;

	if (victim->needs.envs.count == 0)
		return;
	out_fact(ctx->out, '!', "broken", "%s", envs);
	/* Another patch release of the series will do. */
	if (version_parse(str_from(victim->name), &version) &&
	    version_alias_name(&version, minor) && needs_other(store, minor, &nothing))
		out_detail(ctx->out, "to fix", "pyvern repair --all");
	else
		out_detail(ctx->out, "to fix", "pyvern %s %s && pyvern repair --all",
			   victim->adopted ? "adopt" : "install", word);
}

/* When the version's interpreter was read last, where the file system notes that; 0: it
 * cannot be told. */
static int64_t
last_used(const struct store *store, const struct victim *victim)
{
	cleanup_free char *python = path_join(victim->name, "bin/python", NULL);
	struct stat st;

	if (fstatat(store->versions.fd, python, &st, 0) < 0 || st.st_atime <= st.st_ctime)
		return 0;
	return st.st_atime;
}

static int
ask(const struct context *ctx, const struct store *store, const struct victim *victim,
    bool *ret_yes, struct err *err)
{
	int64_t when = last_used(store, victim);
	cleanup_free char *used = when ? when_text(when, time(NULL)) : NULL;
	cleanup_free char *what = mem_printf("uninstall %s", victim->name);
	cleanup_free char *size = out_size(victim->size);
	cleanup_free char *question = NULL;

	if (victim->target)
		question = mem_printf("Remove the link %s -> %s?", victim->name, victim->target);
	else if (victim->adopted)
		question = mem_printf("Remove %s? Its links go, and %s stays", victim->name,
				      victim->adopted);
	else if (victim->envs.count)
		question = mem_printf("Remove %s? %s, %zu environment%s in it", victim->name, size,
				      victim->envs.count, victim->envs.count == 1 ? "" : "s");
	else
		question = mem_printf("Remove %s? %s%s%s%s", victim->name, size,
				      victim->needs.envs.count ? "" : ", no environment",
				      used ? ", last used " : "", used ? used : "");
	return out_ask(ctx->out, what, question, ret_yes, err);
}

static int
remove_one(const struct context *ctx, const struct store *store, const struct victim *victim,
	   struct err *err)
{
	cleanup_free char *path = store_path(store, victim->name);
	uint64_t freed = 0;
	cleanup_free char *size = NULL;

	if (store_remove(store, victim->name, out_events(ctx->out), &freed, err) < 0)
		return -1;
	registry_forget(store, path, NULL, out_events(ctx->out));
	size = out_size(freed);
	if (victim->target)
		out_fact(ctx->out, '-', victim->name, "the link to %s", victim->target);
	else if (victim->adopted)
		out_fact(ctx->out, '-', victim->name, "the links to %s, which stays",
			 victim->adopted);
	else
		out_fact(ctx->out, '-', victim->name, "%s freed", size);
	for (size_t i = 0; i < victim->envs.count; i++)
		out_fact(ctx->out, '-', victim->envs.items[i], "was in it");
	return 0;
}

/* Say that PLACE asks for what is gone, when nothing else answers it now. */
static void
warn_of_pin(const struct context *ctx, const struct store *store, const char *place,
	    const char *label, struct str word, const char *gone)
{
	cleanup_free char *text = mem_strndup(word.p, word.n);
	cleanup_free char *other = store_find(store, text);
	struct request request;
	struct version version;

	if (other || !request_parse(word, &request, NULL) ||
	    !version_parse(str_from(gone), &version) || !request_matches(&request, &version))
		return;
	out_fact(ctx->out, '!', label, "%s asks for %s, which is not installed any more", place,
		 text);
	out_detail(ctx->out, "to fix", "pyvern %s VERSION",
		   strcmp(label, "global") == 0 ? "global" : "local");
}

static void
warn_of_global(const struct context *ctx, const struct store *store, const char *gone)
{
	cleanup_free char *path = path_join(ctx->layout->root, LAYOUT_GLOBAL, NULL);
	struct pin pin;

	pinfile_read(store->root.fd, LAYOUT_GLOBAL,
		     pinfile_dialect(STR_LIT(LAYOUT_GLOBAL), ctx->policy->reads_all_pins), &pin);
	for (size_t i = 0; pin.status == PIN_READ && i < pin.count; i++)
		warn_of_pin(ctx, store, path, "global", pin.words[i].text, gone);
}

static void
warn_of_pins(const struct context *ctx, const struct store *store, const char *gone)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	const struct selection *s = &choice.selection;

	warn_of_global(ctx, store, gone);
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	for (size_t i = 0;
	     (s->source == SOURCE_FILE || s->source == SOURCE_PROJECT) && i < s->count; i++)
		warn_of_pin(ctx, store, s->place, "pin", s->items[i].word.text, gone);
}

/* VICTIM, if the user says so. */
static int
remove_asked(const struct context *ctx, const struct store *store, const struct victim *victim,
	     struct moments *m, int *ret_status, struct err *err)
{
	bool yes = options_has(ctx->options, "yes");
	cleanup_free char *name = NULL;

	if (!yes && ask(ctx, store, victim, &yes, err) < 0)
		return -1;
	if (!yes) {
		out_fact(ctx->out, '=', victim->name, "kept");
		*ret_status = 1;
		return 0;
	}
	if (uninstall_before(ctx, m, victim->name, victim->name, &name, err) < 0)
		return -1;
	if (!name)
		return 0;
	if (strcmp(name, victim->name) != 0)
		return err_set(err, ERR_PROTECTED, "a hook wants %s removed instead of %s", name,
			       victim->name);
	if (remove_one(ctx, store, victim, err) < 0)
		return -1;
	tell_of_broken(ctx, store, victim);
	warn_of_pins(ctx, store, victim->name);
	return moments_call(m, "after", err);
}

void
uninstall_bin_links(const struct context *ctx, const struct store *store)
{
	cleanup_strvec struct strvec paths = { 0 };
	cleanup_err struct err failed = { 0 };

	if (binlinks_sweep(store, &paths, &failed) < 0)
		event_warning(out_events(ctx->out), NULL, "%s", failed.message);
	for (size_t i = 0; i < paths.count; i++) {
		cleanup_free char *shown = layout_show(ctx->layout, paths.items[i]);

		out_fact(ctx->out, '-', path_base(paths.items[i]).p, "the link %s", shown);
	}
}

static int
remove_all(const struct context *ctx, const struct victims *victims, int *ret_status,
	   struct err *err)
{
	cleanup_free char *what = mem_printf("uninstall %s", victims->items[0].name);
	cleanup_store struct store store = STORE_INIT;
	cleanup_moments struct moments m = MOMENTS_INIT;
	cleanup_err struct err no_rehash = { 0 };
	struct shims_result shims;
	int result = 0;

	if (store_open_writable(ctx->layout, what, &store, err) < 0 ||
	    uninstall_begin(ctx, &m, err) < 0)
		return -1;
	for (size_t i = 0; result == 0 && !m.hooks.has_ended && i < victims->count; i++)
		result = remove_asked(ctx, &store, &victims->items[i], &m, ret_status, err);
	if (m.hooks.has_ended)
		*ret_status = m.hooks.status;
	uninstall_bin_links(ctx, &store);
	if (result == 0)
		result = moments_end(&m, err);
	if (result == 0)
		return shims_rehash(&store, out_events(ctx->out), &shims, err);
	/* What went before the error has its shims still. */
	if (shims_rehash(&store, out_events(ctx->out), &shims, &no_rehash) < 0)
		event_warning(out_events(ctx->out), NULL, "%s", no_rehash.message);
	return -1;
}

static void
show_plan(const struct context *ctx, const struct victims *victims)
{
	for (size_t i = 0; i < victims->count; i++) {
		const struct victim *victim = &victims->items[i];
		cleanup_free char *size = out_size(victim->size);

		if (victim->target)
			out_fact(ctx->out, '-', victim->name, "the link to %s would go",
				 victim->target);
		else if (victim->adopted)
			out_fact(ctx->out, '-', victim->name, "the links to %s would go",
				 victim->adopted);
		else
			out_fact(ctx->out, '-', victim->name, "%s would be freed", size);
	}
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_with(victims_reset) struct victims victims = { 0 };
	cleanup_store struct store store = STORE_INIT;

	if (ctx->policy->speaks_pyenv && !options_has(ctx->options, "dry-run"))
		return uninstall_as_pyenv(ctx, ret_status, err);
	if (args->count == 0) {
		err_set(err, ERR_USAGE, "uninstall: which version?");
		return err_detail(err, "to fix", "pyvern versions lists what is installed");
	}
	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	/* All are looked at before the first is removed. */
	for (size_t i = 0; i < args->count; i++)
		if (add_victim(&store, args->items[i], &victims, err) < 0)
			return -1;
	if (find_needs(ctx, &store, &victims, err) < 0)
		return -1;
	for (size_t i = 0; i < victims.count; i++)
		if (!options_has(ctx->options, "force") && check_use(&victims.items[i], err) < 0)
			return -1;
	if (options_has(ctx->options, "dry-run")) {
		show_plan(ctx, &victims);
		return 0;
	}
	return remove_all(ctx, &victims, ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "yes", .letter = 'y', .help = "do not ask" },
	{ .name = "force", .letter = 'f', .help = "also one that environments or pins need" },
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be removed" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_uninstall = {
	.name = "uninstall",
	.summary = "Remove installed versions",
	.usage = "VERSION...",
	.rest = { OPERAND_INSTALLED },
	.pyenv_usage = "[-f|--force] <version> ...",
	.options = options,
	.help = "VERSION is a whole name, or the beginning of one that only one installed version\n"
		"has. A named environment goes with its link; of any other link (an adopted "
		"Python)\n"
		"only the link goes.",
	.run = run,
};
