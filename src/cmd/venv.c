/* SPDX-License-Identifier: MIT */
/* pyvern venv: make a virtual environment. */
#include <config.h>

#include "cmd/command.h"
#include "cmd/environment.h"
#include "core/choice.h"
#include "os/sig.h"

/* The first version that is asked for here, and what asks for it (NULL when
 * nothing does). Owned by the caller. */
static int
chosen_here(const struct context *ctx, char **ret_request, char **ret_asked_by, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	const struct selection *s = &choice.selection;
	cleanup_err struct err missing = { 0 };
	size_t i = 0;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	/* What is missing may be installed. */
	if (choice_check(&choice, &missing) < 0 && s->unusable) {
		*err = missing;
		missing = (struct err){ 0 };
		return -1;
	}
	choice_warn(&choice, out_events(ctx->out));
	choice_warn_of_pin(&choice, out_events(ctx->out));
	while (s->items[i].state == ITEM_INVALID)
		i++;
	*ret_request = mem_strndup(s->items[i].word.text.p, s->items[i].word.text.n);
	if (s->source != SOURCE_DEFAULT)
		*ret_asked_by = choice_asker(&choice, i);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct options *options = ctx->options;
	const char *given = options_text(options, "python");
	const char *dir = options->args.count ? options->args.items[0] : ".venv";
	bool clear = options_has(options, "clear");
	cleanup_store struct store store = STORE_INIT;
	cleanup_free char *request = mem_strdup(given);
	cleanup_free char *asked_by = NULL;
	cleanup_free char *version = NULL;

	if (options->args.count > 1) {
		err_set(err, ERR_USAGE, "venv makes one environment at a time");
		return err_detail(err, "to fix", "pyvern help venv");
	}
	sig_install();
	if (environment_check_place(ctx, dir, clear, err) < 0 ||
	    store_open(ctx->layout, &store, err) < 0 ||
	    (!request && chosen_here(ctx, &request, &asked_by, err) < 0) ||
	    environment_version(ctx, &store, request, asked_by, &version, ret_status, err) < 0)
		return -1;
	if (!version)
		return 0;
	return environment_make(
		ctx, &store,
		&(struct environment_spec){
			.dir = dir,
			.version = version,
			.request = request,
			.prompt = options_text(options, "prompt"),
			.system_site_packages = options_has(options, "system-site-packages"),
			.without_pip = options_has(options, "without-pip"),
			.clear = clear,
		},
		ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "python",
	  .letter = 'p',
	  .kind = OPTION_TEXT,
	  .value = "VERSION",
	  .operand = { OPERAND_INSTALLED },
	  .help = "the Python to make it on (default: what is chosen here)" },
	{ .name = "prompt",
	  .kind = OPTION_TEXT,
	  .value = "TEXT",
	  .help = "name in the shell's prompt (default: DIR's; .: this folder's)" },
	{ .name = "system-site-packages", .help = "let it see the packages of its Python" },
	{ .name = "without-pip", .help = "leave it empty" },
	{ .name = "clear", .help = "make an existing environment anew" },
	OPTION_INSTALL,
	{ .name = "quiet", .letter = 'q', .help = "say nothing unless it fails" },
	{ .name = "json", .help = "describe what was made as JSON" },
	{ 0 },
};

const struct command command_venv = {
	.name = "venv",
	.summary = "Make a virtual environment",
	.usage = "[DIR]",
	.operands = { { OPERAND_FOLDER } },
	.options = options,
	.help = "DIR is .venv unless given. An environment made for a minor version (3.12)\n"
		"follows its patch releases; one made for 3.12.11 stays with that. pip is in it.\n"
		"Enter it with `. DIR/bin/activate` (activate.fish, activate.csh).",
	.run = run,
};
