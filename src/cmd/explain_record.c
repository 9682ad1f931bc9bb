/* SPDX-License-Identifier: MIT */
/* What `explain` has to tell: looks, candidates, what a shell would start. */
#include <config.h>

#include "cmd/explain_record.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/program.h"
#include "core/hooks.h"
#include "os/proc.h"
#include "venv/look.h"
#include "venv/registry.h"

static void
keep(void *ctx, const struct look *look)
{
	struct explanation *e = ctx;
	struct kept_look *kept;

	e->looks = vec_grow(e->looks, e->count, sizeof(*e->looks));
	kept = &e->looks[e->count++];
	*kept = (struct kept_look){ .source = look->source,
				    .state = look->state,
				    .place = mem_strdup(look->place),
				    .why = look->why,
				    .line = look->line,
				    .is_link = look->is_link,
				    .count = look->count };
	kept->candidates = mem_zalloc((look->count + 1) * sizeof(*kept->candidates));
	for (size_t i = 0; i < look->count; i++) {
		kept->candidates[i].text =
			mem_strndup(look->words[i].text.p, look->words[i].text.n);
		kept->candidates[i].line = look->words[i].line;
	}
}

/* What the candidate stands for; a project's word may be shown if it is a range. */
static void
resolve(const struct explanation *e, const struct kept_look *look, struct candidate *c)
{
	struct str text = str_from(c->text);
	bool is_shown = selection_may_show(&e->choice.input, look->is_link, text);
	char name[VERSION_NAME_MAX + 1];
	enum item_state state = selection_resolve_text(&e->choice.input, text, name, &c->why);

	c->request = is_shown && state != ITEM_INVALID ? c->text : NULL;
	c->fate = FATE_INVALID;
	if (state == ITEM_SYSTEM || state == ITEM_INSTALLED) {
		c->found = mem_strdup(state == ITEM_SYSTEM ? "system" : name);
		c->fate = FATE_NO_COMMAND;
	} else if (state == ITEM_MISSING) {
		c->why = is_shown ? "not installed" : "no version";
		c->fate = is_shown ? FATE_MISSING : FATE_INVALID;
	}
}

/* The one of the chosen look's candidates that the command is of, if it is. */
static void
mark_chosen(const struct explanation *e, struct kept_look *look)
{
	bool is_one = choice_is_found(&e->found) && e->found.item < look->count;

	if (look->state != LOOK_CHOSEN || !is_one || !look->candidates[e->found.item].found)
		return;
	look->candidates[e->found.item].fate = FATE_THIS_ONE;
	for (size_t i = e->found.item + 1; i < look->count; i++)
		if (look->candidates[i].fate != FATE_INVALID)
			look->candidates[i].fate = FATE_NOT_NEEDED;
}

/* Do what is asked for and what was found have one series? */
static bool
is_other_series(const char *asked, const char *found)
{
	struct version a;
	struct version b;

	return version_parse(str_from(asked), &a) && version_parse(str_from(found), &b) &&
	       a.language_parts >= 2 && b.language_parts >= 2 &&
	       (a.language[0] != b.language[0] || a.language[1] != b.language[1]);
}

static enum verdict
judge_name(const struct explanation *e, const char *asked)
{
	if (strcmp(asked, e->version) == 0)
		return VERDICT_AGREES;
	/* An environment was made when the pin said something else. */
	return e->found.kind == FOUND_IN_VENV && is_other_series(asked, e->version)
		       ? VERDICT_CONTRADICTS
		       : VERDICT_UNKNOWN;
}

/* Does what LOOK asks for fit to the version that was found? */
static enum verdict
judge(const struct explanation *e, const struct kept_look *look)
{
	if (!e->version || look->state != LOOK_NOT_REACHED || look->count == 0)
		return VERDICT_UNKNOWN;
	if (look->source == SOURCE_PROJECT)
		return choice_verdict(str_from(look->candidates[0].text), e->version);
	for (size_t i = 0; i < look->count; i++)
		if (look->candidates[i].found)
			return judge_name(e, look->candidates[i].found);
	return VERDICT_UNKNOWN;
}

/* The .venv of the working folder or of one above it. */
static void
find_venv(const struct context *ctx, struct explanation *e)
{
	const char *active = getenv("VIRTUAL_ENV");
	cleanup_free char *dir = mem_strdup(ctx->layout->cwd ? ctx->layout->cwd : "/");

	for (;;) {
		cleanup_free char *venv = path_join(dir, ".venv", NULL);
		cleanup_free char *cfg = path_join(venv, "pyvenv.cfg", NULL);
		struct str up = path_dir(dir);

		if (access(cfg, F_OK) == 0) {
			e->venv_is_active = active && strcmp(active, venv) == 0;
			e->venv = steal_ptr(&venv);
			return;
		}
		if (strcmp(dir, "/") == 0 || up.n >= strlen(dir))
			return;
		dir[up.n] = '\0';
	}
}

/* Whose is the one that is entered, and which Python does it have? */
static void
ask_venv(const struct context *ctx, struct explanation *e)
{
	const char *path = e->choice.selection.venv;
	cleanup_registry_envs struct registry_envs known = { 0 };
	cleanup_store struct store store = STORE_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (!e->choice.selection.has_venv)
		return;
	e->venv_says = "trusted";
	if (store_open(ctx->layout, &store, &ignored) == 0)
		registry_find(&store, path, &known);
	if (known.count && known.items[0].how == REGISTERED_MADE)
		e->venv_says = "made here by pyvern";
	if (fs_open_dir(path, &tree, &ignored) == 0 && env_look(&tree, &look))
		e->venv_version = steal_ptr(&look.version);
}

/* An environment that has the command, or has to have it, was asked before all others. */
static void
pass_pins_over(struct explanation *e)
{
	if (e->found.kind != FOUND_IN_VENV && e->found.kind != MISSING_IN_VENV)
		return;
	e->version = e->found.kind == FOUND_IN_VENV ? e->venv_version : NULL;
	for (size_t i = 0; i < e->count; i++)
		if (e->looks[i].source != SOURCE_VENV && e->looks[i].state == LOOK_CHOSEN)
			e->looks[i].state = LOOK_NOT_REACHED;
}

/* What comes first on PATH for a shell that is given the command's name. */
static void
ask_shell(const struct context *ctx, struct explanation *e)
{
	cleanup_free char *shims = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_free char *shim = path_join(shims, e->command, NULL);
	struct str rest = str_from(getenv("PATH"));
	struct str part;

	e->shell = SHELL_NO_SHIMS;
	while (e->shell == SHELL_NO_SHIMS && str_split(&rest, ':', &part)) {
		cleanup_free char *dir = mem_strndup(part.p, part.n);

		if (part.n && fs_same_folder(dir, shims))
			e->shell = access(shim, X_OK) == 0 ? SHELL_SHIM : SHELL_NO_SHIM;
		else if (!e->shell_path)
			e->shell_path = proc_find(e->command, dir, NULL);
	}
	if (e->shell == SHELL_SHIM && e->shell_path)
		e->shell = SHELL_OTHER;
}

static void
find_others(struct explanation *e)
{
	struct strvec names = { 0 };
	char path[PATH_TEXT_MAX];

	if (selection_find_in_path(&e->choice.input, e->command, path))
		e->system = mem_strdup(path);
	choice_versions_with(&e->choice, e->command, 0, &names);
	/* Newest first: they are what people look for. */
	for (size_t i = names.count; i-- > 0;)
		if (!e->version || strcmp(names.items[i], e->version) != 0)
			strvec_add(&e->also_in, names.items[i]);
	strvec_reset(&names);
}

void
explanation_make(const struct context *ctx, const char *command, struct explanation *ret)
{
	struct explanation *e = ret;
	const struct selection_recorder recorder = { keep, e };

	e->command = command;
	choice_make(ctx->layout, ctx->policy, &recorder, &e->choice);
	/* The recorder is ours alone, and gone when we return. */
	e->choice.input.recorder = NULL;
	program_look(ctx, &e->choice, command, &e->found);
	if (e->found.kind == FOUND_IN_VERSION)
		e->version = e->found.name;
	ask_venv(ctx, e);
	pass_pins_over(e);
	for (size_t i = 0; i < e->count; i++) {
		for (size_t k = 0; k < e->looks[i].count; k++)
			resolve(e, &e->looks[i], &e->looks[i].candidates[k]);
		mark_chosen(e, &e->looks[i]);
	}
	for (size_t i = 0; i < e->count; i++)
		e->looks[i].verdict = judge(e, &e->looks[i]);
	find_venv(ctx, e);
	find_others(e);
	hooks_find(ctx->layout, "version-name", &e->hooks);
	hooks_find(ctx->layout, "which", &e->hooks);
	hooks_find(ctx->layout, "exec", &e->hooks);
	if (path_component_ok(str_from(command)))
		ask_shell(ctx, e);
}

void
explanation_reset(struct explanation *e)
{
	for (size_t i = 0; i < e->count; i++) {
		for (size_t k = 0; k < e->looks[i].count; k++) {
			free(e->looks[i].candidates[k].text);
			free(e->looks[i].candidates[k].found);
		}
		free(e->looks[i].candidates);
		free(e->looks[i].place);
	}
	free(e->looks);
	free(e->venv);
	free(e->venv_version);
	free(e->system);
	free(e->shell_path);
	strvec_reset(&e->also_in);
	strvec_reset(&e->hooks);
	choice_reset(&e->choice);
}

static void
json_candidate(struct out *out, const struct kept_look *look, const struct candidate *c)
{
	static const char *const fates[] = { "this one", "no command", "not installed", "invalid",
					     "not needed" };

	out_json_object(out, NULL);
	out_json_text(out, "request", c->request);
	out_json_number(out, "line", c->line);
	out_json_text(out, "name", c->found);
	out_json_text(out, "why", c->found ? NULL : c->why);
	out_json_text(out, "fate", look->state == LOOK_CHOSEN ? fates[c->fate] : NULL);
	out_json_close(out);
}

static void
json_look(struct out *out, const struct kept_look *look)
{
	static const char *const sources[] = { "variable", "venv",   "file",
					       "project",  "global", "default" };
	static const char *const states[] = { "absent", "passed-over", "chosen", "not-reached" };
	static const char *const verdicts[] = { NULL, "agrees", "contradicts" };

	out_json_object(out, NULL);
	out_json_text(out, "source", sources[look->source]);
	out_json_text(out, "place", look->place);
	out_json_text(out, "state", states[look->state]);
	out_json_text(out, "why", look->why);
	out_json_number(out, "line", look->line);
	out_json_text(out, "verdict", verdicts[look->verdict]);
	out_json_array(out, "requests");
	for (size_t i = 0; i < look->count; i++)
		json_candidate(out, look, &look->candidates[i]);
	out_json_close(out);
	out_json_close(out);
}

void
explanation_json(struct out *out, const struct explanation *e, const char *why)
{
	static const char *const shells[] = { "shim", "other", "no shim", "no shims on PATH" };
	bool is_found = choice_is_found(&e->found);

	out_json_begin(out, 1);
	out_json_text(out, "command", e->command);
	out_json_text(out, "path", is_found ? e->found.path : NULL);
	out_json_text(out, "version", e->version ? e->version : is_found ? "system" : NULL);
	out_json_text(out, "why", why);
	out_json_bool(out, "by_suffix",
		      e->found.kind == FOUND_IN_VERSION &&
			      e->found.item == e->choice.selection.count);
	out_json_array(out, "looks");
	for (size_t i = 0; i < e->count; i++)
		json_look(out, &e->looks[i]);
	out_json_close(out);
	out_json_text(out, "system", e->system);
	out_json_text(out, "venv", e->venv);
	out_json_bool(out, "venv_active", e->venv_is_active);
	out_json_array(out, "hooks");
	for (size_t i = 0; i < e->hooks.count; i++)
		out_json_text(out, NULL, e->hooks.items[i]);
	out_json_close(out);
	out_json_array(out, "also_in");
	for (size_t i = 0; i < e->also_in.count; i++)
		out_json_text(out, NULL, e->also_in.items[i]);
	out_json_close(out);
	out_json_text(out, "shell", shells[e->shell]);
	out_json_text(out, "shell_path", e->shell == SHELL_OTHER ? e->shell_path : NULL);
	out_json_end(out);
}
