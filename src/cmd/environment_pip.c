/* SPDX-License-Identifier: MIT */
/* An environment's own pip, at work. */
#include <config.h>

#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/environment.h"
#include "cmd/inside.h"
#include "core/shims.h"

/* What can be pasted to do the same again. */
static char *
command_of(const struct strvec *argv)
{
	struct strvec words = { 0 };
	char *text;

	for (size_t i = 0; i < argv->count; i++)
		strvec_take(&words, shell_word(argv->items[i]));
	text = strvec_join(&words, " ");
	strvec_reset(&words);
	return text;
}

int
environment_bring(const struct context *ctx, const struct environment_packages *packages,
		  char *const *words, struct err *err)
{
	cleanup_free char *python = path_join(packages->path, "bin/python", NULL);
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_env struct env env = { 0 };
	struct proc_spec spec = PROC_SPEC_INIT;
	cleanup_free char *again = NULL;
	int status = 0;

	/* By its interpreter: the script's first line may be too long for the kernel. */
	strvec_add_all(&argv, (char *[]){ python, "-m", "pip", "install",
					  "--disable-pip-version-check", NULL });
	if (packages->quiet)
		strvec_add(&argv, "--quiet");
	strvec_add_all(&argv, words);
	inside_env(packages->path, &env);
	out_flush(ctx->out);
	spec.argv = argv.items;
	spec.env = &env;
	spec.stdin_fd = STDIN_FILENO;
	if (proc_run_foreground(&spec, &status, err) < 0)
		return -1;
	shims_refresh(ctx->layout);
	if (status == 0)
		return 0;
	again = command_of(&argv);
	(void)err_set(err, ERR_FAILED, "pip failed in %s with status %d", packages->path, status);
	(void)err_detail(err, "is there", "the environment itself");
	return err_detail(err, "to fix", "%s", again);
}
