/* SPDX-License-Identifier: MIT */
/* pyvern venv: make a virtual environment. */
#include <config.h>

#include "cmd/command.h"
#include "cmd/environment.h"
#include "core/selection.h"
#include "os/sig.h"

/* What asks for a version here, and for which. Owned by the caller. */
static int
chosen_here(const struct context *ctx, const struct store *store, char **ret_request,
	    char **ret_asked_by, struct err *err)
{
	const struct selection_input in = {
		.root_fd = store->root.fd,
		.root = ctx->layout->root,
		.policy = ctx->policy,
		.dir = ctx->layout->cwd,
		.path = getenv("PATH"),
		.home = ctx->layout->home,
	};
	struct selection selection;
	const struct pin_word *word;

	selection_make(&in, &selection);
	if (selection.unusable)
		return err_set(err, ERR_FAILED, "%s: %s", selection.place, selection.unusable);
	if (selection.count == 0)
		return err_set(err, ERR_FAILED, "no version is chosen here");
	word = &selection.items[0].word;
	*ret_request = mem_strndup(word->text.p, word->text.n);
	*ret_asked_by = word->line ? mem_printf("%s:%u", selection.place, word->line) :
				     mem_strdup(selection.place);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct options *options = ctx->options;
	const char *given = options_text(options, "python");
	cleanup_store struct store store = STORE_INIT;
	cleanup_free char *request = mem_strdup(given);
	cleanup_free char *asked_by = NULL;
	cleanup_free char *version = NULL;

	if (options->args.count > 1) {
		err_set(err, ERR_USAGE, "venv makes one environment at a time");
		return err_detail(err, "to fix", "pyvern help venv");
	}
	sig_install();
	if (store_open(ctx->layout, &store, err) < 0 ||
	    (!request && chosen_here(ctx, &store, &request, &asked_by, err) < 0) ||
	    environment_version(ctx, &store, request, asked_by, &version, ret_status, err) < 0)
		return -1;
	if (!version)
		return 0;
	return environment_make(
		ctx, &store,
		&(struct environment_spec){
			.dir = options->args.count ? options->args.items[0] : ".venv",
			.version = version,
			.request = request,
			.prompt = options_text(options, "prompt"),
			.system_site_packages = options_has(options, "system-site-packages"),
			.without_pip = options_has(options, "without-pip"),
			.clear = options_has(options, "clear"),
		},
		ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "python",
	  .letter = 'p',
	  .kind = OPTION_TEXT,
	  .value = "VERSION",
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
	.options = options,
	.help = "DIR is .venv unless given. An environment made for a minor version (3.12)\n"
		"follows its patch releases; one made for 3.12.11 stays with that. pip is in it.\n"
		"Enter it with `. DIR/bin/activate` (activate.fish, activate.csh).",
	.run = run,
};
