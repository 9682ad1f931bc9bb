/* SPDX-License-Identifier: MIT */
/* What is chosen here, where version-name and version-origin hooks have a say. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "core/choice.h"
#include "core/hooks.h"

/* As `$(…)` takes what a command prints. Owned (free). */
static char *
taken(const struct hooks *hooks)
{
	struct str text = buf_str(&hooks->printed);

	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	return mem_strndup(text.p, text.n);
}

/* What pyenv-version-name has in PYENV_VERSION when it sources its hooks: the
 * variable, or the file's words that can be versions. Owned (free). */
static char *
asked_for(struct selection *s)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);

	for (size_t i = 0; s->source != SOURCE_DEFAULT && i < s->count; i++) {
		struct str word = s->items[i].word.text;

		if (selection_resolve(s, i) != ITEM_INVALID)
			buf_printf(&text, "%s%.*s", text.len ? ":" : "", STR_ARG(word));
	}
	return mem_strdup(buf_text(&text));
}

/* All FILES of POINT, with what they print. */
static int
run_hooks(const struct choice *choice, const char *point, const struct strvec *files,
	  struct hook_vars *vars, struct hooks *hooks, struct err *err)
{
	const struct hooks_spec spec = {
		.layout = choice->layout, .point = point, .files = files, .collect = true
	};

	return hooks_begin(&spec, vars, hooks, err) < 0 ? -1 : hooks_end(hooks, err);
}

int
choice_ask_hooks(struct choice *choice, struct hook_end *ret_end, struct err *err)
{
	struct selection *s = &choice->selection;
	cleanup_strvec struct strvec files = { 0 };
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	cleanup_free char *before = NULL;
	const char *after;

	hooks_find(choice->layout, "version-name", &files);
	if (files.count == 0)
		return 0;
	before = asked_for(s);
	hook_vars_set(&vars, "PYENV_VERSION", before);
	hook_vars_want(&vars, "PYENV_VERSION");
	if (run_hooks(choice, "version-name", &files, &vars, &hooks, err) < 0)
		return -1;
	hook_end_take(ret_end, &hooks);
	after = hook_vars_get(&vars, "PYENV_VERSION");
	free(choice->hooked);
	if (hooks.has_ended)
		choice->hooked = taken(&hooks);
	else
		choice->hooked = mem_strdup(after ? after : "");
	if (strcmp(choice->hooked, before) != 0 && !selection_replace(s, choice->hooked))
		return err_set(err, ERR_FAILED,
			       "a version-name hook asks for more than %d versions", PIN_WORDS_MAX);
	return 0;
}

int
choice_ask_origin(const struct choice *choice, char **ret_origin, struct hook_end *ret_end,
		  struct err *err)
{
	cleanup_strvec struct strvec files = { 0 };
	cleanup_hook_vars struct hook_vars vars = { 0 };
	cleanup_hooks struct hooks hooks = HOOKS_INIT;
	const char *origin;

	*ret_origin = NULL;
	hooks_find(choice->layout, "version-origin", &files);
	if (files.count == 0)
		return 0;
	hook_vars_set(&vars, "PYENV_VERSION_ORIGIN", NULL);
	hook_vars_want(&vars, "PYENV_VERSION_ORIGIN");
	if (run_hooks(choice, "version-origin", &files, &vars, &hooks, err) < 0)
		return -1;
	hook_end_take(ret_end, &hooks);
	origin = hook_vars_get(&vars, "PYENV_VERSION_ORIGIN");
	if (hooks.has_ended)
		*ret_origin = taken(&hooks);
	else if (origin && *origin)
		*ret_origin = mem_strdup(origin);
	return 0;
}

char *
choice_origin(const struct choice *choice)
{
	cleanup_hook_end struct hook_end end = { 0 };
	cleanup_err struct err no_hooks = { 0 };
	char *hooked;

	/* A hook that cannot be run is no reason to say nothing. */
	if (choice_ask_origin(choice, &hooked, &end, &no_hooks) == 0 && hooked)
		return hooked;
	return choice_origin_unhooked(choice);
}

char *
choice_name(struct choice *choice, bool keep_missing)
{
	struct selection *s = &choice->selection;
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);

	(void)selection_resolve_all(s);
	for (size_t i = 0; i < s->count; i++) {
		const struct selection_item *item = &s->items[i];
		struct str name = str_from(item->name);

		if (item->state == ITEM_MISSING && keep_missing) {
			name = item->word.text;
			if (str_starts(name, STR_LIT("python-")))
				name = str_skip(name, strlen("python-"));
		} else if (item->state == ITEM_SYSTEM) {
			name = STR_LIT("system");
		} else if (item->state != ITEM_INSTALLED) {
			continue;
		}
		buf_printf(&names, "%s%.*s", names.len ? ":" : "", STR_ARG(name));
	}
	return mem_strdup(buf_text(&names));
}
