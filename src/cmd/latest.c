/* SPDX-License-Identifier: MIT */
/* pyvern latest: the newest version that a prefix stands for. */
#include <config.h>

#include "cmd/command.h"
#include "cmd/installed.h"
#include "cmd/known.h"
#include "core/choice.h"

/* The newest of NAMES that REQUEST accepts. Owned by the caller (free). */
static char *
choose_known(const struct strvec *names, const struct request *request)
{
	struct version best = { 0 };

	for (size_t i = 0; i < names->count; i++) {
		struct str name = str_from(names->items[i]);
		struct version version;

		if (!version_parse(name, &version))
			continue;
		if (str_eq(name, request->name)) {
			best = version;
			break;
		}
		if (request_matches(request, &version) &&
		    (best.name.n == 0 || request_prefers(request, &version, &best)))
			best = version;
	}
	return best.name.n ? mem_strndup(best.name.p, best.name.n) : NULL;
}

static int
latest_known(const struct context *ctx, const char *prefix, char **ret_name, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };
	struct request request;

	if (!request_parse(str_from(prefix), &request, NULL))
		return 0;
	if (known_list(ctx, &names, err) < 0)
		return -1;
	*ret_name = choose_known(&names, &request);
	return 0;
}

static int
latest_installed(const struct context *ctx, const char *prefix, char **ret_name)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	char name[VERSION_NAME_MAX + 1];

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (selection_resolve_text(&choice.input, str_from(prefix), name, NULL) == ITEM_INSTALLED)
		*ret_name = mem_strdup(name);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool known = options_has(ctx->options, "known");
	cleanup_free char *name = NULL;
	cleanup_free char *fix = NULL;

	if (args->count != 1 || !*args->items[0])
		return err_set(err, ERR_USAGE, "latest takes one prefix");
	if ((known ? latest_known(ctx, args->items[0], &name, err)
		   : latest_installed(ctx, args->items[0], &name)) < 0)
		return -1;
	if (name) {
		out_line(ctx->out, name);
		return 0;
	}
	if (options_has(ctx->options, "bypass") || options_has(ctx->options, "force")) {
		out_line(ctx->out, args->items[0]);
		*ret_status = !options_has(ctx->options, "force");
		return 0;
	}
	err_set(err, known ? ERR_UNKNOWN_VERSION : ERR_NOT_INSTALLED, "no %s version matches %s",
		known ? "known" : "installed", args->items[0]);
	fix = installed_fix(args->items[0]);
	if (!known)
		err_detail(err, "to fix", "%s", fix);
	return err_pyenv(err, "pyenv: no %s versions match the prefix `%s'",
			 known ? "known" : "installed", args->items[0]);
}

static const struct option_spec options[] = {
	{ .name = "known", .letter = 'k', .help = "of all that can be installed" },
	{ .name = "bypass", .letter = 'b', .help = "print PREFIX itself when nothing matches" },
	{ .name = "force", .letter = 'f', .help = "the same, and end with 0" },
	{ 0 },
};

const struct command command_latest = {
	.name = "latest",
	.summary = "Print the newest installed version that a prefix stands for",
	.pyenv_usage = "[-k|--known] <prefix>",
	.usage = "PREFIX",
	.options = options,
	.hidden = true,
	.run = run,
};
