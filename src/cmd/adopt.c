/* SPDX-License-Identifier: MIT */
/* pyvern adopt: Pythons that are on this machine already become versions. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/command.h"
#include "core/adopt.h"
#include "core/shims.h"
#include "os/proc.h"

struct adopting {
	const struct context *ctx;
	struct adopt_how how;
	struct adoptees found;
	struct store store;  /* for looking */
	struct store target; /* for changing; open when the first one is linked */
	bool named;	     /* the user gave paths */
	size_t linked;
	bool needs_user;
};

static void
adopting_reset(struct adopting *a)
{
	adoptees_reset(&a->found);
	store_reset(&a->store);
	store_reset(&a->target);
}

/* What WORD on the command line means: a path, or a program in PATH. */
static char *
absolute_path(const struct adopting *a, const char *word)
{
	const struct layout *layout = a->ctx->layout;
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	cleanup_strvec struct strvec skip = { 0 };
	const char *path = getenv("PATH");
	char *found = NULL;

	if (word[0] == '/')
		return path_clean("/", word);
	if (access(word, F_OK) < 0 && !strchr(word, '/') && path) {
		strvec_add(&skip, shims);
		found = proc_find(word, path, &skip);
	}
	return found ? found : path_clean(layout->cwd ? layout->cwd : "/", word);
}

static int
find_named(struct adopting *a, struct err *err)
{
	const struct strvec *args = &a->ctx->options->args;

	for (size_t i = 0; i < args->count; i++) {
		cleanup_free char *path = absolute_path(a, args->items[i]);

		if (adopt_find_in(&a->how, path, &a->found, err) < 0)
			return -1;
	}
	return 0;
}

static const char *
variable(const char *name)
{
	return getenv(name);
}

static int
find(struct adopting *a, struct err *err)
{
	const struct options *options = a->ctx->options;
	struct adopt_places places = { a->ctx->layout->home, "", variable };
	const char *name = options_text(options, "name");

	if (a->named && find_named(a, err) < 0)
		return -1;
	if (!a->named)
		adopt_find(&a->how, &places, &a->found);
	if (!name)
		return 0;
	if (!a->named || a->found.count != 1)
		return err_set(err, ERR_USAGE, "adopt --name takes one Python, and this is %zu",
			       a->found.count);
	free(a->found.items[0].name);
	a->found.items[0].name = mem_strdup(name);
	return 0;
}

static const char *
state_of(const struct adopting *a, const struct adoptee *python)
{
	if (python->is_here)
		return "here";
	if (python->refused && !a->how.force)
		return "refused";
	return python->name ? "new" : "unnamed";
}

static void
json_python(const struct adopting *a, const struct adoptee *python, const char *state)
{
	struct out *out = a->ctx->out;

	out_json_object(out, NULL);
	out_json_text(out, "name", python->is_here ? python->is_here : python->name);
	out_json_text(out, "state", state);
	out_json_text(out, "source", python->source);
	out_json_text(out, "implementation", python->facts.implementation);
	out_json_text(out, "version", python->facts.version);
	out_json_text(out, "path", python->prefix);
	out_json_text(out, "interpreter", python->interpreter);
	out_json_text(out, "kind", python->shared ? "programs" : "link");
	out_json_text(out, "because", python->refused);
	out_json_close(out);
}

/* What is shown of where it is: a shared prefix says little. */
static const char *
place_of(const struct adoptee *python)
{
	return python->shared ? python->interpreter : python->prefix;
}

static void
list(const struct adopting *a)
{
	struct out_table *table = out_table_new(4);

	for (size_t i = 0; i < a->found.count; i++) {
		const struct adoptee *python = &a->found.items[i];
		const char *name = python->is_here ? python->is_here : python->name;
		cleanup_free char *place = layout_show(a->ctx->layout, place_of(python));
		const char *state = state_of(a, python);
		const char *remark = strcmp(state, "here") == 0	     ? "is here already"
				     : strcmp(state, "refused") == 0 ? python->refused
				     : strcmp(state, "unnamed") == 0 ? "needs --name NAME"
								     : NULL;
		const char *cells[] = { name ? name : python->facts.version, python->source, place,
					remark };

		out_table_row(table, cells);
	}
	out_table_print(a->ctx->out, table);
}

/* What a search met and left: `adopt PATH` tells the rest of it. */
static void
tell_passed_over(const struct adopting *a)
{
	const struct strvec *texts = &a->found.passed_over;

	for (size_t i = 0; i < texts->count; i++)
		out_fact(a->ctx->out, '=', "passed over", "%s", texts->items[i]);
}

static int
refuse(const struct adopting *a, const struct adoptee *python, struct err *err)
{
	cleanup_free char *place = layout_show(a->ctx->layout, place_of(python));

	err_set(err, ERR_PROTECTED, "%s is not adopted: it may be changed by others", place);
	err_detail(err, "because", "%s, and shims would run it", python->refused);
	return err_detail(err, "to fix", "change that, or --force");
}

static int
need_name(const struct adoptee *python, struct err *err)
{
	cleanup_free char *word = shell_word(place_of(python));

	err_set(err, ERR_PROTECTED,
		"there is another %s already, and this Python has no other name",
		python->facts.version);
	err_detail(err, "is", "%s", place_of(python));
	return err_detail(err, "to fix", "pyvern adopt --name NAME %s", word);
}

/* One of several that nobody named: a line instead of an end. */
static void
tell_problem(struct adopting *a, const struct adoptee *python, struct err *err)
{
	cleanup_free char *word = shell_word(place_of(python));

	a->needs_user = true;
	if (python->refused && !a->how.force)
		out_fact(a->ctx->out, '!', python->facts.version, "left out: %s", python->refused);
	else
		out_fact(a->ctx->out, '!', python->facts.version, "%s", err->message);
	out_detail(a->ctx->out, "to fix", "pyvern adopt %s %s",
		   python->refused && !a->how.force ? "--force" : "--name NAME", word);
	err_reset(err);
}

static int
may_link(const struct adopting *a, const struct adoptee *python, bool *ret_may, struct err *err)
{
	const struct options *options = a->ctx->options;
	cleanup_free char *place = layout_show(a->ctx->layout, place_of(python));
	cleanup_free char *what = mem_printf("adopt %s", python->name);
	cleanup_free char *question =
		mem_printf("Adopt %s of %s, %s?", python->name, python->source, place);

	*ret_may = true;
	if (a->named || options_has(options, "all") || options_has(options, "yes"))
		return 0;
	return out_ask(a->ctx->out, what, question, ret_may, err);
}

static int
link_one(struct adopting *a, const struct adoptee *python, struct err *err)
{
	cleanup_free char *what = mem_printf("adopt %s", python->name);
	cleanup_free char *place = layout_show(a->ctx->layout, place_of(python));

	if (a->target.versions.fd < 0 &&
	    store_open_writable(a->ctx->layout, what, &a->target, err) < 0)
		return -1;
	if (adopt_link(&a->target, python, python->name, out_events(a->ctx->out), err) < 0)
		return -1;
	a->linked++;
	if (!options_has(a->ctx->options, "json"))
		out_fact(a->ctx->out, '+', python->name, "%s %s, %s%s",
			 python->facts.implementation, python->facts.version, place,
			 python->shared ? ", its programs" : "");
	return 0;
}

static int
adopt_one(struct adopting *a, const struct adoptee *python, const char **ret_state, struct err *err)
{
	bool may;

	*ret_state = state_of(a, python);
	if (python->is_here) {
		if (!options_has(a->ctx->options, "json"))
			out_fact(a->ctx->out, '=', python->is_here, "is here already");
		return 0;
	}
	if ((python->refused && !a->how.force) || !python->name) {
		if (python->refused && !a->how.force)
			refuse(a, python, err);
		else
			need_name(python, err);
		if (a->named && a->found.count == 1)
			return -1;
		tell_problem(a, python, err);
		return 0;
	}
	if (may_link(a, python, &may, err) < 0)
		return -1;
	if (!may)
		return 0;
	*ret_state = "adopted";
	return link_one(a, python, err);
}

/* All, and the shims afterwards, also when one failed in between. */
static int
adopt_all(struct adopting *a, struct err *err)
{
	bool json = options_has(a->ctx->options, "json");
	cleanup_err struct err no_rehash = { 0 };
	struct shims_result shims;
	int result = 0;

	for (size_t i = 0; result == 0 && i < a->found.count; i++) {
		const char *state;

		result = adopt_one(a, &a->found.items[i], &state, err);
		if (json && result == 0)
			json_python(a, &a->found.items[i], state);
	}
	if (a->linked == 0)
		return result;
	if (result == 0)
		return shims_rehash(&a->target, out_events(a->ctx->out), &shims, err);
	if (shims_rehash(&a->target, out_events(a->ctx->out), &shims, &no_rehash) < 0)
		event_warning(out_events(a->ctx->out), NULL, "%s", no_rehash.message);
	return -1;
}

static bool
only_list(const struct adopting *a)
{
	const struct options *options = a->ctx->options;

	return options_has(options, "list") || options_has(options, "dry-run") ||
	       (options_has(options, "json") && !a->named && !options_has(options, "all") &&
		!options_has(options, "yes"));
}

static int
run_json(struct adopting *a, struct err *err)
{
	struct out *out = a->ctx->out;
	int result = 0;

	out_json_begin(out, 1);
	out_json_array(out, "pythons");
	if (only_list(a))
		for (size_t i = 0; i < a->found.count; i++)
			json_python(a, &a->found.items[i], state_of(a, &a->found.items[i]));
	else
		result = adopt_all(a, err);
	out_json_close(out);
	out_json_array(out, "passed_over");
	for (size_t i = 0; i < a->found.passed_over.count; i++)
		out_json_text(out, NULL, a->found.passed_over.items[i]);
	out_json_close(out);
	out_json_end(out);
	return result;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_with(adopting_reset) struct adopting a = {
		.ctx = ctx,
		.how = { .force = options_has(ctx->options, "force") },
		.store = STORE_INIT,
		.target = STORE_INIT,
		.named = ctx->options->args.count > 0,
	};
	int result = 0;

	a.how.store = &a.store;
	if (store_open(ctx->layout, &a.store, err) < 0 || find(&a, err) < 0)
		return -1;
	if (options_has(ctx->options, "json")) {
		result = run_json(&a, err);
	} else if (a.found.count == 0) {
		tell_passed_over(&a);
		out_note(ctx->out, "no Python was found in the places where others keep theirs");
		*ret_status = 1;
	} else if (only_list(&a)) {
		list(&a);
		tell_passed_over(&a);
	} else {
		result = adopt_all(&a, err);
		tell_passed_over(&a);
	}
	if (a.needs_user)
		*ret_status = 1;
	return result;
}

static const struct option_spec options[] = {
	{ .name = "all", .letter = 'a', .help = "link all that is found, without asking" },
	{ .name = "list", .letter = 'l', .help = "only list what is found" },
	{ .name = "dry-run", .letter = 'n', .help = "the same" },
	{ .name = "name",
	  .kind = OPTION_TEXT,
	  .value = "NAME",
	  .help = "what to call the version" },
	{ .name = "yes", .letter = 'y', .help = "do not ask" },
	{ .name = "force", .letter = 'f', .help = "also a Python that others may change" },
	{ .name = "json", .help = "print what was found and done as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_adopt = {
	.name = "adopt",
	.summary = "Make Pythons that are elsewhere on this machine versions",
	.usage = "[PATH...]",
	.rest = { OPERAND_FILE },
	.options = options,
	.help = "PATH is an interpreter, the folder that its bin is in, or a folder of such "
		"folders.\n"
		"Without one, it is looked where pyenv, uv, mise, asdf, rye, hatch, pdm, conda,\n"
		"Homebrew and the system keep theirs, and each one that is found is asked for.\n"
		"\n"
		"Nothing is copied: the version is a link to that Python's own folder, or, where\n"
		"it shares one with others (/usr), a folder of links to its programs. `uninstall`\n"
		"removes these and nothing else. A Python is known by its files; it is run, once,\n"
		"only where these do not tell what it is.",
	.run = run,
};
