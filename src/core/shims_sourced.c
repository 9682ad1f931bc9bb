/* SPDX-License-Identifier: MIT */
/* Shims that are sourced, not run. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/shims_internal.h"

/* `source activate` changes the shell that asks; a program cannot. What is sourced in
 * place of such a command asks for the chosen version's, and sources that
 * (facts/pyenv.md, rehash). */

/* The words of a shell: PYENV_ROOT set and exported, then PROGRAM asked for NAME. */
struct dialect {
	void (*quote)(struct buf *out, const char *text);
	const char *set_root; /* before the quoted root */
	const char *ask;      /* before the quoted program */
	const char *then;     /* behind " which NAME" */
};

static const struct dialect sh = {
	shell_quote_sh,
	"export PYENV_ROOT=",
	"_pyvern_sourced=$(",
	") && . \"$_pyvern_sourced\" \"$@\"\n",
};

static const struct {
	const char *name;
	const struct dialect *dialect;
} names[] = {
	{ "activate", &sh },
	{ "activate.csh",
	  &(const struct dialect){
		  shell_quote_csh, "setenv PYENV_ROOT ", "set _pyvern_sourced=\"`",
		  "`\"\nif (\"$_pyvern_sourced\" != \"\") source \"$_pyvern_sourced\"\n" } },
	{ "activate.fish", &(const struct dialect){ shell_quote_fish, "set -gx PYENV_ROOT ",
						    "set -l _pyvern_sourced (",
						    "); and source $_pyvern_sourced $argv\n" } },
	/* nushell sources only what it knows when it reads the script; pyenv's file of
	 * this name is the same as the others. */
	{ "activate.nu", &sh },
	{ "gettext.sh", &sh },
};

int
shims_want_sourced(const struct store *store, struct wanted *wanted, struct err *err)
{
	cleanup_free char *program = path_join(store->root.path, LAYOUT_PROGRAM, NULL);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct dialect *dialect = names[i].dialect;
		cleanup_buf struct buf text = BUF_INIT(SHIM_TEXT_MAX);

		/* What a hook wrote is its own affair. */
		if (!map_get(&wanted->commands, names[i].name) ||
		    map_get(&wanted->files, names[i].name) || !shell_text_ok(program))
			continue;
		buf_printf(&text, "%s\n%s", SHIM_SOURCED_MARK, dialect->set_root);
		dialect->quote(&text, store->root.path);
		buf_printf(&text, "\n%s", dialect->ask);
		dialect->quote(&text, program);
		buf_printf(&text, " which %s%s", names[i].name, dialect->then);
		if (buf_check(&text, "a shim that is sourced", err) < 0)
			return -1;
		wanted_set_file(wanted, names[i].name, buf_take(&text));
	}
	return 0;
}
