/* SPDX-License-Identifier: MIT */
/* Console scripts: the small programs that a package puts into bin. */
#include <config.h>

#include "venv/scripts.h"

#include <string.h>

#include "base/vec.h"
#include "base/words.h"

/* Longest first line, with "#!" and newline, that every Linux since 2.6.28 runs
 * (BINPRM_BUF_SIZE was 128 before Linux 5.1); macOS takes 512. */
#define SHEBANG_MAX 127

bool
script_name_ok(struct str text)
{
	bool starts = true;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.') {
			if (starts)
				return false;
			starts = true;
		} else if (str_is_alpha(c) || c == '_' || (str_is_digit(c) && !starts)) {
			starts = false;
		} else {
			return false;
		}
	}
	return !starts;
}

/* TEXT as a word that is the same to the shell, where it stands behind `exec`,
 * and inside of a Python string in three single quotes: only backslashes that
 * Python knows too, and never three single quotes in a row. */
static void
add_shell_and_python_word(struct buf *out, const char *text)
{
	buf_add_char(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\') {
			buf_add_char(out, '\\');
			buf_add_char(out, *text);
		} else if (*text == '$' || *text == '`') {
			buf_add_text(out, "\"'");
			buf_add_char(out, *text);
			buf_add_text(out, "'\"");
		} else if (*text == '\'') {
			buf_add_text(out, "'\"\"");
		} else {
			buf_add_char(out, *text);
		}
	}
	buf_add_char(out, '"');
}

bool
script_fits_line(const char *python, const char *args)
{
	size_t n = strlen("#!") + strlen(python) + strlen("\n");

	return n + (args ? 1 + strlen(args) : 0) <= SHEBANG_MAX && !strpbrk(python, " \t");
}

/* Options as they stand in a first line: the kernel gives them on as they are. Where the shell
 * would look at them twice they are one word, which is what the kernel makes of them. */
static void
add_options(struct buf *out, const char *args)
{
	bool is_plain = true;

	for (const char *p = args; *p; p++)
		is_plain = is_plain &&
			   (str_is_alpha(*p) || str_is_digit(*p) || strchr(" -_./=,:+@%", *p));
	if (is_plain)
		buf_add_text(out, args);
	else
		add_shell_and_python_word(out, args);
}

void
script_write_start(struct buf *out, const char *python, const char *args)
{
	const char *blank = args ? " " : "";

	args = args ? args : "";
	if (script_fits_line(python, *args ? args : NULL)) {
		buf_printf(out, "#!%s%s%s\n", python, blank, args);
	} else {
		buf_add_text(out, "#!/bin/sh\n'''exec' ");
		add_shell_and_python_word(out, python);
		buf_add_text(out, blank);
		add_options(out, args);
		buf_add_text(out, " \"$0\" \"$@\"\n' '''\n");
	}
}

/* The same from any place: a shell finds the interpreter beside the script. */
static void
write_relocatable_start(struct buf *out)
{
	buf_add_text(out, "#!/bin/sh\n"
			  "'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/python \"$0\" "
			  "\"$@\"\n"
			  "' '''\n");
}

void
script_write(struct buf *out, const char *python, struct str module, struct str attribute)
{
	size_t first = str_find(attribute, '.');

	if (python)
		script_write_start(out, python, NULL);
	else
		write_relocatable_start(out);
	buf_printf(out,
		   "import sys\n"
		   "from %.*s import %.*s\n"
		   "if __name__ == '__main__':\n"
		   "    sys.exit(%.*s())\n",
		   STR_ARG(module), (int)first, attribute.p, STR_ARG(attribute));
}

void
script_start_reset(struct script_start *start)
{
	free(start->program);
	free(start->args);
	*start = (struct script_start){ 0 };
}

/* The lines that script_write_start() and pip write: a shell's program, and a string to
 * Python. */
static bool
read_exec_lines(struct str text, struct script_start *ret)
{
	static const struct str end = { "' '''", 5 };
	cleanup_strvec struct strvec words = { 0 };
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *second = NULL;
	struct str line;

	if (!str_line(&text, &line) || !str_starts(line, STR_LIT("'''exec' ")))
		return false;
	second = mem_strndup(line.p, line.n);
	if (!str_line(&text, &line) || !str_eq(line, end) ||
	    words_split(second, "", &words, &ignored) < 0 || words.count < 4 ||
	    strcmp(words.items[words.count - 2], "$0") != 0)
		return false;
	ret->program = mem_strdup(words.items[1]);
	for (size_t i = 2; i + 2 < words.count; i++) {
		char *longer = ret->args ? mem_printf("%s %s", ret->args, words.items[i])
					 : mem_strdup(words.items[i]);

		free(ret->args);
		ret->args = longer;
	}
	ret->rest = text;
	return true;
}

bool
script_read_start(struct str text, struct script_start *ret)
{
	struct str line;
	struct str program;

	if (!str_line(&text, &line) || !str_starts(line, STR_LIT("#!")))
		return false;
	/* No path has one: this is no script, whatever it begins with. */
	if (memchr(line.p, '\0', line.n))
		return false;
	line = str_trim(str_skip(line, 2));
	if (str_eq(line, STR_LIT("/bin/sh")) && read_exec_lines(text, ret))
		return true;
	if (!str_word(&line, &program))
		return false;
	line = str_trim(line);
	ret->program = mem_strndup(program.p, program.n);
	ret->args = line.n ? mem_strndup(line.p, line.n) : NULL;
	ret->rest = text;
	return true;
}
