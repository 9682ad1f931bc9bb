/* SPDX-License-Identifier: MIT */
/* pyvern prefix: folders of versions. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "cmd/command.h"
#include "cmd/installed.h"
#include "core/choice.h"

/* The folder above the bin (or sbin) of the first Python in PATH. */
static int
add_system(const struct choice *choice, struct strvec *prefixes, struct err *err)
{
	char path[PATH_TEXT_MAX];
	struct str dir;

	if (selection_find_system(&choice->input, path)) {
		dir = path_dir(path);
		if (str_ends(dir, STR_LIT("/bin")))
			dir.n -= strlen("/bin");
		else if (str_ends(dir, STR_LIT("/sbin")))
			dir.n -= strlen("/sbin");
		strvec_add_str(prefixes, dir.n ? dir : STR_LIT("/"));
		return 0;
	}
	err_set(err, ERR_FAILED, "the system has no Python in PATH");
	err_pyenv(err, "pyenv: system version not found in PATH");
	return err_detail(err, "to fix", "pyvern use VERSION");
}

static int
add(const struct choice *choice, struct str text, struct strvec *prefixes, struct err *err)
{
	char name[VERSION_NAME_MAX + 1];
	const char *why = NULL;
	cleanup_free char *request = NULL;
	cleanup_free char *fix = NULL;

	switch (selection_resolve_text(&choice->input, text, name, &why)) {
	case ITEM_SYSTEM:
		return add_system(choice, prefixes, err);
	case ITEM_INSTALLED:
		strvec_take(prefixes, path_join(choice->layout->root, LAYOUT_VERSIONS, name, NULL));
		return 0;
	case ITEM_INVALID:
		err_set(err, ERR_USAGE, "%.*s is no version: %s", STR_ARG(text), why);
		return err_pyenv(err, "pyenv: version `%.*s' not installed", STR_ARG(text));
	case ITEM_MISSING:
	case ITEM_OPEN:
		break;
	}
	err_set(err, ERR_NOT_INSTALLED, "%.*s is not installed", STR_ARG(text));
	err_pyenv(err, "pyenv: version `%.*s' not installed", STR_ARG(text));
	request = mem_strndup(text.p, text.n);
	fix = installed_fix(request);
	return err_detail(err, "to fix", "%s", fix);
}

/* What `version-name` prints is one word: its names are joined with colons. */
static int
add_words(const struct choice *choice, const char *words, struct strvec *prefixes, struct err *err)
{
	struct str rest = str_from(words);
	struct str word;

	if (rest.n == 0)
		return add(choice, rest, prefixes, err);
	while (str_split(&rest, ':', &word))
		if (add(choice, word, prefixes, err) < 0)
			return -1;
	return 0;
}

/* pyenv stops at the first that is missing, and says less. */
static int
pyenv_words(const struct choice *choice, struct err *err)
{
	const struct selection *s = &choice->selection;

	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].state != ITEM_MISSING)
			continue;
		err_pyenv_nothing(err);
		return err_pyenv(err, "pyenv: version `%.*s' not installed",
				 STR_ARG(s->items[i].word.text));
	}
	return -1;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_hook_end struct hook_end end = { 0 };
	cleanup_strvec struct strvec prefixes = { 0 };
	cleanup_free char *joined = NULL;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	/* pyenv asks version-name only where no variable says it. */
	if (args->count == 0 && choice.selection.source != SOURCE_VARIABLE &&
	    choice_ask_hooks(&choice, &end, err) < 0)
		return -1;
	*ret_status = end.status;
	if (end.status)
		return 0;
	if (args->count == 0) {
		int checked = choice_check(&choice, err);

		choice_warn(&choice, out_events(ctx->out));
		if (checked < 0)
			return choice.selection.source == SOURCE_VARIABLE
				       ? pyenv_words(&choice, err)
				       : -1;
	}
	for (size_t i = 0; i < args->count; i++)
		if (add_words(&choice, args->items[i], &prefixes, err) < 0)
			return -1;
	for (size_t i = 0; args->count == 0 && i < choice.selection.count; i++)
		if (choice.selection.items[i].state != ITEM_INVALID &&
		    add(&choice, choice.selection.items[i].word.text, &prefixes, err) < 0)
			return -1;
	joined = strvec_join(&prefixes, ":");
	out_line(ctx->out, joined);
	return 0;
}

const struct command command_prefix = {
	.name = "prefix",
	.summary = "Print the folders of versions",
	.usage = "[VERSION...]",
	.pyenv_usage = "[<version>...]",
	.rest = { OPERAND_INSTALLED, "system" },
	.help = "Without VERSION, those that are chosen here. Several are joined with `:`.",
	.hidden = true,
	.run = run,
};
