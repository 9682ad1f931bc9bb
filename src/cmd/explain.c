/* SPDX-License-Identifier: MIT */
/* pyvern explain: which program a command is here, and why. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/explain_record.h"

/* Other versions that are named; a root can have a hundred. */
#define NAMES_SHOWN 6

/* A row: place, what it says, what became of it. */
static void
add_row(struct out_table *table, const char *label, const char *says, const char *remark,
	enum out_tint tint)
{
	cleanup_free char *indented = mem_printf("  %s", label);

	out_table_row(table, (const char *[]){ indented, says, remark });
	out_table_tint(table, tint);
}

/* "3.12 -> 3.12.11", "3.12.1", "line 2" for what may not be shown. */
static void
add_candidate(struct buf *b, const struct kept_look *look, const struct candidate *c)
{
	if (!c->request && c->line)
		buf_printf(b, "line %u", c->line);
	else if (!c->request)
		buf_add_text(b, "unusable");
	else
		buf_printf(b, "%s%s", look->source == SOURCE_PROJECT ? "requires-python " : "",
			   c->request);
	if (c->request && c->found && strcmp(c->found, c->request) != 0)
		buf_printf(b, " -> %s", c->found);
}

/* All that a look says that was not asked, and how that fits. */
static void
describe_not_reached(struct buf *b, const struct kept_look *look)
{
	static const char *const verdicts[] = { "not reached", "agrees", "contradicts" };
	size_t unusable = 0;

	for (size_t i = 0; i < look->count; i++) {
		const struct candidate *c = &look->candidates[i];

		if (!c->request && unusable++ > 0)
			continue;
		if (b->len)
			buf_add_text(b, ", ");
		/* A project's range is only compared. */
		if (c->request && look->source == SOURCE_PROJECT)
			buf_printf(b, "requires-python %s", c->request);
		else
			add_candidate(b, look, c);
		if (!c->found && look->source != SOURCE_PROJECT)
			buf_printf(b, " (%s)", c->why);
	}
	if (unusable > 1)
		buf_printf(b, ", %zu more like it", unusable - 1);
	if (look->why)
		buf_printf(b, "%scannot be used: %s", b->len ? ", " : "", look->why);
	buf_printf(b, ", %s", verdicts[look->verdict]);
}

/* The row of the chosen look that decides: the answer, or why there is none. */
static size_t
decisive(const struct explanation *e)
{
	size_t item = e->found.item;

	if (e->found.kind == MISSING_IN_VENV)
		return (size_t)-1;
	if (item < e->choice.selection.count)
		return item;
	/* Its own name, or system behind all of them. */
	return choice_is_found(&e->found) ? (size_t)-1 : 0;
}

static char *
remark_of(const struct explanation *e, const struct candidate *c)
{
	switch (c->fate) {
	case FATE_THIS_ONE:
		return mem_strdup("this one");
	case FATE_NO_COMMAND:
		return strcmp(c->found, "system") == 0 ? mem_printf("PATH has no %s", e->command)
						       : mem_printf("has no %s", e->command);
	case FATE_NOT_NEEDED:
		return mem_strdup("not needed");
	case FATE_MISSING:
	case FATE_INVALID:
		break;
	}
	return mem_strdup(c->why ? c->why : "");
}

static enum out_tint
tint_of(const struct candidate *c, bool decides)
{
	if (c->fate == FATE_THIS_ONE)
		return OUT_TINT_STRONG;
	if (c->fate == FATE_NOT_NEEDED)
		return OUT_TINT_FAINT;
	return decides || c->fate != FATE_NO_COMMAND ? OUT_TINT_WARN : OUT_TINT_PLAIN;
}

/* A row for each candidate: they are tried in order. */
static void
add_chosen(struct out_table *table, const struct explanation *e, const struct kept_look *look,
	   const char *label)
{
	cleanup_free char *unusable = look->line ? mem_printf("line %u: %s", look->line, look->why)
						 : mem_strdup(look->why);

	if (look->count == 0)
		add_row(table, label, unusable, "<- cannot be used", OUT_TINT_WARN);
	for (size_t i = 0; i < look->count; i++) {
		const struct candidate *c = &look->candidates[i];
		cleanup_buf struct buf says = BUF_INIT(BUF_TEXT_MAX);
		cleanup_free char *remark = remark_of(e, c);
		bool decides = decisive(e) == i;
		cleanup_free char *shown = mem_printf("%s%s", decides ? "<- " : "", remark);

		add_candidate(&says, look, c);
		add_row(table, i ? "" : label, buf_text(&says), shown, tint_of(c, decides));
	}
}

static void
add_system(struct out_table *table, const struct context *ctx, const struct explanation *e,
	   const struct kept_look *look)
{
	cleanup_free char *path = e->system ? layout_show(ctx->layout, e->system)
					    : mem_printf("PATH has no %s", e->command);
	bool is_it = e->found.kind == FOUND_IN_SYSTEM &&
		     (look->state == LOOK_CHOSEN || e->found.item == e->choice.selection.count);
	bool is_asked = is_it || look->state == LOOK_CHOSEN;
	cleanup_free char *says = mem_printf("%s%s", path, is_asked ? "" : ", not reached");

	add_row(table, "system", says,
		!is_asked		     ? NULL
		: !is_it		     ? "<- not found"
		: look->state == LOOK_CHOSEN ? "<- this one"
					     : "<- this one: nothing above has it",
		is_it	   ? OUT_TINT_STRONG
		: is_asked ? OUT_TINT_WARN
			   : OUT_TINT_FAINT);
}

/* A `.venv`: entered, or why not. */
static void
add_venv_look(struct out_table *table, const struct context *ctx, const struct explanation *e,
	      const struct kept_look *look, const char *place)
{
	struct str project = path_dir(look->place);
	cleanup_free char *dir = mem_strndup(project.p, project.n);
	cleanup_free char *shown = layout_show(ctx->layout, dir);
	cleanup_free char *quoted = shell_word(dir);
	cleanup_free char *remark = NULL;
	cleanup_buf struct buf says = BUF_INIT(BUF_TEXT_MAX);
	const char *active = getenv("VIRTUAL_ENV");

	if (look->state == LOOK_PASSED_OVER || look->state == LOOK_ABSENT) {
		/* What can be pasted: a word that needs no quotes can be short. */
		buf_printf(&says, "%s (pyvern trust %s)", look->why,
			   strcmp(quoted, dir) == 0 ? shown : quoted);
		add_row(table, place,
			active && strcmp(active, look->place) == 0 ? "active in this shell"
								   : buf_text(&says),
			NULL, OUT_TINT_FAINT);
		return;
	}
	if (look->state == LOOK_NOT_REACHED) {
		add_row(table, place, "not reached", NULL, OUT_TINT_FAINT);
		return;
	}
	remark = e->found.kind == FOUND_IN_VENV	    ? mem_strdup("<- this one")
		 : e->found.kind == MISSING_IN_VENV ? mem_printf("<- has no %s", e->command)
						    : mem_printf("has no %s", e->command);
	add_row(table, place, e->venv_says, remark,
		e->found.kind == FOUND_IN_VENV	   ? OUT_TINT_STRONG
		: e->found.kind == MISSING_IN_VENV ? OUT_TINT_WARN
						   : OUT_TINT_PLAIN);
}

static void
add_look(struct out_table *table, const struct context *ctx, const struct explanation *e,
	 const struct kept_look *look)
{
	cleanup_free char *place = look->source == SOURCE_GLOBAL
					   ? mem_strdup("global")
					   : layout_show(ctx->layout, look->place);
	cleanup_buf struct buf says = BUF_INIT(BUF_TEXT_MAX);

	if (look->source == SOURCE_DEFAULT) {
		add_system(table, ctx, e, look);
		return;
	}
	if (look->source == SOURCE_VENV) {
		add_venv_look(table, ctx, e, look, place);
		return;
	}
	switch (look->state) {
	case LOOK_ABSENT:
		add_row(table, place, "not set", NULL, OUT_TINT_FAINT);
		return;
	case LOOK_PASSED_OVER:
		buf_printf(&says, "passed over: %s", look->why);
		break;
	case LOOK_CHOSEN:
		add_chosen(table, e, look, place);
		return;
	case LOOK_NOT_REACHED:
		describe_not_reached(&says, look);
		break;
	}
	add_row(table, place, buf_text(&says), NULL,
		look->verdict == VERDICT_CONTRADICTS ? OUT_TINT_WARN
		: look->verdict == VERDICT_AGREES    ? OUT_TINT_PLAIN
						     : OUT_TINT_FAINT);
}

static bool
is_file(const struct kept_look *look)
{
	return look->source == SOURCE_FILE || look->source == SOURCE_PROJECT;
}

/* Is a look worth a row? Folders without a pin are not. */
static bool
is_shown(const struct kept_look *look)
{
	if (is_file(look) || look->source == SOURCE_VENV)
		return look->state != LOOK_ABSENT;
	/* One of the two variables' rows is enough when neither is set. */
	return look->state != LOOK_ABSENT || strcmp(look->place, "PYVERN_VERSION") != 0;
}

/* Where none is looked for: what stands between the variables and the global file. */
static void
add_venv(struct out_table *table, const struct context *ctx, const struct explanation *e)
{
	bool is_told = e->venv && !ctx->policy->enters_venvs;
	cleanup_free char *place = is_told ? layout_show(ctx->layout, e->venv) : NULL;

	if (place)
		add_row(table, place,
			e->venv_is_active ? "active in this shell"
					  : "not entered (activating does)",
			NULL, OUT_TINT_FAINT);
}

static void
add_others(struct out_table *table, const struct explanation *e)
{
	cleanup_buf struct buf b = BUF_INIT(BUF_TEXT_MAX);
	size_t count = e->also_in.count;

	/* When there is no answer, the error names them. */
	if (count == 0 || !choice_is_found(&e->found))
		return;
	for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", e->also_in.items[i]);
	if (count > NAMES_SHOWN)
		buf_printf(&b, " and %zu more", count - NAMES_SHOWN);
	add_row(table, "also in", buf_text(&b), NULL, OUT_TINT_FAINT);
}

/* They are not run: a hook may do anything. */
static void
add_hooks(struct out_table *table, const struct context *ctx, const struct explanation *e)
{
	for (size_t i = 0; i < e->hooks.count; i++) {
		cleanup_free char *path = layout_show(ctx->layout, e->hooks.items[i]);

		add_row(table, "hook", path, "may change this (pyvern which)", OUT_TINT_WARN);
	}
}

static void
print(const struct context *ctx, const struct explanation *e)
{
	struct out_table *table = out_table_new(3);
	cleanup_free char *path = layout_show(ctx->layout, e->found.path);
	cleanup_free char *safe_path = out_safe(path);
	cleanup_free char *safe_command = out_safe(e->command);
	bool has_file = false;
	bool had_variables = false;

	if (!choice_is_found(&e->found))
		out_data(ctx->out, "%s  ->  nothing\n", safe_command);
	else
		out_data(ctx->out, "%s  ->  %s   %s\n", safe_command, safe_path,
			 e->version ? e->version : "system");
	for (size_t i = 0; i < e->count; i++) {
		const struct kept_look *look = &e->looks[i];

		if (!had_variables && look->source != SOURCE_VARIABLE) {
			had_variables = true;
			add_venv(table, ctx, e);
		}
		has_file |= is_file(look) && look->state != LOOK_ABSENT;
		if (look->source == SOURCE_GLOBAL && !has_file)
			add_row(table, "pins", "none here or above", NULL, OUT_TINT_FAINT);
		if (is_shown(look))
			add_look(table, ctx, e, look);
	}
	if (e->found.kind == FOUND_IN_VERSION && e->found.item == e->choice.selection.count)
		add_row(table, "its name", e->version, "<- this one: nothing above has it",
			OUT_TINT_STRONG);
	add_others(table, e);
	add_hooks(table, ctx, e);
	out_table_print(ctx->out, table);
}

/* What a shell starts can be something else than what a shim would. */
static void
warn_of_shell(const struct context *ctx, const struct explanation *e)
{
	switch (e->shell) {
	case SHELL_SHIM:
		return;
	case SHELL_OTHER:
		out_fact(ctx->out, '!', "shell", "%s comes before the shims on PATH",
			 e->shell_path);
		return;
	case SHELL_NO_SHIM:
		if (choice_is_found(&e->found)) {
			out_fact(ctx->out, '!', "shell", "%s has no shim yet", e->command);
			out_detail(ctx->out, "to fix", "pyvern rehash");
		}
		return;
	case SHELL_NO_SHIMS:
		out_fact(ctx->out, '!', "shell", "the shims are not on PATH");
		out_detail(ctx->out, "to fix", "pyvern init --install, then open a new shell");
		return;
	}
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *command = args->count ? args->items[0] : "python";
	cleanup_explanation struct explanation e = { .choice = CHOICE_INIT };

	if (args->count > 1)
		return err_set(err, ERR_USAGE, "explain: one command at a time, please");
	explanation_make(ctx, command, &e);
	if (!choice_is_found(&e.found))
		choice_error(&e.choice, command, &e.found, true, err);
	if (options_has(ctx->options, "json"))
		explanation_json(ctx->out, &e, err->message);
	else
		print(ctx, &e);
	/* The answer is "no": that is 1, and not a shim's 127. */
	if (!choice_is_found(&e.found)) {
		*ret_status = 1;
		out_error(ctx->out, err);
		err_reset(err);
	}
	if (!options_has(ctx->options, "json"))
		warn_of_shell(ctx, &e);
	return 0;
}

static const struct option_spec options[] = {
	{ .name = "json", .help = "as JSON" },
	{ 0 },
};

const struct command command_explain = {
	.name = "explain",
	.summary = "Tell which program a command is here, and why",
	.usage = "[COMMAND]",
	.operands = { { OPERAND_EXECUTABLE } },
	.options = options,
	.help = "Shows every place that was asked for a version, in order, what it said, and what\n"
		"became of it: variables, a .venv that you made or trust, pins (.python-version,\n"
		".python-versions, .tool-versions), pyproject.toml's requires-python, the global\n"
		"file, PATH without shims. COMMAND is python when it is left out. Ends with 1\n"
		"when there is none.",
	.run = run,
};
