/* SPDX-License-Identifier: MIT */
/* Fuzz target: how a script is started. What is written is read again the same. */
#include <config.h>

#include "base/shell.h"
#include "ground.h"
#include "venv/scripts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Options of several words have one blank between two; nothing that is one word has others. */
static bool
is_simple(const char *args)
{
	return !args || (*args && shell_text_ok(args) && !strstr(args, "  "));
}

static void
check_again(const struct script_start *start)
{
	cleanup_script_start struct script_start again = { 0 };
	cleanup_buf struct buf out = BUF_INIT(BUF_TEXT_MAX);

	if (start->program[0] != '/' || strcmp(start->program, "/bin/sh") == 0 ||
	    !shell_text_ok(start->program) || !is_simple(start->args))
		return;
	script_write_start(&out, start->program, start->args);
	buf_add_text(&out, "pass\n");
	must(script_read_start(buf_str(&out), &again));
	must(strcmp(again.program, start->program) == 0);
	must(start->args ? again.args && strcmp(again.args, start->args) == 0 : !again.args);
	must(str_eq_text(again.rest, "pass\n"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };
	cleanup_script_start struct script_start start = { 0 };

	(void)script_name_ok(text);
	if (!script_read_start(text, &start))
		return 0;
	must(start.program != NULL);
	must(start.rest.n == 0 || start.rest.p + start.rest.n == text.p + text.n);
	check_again(&start);
	return 0;
}
