/* SPDX-License-Identifier: MIT */
/* pyvern global: the versions where nothing else asks for one. */
#include <config.h>

#include "base/path.h"
#include "cmd/pin.h"
#include "core/choice.h"

/* Where pyenv looks for it; the last two are from its early days. */
static const char *const files[] = { LAYOUT_GLOBAL, "global", "default" };

static int
print(const struct context *ctx)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	struct pin pin = { .status = PIN_ABSENT };

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	for (size_t i = 0; choice.root.fd >= 0 && i < sizeof(files) / sizeof(*files); i++) {
		cleanup_free char *place = path_join(ctx->layout->root, files[i], NULL);

		pinfile_read(choice.root.fd, files[i],
			     pinfile_dialect(str_from(files[i]), ctx->policy->reads_all_pins),
			     &pin);
		if (pin.status == PIN_READ && pin_print(ctx, &choice.input, &pin, place))
			return 0;
	}
	out_data(ctx->out, "system\n");
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool unset = options_has(ctx->options, "unset");
	bool force = options_has(ctx->options, "force");
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_strvec struct strvec words = { 0 };

	(void)ret_status;
	if (unset && args->count > 0)
		return err_set(err, ERR_USAGE, "--unset takes no version");
	if (args->count == 0 && !unset)
		return print(ctx);
	if (pin_check(ctx, "global", args, force ? PIN_FORCE : 0, &words, err) < 0 ||
	    layout_prepare_root(ctx->layout, "change the global version", &root, err) < 0)
		return -1;
	if (unset)
		return pin_remove(&root, LAYOUT_GLOBAL, err);
	return pinfile_write(&root, LAYOUT_GLOBAL, words.items, words.count, err);
}

static const struct option_spec options[] = {
	{ .name = "force", .letter = 'f', .help = "also versions that are not installed" },
	{ .name = "unset", .help = "back to system" },
	{ 0 },
};

const struct command command_global = {
	.name = "global",
	.summary = "Show or set the versions where nothing else asks for one",
	.usage = "[VERSION...]",
	.pyenv_usage = "[<version> [...]]",
	.rest = { OPERAND_INSTALLED, "system" },
	.options = options,
	.help = "Writes the root's file `version`, one version a line. `system` is what PATH\n"
		"has without pyvern.",
	.run = run,
};
