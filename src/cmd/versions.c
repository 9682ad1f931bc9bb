/* SPDX-License-Identifier: MIT */
/* pyvern versions: what is installed, and what is chosen here. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "core/choice.h"
#include "core/store.h"

struct listing {
	const struct context *ctx;
	const struct store *store;
	struct entries entries;
	struct strvec selected; /* installed names, and "system" */
	char *origin;		/* who selected them */
	struct choice choice;
	bool has_system;
	char system[PATH_TEXT_MAX]; /* path of a system Python, if there is one */
};

static void
listing_reset(struct listing *listing)
{
	entries_reset(&listing->entries);
	strvec_reset(&listing->selected);
	free(listing->origin);
	choice_reset(&listing->choice);
}

static void
find_selected(struct listing *listing)
{
	struct choice *choice = &listing->choice;
	cleanup_hook_end struct hook_end end = { 0 };
	cleanup_err struct err no_hooks = { 0 };

	choice_make(listing->ctx->layout, listing->ctx->policy, NULL, choice);
	/* A hook that fails takes the star away, not the list. */
	(void)!choice_ask_hooks(choice, &end, &no_hooks);
	(void)selection_resolve_all(&choice->selection);
	for (size_t i = 0; i < choice->selection.count; i++) {
		const struct selection_item *item = &choice->selection.items[i];

		if (item->state == ITEM_SYSTEM)
			strvec_add(&listing->selected, "system");
		else if (item->state == ITEM_INSTALLED)
			strvec_add(&listing->selected, item->name);
	}
	listing->origin = choice_origin(choice);
	listing->has_system = selection_find_system(&choice->input, listing->system);
}

/* A link that is only another name of something in versions/. */
static bool
is_other_name(const struct listing *listing, const struct entry *entry)
{
	return entry->kind == ENTRY_LINK && store_leads_into(listing->store, entry->target, "");
}

/* What is found below such a link is, too. */
static bool
is_below_other_name(const struct listing *listing, const struct entry *entry)
{
	struct version version;

	if (entry->kind != ENTRY_ENV || !version_parse(str_from(entry->name), &version))
		return false;
	for (size_t i = 0; i < listing->entries.count; i++)
		if (str_eq_text(version.base, listing->entries.items[i].name))
			return is_other_name(listing, &listing->entries.items[i]);
	return false;
}

static bool
is_left_out(const struct listing *listing, const struct entry *entry)
{
	const struct options *options = listing->ctx->options;

	return (options_has(options, "skip-aliases") &&
		(is_other_name(listing, entry) || is_below_other_name(listing, entry))) ||
	       (options_has(options, "skip-envs") && entry->kind == ENTRY_ENV);
}

static void
print_line(const struct listing *listing, const char *name, const char *target)
{
	bool selected = strvec_has(&listing->selected, name);
	cleanup_free char *line =
		mem_printf("%s%s%s%s%s%s%s", selected ? "* " : "  ", name, target ? " --> " : "",
			   target ? target : "", selected ? " (set by " : "",
			   selected ? listing->origin : "", selected ? ")" : "");

	out_line(listing->ctx->out, line);
}

static void
print_lines(const struct listing *listing)
{
	bool bare = options_has(listing->ctx->options, "bare");

	if (!bare && listing->has_system)
		print_line(listing, "system", NULL);
	for (size_t i = 0; i < listing->entries.count; i++) {
		const struct entry *entry = &listing->entries.items[i];

		if (is_left_out(listing, entry))
			continue;
		if (bare)
			out_line(listing->ctx->out, entry->name);
		else
			print_line(listing, entry->name, entry->target);
	}
}

static void
json_entry(const struct listing *listing, const char *name, const char *kind, const char *path,
	   const char *target)
{
	struct out *out = listing->ctx->out;
	bool selected = strvec_has(&listing->selected, name);

	out_json_object(out, NULL);
	out_json_text(out, "name", name);
	out_json_text(out, "kind", kind);
	out_json_text(out, "path", path);
	out_json_text(out, "target", target);
	out_json_bool(out, "selected", selected);
	out_json_text(out, "origin", selected ? listing->origin : NULL);
	out_json_close(out);
}

static void
print_json(const struct listing *listing)
{
	static const char *const kinds[] = { [ENTRY_VERSION] = "version",
					     [ENTRY_ALIAS] = "alias",
					     [ENTRY_LINK] = "link",
					     [ENTRY_ENV] = "environment" };
	struct out *out = listing->ctx->out;

	out_json_begin(out, 1);
	out_json_array(out, "versions");
	if (listing->has_system)
		json_entry(listing, "system", "system", listing->system, NULL);
	for (size_t i = 0; i < listing->entries.count; i++) {
		const struct entry *entry = &listing->entries.items[i];
		cleanup_free char *path = store_path(listing->store, entry->name);

		if (!is_left_out(listing, entry))
			json_entry(listing, entry->name, kinds[entry->kind], path, entry->target);
	}
	out_json_close(out);
	out_json_end(out);
}

/* pyenv says here, too, what is chosen and not there. */
static void
tell_of_missing(struct listing *listing)
{
	const struct context *ctx = listing->ctx;
	cleanup_err struct err missing = { 0 };

	if (!ctx->policy->speaks_pyenv || options_has(ctx->options, "bare"))
		return;
	if (choice_check(&listing->choice, &missing) < 0)
		out_error(ctx->out, &missing);
	choice_warn(&listing->choice, out_events(ctx->out));
}

/* Once, before we have made anything in it. */
static void
tell_of_pyenv(const struct context *ctx, const struct store *store)
{
	if (!ctx->policy->speaks_pyenv && store->root.fd >= 0 &&
	    fs_exists_at(&store->root, "libexec/pyenv") &&
	    !fs_exists_at(&store->root, LAYOUT_PROGRAM) && !options_has(ctx->options, "bare"))
		out_note(ctx->out,
			 "this root is pyenv's (%s): its versions, pins and plugins are used as "
			 "they are",
			 ctx->layout->root);
}

/* Adopted Pythons that are not there any more: a link to nowhere is in no list. */
static void
tell_gone(const struct context *ctx, const struct store *store)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (ctx->policy->speaks_pyenv || options_has(ctx->options, "bare") ||
	    store->versions.fd < 0 || fs_list(&store->versions, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		bool gone = false;
		cleanup_free char *from = store_adopted_from(store, names.items[i], &gone);
		cleanup_free char *place = from ? layout_show(ctx->layout, from) : NULL;
		cleanup_free char *word = shell_word(names.items[i]);

		if (!from || !gone)
			continue;
		out_fact(ctx->out, '!', names.items[i], "was adopted from %s, which is gone",
			 place);
		out_detail(ctx->out, "to fix", "pyvern uninstall --yes %s", word);
	}
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_with(listing_reset) struct listing listing = { .ctx = ctx,
							       .store = &store,
							       .choice = CHOICE_INIT };
	/* In the face that makes aliases they are not worth a line. */
	unsigned flags = STORE_LIST_ENVS | (ctx->policy->keeps_aliases ? 0 : STORE_LIST_ALIASES) |
			 (ctx->policy->lists_linked_envs ? STORE_LIST_LINKED_ENVS : 0);

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "versions takes no operands: %s",
			       ctx->options->args.items[0]);
	if (store_open(ctx->layout, &store, err) < 0 ||
	    store_list(&store, flags, &listing.entries, err) < 0)
		return -1;
	find_selected(&listing);
	tell_of_missing(&listing);
	tell_of_pyenv(ctx, &store);
	if (options_has(ctx->options, "json")) {
		print_json(&listing);
		return 0;
	}
	print_lines(&listing);
	tell_gone(ctx, &store);
	if (listing.entries.count == 0 && !listing.has_system &&
	    !options_has(ctx->options, "bare")) {
		if (ctx->policy->speaks_pyenv)
			out_say(ctx->out, "Warning: no Python detected on the system");
		else
			out_note(ctx->out, "no Python is installed, and the system has none");
		*ret_status = 1;
	}
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "bare", .help = "names only, without system" },
	{ .name = "json", .help = "list as JSON" },
	{ .name = "skip-aliases", .help = "leave out links to other versions and environments" },
	{ .name = "skip-envs", .help = "leave out environments (VERSION/envs/NAME)" },
	{ 0 },
};

const struct command command_versions = {
	.name = "versions",
	.summary = "List the installed versions and environments",
	.pyenv_usage = "[--bare] [--skip-aliases] [--skip-envs]",
	.options = options,
	.help = "A star marks what is chosen here. `NAME --> TARGET` is a link.",
	.run = run,
};
