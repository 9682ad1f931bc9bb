/* SPDX-License-Identifier: MIT */
/* The error for a command that does not exist. */
#include <config.h>

#include "cmd/suggest.h"

#include "base/buf.h"
#include "cmd/command.h"

/* Edits that are taken for a slip of the fingers. */
#define NEAR_EDITS 2

int
suggest_command(const char *name, struct err *err)
{
	cleanup_buf struct buf near = BUF_INIT(BUF_TEXT_MAX);

	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden &&
		    str_distance(str_from(name), str_from((*c)->name)) <= NEAR_EDITS)
			buf_printf(&near, "%s%s", near.len ? ", " : "", (*c)->name);
	err_set(err, ERR_USAGE, "there is no %s %s", name[0] == '-' ? "option" : "command",
		name[0] ? name : "\"\"");
	if (near.len)
		err_detail(err, "nearest", "%s", buf_text(&near));
	err_pyenv(err, "pyenv: no such command `%s'", name);
	return err_detail(err, "to fix", "pyvern help");
}
