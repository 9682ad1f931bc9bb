/* SPDX-License-Identifier: MIT */
/* pyvern use: install if missing, pin, and make the project's environment. */
#include <config.h>

#include <string.h>

#include "cmd/command.h"
#include "cmd/environment.h"
#include "cmd/pin.h"
#include "os/sig.h"

static bool
pin_says(const struct pin *pin, const struct strvec *words)
{
	if (pin->status != PIN_READ || pin->count != words->count)
		return false;
	for (size_t i = 0; i < words->count; i++)
		if (!str_eq_text(pin->words[i].text, words->items[i]))
			return false;
	return true;
}

static int
write_pin(const struct context *ctx, const struct strvec *words, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *shown = strvec_join(words, " ");
	struct pin pin;
	char mark = '+';

	if (fs_open_dir(ctx->layout->working, &dir, err) < 0)
		return -1;
	pinfile_read(dir.fd, PINFILE_NAME,
		     pinfile_dialect(STR_LIT(PINFILE_NAME), ctx->policy->reads_all_pins), &pin);
	if (pin.status != PIN_ABSENT)
		mark = '~';
	if (pin_says(&pin, words))
		mark = '=';
	else if (pin_write_here(ctx, &dir, words, err) < 0)
		return -1;
	out_fact(ctx->out, mark, PINFILE_NAME, "%s", shown);
	if (options_has(ctx->options, "range"))
		out_detail(ctx->out, "but", "pyenv cannot read a range");
	pin_warn_of_project(ctx, words);
	return 0;
}

/* Say what of the words is there; the others are MISSING. */
static void
look(const struct context *ctx, const struct store *store, struct strvec *ret_missing)
{
	const struct strvec *args = &ctx->options->args;

	for (size_t i = 0; i < args->count; i++) {
		const char *word = args->items[i];
		bool is_system = strcmp(word, "system") == 0;
		cleanup_free char *present = is_system ? NULL : store_find(store, word);

		if (is_system)
			out_fact(ctx->out, '=', word, "what PATH has without shims");
		else if (present)
			out_fact(ctx->out, '=', present, "installed");
		else
			strvec_add(ret_missing, word);
	}
}

/* One word: its installed name and what a pin says for it; no name when it could
 * not be installed (it has said why). */
static int
find_one(const struct context *ctx, struct store *store, const char *word, char **ret_name,
	 char **ret_pin, int *ret_status, struct err *err)
{
	if (strcmp(word, "system") == 0) {
		*ret_name = mem_strdup(word);
		*ret_pin = mem_strdup(word);
		return 0;
	}
	if (environment_version(ctx, store, word, NULL, ret_name, ret_status, err) < 0)
		return -1;
	if (!*ret_name)
		return 0;
	*ret_pin = options_has(ctx->options, "range") && pin_is_range(ctx, word)
			   ? pin_spell_range(word)
			   : pin_spell(word, *ret_name);
	return 0;
}

/* Installed names for all words, in order; false in *RET_ALL when one could not
 * be installed. */
static int
find_all(const struct context *ctx, struct store *store, struct strvec *ret_names,
	 struct strvec *ret_pins, int *ret_status, bool *ret_all, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_strvec struct strvec missing = { 0 };

	*ret_all = false;
	look(ctx, store, &missing);
	if (missing.count && environment_install(ctx, store, &missing, NULL, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	for (size_t i = 0; i < args->count; i++) {
		char *name = NULL;
		char *pin = NULL;

		if (find_one(ctx, store, args->items[i], &name, &pin, ret_status, err) < 0)
			return -1;
		if (!name)
			return 0;
		strvec_take(ret_names, name);
		strvec_take(ret_pins, pin);
	}
	*ret_all = true;
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_store struct store store = STORE_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec pins = { 0 };
	struct environment_spec spec = { .dir = ".venv", .keep = true };
	bool with_venv = options_has(ctx->options, "venv");
	bool all;

	if (args->count == 0) {
		err_set(err, ERR_USAGE, "use needs a version");
		return err_detail(err, "to fix", "pyvern use 3.13");
	}
	if (!ctx->layout->working) {
		err_set(err, ERR_FAILED, "the working folder is gone");
		return err_detail(err, "to fix", "cd to a folder that is there");
	}
	if (options_has(ctx->options, "range") && pin_check_range(ctx, "use", args, err) < 0)
		return -1;
	sig_install();
	if (store_open(ctx->layout, &store, err) < 0 ||
	    find_all(ctx, &store, &names, &pins, ret_status, &all, err) < 0)
		return -1;
	if (!all)
		return 0;
	spec.version = names.items[0];
	spec.request = pins.items[0];
	/* Before the pin changes: it and the environment are to agree. */
	if (with_venv && environment_check(ctx, &store, &spec, err) < 0)
		return -1;
	if (write_pin(ctx, &pins, err) < 0)
		return -1;
	return with_venv ? environment_make(ctx, &store, &spec, ret_status, err) : 0;
}

static const struct option_spec options[] = {
	{ .name = "venv", .help = "make .venv on the first one, with pip" },
	{ .name = "range", .help = "pin a range as it is: pyenv cannot read it" },
	OPTION_INSTALL,
	{ .name = "quiet", .letter = 'q', .help = "say nothing unless it fails" },
	{ 0 },
};

const struct command command_use = {
	.name = "use",
	.summary = "Use versions in this folder: install if missing, and pin",
	.usage = "VERSION...",
	.rest = { OPERAND_INSTALLABLE, "system" },
	.options = options,
	.help = "Writes .python-version here, which pyenv reads too. A missing version is\n"
		"installed after a question; without a terminal only with --install or\n"
		"PYVERN_AUTO_INSTALL=1. `system` is what PATH has without pyvern.",
	.run = run,
};
