/* SPDX-License-Identifier: MIT */
/* What can be installed: the install plugin knows. */
#include <config.h>

#include "cmd/known.h"

#include "core/plugins.h"

/* Names that `install --list` may print: thousands of lines of 20 bytes. */
#define KNOWN_TEXT_MAX ((size_t)1024 * 1024)

int
known_list(const struct context *ctx, struct strvec *ret_names, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(KNOWN_TEXT_MAX);
	cleanup_env struct env env = { 0 };
	cleanup_free char *program = plugin_find(ctx->layout, "install");
	char *argv[] = { program, "--list", NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	struct str rest;
	struct str line;
	int status = 0;

	if (!program)
		return err_set(err, ERR_FAILED, "the program pyvern-install is missing");
	plugin_env(ctx->layout, &env);
	spec.argv = argv;
	spec.env = &env;
	if (proc_capture(&spec, &text, &status, err) < 0)
		return -1;
	if (status != 0)
		return err_set(err, ERR_FAILED, "the list of known versions cannot be read");
	/* A name is indented; what is not is a heading. */
	for (rest = buf_str(&text); str_line(&rest, &line);)
		if (str_starts(line, STR_LIT("  ")))
			strvec_add_str(ret_names, str_trim(line));
	return 0;
}
