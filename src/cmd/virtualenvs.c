/* SPDX-License-Identifier: MIT */
/* pyvern virtualenvs, virtualenv-prefix: named environments, and what they are made on. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "cmd/command.h"
#include "core/choice.h"
#include "core/store.h"
#include "venv/named.h"

struct listing {
	const struct context *ctx;
	const struct store *store;
	struct strvec selected; /* installed names */
	char *origin;		/* who selected them */
};

static void
listing_reset(struct listing *listing)
{
	strvec_reset(&listing->selected);
	free(listing->origin);
}

static void
find_selected(struct listing *listing)
{
	cleanup_choice struct choice choice = CHOICE_INIT;

	choice_make(listing->ctx->layout, listing->ctx->policy, NULL, &choice);
	(void)selection_resolve_all(&choice.selection);
	for (size_t i = 0; i < choice.selection.count; i++)
		if (choice.selection.items[i].state == ITEM_INSTALLED)
			strvec_add(&listing->selected, choice.selection.items[i].name);
	listing->origin = choice_origin(&choice);
}

/* As pyenv-virtualenv judges: all in envs/, links, and what has an activation script. */
static bool
is_listed(const struct listing *listing, const struct entry *entry, const struct named *named)
{
	cleanup_free char *script = path_join(entry->name, "bin/activate", NULL);
	struct stat st;

	switch (entry->kind) {
	case ENTRY_ENV:
		return true;
	case ENTRY_ALIAS:
	case ENTRY_LINK:
		return !options_has(listing->ctx->options, "skip-aliases") &&
		       (listing->ctx->policy->speaks_pyenv || named->kind == NAMED_ENV);
	case ENTRY_VERSION:
		return fstatat(listing->store->versions.fd, script, &st, 0) == 0 &&
		       S_ISREG(st.st_mode);
	}
	return false;
}

static void
print_entry(const struct listing *listing, const struct entry *entry)
{
	cleanup_named struct named named = { 0 };
	bool selected = strvec_has(&listing->selected, entry->name);
	bool is_link = entry->kind == ENTRY_LINK || entry->kind == ENTRY_ALIAS;
	cleanup_free char *line = NULL;

	named_look(listing->store, entry->name, &named);
	if (!is_listed(listing, entry, &named))
		return;
	if (options_has(listing->ctx->options, "bare")) {
		out_line(listing->ctx->out, entry->name);
		return;
	}
	line = mem_printf("%s%s%s%s%s%s%s%s", selected ? "* " : "  ", entry->name,
			  is_link ? " --> " : " (created from ",
			  is_link      ? entry->target
			  : named.base ? named.base
				       : "",
			  is_link ? "" : ")", selected ? " (set by " : "",
			  selected ? listing->origin : "", selected ? ")" : "");
	out_line(listing->ctx->out, line);
}

static int
run_list(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	cleanup_with(listing_reset) struct listing listing = { .ctx = ctx, .store = &store };
	unsigned flags = STORE_LIST_ENVS | (ctx->policy->keeps_aliases ? 0 : STORE_LIST_ALIASES) |
			 (ctx->policy->lists_linked_envs ? STORE_LIST_LINKED_ENVS : 0);

	(void)ret_status;
	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "virtualenvs takes no operands: %s",
			       ctx->options->args.items[0]);
	if (store_open(ctx->layout, &store, err) < 0 ||
	    store_list(&store, flags, &entries, err) < 0)
		return -1;
	find_selected(&listing);
	/* pyenv-virtualenv's order: the environments, then what leads to them. */
	for (size_t i = 0; i < entries.count; i++)
		if (entries.items[i].kind == ENTRY_ENV)
			print_entry(&listing, &entries.items[i]);
	for (size_t i = 0; i < entries.count; i++)
		if (entries.items[i].kind != ENTRY_ENV)
			print_entry(&listing, &entries.items[i]);
	return 0;
}

static const struct option_spec list_options[] = {
	{ .name = "bare", .help = "names only" },
	{ .name = "skip-aliases", .help = "leave out links" },
	{ 0 },
};

const struct command command_virtualenvs = {
	.name = "virtualenvs",
	.summary = "List the named environments",
	.pyenv_usage = "[--bare] [--skip-aliases]",
	.options = list_options,
	.help = "A star marks what is chosen here. `NAME --> TARGET` is a link.",
	.hidden = true,
	.run = run_list,
};

/* The installed name that TEXT stands for, where there is one; else TEXT. */
static void
resolve(const struct choice *choice, struct str text, char *ret_name)
{
	if (selection_resolve_text(&choice->input, text, ret_name, NULL) == ITEM_INSTALLED)
		return;
	memcpy(ret_name, text.p, text.n);
	ret_name[text.n] = '\0';
}

static int
not_an_environment(const char *text, enum named_kind kind, struct err *err)
{
	switch (kind) {
	case NAMED_NOTHING:
		err_set(err, ERR_NOT_INSTALLED, "%s is not installed", text);
		err_pyenv(err, "pyenv: version `%s' not installed", text);
		break;
	case NAMED_NO_PYTHON:
		err_set(err, ERR_FAILED, "%s has no bin/python", text);
		err_pyenv(err, "pyenv-virtualenv: `python' not found in version `%s'", text);
		break;
	case NAMED_OTHER:
	case NAMED_ENV:
		err_set(err, ERR_FAILED, "%s is no environment", text);
		err_pyenv(err, "pyenv-virtualenv: version `%s' is not a virtualenv", text);
		break;
	}
	return err_detail(err, "to fix", "pyvern virtualenvs");
}

static int
add_prefix(const struct choice *choice, const struct store *store, struct str text,
	   struct strvec *prefixes, struct err *err)
{
	char name[VERSION_NAME_MAX + 1];
	cleanup_free char *shown = mem_strndup(text.p, text.n);
	cleanup_named struct named named = { 0 };

	if (str_eq_text(text, "system"))
		return not_an_environment(shown, NAMED_OTHER, err);
	if (text.n > VERSION_NAME_MAX)
		return not_an_environment(shown, NAMED_NOTHING, err);
	resolve(choice, text, name);
	named_look(store, name, &named);
	if (named.kind != NAMED_ENV)
		return not_an_environment(shown, named.kind, err);
	strvec_add(prefixes, named.base);
	return 0;
}

static int
run_prefix(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_store struct store store = STORE_INIT;
	cleanup_strvec struct strvec prefixes = { 0 };
	cleanup_free char *joined = NULL;

	(void)ret_status;
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if ((args->count == 0 && choice_check(&choice, err) < 0) ||
	    store_open(ctx->layout, &store, err) < 0)
		return -1;
	for (size_t i = 0; i < args->count; i++)
		if (add_prefix(&choice, &store, str_from(args->items[i]), &prefixes, err) < 0)
			return -1;
	for (size_t i = 0; args->count == 0 && i < choice.selection.count; i++) {
		const struct selection_item *item = &choice.selection.items[i];

		if (item->state != ITEM_INVALID &&
		    add_prefix(&choice, &store,
			       item->state == ITEM_INSTALLED ? str_from(item->name)
							     : item->word.text,
			       &prefixes, err) < 0)
			return -1;
	}
	joined = strvec_join(&prefixes, ":");
	out_line(ctx->out, joined);
	return 0;
}

const struct command command_virtualenv_prefix = {
	.name = "virtualenv-prefix",
	.summary = "Print the folders of the Pythons that environments are made on",
	.usage = "[NAME...]",
	.pyenv_usage = "[<virtualenv>]",
	.help = "Without NAME, of those that are chosen here. Several are joined with `:`.",
	.hidden = true,
	.run = run_prefix,
};
