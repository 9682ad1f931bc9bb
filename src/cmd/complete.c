/* SPDX-License-Identifier: MIT */
/* What a command line can go on with, from the option tables. */
#include <config.h>

#include "cmd/complete.h"

#include <string.h>

#include "base/path.h"
#include "cmd/known.h"
#include "core/plugins.h"
#include "core/shells.h"
#include "core/store.h"

static void
add_words(struct strvec *words, const char *text)
{
	struct str rest = str_from(text);
	struct str word;

	while (str_word(&rest, &word))
		strvec_add_str(words, word);
}

/* An environment is a folder with this in it (PEP 405), or in a version's envs. */
static bool
is_environment(const struct store *store, const struct entry *entry)
{
	cleanup_free char *config = path_join(entry->name, "pyvenv.cfg", NULL);

	return entry->kind == ENTRY_ENV || fs_exists_at(&store->versions, config);
}

static void
add_installed(const struct context *ctx, bool only_environments, struct strvec *words)
{
	cleanup_store struct store store = STORE_INIT;
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (store_open(ctx->layout, &store, &ignored) < 0 ||
	    store_list(&store, STORE_LIST_ENVS, &entries, &ignored) < 0)
		return;
	for (size_t i = 0; i < entries.count; i++)
		if (!only_environments || is_environment(&store, &entries.items[i]))
			strvec_add(words, entries.items[i].name);
}

static void
add_executables(const struct context *ctx, struct strvec *words)
{
	cleanup_free char *path = path_join(ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir(path, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i][0] != '.' && path_component_ok(str_from(names.items[i])))
			strvec_add(words, names.items[i]);
}

void
complete_commands(const struct context *ctx, bool sh, bool plain, struct strvec *ret_names)
{
	cleanup_strvec struct strvec names = { 0 };

	for (const struct command *const *c = command_table; *c; c++) {
		bool is_sh = str_starts(str_from((*c)->name), STR_LIT("sh-"));

		if (is_sh && sh)
			strvec_add(&names, (*c)->name + strlen("sh-"));
		else if (!is_sh && plain)
			strvec_add(&names, (*c)->name);
	}
	if (plain)
		plugin_list(ctx->layout, &names);
	if (sh)
		plugin_list_sh(ctx->layout, &names);
	strvec_sort(&names);
	strvec_unique(&names);
	for (size_t i = 0; i < names.count; i++) {
		const struct command *command = command_find(names.items[i]);

		/* The program of an internal command is found like a plugin. */
		if (!command || !command->internal)
			strvec_add(ret_names, names.items[i]);
	}
}

static void
add_known(const struct context *ctx, struct strvec *words)
{
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (known_list(ctx, &names, &ignored) == 0)
		strvec_add_all(words, names.items);
}

static void
add_operand(const struct context *ctx, const struct operand *operand, struct strvec *words)
{
	add_words(words, operand->words);
	switch (operand->kind) {
	case OPERAND_ANY:
	case OPERAND_FILE:
	case OPERAND_FOLDER:
		break;
	case OPERAND_INSTALLED:
	case OPERAND_INSTALLED_OR_FOLDER:
		add_installed(ctx, false, words);
		break;
	case OPERAND_ENVIRONMENT:
		add_installed(ctx, true, words);
		break;
	case OPERAND_INSTALLABLE:
		add_known(ctx, words);
		break;
	case OPERAND_COMMAND:
		complete_commands(ctx, true, true, words);
		break;
	case OPERAND_EXECUTABLE:
		add_executables(ctx, words);
		break;
	case OPERAND_SHELL:
		for (size_t i = 0; shell_at(i); i++)
			strvec_add(words, shell_at(i)->name);
		break;
	case OPERAND_CONFIG_KEY:
		for (const struct config_key *k = config_keys; k->name; k++)
			strvec_add(words, k->name);
		break;
	}
}

/* The option that WORD leaves without its value, or NULL. */
static const struct option_spec *
waits_for_value(const struct command *command, const char *word)
{
	const struct option_spec *found = NULL;

	for (const struct option_spec *s = command->options; s && s->name; s++) {
		if (word[1] != '-') {
			/* The last of several letters. */
			if (s->letter && s->kind == OPTION_TEXT && word[1] &&
			    word[strlen(word) - 1] == s->letter)
				found = s;
		} else if (strcmp(word + 2, s->name) == 0) {
			return s->kind == OPTION_TEXT ? s : NULL;
		}
	}
	return found;
}

void
complete_words(const struct context *ctx, const struct command *command, char *const *before,
	       struct strvec *ret_words)
{
	size_t operands = 0;
	bool options = true;

	for (; *before; before++) {
		const struct option_spec *waiting;

		if (!options || before[0][0] != '-' || before[0][1] == '\0') {
			operands++;
			options = options && !command->stop_at_operand;
			continue;
		}
		if (strcmp(*before, "--") == 0) {
			options = false;
			continue;
		}
		waiting = waits_for_value(command, *before);
		if (waiting && !before[1]) {
			add_operand(ctx, &waiting->operand, ret_words);
			return;
		}
		before += waiting != NULL;
	}
	if (options)
		strvec_add(ret_words, "--help");
	for (const struct option_spec *s = command->options; options && s && s->name; s++)
		if (!s->hidden)
			strvec_printf(ret_words, "--%s", s->name);
	if (operands < COMMAND_OPERANDS &&
	    (command->operands[operands].kind || command->operands[operands].words))
		add_operand(ctx, &command->operands[operands], ret_words);
	else
		add_operand(ctx, &command->rest, ret_words);
}
